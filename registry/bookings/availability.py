"""What is free at a site in a time: spans of each resource, free, booked or closed, and nobody's name.

A fixed number of queries, however many resources and bookings there are.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from sqlalchemy import Connection, Row, select

from access.spans import Span, clipped, without
from registry.bookings import conflicts
from registry.bookings import rules as booking_rules
from registry.bookings.conflicts import Block
from registry.tables import core as t


def availability(connection: Connection, site: str, within: Span, audience: str = "") -> list[dict[str, Any]]:
    """Each resource of a site with its spans, by kind and name; "" is the audience of everybody. A zone is booked
    where no place is left, a buffer is booked too. Raises Problem where there is no such site.
    """
    house = booking_rules.house_of(connection, site, within)
    r = t.resource.c
    rows = connection.execute(select(t.resource).where(r.site == site).order_by(r.kind, *conflicts.BY_NAME)).all()
    blocks = conflicts.blocks_of(connection, site, within)
    audiences = frozenset({audience} if audience else ())
    opened = house.hours("", "", within, audiences)
    own = {one.resource for one in house.closures} | {one.resource for one in house.openings}
    return [
        {
            "id": row.id,
            "kind": row.kind,
            "name": row.name,
            "zone": row.zone,
            "capacity": row.capacity,
            "spans": list(
                _spans(
                    within,
                    house.hours(row.id, row.zone, within, audiences) if own & {row.id, row.zone} else opened,
                    taken(row, blocks.get(row.id, ())),
                )
            ),
        }
        for row in rows
    ]


def taken(resource: Row[Any], blocks: Sequence[Block]) -> Iterable[Span]:
    """When nobody more can book a resource: while it is blocked, or, of a zone, while its places are."""
    return _full(blocks, resource.capacity) if resource.kind == "zone" else (block.span for block in blocks)


def _full(blocks: Sequence[Block], capacity: int | None) -> Iterator[Span]:
    if capacity is None:
        return
    moves = sorted(move for one in blocks for move in ((one.span.start_ms, one.places), (one.span.end_ms, -one.places)))
    now, since_ms = 0, 0
    for at_ms, step in moves:
        before, now = now, now + step
        if before < capacity <= now:
            since_ms = at_ms
        elif now < capacity <= before:
            yield Span(since_ms, at_ms)


def _spans(within: Span, opened: Sequence[Span], booked: Iterable[Span]) -> Iterator[dict[str, Any]]:
    """A time as spans that touch: what is booked is so even where it is closed."""
    busy = clipped(booked, within)
    parts = [(span, "booked") for span in busy]
    parts += [(span, "free") for span in without(opened, busy)]
    parts += [(span, "closed") for span in without(without([within], opened), busy)]
    for span, state in sorted(parts):
        yield {"start_ms": span.start_ms, "end_ms": span.end_ms, "state": state}
