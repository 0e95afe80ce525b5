"""Who came first: the spans in which a resource is taken, and what is free instead."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select

from access.clock import DAY_MS, MINUTE_MS
from access.spans import Span
from registry.problems import Kind, Problem
from registry.reasons import why
from registry.tables import core as t
from registry.tables.bookings import HOLDING, LONGEST_BLOCK_MS

SHOWN_CONFLICTS = 10
SHOWN_OTHERS = 10
NEAR_MS = 7 * DAY_MS
"""A free span of the same resource is looked for so far before and after the one that is taken."""
BY_NAME = (func.length(t.resource.c.name), t.resource.c.name, t.resource.c.id)
"""The order of resources that people expect: desk 2 comes before desk 10."""


@dataclass(frozen=True, slots=True)
class Block:
    """A booking as it stands in others' way: to the end of its buffer, with the places that it takes of a zone."""

    span: Span
    places: int = 1


Blocks = Mapping[str, Sequence[Block]]
"""The blocks of each resource by its id, by start."""
Hours = Callable[[str], Sequence[Span]]
"""When a resource can be used by whoever asks, by its id, around the time that they ask for."""


def overlapping(start_ms: int, end_ms: int) -> ColumnElement[bool]:
    """Whether a booking, its buffer included, shares a moment with a span; bounded below, as every booking is."""
    b = t.booking.c
    return (b.start_ms < end_ms) & (b.start_ms > start_ms - LONGEST_BLOCK_MS) & (b.blocked_until_ms > start_ms)


def blocks_of(
    connection: Connection, site: str, within: Span, resources: Sequence[str] = (), leaving: Sequence[str] = ()
) -> Blocks:
    """The blocks that touch a time, of some resources of a site (none named: of all), ``leaving`` out some bookings."""
    b = t.booking.c
    held = select(b.resource, b.start_ms, b.blocked_until_ms, b.places).where(b.site == site, b.state.in_(HOLDING))
    held = held.where(overlapping(within.start_ms, within.end_ms))
    if resources:
        held = held.where(b.resource.in_(resources))
    if leaving:
        held = held.where(b.id.not_in(leaving))
    found: dict[str, list[Block]] = defaultdict(list)
    for resource, start_ms, until_ms, places in connection.execute(held.order_by(b.start_ms, b.id)):
        found[resource].append(Block(Span(start_ms, until_ms), places))
    return found


def in_the_way(resource: Row[Any], blocks: Iterable[Block], wanted: Block) -> list[Span]:
    """The spans that keep a booking from a resource, by start; none: it fits. ``wanted`` lasts to its buffer's end."""
    touching = [
        one for one in blocks if one.span.start_ms < wanted.span.end_ms and one.span.end_ms > wanted.span.start_ms
    ]
    if resource.kind == "zone" and (resource.capacity is None or most([*touching, wanted]) <= resource.capacity):
        return []
    return [one.span for one in touching]


def most(blocks: Iterable[Block]) -> int:
    """How many places are taken at one moment, at most."""
    moves = sorted(move for one in blocks for move in ((one.span.start_ms, one.places), (one.span.end_ms, -one.places)))
    now = highest = 0
    for _, step in moves:
        now += step
        highest = max(highest, now)
    return highest


def busiest(spans: Iterable[tuple[int, int]]) -> int:
    """How many spans share one moment, at most."""
    return most(Block(Span(*span)) for span in spans)


def blocked(resource: Row[Any], start_ms: int, end_ms: int, places: int = 1) -> Block:
    """What a booking of a resource would block."""
    return Block(Span(start_ms, end_ms + resource.buffer_minutes * MINUTE_MS), places)


def is_open(hours: Sequence[Span], stay: Span) -> bool:
    """Whether one of these hours holds a whole stay."""
    return any(span.start_ms <= stay.start_ms and stay.end_ms <= span.end_ms for span in hours)


def conflict(taken: Sequence[Span]) -> Problem:
    """A booking has no place. Whoever holds the others is nobody's business: only when."""
    shown = [{"start_ms": span.start_ms, "end_ms": span.end_ms} for span in taken[:SHOWN_CONFLICTS]]
    detail = why("booking.taken", "it is booked in this span; choose another time or another resource.")
    return Problem(Kind.BOOKING_CONFLICT, detail, conflicts=shown)


def with_alternatives(
    connection: Connection, problem: Problem, resource: Row[Any], wanted: Block, hours: Hours, now_ms: int
) -> Problem:
    """A conflict that names, too, the nearest spans of the same length in which the resource is free within its
    ``hours``, not before now, and the resources of its kind and zone that are open and free in this one.
    """
    length_ms = wanted.span.end_ms - wanted.span.start_ms
    near = Span(wanted.span.start_ms - NEAR_MS, wanted.span.end_ms + NEAR_MS)
    r = t.resource.c
    alike = (r.site == resource.site) & (r.zone == resource.zone) & (r.kind == resource.kind)
    rows = connection.execute(select(t.resource).where(alike).order_by(*BY_NAME)).all()
    blocks = blocks_of(connection, resource.site, near, [row.id for row in rows])
    buffer_ms = resource.buffer_minutes * MINUTE_MS
    starts = _nearest(
        resource, blocks.get(resource.id, ()), wanted, hours(resource.id), min(now_ms, wanted.span.start_ms)
    )
    nearest = [{"start_ms": start_ms, "end_ms": start_ms + length_ms - buffer_ms} for start_ms in starts]
    stay = Span(wanted.span.start_ms, wanted.span.end_ms - buffer_ms)
    free = (
        row
        for row in rows
        if row.id != resource.id
        and not in_the_way(row, blocks.get(row.id, ()), blocked(row, stay.start_ms, stay.end_ms, wanted.places))
    )
    others = [row.id for row in free if is_open(hours(row.id), stay)]
    return Problem(problem.kind, str(problem), None, **problem.members, nearest=nearest, others=others[:SHOWN_OTHERS])


def _nearest(
    resource: Row[Any], blocks: Sequence[Block], wanted: Block, hours: Sequence[Span], first_ms: int
) -> list[int]:
    """The last start before the wanted one, and the first after it, at which it would fit."""
    length_ms = wanted.span.end_ms - wanted.span.start_ms
    stay_ms = length_ms - resource.buffer_minutes * MINUTE_MS
    edges = {one.span.end_ms for one in blocks} | {one.span.start_ms - length_ms for one in blocks}
    edges |= {span.start_ms for span in hours} | {span.end_ms - stay_ms for span in hours} | {first_ms}
    at_ms = wanted.span.start_ms

    def fits(start_ms: int) -> bool:
        moved = Block(Span(start_ms, start_ms + length_ms), wanted.places)
        opened = is_open(hours, Span(start_ms, start_ms + stay_ms))
        return opened and not in_the_way(resource, blocks, moved)

    rising = sorted(start_ms for start_ms in edges if abs(start_ms - at_ms) <= NEAR_MS and start_ms >= first_ms)
    before = next((ms for ms in reversed(rising) if ms < at_ms and fits(ms)), None)
    after = next((ms for ms in rising if ms > at_ms and fits(ms)), None)
    return [ms for ms in (before, after) if ms is not None]
