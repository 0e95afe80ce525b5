"""Bookings as rows: how one is written, when it is to be released, and what its site is told of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from access.clock import HOUR_MS, MINUTE_MS
from access.records import Booking, BookingKind
from registry.edit import Edit
from registry.tables import core as t

LIVE = ("pending", "booked", "offered")
"""The states of a booking that somebody still has, or is to have."""
TOLD = ("booked", "ended")
"""The states that sites are told of: what nobody has yet, or no more, opens no door."""
Line = Mapping[str, Any]
"""A booking's columns by name."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A booking that is to be made for a person or a group (the other is "") at a resource, given by its row."""

    id: str
    resource: Row[Any]
    person: str
    group: str
    start_ms: int
    end_ms: int
    kind: BookingKind = BookingKind.DESK
    state: str = "booked"
    places: int = 1
    release_ms: int | None = None
    hold_until_ms: int | None = None
    waiting: bool = False
    walk_in: bool = False
    excused: str = ""
    series: str = ""
    recurrence: str = ""


def columns(draft: Draft, made_ms: int, made_by: str) -> dict[str, Any]:
    """A draft's row; desks and rooms are one booking's alone."""
    buffer_ms = draft.resource.buffer_minutes * MINUTE_MS
    return {
        "site": draft.resource.site,
        "id": draft.id,
        "resource": draft.resource.id,
        "zone": draft.resource.zone,
        "person": draft.person or None,
        "group_id": draft.group or None,
        "kind": str(draft.kind),
        "state": draft.state,
        "start_ms": draft.start_ms,
        "end_ms": draft.end_ms,
        "blocked_until_ms": draft.end_ms + buffer_ms,
        "exclusive": draft.resource.kind != "zone",
        "places": draft.places,
        "series": draft.series or None,
        "recurrence": draft.recurrence or None,
        "release_ms": draft.release_ms,
        "checked_in_ms": None,
        "confirmed_by": None,
        "hold_until_ms": draft.hold_until_ms,
        "waiting": draft.waiting,
        "walk_in": draft.walk_in,
        "excused": draft.excused or None,
        "made_ms": made_ms,
        "made_by": made_by,
        "revision": 1,
    }


def booking_values(site: str, booking: Booking, kind: str, buffer_ms: int = 0) -> dict[str, Any]:
    """The columns of a booking that another system made, at a resource of a kind."""
    return {
        "site": site,
        "id": booking.id,
        "resource": booking.resource,
        "zone": booking.zone,
        "person": booking.person or None,
        "group_id": booking.group or None,
        "kind": str(booking.kind),
        "state": "booked",
        "start_ms": booking.start_ms,
        "end_ms": booking.end_ms,
        "blocked_until_ms": booking.end_ms + buffer_ms,
        "exclusive": kind != "zone",
        "places": 1,
        "release_ms": booking.release_ms,
        "waiting": booking.waiting,
        "walk_in": False,
        "made_ms": 0,
        "made_by": "",
        "revision": 1,
    }


def add(edit: Edit, drafts: Sequence[Draft], made_by: str) -> list[dict[str, Any]]:
    """Write drafts and tell their sites. Raises IntegrityError where the database sees an overlap."""
    lines = [columns(draft, edit.at_ms, made_by) for draft in drafts]
    with edit.connection.begin_nested():
        edit.connection.execute(insert(t.booking), lines)
    for line in lines:
        tell(edit, line)
    return lines


def change(edit: Edit, lines: Sequence[Line], **values: Any) -> list[dict[str, Any]]:  # noqa: ANN401 -- columns
    """Set these columns of some bookings of one site, count the edit of each, and tell the site. The rows after it."""
    if not lines:
        return []
    b = t.booking.c
    here = (b.site == lines[0]["site"]) & b.id.in_([line["id"] for line in lines])
    edit.connection.execute(update(t.booking).where(here).values(**values, revision=b.revision + 1))
    return _told(edit, [{**line, **values, "revision": line["revision"] + 1} for line in lines])


def rewrite(edit: Edit, lines: Sequence[Line]) -> list[dict[str, Any]]:
    """Write bookings of one site as they are given, each wholly, and count the edit of each; they let go of their
    resources first, so that only what overlaps in the end is refused. Raises IntegrityError.
    """
    b = t.booking.c
    after = [{**line, "revision": line["revision"] + 1} for line in lines]
    moved = update(t.booking).where(b.site == bindparam("at_site"), b.id == bindparam("of_id"))
    with edit.connection.begin_nested():
        ids = [line["id"] for line in lines]
        loose = update(t.booking).where(b.site == lines[0]["site"], b.id.in_(ids)).values(exclusive=False)
        edit.connection.execute(loose)
        keys = [{"at_site": line["site"], "of_id": line["id"]} for line in after]
        rest = [{name: value for name, value in line.items() if name not in {"site", "id"}} for line in after]
        edit.connection.execute(moved, [key | values for key, values in zip(keys, rest, strict=True)])
    return _told(edit, after)


def _told(edit: Edit, lines: list[dict[str, Any]]) -> list[dict[str, Any]]:
    for line in lines:
        tell(edit, line)
    return lines


def tell(edit: Edit, line: Line) -> None:
    """Tell the site of a booking as it is now, or that it is none that opens a door: as one is whose desk is forgotten,
    for it is long over.
    """
    if line["state"] in TOLD and line["resource"] is not None:
        edit.publish(line["site"], record(line))
    else:
        edit.withdraw(line["site"], "booking", line["id"])


def record(line: Line) -> Booking:
    """A booking as its site is told of it."""
    return Booking(
        line["id"],
        line["person"] or "",
        line["zone"],
        line["resource"],
        line["start_ms"],
        line["end_ms"],
        BookingKind(line["kind"]),
        line["group_id"] or "",
        line["release_ms"],
        line["waiting"],
    )


def found(connection: Connection, site: str, idents: Sequence[str]) -> list[dict[str, Any]]:
    """Those of these bookings that there are, by start."""
    b = t.booking.c
    rows = connection.execute(select(t.booking).where(b.site == site, b.id.in_(idents)).order_by(b.start_ms, b.id))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 -- SQLAlchemy's public name


def release_ms(no_show_minutes: int, kind: BookingKind, start_ms: int, end_ms: int, made_ms: int) -> int | None:
    """When a booking made at a moment is released as a no-show; None where it is not: sessions, bookings made for the
    running hour or begun already (domain: no-show release), those too short for it, and sites that switched it off.
    """
    due_ms = start_ms + no_show_minutes * MINUTE_MS
    running = start_ms <= made_ms or start_ms // HOUR_MS == made_ms // HOUR_MS
    if kind is BookingKind.SESSION or running or not no_show_minutes or due_ms >= end_ms:
        return None
    return due_ms
