"""Bookings: made, moved, prolonged, ended early, approved and cancelled; what became of them is kept.

Nobody's overlaps another's on one desk or room, ever; a zone holds no more than its capacity. Every edit holds the
feed's lock, so nothing is booked under our feet, and the database has the last word all the same.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, delete, select
from sqlalchemy.exc import IntegrityError

from access.records import Booking, BookingKind
from access.spans import Span
from registry import store
from registry.bookings import conflicts, holders, waiting
from registry.bookings import moves as booking_moves
from registry.bookings import rows as booking_rows
from registry.bookings import rules as booking_rules
from registry.bookings.conflicts import busiest
from registry.bookings.rows import LIVE, Draft, booking_values
from registry.bookings.rules import Asked
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.reasons import why
from registry.tables import core as t

__all__ = ["Change", "Wanted", "approve", "book", "booking_values", "busiest", "cancel", "change", "forget", "reject"]


@dataclass(frozen=True, slots=True)
class Wanted:
    """A booking that somebody wants, for a person or a group (the other is "").

    ``places`` are those of a zone (None: one for each member); ``excuse`` is the reason why quotas do not count.
    """

    resource: str
    person: str
    start_ms: int
    end_ms: int
    group: str = ""
    kind: BookingKind = BookingKind.DESK
    places: int | None = None
    walk_in: bool = False
    excuse: str = ""
    made_by: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """What is to change of a booking; None: nothing of it."""

    start_ms: int | None = None
    end_ms: int | None = None
    resource: str | None = None
    excuse: str = ""


def book(edit: Edit, site: str, ident: str, wanted: Wanted) -> Booking:
    """Make a booking and tell the site; where the resource needs approval it waits for that first.

    Raises Problem, with the spans that are taken and what is free instead where it conflicts.
    """
    waiting.settle(edit, site)
    span = Span(wanted.start_ms, wanted.end_ms)
    booking_rules.check_span(span)
    house = booking_rules.house_of(edit.connection, site, span)
    resource = booking_rules.resource_of(edit.connection, site, wanted.resource)
    holder = holders.holder_of(edit, site, wanted.person, wanted.group, wanted.start_ms)
    places = holders.places_of(resource, holder, wanted.places)
    asked = Asked(holder, resource, (span,), wanted.kind, places, bool(wanted.excuse))
    booking_rules.check(edit, house, asked)
    draft = Draft(
        ident,
        resource,
        wanted.person,
        wanted.group,
        span.start_ms,
        span.end_ms,
        wanted.kind,
        "pending" if resource.needs_approval else "booked",
        places,
        booking_rows.release_ms(house.no_show_minutes, wanted.kind, span.start_ms, span.end_ms, edit.at_ms),
        walk_in=wanted.walk_in,
        excused=wanted.excuse,
    )
    try:
        (line,) = booking_rows.add(edit, [draft], wanted.made_by)
    except IntegrityError:
        raise conflicts.conflict([span]) from None
    return booking_rows.record(line)


def line_of(connection: Connection, site: str, ident: str, states: Sequence[str] = LIVE) -> dict[str, Any]:
    """A booking in one of these states. Raises Problem."""
    found = booking_rows.found(connection, site, [ident])
    if not found:
        raise Problem(Kind.NOT_FOUND, "there is no such booking; list the day's to see which there are.")
    (line,) = found
    if line["state"] not in states:
        raise Problem(Kind.OUT_OF_TURN, f"this booking is {line['state']}; make a new one.", None, state=line["state"])
    return line


def _check_own(edit: Edit, line: dict[str, Any]) -> None:
    """It is a booking in its own right, not what a session uses. Raises Problem."""
    s = t.session.c
    if line["kind"] == BookingKind.SESSION and store.count(
        edit.connection, t.session, (s.site == line["site"]) & (s.id == line["id"])
    ):
        raise Problem(Kind.IN_USE, "a session uses it; change or cancel the session.")


def _check_at_one(line: dict[str, Any]) -> None:
    """It is known which resource it is of. Raises Problem."""
    if line["resource"] is None:
        said = "it was over more than a day ago, and which desk it was is no longer kept; make a new booking."
        raise Problem(Kind.OUT_OF_TURN, why("booking.forgotten", said))


def change(edit: Edit, site: str, ident: str, wanted: Change) -> dict[str, Any]:
    """Move, prolong, shorten or end a booking, and tell the site; who was waiting is offered what becomes free.

    One whose end is set to the past or to now has ended. Where somebody came already, only its end can change. Raises
    Problem.
    """
    waiting.settle(edit, site)
    line = line_of(edit.connection, site, ident, ("pending", "booked"))
    _check_own(edit, line)
    _check_at_one(line)
    after = _changed(line, wanted)
    moves = (after["start_ms"], after["resource"]) != (line["start_ms"], line["resource"])
    if moves and line["checked_in_ms"] is not None:
        raise Problem(Kind.OUT_OF_TURN, why("booking.came", "somebody came for this booking; only its end can change."))
    if not moves and line["start_ms"] < after["end_ms"] <= min(line["end_ms"], edit.at_ms):
        after["state"] = "ended" if line["state"] == "booked" else line["state"]
    return booking_moves.move(edit, site, [line], [after])[0]


def _changed(line: dict[str, Any], wanted: Change) -> dict[str, Any]:
    after = dict(line)
    for name in ("start_ms", "end_ms", "resource"):
        value = getattr(wanted, name)
        if value is not None:
            after[name] = value
    if wanted.excuse:
        after["excused"] = wanted.excuse
    return after


def cancel(edit: Edit, site: str, ident: str) -> dict[str, Any]:
    """Take a booking back and tell the site; who was waiting is offered its place. Raises Problem."""
    waiting.settle(edit, site)
    line = line_of(edit.connection, site, ident)
    _check_own(edit, line)
    if line["state"] == "offered":
        waiting.leave(edit, site, ident)
        return line_of(edit.connection, site, ident, ("cancelled",))
    return call_off(edit, site, [line])[0]


def call_off(edit: Edit, site: str, lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Cancel pending or booked bookings that nobody came for. Raises Problem."""
    if any(line["checked_in_ms"] is not None for line in lines):
        raise Problem(Kind.OUT_OF_TURN, "somebody came for this booking; end it instead.")
    after = booking_rows.change(edit, lines, state="cancelled", exclusive=False)
    waiting.freed(edit, site, lines)
    return after


def approve(edit: Edit, site: str, ident: str) -> dict[str, Any]:
    """Let a pending booking hold, and tell the site; whoever learns it in the running hour has no deadline to come by.

    Raises Problem.
    """
    waiting.settle(edit, site)
    line = line_of(edit.connection, site, ident, ("pending",))
    minutes = booking_rules.house_of(edit.connection, site, Span(0, 1)).no_show_minutes
    kind, start_ms, end_ms = BookingKind(line["kind"]), line["start_ms"], line["end_ms"]
    due_ms = booking_rows.release_ms(minutes, kind, start_ms, end_ms, edit.at_ms)
    return booking_rows.change(edit, [line], state="booked", release_ms=due_ms)[0]


def reject(edit: Edit, site: str, ident: str) -> dict[str, Any]:
    """Refuse a pending booking; who was waiting is offered its place. Raises Problem."""
    waiting.settle(edit, site)
    return call_off(edit, site, [line_of(edit.connection, site, ident, ("pending",))])[0]


def forget(edit: Edit, site: str, person: str, ended_by_ms: int = 0) -> None:
    """Keep nothing of what a person booked at a site, or waited for, but what had ended by a moment; no site is told of
    any of it. Who was waiting is offered their places.
    """
    for table in (t.waiting, t.series):
        edit.connection.execute(delete(table).where(table.c.site == site, table.c.person == person))
    theirs = (t.booking.c.site == site) & (t.booking.c.person == person)
    rows = edit.connection.execute(select(t.booking).where(theirs)).all()
    edit.connection.execute(delete(t.booking).where(theirs, t.booking.c.end_ms > ended_by_ms))
    lines = [dict(row._mapping) for row in rows]  # noqa: SLF001 -- SQLAlchemy's public name
    for line in lines:
        edit.withdraw(site, "booking", line["id"])
    waiting.freed(edit, site, [line for line in lines if line["state"] in LIVE and line["end_ms"] > edit.at_ms])
