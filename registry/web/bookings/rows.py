"""What pages say of a site's bookings: those of some days, what awaits approval, and who stands in line."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    CursorResult,
    Row,
    and_,
    func,
    literal_column,
    or_,
    select,
    true,
    union_all,
)

from access.records import BookingKind
from access.spans import Span
from registry.bookings import conflicts
from registry.bookings.rows import Line
from registry.tables import core as t
from registry.tables.bookings import HOLDING, LONGEST_BLOCK_MS
from registry.web.people.rows import says

BOOKINGS = "/bookings"
GONE = ("cancelled", "released")
STATES = ("pending", "booked", "offered", "ended", "gone")
"""What a list can be narrowed to; ``gone`` are those cancelled and those that nobody came for."""
MOST = 1_000
"""So many bookings are shown at once, the earliest first; a site of a hundred desks has no more in a busy week."""
PENDING_SHOWN = 25
_B = t.booking.c
_PENDING: ColumnElement[str] = literal_column("'pending'")
"""Written out, so that the index of these alone is gone by."""


@dataclass(frozen=True, slots=True)
class Filter:
    """Which bookings of a site are looked at; "" narrows nothing, and no state leaves out those that are gone."""

    site: str
    within: Span
    resource: str = ""
    state: str = ""
    words: str = ""


def resources_of(connection: Connection, site: str) -> Sequence[Row[Any]]:
    """What can be booked at a site, by kind and name."""
    r = t.resource.c
    return connection.execute(select(t.resource).where(r.site == site).order_by(r.kind, *conflicts.BY_NAME)).all()


def found(connection: Connection, wanted: Filter) -> list[dict[str, Any]]:
    """The bookings that touch a time, by start."""
    touching = conflicts.overlapping(wanted.within.start_ms, wanted.within.end_ms)
    query = select(t.booking).where(_B.site == wanted.site, touching, _B.end_ms > wanted.within.start_ms)
    query = query.where(_in_state(wanted.state), _B.resource == wanted.resource if wanted.resource else true())
    if wanted.words:
        query = query.where(_held_by(wanted.words))
    return _lines(connection.execute(query.order_by(_B.start_ms, _B.id).limit(MOST)))


def pending(connection: Connection, site: str, now_ms: int) -> list[dict[str, Any]]:
    """What of a site awaits approval and is not over, by start."""
    waits = (_B.site == site) & (_B.state == _PENDING) & (_B.end_ms > now_ms)
    recent = _B.start_ms > now_ms - LONGEST_BLOCK_MS
    query = select(t.booking).where(waits, recent).order_by(_B.start_ms, _B.id).limit(PENDING_SHOWN)
    return _lines(connection.execute(query))


def _lines(found: CursorResult[Any]) -> list[dict[str, Any]]:
    names = tuple(found.keys())
    return [dict(zip(names, row, strict=True)) for row in found.all()]


def _in_state(state: str) -> ColumnElement[bool]:
    if state == "gone":
        return _B.state.in_(GONE)
    return _B.state == state if state in STATES else _B.state.in_(HOLDING)


def _held_by(words: str) -> ColumnElement[bool]:
    """Whether a booking is of somebody who goes by all of these words, or of a team or cohort whose name has them."""
    people = select(t.person.c.id).where(and_(*(says(word) for word in words.split()[:8])))
    groups = union_all(*(select(table.c.id).where(_has(table.c.name, words)) for table in (t.cohort, t.team)))
    return or_(_B.person.in_(people), _B.group_id.in_(groups))


def _has(name: ColumnElement[str], words: str) -> ColumnElement[bool]:
    return or_(name.contains(words, autoescape=True), func.lower(name).contains(words.lower(), autoescape=True))


def titles_of(connection: Connection, site: str, lines: Iterable[Line]) -> dict[str, str]:
    """The titles of the sessions that hold such bookings, by id."""
    idents = sorted({line["id"] for line in lines if line["kind"] == BookingKind.SESSION})
    s = t.session.c
    found_there = connection.execute(select(s.id, s.title).where(s.site == site, s.id.in_(idents))) if idents else ()
    return {row.id: row.title for row in found_there}


def of_series(connection: Connection, line: Line, now_ms: int) -> list[dict[str, Any]]:
    """The bookings of a booking's series that have not begun and hold, by start; none where it is of no series."""
    if line["series"] is None:
        return []
    there = (_B.site == line["site"]) & (_B.series == line["series"]) & _B.state.in_(("pending", "booked"))
    query = select(t.booking).where(there, _B.start_ms > now_ms, _B.checked_in_ms.is_(None))
    return _lines(connection.execute(query.order_by(_B.start_ms, _B.id)))


def groups_of(connection: Connection, site: str) -> list[tuple[str, str]]:
    """The cohorts of a site and their teams, by name, each with its id."""
    c, g = t.cohort.c, t.team.c
    cohorts = select(c.id, c.name).where(c.site == site)
    teams = select(g.id, g.name).join(t.cohort, c.id == g.cohort).where(c.site == site)
    rows = connection.execute(union_all(cohorts, teams)).all()
    return sorted(((row.id, row.name) for row in rows), key=lambda one: (one[1].lower(), one[0]))


def in_line(connection: Connection, site: str, now_ms: int) -> Sequence[Row[Any]]:
    """Who waits at a site for what is not over, in their turn, with until when an offer to them holds."""
    w = t.waiting.c
    query = select(t.waiting, _B.hold_until_ms)
    query = query.outerjoin(t.booking, (_B.site == w.site) & (_B.id == w.booking))
    waits = w.state.in_(("waiting", "offered")) & (w.end_ms > now_ms)
    return connection.execute(query.where(w.site == site, waits).order_by(w.turn).limit(MOST)).all()
