"""Quotas of bookings: which limits hold for whom, and what counts against them.

A person has the tightest of the limits of the programmes that they are enrolled in and of their own; a team has its
programme's. What counts are their own bookings at every site that are pending, offered, booked or were attended:
neither what was cancelled or released, nor sessions, which they do not choose. Cohorts have no limits.
"""

from collections.abc import Sequence
from functools import reduce
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, delete, insert, select, update

from access.clock import DAY_MS
from access.quota import Exceeded, Quota, refusals, tighter
from access.records import BookingKind
from access.spans import Span
from registry.bookings.holders import Holder
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.tables import core as t

COUNTED = ("pending", "offered", "booked", "ended")
_BEFORE_MS = 15 * DAY_MS
"""A booking of 7 days counts in the week in which it ends: so long before a span is looked for such."""


def quota_of(connection: Connection, holder: Holder, at_ms: int) -> Quota:
    """The limits of whoever is to hold a booking that begins at a moment."""
    if holder.person:
        found = [*_programmes(connection, holder.person, at_ms), own(connection, holder.person)[0]]
        return reduce(tighter, found)
    if not holder.is_team:
        return Quota()
    row = connection.execute(select(t.programme).where(t.programme.c.id == holder.programme)).one()
    return _quota(row)


def _programmes(connection: Connection, person: str, at_ms: int) -> list[Quota]:
    e = t.enrolment.c
    runs = (e.person == person) & (e.from_ms <= at_ms) & (e.until_ms.is_(None) | (e.until_ms > at_ms))
    found = select(t.programme).join(t.enrolment, e.programme == t.programme.c.id).where(runs, e.state == "active")
    return [_quota(row) for row in connection.execute(found)]


def own(connection: Connection, person: str) -> tuple[Quota, int]:
    """A person's own limits and their revision; none, at revision 0, where they were given none."""
    row = connection.execute(select(t.person_quota).where(t.person_quota.c.person == person)).one_or_none()
    return (Quota(), 0) if row is None else (_quota(row), row.revision)


def _quota(row: Row[Any]) -> Quota:
    return Quota(row.day_minutes, row.day_count, row.week_minutes, row.week_count)


def limit(edit: Edit, person: str, quota: Quota) -> None:
    """Give a known person limits of their own; bookings that are made stay."""
    values = {
        "day_minutes": quota.day_minutes,
        "day_count": quota.day_count,
        "week_minutes": quota.week_minutes,
        "week_count": quota.week_count,
    }
    q = t.person_quota.c
    changed = update(t.person_quota).where(q.person == person).values(**values, revision=q.revision + 1)
    if edit.connection.execute(changed).rowcount == 0:
        edit.connection.execute(insert(t.person_quota).values(person=person, revision=1, **values))


def unlimit(edit: Edit, person: str) -> None:
    """Take a person's own limits back. Raises Problem where there are none."""
    gone = delete(t.person_quota).where(t.person_quota.c.person == person)
    if edit.connection.execute(gone).rowcount == 0:
        raise Problem(Kind.NOT_FOUND, "this person has no limits of their own.")


def exceeded(
    connection: Connection, holder: Holder, wanted: Sequence[Span], zone: ZoneInfo, leaving: Sequence[str] = ()
) -> tuple[Problem | None, ...]:
    """Why each of these spans, beside those before it that fit, exceeds a quota of its holder; ``leaving`` out some of
    their bookings.
    """
    first_ms = min(span.start_ms for span in wanted)
    quota = quota_of(connection, holder, first_ms)
    if quota == Quota():
        return (None,) * len(wanted)
    booked = _booked(connection, holder, first_ms - _BEFORE_MS, leaving)
    return tuple(None if over is None else _problem(over) for over in refusals(quota, booked, wanted, zone))


def _booked(connection: Connection, holder: Holder, since_ms: int, leaving: Sequence[str]) -> list[Span]:
    b = t.booking.c
    theirs = b.person == holder.person if holder.person else b.group_id == holder.group
    counted = (b.kind == str(BookingKind.DESK)) & b.state.in_(COUNTED) & (b.start_ms >= since_ms)
    found = select(b.start_ms, b.end_ms).where(theirs, counted, b.id.not_in(leaving))
    return [Span(start_ms, end_ms) for start_ms, end_ms in connection.execute(found)]


def _problem(over: Exceeded) -> Problem:
    unit = "minutes" if over.limit.endswith("minutes") else "bookings"
    period = "week" if over.limit.startswith("week") else "day"
    detail = (
        f"the quota is {over.allowed} {unit} a {period}, and {over.used} are used;"
        " choose another day, or give the reason for an exception."
    )
    members = {"limit": str(over.limit), "allowed": over.allowed, "used": over.used}
    return Problem(Kind.QUOTA, detail, None, **members, fits_from_ms=over.fits_from_ms)
