"""Recurring bookings: a rule in the site's local time, and a booking of its own for each of its occurrences.

An occurrence is known by the local time at which the rule put it. One of them is moved or cancelled as any booking is;
here is what is done to all of them, or to one and those that follow: then the series is split in two.
"""

import json
from dataclasses import dataclass, replace
from datetime import datetime, time
from hashlib import sha256
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, insert, select
from sqlalchemy.exc import IntegrityError

from access.clock import DAY_MS
from access.records import BookingKind
from access.spans import Span
from registry import store
from registry.bookings import conflicts, holders, waiting
from registry.bookings import rows as booking_rows
from registry.bookings import rules as booking_rules
from registry.bookings.rows import Draft
from registry.bookings.rules import Asked, House
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.recurrence import occurrences as rec
from registry.recurrence.rule import rule_of, text_of
from registry.recurrence.wall import Length, RecurrenceRefused
from registry.tables import core as t

SESSIONS_DAYS = 400
"""Sessions are planned this far ahead at most: desks, rooms and zones as far as the site says."""


@dataclass(frozen=True, slots=True)
class NewSeries:
    """A recurring booking that somebody wants; ``skip``: what cannot be booked is left out, instead of all refused."""

    resource: str
    person: str
    group: str
    start: datetime
    length_ms: int
    rule: str
    left_out: tuple[datetime, ...] = ()
    kind: BookingKind = BookingKind.DESK
    places: int | None = None
    excuse: str = ""
    skip: bool = False
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class SeriesChange:
    """What is to change of a series, from the occurrence ``since`` on (None: of all that have not begun yet)."""

    since: datetime | None = None
    time_of_day: time | None = None
    length_ms: int | None = None
    resource: str | None = None
    excuse: str = ""


@dataclass(frozen=True, slots=True)
class Made:
    """A series as it stands after an edit: its id, its bookings' ids by start, and what could not be booked."""

    id: str
    bookings: tuple[str, ...]
    skipped: tuple[dict[str, Any], ...] = ()


def make(edit: Edit, site: str, ident: str, wanted: NewSeries) -> Made:
    """Book a series: every occurrence, or none, or those that can be. Raises Problem, which names what cannot."""
    waiting.settle(edit, site)
    resource = booking_rules.resource_of(edit.connection, site, wanted.resource)
    zone = booking_rules.house_of(edit.connection, site, Span(0, 1)).zone
    series = _checked(wanted, zone)
    spans = _spans(edit, site, series, wanted.kind)
    around = Span(spans[0].start_ms, max(span.end_ms for span in spans))
    house = booking_rules.house_of(edit.connection, site, around)
    holder = holders.holder_of(edit, site, wanted.person, wanted.group, around.start_ms)
    places = holders.places_of(resource, holder, wanted.places)
    plain = tuple(Span(one.start_ms, one.end_ms) for one in spans)
    asked = Asked(holder, resource, plain, wanted.kind, places, bool(wanted.excuse))
    refused = booking_rules.refusals(edit, house, asked)
    free = [one for one, problem in zip(spans, refused, strict=True) if problem is None]
    if len(free) < len(spans) and (not wanted.skip or not free):
        raise booking_rules.together(asked, refused)
    left_out = {one.recurrence_id for one, problem in zip(spans, refused, strict=True) if problem is not None}
    series = replace(series, left_out=tuple(sorted({*series.left_out, *left_out})))
    drafts = [_draft(edit, house, ident, one, asked, wanted) for one in free]
    try:
        booking_rows.add(edit, drafts, wanted.made_by)
    except IntegrityError:
        raise conflicts.conflict([Span(one.start_ms, one.end_ms) for one in free]) from None
    _insert(edit, site, ident, series, wanted)
    return Made(ident, tuple(draft.id for draft in drafts), tuple(booking_rules.refused_spans(plain, refused)))


def _checked(wanted: NewSeries, zone: ZoneInfo) -> rec.Series:
    try:
        rule = rule_of(wanted.rule)
        series = rec.Series(wanted.start, Length(ms=wanted.length_ms), zone, rule, left_out=wanted.left_out)
        return rec.in_step(series)
    except RecurrenceRefused as error:
        raise Problem(Kind.INVALID, str(error)) from None


def _spans(edit: Edit, site: str, series: rec.Series, kind: BookingKind) -> tuple[rec.Occurrence, ...]:
    """Every occurrence of a series that ends within what can be booked. Raises Problem."""
    house = booking_rules.house_of(edit.connection, site, Span(0, 1))
    ahead_ms = edit.at_ms + SESSIONS_DAYS * DAY_MS
    until_ms = booking_rules.horizon_ms(house, edit.at_ms) if kind is BookingKind.DESK else ahead_ms
    found = rec.expanded(series, until_ms + 1)
    if found.goes_on:
        days = house.horizon_days if kind is BookingKind.DESK else SESSIONS_DAYS
        detail = f"a series ends within {days} days and {rec.MOST} times; give its rule an earlier UNTIL or COUNT."
        raise Problem(Kind.INVALID, detail, None, until_ms=until_ms)
    if not found.occurrences:
        raise Problem(Kind.INVALID, "nothing of this series is left; leave fewer of its days out.")
    return found.occurrences


def _draft(edit: Edit, house: House, series: str, one: rec.Occurrence, asked: Asked, wanted: NewSeries) -> Draft:
    return Draft(
        booking_id(series, one.recurrence_id),
        asked.resource,
        wanted.person,
        wanted.group,
        one.start_ms,
        one.end_ms,
        wanted.kind,
        "pending" if asked.resource.needs_approval else "booked",
        asked.places,
        booking_rows.release_ms(house.no_show_minutes, wanted.kind, one.start_ms, one.end_ms, edit.at_ms),
        excused=wanted.excuse,
        series=series,
        recurrence=one.recurrence_id.isoformat(),
    )


def booking_id(series: str, recurrence_id: datetime) -> str:
    """The id of the booking of an occurrence."""
    return sha256(f"{series} {recurrence_id.isoformat()}".encode()).hexdigest()[:20]


def _insert(edit: Edit, site: str, ident: str, series: rec.Series, wanted: NewSeries) -> None:
    values = {
        "site": site,
        "id": ident,
        "resource": wanted.resource,
        "person": wanted.person or None,
        "group_id": wanted.group or None,
        "kind": str(wanted.kind),
        "made_ms": edit.at_ms,
        "made_by": wanted.made_by,
        "revision": 1,
    }
    edit.connection.execute(insert(t.series).values(values | columns_of(series)))


def columns_of(series: rec.Series) -> dict[str, Any]:
    """The columns that say when a series recurs."""
    return {
        "start": series.start.isoformat(),
        "length_ms": series.length.ms,
        "rule": "" if series.rule is None else text_of(series.rule),
        "exceptions": json.dumps([wall.isoformat() for wall in series.left_out]),
    }


def row_of(connection: Connection, site: str, ident: str) -> Row[Any]:
    """A series' row. Raises Problem."""
    s = t.series.c
    return store.one(connection, t.series, (s.site == site) & (s.id == ident), "series")


def left_out_of(row: Row[Any]) -> list[str]:
    """The local times that a series leaves out, ISO."""
    found: list[str] = json.loads(row.exceptions)
    return found


def series_of(row: Row[Any], zone: ZoneInfo) -> rec.Series:
    """A series as it recurs; those of its occurrences that were moved one by one are known by their bookings."""
    left_out = tuple(datetime.fromisoformat(wall) for wall in left_out_of(row))
    rule = rule_of(row.rule) if row.rule else None
    return rec.Series(datetime.fromisoformat(row.start), Length(ms=row.length_ms), zone, rule, left_out=left_out)


def lines_of(connection: Connection, site: str, ident: str) -> list[dict[str, Any]]:
    """The bookings of a series, whatever became of them, by recurrence."""
    b = t.booking.c
    found = select(t.booking).where(b.site == site, b.series == ident).order_by(b.recurrence, b.id)
    return [dict(row._mapping) for row in connection.execute(found)]  # noqa: SLF001 -- SQLAlchemy's public name
