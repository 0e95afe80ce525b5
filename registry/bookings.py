"""Bookings: nobody's overlaps another's on one desk or room, ever; a zone holds no more than its capacity."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, delete, insert, select
from sqlalchemy.exc import IntegrityError

from access.records import LONGEST_BOOKING_MS, Booking
from registry import store
from registry import tables as t
from registry.edit import Edit
from registry.problems import Kind, Problem

Span = tuple[int, int]
"""A start and an end, Unix ms, half open."""
SHOWN_CONFLICTS = 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """A booking that somebody wants."""

    resource: str
    person: str
    start_ms: int
    end_ms: int


def book(edit: Edit, site: str, ident: str, wanted: Wanted) -> Booking:
    """Make a booking and tell the site. Raises Problem, with the spans that are taken where it conflicts."""
    _check_span(wanted)
    c = t.resource.c
    resource = store.one(edit.connection, t.resource, (c.site == site) & (c.id == wanted.resource), "resource")
    _check_rights(edit.connection, site, wanted.person, resource.zone)
    _check_capacity(edit.connection, site, resource, wanted)
    booking = Booking(ident, wanted.person, resource.zone, wanted.resource, wanted.start_ms, wanted.end_ms)
    try:
        with edit.connection.begin_nested():
            edit.connection.execute(insert(t.booking).values(booking_values(site, booking, resource.kind)))
    except IntegrityError:
        raise _conflict(taken(edit.connection, site, wanted)) from None
    edit.publish(site, booking)
    return booking


def booking_values(site: str, booking: Booking, kind: str) -> dict[str, object]:
    """A booking's columns, at a resource of a kind; desks and rooms are one booking's alone."""
    return {
        "site": site,
        "id": booking.id,
        "resource": booking.resource,
        "person": booking.person or None,
        "zone": booking.zone,
        "start_ms": booking.start_ms,
        "end_ms": booking.end_ms,
        "blocked_until_ms": booking.end_ms,
        "exclusive": kind != "zone",
        "group_id": booking.group or None,
        "kind": str(booking.kind),
        "state": "booked",
        "places": 1,
        "release_ms": booking.release_ms,
        "waiting": booking.waiting,
        "walk_in": False,
        "made_ms": 0,
        "made_by": "",
        "revision": 1,
    }


def _check_span(wanted: Wanted) -> None:
    if not 0 < wanted.end_ms - wanted.start_ms <= LONGEST_BOOKING_MS:
        raise Problem(Kind.INVALID, "a booking ends after it starts, and at most 7 days later; correct its times.")


def _check_rights(connection: Connection, site: str, person: str, zone: str) -> None:
    c = t.rights.c
    row = connection.execute(select(c.zones, c.standing).where(c.site == site, c.person == person)).one_or_none()
    if row is None or zone not in {*row.zones.split(), *row.standing.split()}:
        raise Problem(Kind.INVALID, f"this person may not enter zone {zone} of this site; give them the right first.")


def _check_capacity(connection: Connection, site: str, resource: Row[Any], wanted: Wanted) -> None:
    """No booking is made under our feet: every edit holds the feed's lock."""
    if resource.kind != "zone" or resource.capacity is None:
        return
    spans = taken(connection, site, wanted)
    if busiest([*spans, (wanted.start_ms, wanted.end_ms)]) > resource.capacity:
        raise _conflict(spans)


def _conflict(spans: list[Span]) -> Problem:
    """Whoever holds the others is nobody's business: only when."""
    shown = [{"start_ms": start_ms, "end_ms": end_ms} for start_ms, end_ms in spans[:SHOWN_CONFLICTS]]
    detail = "it is booked in this span; choose another time or another resource."
    return Problem(Kind.BOOKING_CONFLICT, detail, conflicts=shown)


def taken(connection: Connection, site: str, wanted: Wanted) -> list[Span]:
    """The spans of the bookings of the same resource that overlap, by start."""
    c = t.booking.c
    same = (c.site == site) & (c.resource == wanted.resource)
    found = select(c.start_ms, c.end_ms).where(same, overlapping(wanted.start_ms, wanted.end_ms))
    return [(start_ms, end_ms) for start_ms, end_ms in connection.execute(found.order_by(c.start_ms, c.id))]


def overlapping(start_ms: int, end_ms: int) -> ColumnElement[bool]:
    """Whether a booking shares a moment with a span; bounded below, because no booking is longer than 7 days."""
    c = t.booking.c
    return (c.start_ms < end_ms) & (c.start_ms > start_ms - LONGEST_BOOKING_MS) & (c.end_ms > start_ms)


def busiest(spans: Iterable[Span]) -> int:
    """How many spans share one moment, at most."""
    moves = sorted((at_ms, step) for start, end in spans for at_ms, step in ((start, 1), (end, -1)))
    now = most = 0
    for _, step in moves:
        now += step
        most = max(most, now)
    return most


def cancel(edit: Edit, site: str, ident: str) -> None:
    """Take a booking back and tell the site. Raises Problem."""
    gone = delete(t.booking).where(t.booking.c.site == site, t.booking.c.id == ident)
    if edit.connection.execute(gone).rowcount == 0:
        raise Problem(Kind.NOT_FOUND, "there is no such booking; list the day's to see which there are.")
    edit.withdraw(site, "booking", ident)
