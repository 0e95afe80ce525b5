"""What was made of desks and rooms, who visited, and how many were there at most, of a period."""

from collections import defaultdict
from collections.abc import Iterable
from itertools import chain

from sqlalchemy import Connection, case, func, select

from access.clock import MINUTE_MS
from access.disclosure import Key
from access.spans import Span
from registry.attendance.pieces import Pieces, ends_counted
from registry.attendance.visit_kinds import kind_of
from registry.tables import core as t
from registry.uplink.branches import counted

HELD = ("booked", "ended", "released")
"""The states of bookings that kept a place, whoever came."""
Minutes = dict[Key, dict[str, int]]


def places(connection: Connection) -> frozenset[Key]:
    """The kinds of what can be booked at each site."""
    r = t.resource.c
    return frozenset((site, kind) for site, kind in connection.execute(select(r.site, r.kind).distinct()))


def use(connection: Connection, span: Span) -> tuple[Minutes, Minutes]:
    """Booked minutes of desks, rooms and zones by whom they were booked for: used, and not used.

    A booking that begins in the period counts, whole. A team or cohort counts as one.
    """
    b = t.booking.c
    came = case((b.checked_in_ms.is_not(None) & (b.state != "released"), 1), else_=0)
    whose = func.coalesce(b.person, b.group_id)
    query = select(b.site, b.kind, whose, came, func.sum(b.end_ms - b.start_ms))
    query = query.where(b.start_ms >= span.start_ms, b.start_ms < span.end_ms, b.state.in_(HELD))
    used, unused = Minutes(), Minutes()
    for site, kind, holder, was_used, length_ms in connection.execute(query.group_by(b.site, b.kind, whose, came)):
        side = used if was_used else unused
        side.setdefault((site, kind), {})[holder] = int(length_ms) // MINUTE_MS
    return used, unused


def visits(connection: Connection, span: Span) -> Minutes:
    """The minutes of each visit that began in the period and is over, by what it was for."""
    v = t.visit.c
    query = select(v.site, v.epoch, v.id, v.purpose, v.start_ms, v.end_ms)
    query = query.where(v.start_ms >= span.start_ms, v.start_ms < span.end_ms, v.end_ms.is_not(None))
    found = Minutes()
    for row in connection.execute(query.where(counted(t.visit, v.end_seq))):
        minutes = max(0, row.end_ms - row.start_ms) // MINUTE_MS
        found.setdefault((row.site, kind_of(row.purpose)), {})[f"{row.epoch}-{row.id}"] = minutes
    return found


def helped(connection: Connection, span: Span) -> Minutes:
    """The minutes of each visit at the citizens' desk that began in the period, by what it was for."""
    v = t.desk_visit.c
    query = select(v.site, v.kind, v.id, v.minutes).where(~v.void)
    found = Minutes()
    for site, kind, ident, minutes in connection.execute(
        query.where(v.start_ms >= span.start_ms, v.start_ms < span.end_ms)
    ):
        found.setdefault((site, kind), {})[ident] = minutes
    return found


def peaks(connection: Connection, span: Span, over: Pieces) -> dict[str, int]:
    """How many people were at each site at once, at most, at a moment of the period: stays and visits together. A stay
    ends where hours end it (``registry.attendance.pieces``); one that goes on lasts to the end of the period.
    """
    v = t.visit.c
    visitors = select(v.site, v.start_ms, v.end_ms).where(
        v.start_ms < span.end_ms, v.end_ms > span.start_ms, counted(t.visit, v.end_seq)
    )
    starts, ends = defaultdict[str, list[int]](list), defaultdict[str, list[int]](list)
    for site, start_ms, ended_ms in chain(ends_counted(connection, over), connection.execute(visitors)):
        end_ms = span.end_ms if ended_ms is None else ended_ms
        if start_ms < span.end_ms and end_ms > span.start_ms:
            starts[site].append(start_ms)
            ends[site].append(end_ms)
    return {site: most_at_once(starts[site], ends[site]) for site in starts}


def most_at_once(starts: Iterable[int], ends: Iterable[int]) -> int:
    """The most of these spans that share a moment; one that ends when another begins shares none with it."""
    went = sorted(ends)
    gone, most, last = 0, 0, len(went)
    for number, at_ms in enumerate(sorted(starts), 1):
        while gone < last and went[gone] <= at_ms:
            gone += 1
        most = max(most, number - gone)
    return most
