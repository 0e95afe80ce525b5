"""Stays as plain values, before it is known what each counts beside those at other sites. There may be a year of many
people's: a tuple of plain values costs the garbage collector nothing, and rows are taken one by one, so that none is
kept beside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from operator import itemgetter

from sqlalchemy import ColumnElement, Connection, select, true

from access.attendance import ClosedStay, Closing, OpenStay
from access.spans import Span
from access.stays import CLOSINGS
from registry.programmes.sittings import AT_ONCE
from registry.sites.standings import standings
from registry.tables import core as t
from registry.uplink.branches import counting

Piece = tuple[int, str, int | None, str | None]
"""Its start, site, end (None: it goes on) and the row's word for how it ended (None: it has not)."""
Pieces = Mapping[str, list[Piece]]
"""By person."""
_CLOSED_AS: Mapping[str, Closing] = {str(how): closed for how, closed in CLOSINGS.items()}


def everybodys(connection: Connection, span: Span) -> Pieces:
    """Everybody's stays that are over and touch a span."""
    found = defaultdict[str, list[Piece]](list)
    _read(connection, true(), span, found)
    return found


def of_persons(connection: Connection, persons: Sequence[str], span: Span) -> Pieces:
    """These people's stays that are over and touch a span."""
    found = defaultdict[str, list[Piece]](list)
    for start in range(0, len(persons), AT_ONCE):
        _read(connection, t.stay.c.person.in_(persons[start : start + AT_ONCE]), span, found)
    return found


def _read(connection: Connection, whose: ColumnElement[bool], span: Span, into: dict[str, list[Piece]]) -> None:
    s = t.stay.c
    touching = select(s.person, s.site, s.start_ms, s.end_ms, s.how).join(t.branch, counting(t.stay))
    touching = touching.where(whose, s.start_ms < span.end_ms, s.end_ms > span.start_ms)
    for person, site, start_ms, end_ms, how in connection.execute(touching):
        into[person].append((start_ms, site, end_ms, how))


def with_open(connection: Connection, over: Pieces, persons: Iterable[str] | None, now_ms: int | None) -> Pieces:
    """These people's stays in order, with those that go on; ``now_ms`` None: as far as their site's log has come.
    ``persons`` None: everybody's.
    """
    chosen = None if persons is None else set(persons)
    found = {person: list(over[person]) for person in (over if chosen is None else over.keys() & chosen)}
    for standing in standings(connection, true()):
        there = standing.occupancy.stays.keys()
        for person in there if chosen is None else there & chosen:
            here_ms = standing.occupancy.stays[person].here_ms
            upto_ms = None if now_ms is not None else max(here_ms, standing.last_event_ms or here_ms)
            found.setdefault(person, []).append((here_ms, standing.site, upto_ms, None))
    for held in found.values():
        held.sort(key=itemgetter(0, 1))
    return found


def ends_counted(connection: Connection, over: Pieces) -> Iterator[tuple[str, int, int | None]]:
    """Everybody's stays as (site, start, end), the end as hours count it; None: it goes on."""
    for held in with_open(connection, over, None, 0).values():
        for stay in held:
            counted = as_counted(stay, held)
            yield stay[1], stay[0], counted.end_ms if isinstance(counted, ClosedStay) else None


def as_counted(stay: Piece, others: Sequence[Piece]) -> OpenStay | ClosedStay:
    """A stay as it counts beside those at other sites."""
    start_ms, site, end_ms, how = stay
    closed = None if how is None else _CLOSED_AS[how]
    if closed is None or closed is Closing.SYSTEM:
        next_ms = min((one[0] for one in others if one[1] != site and one[0] > start_ms), default=None)
        if next_ms is not None and (end_ms is None or next_ms < end_ms):
            return ClosedStay(start_ms, next_ms, Closing.TRANSFER)
    return OpenStay(start_ms) if end_ms is None else ClosedStay(start_ms, end_ms, closed or Closing.EXIT)
