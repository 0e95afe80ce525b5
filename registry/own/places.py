"""What somebody could book at a site in a time: the desks, rooms and zones that are theirs, and when each is free."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, select

from access.clock import MINUTE_MS
from access.spans import Span, clipped, without
from registry.bookings import availability, conflicts, holders
from registry.bookings import rules as booking_rules
from registry.bookings.conflicts import Block
from registry.bookings.holders import Holder
from registry.bookings.rules import House
from registry.edit import Edit
from registry.tables import core as t

LONGER_BY_MINUTES = (30, 60, 120)


@dataclass(frozen=True, slots=True)
class Place:
    """A resource, by its row, and when it is free for a booking that begins there."""

    resource: Row[Any]
    free: tuple[Span, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person can choose from at a site; the house has its hours and its limits."""

    house: House
    holder: Holder
    places: tuple[Place, ...]


def choice(connection: Connection, site: str, person: str, within: Span, now_ms: int) -> Choice:
    """What is theirs, by kind and name, free or not. Raises Problem where there is no such site."""
    house = booking_rules.house_of(connection, site, within)
    holder = holders.holder_of(Edit(connection, now_ms), site, person, "", now_ms)
    r = t.resource.c
    theirs = (r.site == site) & r.zone.in_(sorted(holder.zones))
    rows = connection.execute(select(t.resource).where(theirs).order_by(r.kind, *conflicts.BY_NAME)).all()
    blocks = conflicts.blocks_of(connection, site, within)
    last_ms = min(within.end_ms, booking_rules.horizon_ms(house, now_ms) + 1)
    ahead = Span(max(within.start_ms, now_ms), last_ms)
    found = tuple(Place(row, _free(house, holder, row, ahead, blocks.get(row.id, ()))) for row in rows)
    return Choice(house, holder, found)


def _free(house: House, holder: Holder, row: Row[Any], ahead: Span, blocks: Sequence[Block]) -> tuple[Span, ...]:
    """When a booking fits, the buffer after it included."""
    if ahead.start_ms >= ahead.end_ms:
        return ()
    buffer_ms = row.buffer_minutes * MINUTE_MS
    taken = (Span(one.start_ms - buffer_ms, one.end_ms) for one in availability.taken(row, blocks))
    opened = clipped(house.hours(row.id, row.zone, ahead, holder.audiences), ahead)
    return without(opened, taken)


def longer(connection: Connection, line: dict[str, Any], now_ms: int) -> list[int]:
    """By how many minutes a booking could be prolonged, of those that are offered; quotas are asked when it is."""
    span = Span(line["start_ms"], line["end_ms"] + max(LONGER_BY_MINUTES) * MINUTE_MS)
    house = booking_rules.house_of(connection, line["site"], span)
    row = booking_rules.resource_of(connection, line["site"], line["resource"])
    asks = Edit(connection, now_ms)
    holder = holders.holder_of(asks, line["site"], line["person"] or "", line["group_id"] or "", line["start_ms"])
    hours = house.hours(row.id, row.zone, span, holder.audiences)
    far = conflicts.blocked(row, span.start_ms, span.end_ms).span
    blocks = conflicts.blocks_of(connection, line["site"], far, [row.id], [line["id"]]).get(row.id, ())

    def fits(minutes: int) -> bool:
        until_ms = line["end_ms"] + minutes * MINUTE_MS
        wanted = conflicts.blocked(row, line["start_ms"], until_ms, line["places"])
        opened = conflicts.is_open(hours, Span(line["end_ms"] - 1, until_ms))
        return opened and not conflicts.in_the_way(row, blocks, wanted)

    return [minutes for minutes in LONGER_BY_MINUTES if fits(minutes)]
