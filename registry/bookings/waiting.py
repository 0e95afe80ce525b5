"""The waiting list: whoever waits longest for a place that becomes free is offered it, alone and for a time.

An offer is a booking in the state ``offered``, which holds its resource as any other does, so that the database knows
of no two for one place. That it has run out follows from the time alone: ``settle`` comes before every edit and every
look, and no job has to run.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, insert, select, update

from access.clock import MINUTE_MS
from access.records import BookingKind
from access.spans import Span
from registry import store
from registry.bookings import conflicts, holders, rules
from registry.bookings import rows as booking_rows
from registry.bookings.holders import Holder, places_of
from registry.bookings.rows import Draft, Line
from registry.bookings.rules import Asked, House
from registry.database import Database
from registry.edit import Edit, editing
from registry.problems import Kind, Problem
from registry.tables import core as t

MOST_LOOKED_AT = 200
"""Of a line, so many are looked at when a place becomes free."""


@dataclass(frozen=True, slots=True)
class Hope:
    """What somebody waits for: a resource, or any of a ``kind`` in a ``zone`` (then ``resource`` is ""), for a span."""

    person: str
    group: str
    start_ms: int
    end_ms: int
    resource: str = ""
    zone: str = ""
    kind: str = "desk"


def join(edit: Edit, site: str, ident: str, hope: Hope, made_by: str) -> None:
    """Stand in line; what is free already is offered at once. Raises Problem."""
    settle(edit, site)
    if hope.end_ms <= edit.at_ms:
        raise Problem(Kind.INVALID, "this span is over; wait for one to come.")
    resources = _wanted(edit.connection, site, hope)
    span = Span(hope.start_ms, hope.end_ms)
    holder = holders.holder_of(edit, site, hope.person, hope.group, hope.start_ms)
    house = rules.house_of(edit.connection, site, span)
    asked = (Asked(holder, resource, (span,), BookingKind.DESK) for resource in resources)
    refused = [rules.alone(edit, house, one) for one in asked]
    if refused[0] is not None and None not in refused:
        raise refused[0]
    w = t.waiting.c
    last = edit.connection.execute(select(func.max(w.turn)).where(w.site == site)).scalar_one()
    values = {
        "site": site,
        "id": ident,
        "turn": (last or 0) + 1,
        "state": "waiting",
        "person": hope.person or None,
        "group_id": hope.group or None,
        "kind": resources[0].kind,
        "zone": resources[0].zone,
        "resource": hope.resource or None,
        "start_ms": hope.start_ms,
        "end_ms": hope.end_ms,
        "booking": None,
        "made_ms": edit.at_ms,
        "made_by": made_by,
        "revision": 1,
    }
    edit.connection.execute(insert(t.waiting).values(values))
    move_on(edit, site, span)


def _wanted(connection: Connection, site: str, hope: Hope) -> Sequence[Row[Any]]:
    if bool(hope.resource) == bool(hope.zone):
        raise Problem(Kind.INVALID, "wait for one resource, or for any of a kind in a zone; name one of them.")
    if hope.resource:
        return [rules.resource_of(connection, site, hope.resource)]
    r = t.resource.c
    there = (r.site == site) & (r.zone == hope.zone) & (r.kind == hope.kind)
    found = connection.execute(select(t.resource).where(there)).all()
    if not found:
        raise Problem(Kind.NOT_FOUND, f"there is no {hope.kind} in this zone; list the site's resources.")
    return found


def lapsed(connection: Connection, site: str, now_ms: int) -> list[dict[str, Any]]:
    """The offers of a site that have run out, but that nobody has taken back yet."""
    b = t.booking.c
    rows = connection.execute(select(t.booking).where(b.site == site, b.hold_until_ms <= now_ms))
    return [dict(row._mapping) for row in rows]  # noqa: SLF001 -- SQLAlchemy's public name


def settle_now(database: Database, site: str, now_ms: int) -> None:
    """Take back what has run out by a moment, if anything has: what comes before a look or a refusal, which leave
    nothing behind.
    """
    with database.read() as connection:
        late = lapsed(connection, site, now_ms)
    if late:
        with editing(database, now_ms) as edit:
            settle(edit, site)


def settle(edit: Edit, site: str) -> None:
    """Take back what has run out, and offer it to the next in line."""
    lines = lapsed(edit.connection, site, edit.at_ms)
    if not lines:
        return
    booking_rows.change(edit, lines, state="released", exclusive=False, hold_until_ms=None)
    for line in lines:
        _turn(edit, site, line["id"], "lapsed")
    freed(edit, site, lines)


def freed(edit: Edit, site: str, lines: Iterable[Line]) -> None:
    """The places of these bookings, as they were, are free: the line moves on."""
    spans = [Span(line["start_ms"], line["blocked_until_ms"]) for line in lines]
    if spans:
        move_on(edit, site, Span(min(span.start_ms for span in spans), max(span.end_ms for span in spans)))


def move_on(edit: Edit, site: str, within: Span) -> None:
    """Offer whatever is free within a time to those who wait for it, in their turn."""
    line = _in_line(edit, site, within)
    if not line:
        return
    around = Span(min(one.start_ms for one in line), max(one.end_ms for one in line))
    r = t.resource.c
    there = (r.site == site) & r.zone.in_({one.zone for one in line})
    resources = edit.connection.execute(select(t.resource).where(there).order_by(*conflicts.BY_NAME)).all()
    house = rules.house_of(edit.connection, site, around)
    for one in line:
        _try(edit, house, one, [row for row in resources if _would_do(one, row)])


def _in_line(edit: Edit, site: str, within: Span) -> Sequence[Row[Any]]:
    w = t.waiting.c
    touches = (w.start_ms < within.end_ms) & (w.end_ms > max(within.start_ms, edit.at_ms))
    waits = (w.site == site) & (w.state == "waiting") & touches
    return edit.connection.execute(select(t.waiting).where(waits).order_by(w.turn).limit(MOST_LOOKED_AT)).all()


def _would_do(one: Row[Any], resource: Row[Any]) -> bool:
    if one.resource is not None:
        return bool(resource.id == one.resource)
    return (resource.zone, resource.kind) == (one.zone, one.kind)


def _try(edit: Edit, house: House, one: Row[Any], resources: Sequence[Row[Any]]) -> None:
    """Offer the first resource that is free to one who waits, if there is one, and if they may have it."""
    start_ms = max(one.start_ms, edit.at_ms)
    holder = holders.holder_of(edit, house.site, one.person or "", one.group_id or "", start_ms)
    for resource, places in _free(edit.connection, resources, holder, Span(start_ms, one.end_ms)):
        asked = Asked(holder, resource, (Span(start_ms, one.end_ms),), BookingKind.DESK, places)
        if rules.refusals(edit, house, asked) == (None,):
            _offer(edit, house, one, asked)
            return


def _free(
    connection: Connection, resources: Sequence[Row[Any]], holder: Holder, span: Span
) -> list[tuple[Row[Any], int]]:
    """The resources with room for so many, and the places that they would take."""
    if not resources:
        return []
    wanted = {row.id: conflicts.blocked(row, span.start_ms, span.end_ms, places_of(row, holder)) for row in resources}
    longest_ms = max(block.span.end_ms for block in wanted.values())
    blocks = conflicts.blocks_of(connection, resources[0].site, Span(span.start_ms, longest_ms), list(wanted))
    free = (row for row in resources if not conflicts.in_the_way(row, blocks.get(row.id, ()), wanted[row.id]))
    return [(row, wanted[row.id].places) for row in free]


def _offer(edit: Edit, house: House, one: Row[Any], asked: Asked) -> None:
    """It holds for the site's time, but not beyond its start; where that is past already, not beyond its end."""
    (span,) = asked.spans
    ends_ms = span.start_ms if span.start_ms > edit.at_ms else span.end_ms
    draft = Draft(
        one.id,
        asked.resource,
        asked.holder.person,
        asked.holder.group,
        span.start_ms,
        span.end_ms,
        state="offered",
        places=asked.places,
        hold_until_ms=min(edit.at_ms + house.offer_minutes * MINUTE_MS, ends_ms),
        waiting=True,
    )
    booking_rows.add(edit, [draft], one.made_by)
    _turn(edit, house.site, one.id, "offered", booking=one.id)


def _turn(edit: Edit, site: str, ident: str, state: str, **values: str) -> None:
    w = t.waiting.c
    here = (w.site == site) & (w.id == ident)
    edit.connection.execute(update(t.waiting).where(here).values(state=state, **values, revision=w.revision + 1))


def one_waiting(connection: Connection, site: str, ident: str) -> Row[Any]:
    """An entry of the line. Raises Problem."""
    w = t.waiting.c
    return store.one(connection, t.waiting, (w.site == site) & (w.id == ident), "entry of the waiting list")


def accept(edit: Edit, site: str, ident: str, made_by: str) -> dict[str, Any]:
    """Take an offer: it is a booking from now on. Raises Problem."""
    settle(edit, site)
    line = _offered(edit, site, ident)
    span = Span(line["start_ms"], line["end_ms"])
    resource = rules.resource_of(edit.connection, site, line["resource"])
    house = rules.house_of(edit.connection, site, span)
    holder = holders.holder_of(edit, site, line["person"] or "", line["group_id"] or "", span.start_ms)
    kind = BookingKind(line["kind"])
    asked = Asked(holder, resource, (span,), kind, line["places"], leaving=(ident,))
    rules.check(edit, house, asked)
    release_ms = booking_rows.release_ms(house.no_show_minutes, kind, span.start_ms, span.end_ms, edit.at_ms)
    state = "pending" if resource.needs_approval else "booked"
    _turn(edit, site, ident, "taken")
    values = {"made_ms": edit.at_ms, "made_by": made_by}
    (after,) = booking_rows.change(edit, [line], state=state, hold_until_ms=None, release_ms=release_ms, **values)
    return after


def _offered(edit: Edit, site: str, ident: str) -> dict[str, Any]:
    one = one_waiting(edit.connection, site, ident)
    if one.state != "offered":
        raise Problem(Kind.OUT_OF_TURN, f"there is no offer to take or decline: this entry is {one.state}.")
    (line,) = booking_rows.found(edit.connection, site, [ident])
    return line


def leave(edit: Edit, site: str, ident: str) -> None:
    """Step out of the line, and decline what was offered; the next is offered it. Raises Problem."""
    settle(edit, site)
    one = one_waiting(edit.connection, site, ident)
    if one.state == "waiting":
        _turn(edit, site, ident, "left")
        return
    line = _offered(edit, site, ident)
    booking_rows.change(edit, [line], state="cancelled", exclusive=False, hold_until_ms=None)
    _turn(edit, site, ident, "declined")
    freed(edit, site, [line])
