"""What a file of a kind holds, read page by page: each page is one short read, so that a slow reader holds nothing.

No UID, hash or codice fiscale is ever among it (guarantee P3). People are named by their ref, else by their id.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Connection, Row, Select, and_, or_, select, tuple_

from access.records import BookingKind
from registry.exchange.people_out import listed_people
from registry.guard.authority import Sites
from registry.people.known_at import known_at
from registry.spreadsheets.ids import CODES_APART
from registry.spreadsheets.incoming import Zones
from registry.spreadsheets.kinds import ListedBadge, ListedBooking, ListedSession
from registry.tables import core as t

PAGE = 500
LISTED = ("pending", "booked", "ended")
"""The states of a booking that somebody made: what is offered is nobody's yet."""
DEFAULT_ZONE = "Europe/Rome"
Reading = Callable[[], AbstractContextManager[Connection]]
Rows = Sequence[Row[Any]]
Shape = Callable[[Connection, Rows], Iterable[Any]]


def zones(connection: Connection) -> Zones:
    """The time zones of all sites; what is of no site is in that of the first."""
    s = t.site.c
    found = {row.id: ZoneInfo(row.timezone) for row in connection.execute(select(s.id, s.timezone).order_by(s.id))}
    return Zones(next(iter(found.values()), ZoneInfo(DEFAULT_ZONE)), found)


def people(reading: Reading, site: str | None, at_ms: int) -> Iterator[Any]:
    """Everybody, a line for each site that they are of at a moment; of one site, or all."""
    p = t.person.c
    return _pages(reading, select(t.person), [p.id], lambda found, rows: listed_people(found, rows, site, at_ms))


def people_of(reading: Reading, idents: Sequence[str], sites: Sites, at_ms: int) -> Iterator[Any]:
    """Some people, by their lines of some sites (None: of all) and of no site in particular."""
    p = t.person.c
    query = select(t.person).where(p.id.in_(idents))
    lines = _pages(reading, query, [p.id], lambda found, rows: listed_people(found, rows, None, at_ms))
    return (line for line in lines if sites is None or line.site is None or line.site in sites)


def badges(reading: Reading, site: str | None, at_ms: int) -> Iterator[Any]:
    """The badges that were not revoked; of those known at one site, or all."""
    del at_ms
    b, c = t.badge.c, t.credential.c
    query = select(t.badge, t.person.c.ref).join(t.person, t.person.c.id == b.person).where(~b.revoked)
    if site is not None:
        query = query.where(b.id.in_(select(c.badge).where(c.site == site)), known_at(b.person, frozenset({site})))
    return _pages(reading, query, [b.id], lambda _, rows: map(_badge, rows))


def _badge(row: Row[Any]) -> ListedBadge:
    return ListedBadge(row.ref or row.person, None, row.valid_from_ms, row.valid_until_ms, row.long_pulse)


def bookings(reading: Reading, site: str | None, at_ms: int) -> Iterator[Any]:
    """The bookings that hold their resource, or held it to their end."""
    del at_ms
    b = t.booking.c
    query = select(t.booking, t.person.c.ref).outerjoin(t.person, t.person.c.id == b.person)
    query = _at(query.where(b.state.in_(LISTED), b.kind != BookingKind.SESSION), b.site, site)
    return _pages(reading, query, [b.site, b.start_ms, b.id], lambda _, rows: map(_booking, rows))


def _booking(row: Row[Any]) -> ListedBooking:
    holder = (row.ref or row.person, row.group_id)
    return ListedBooking(row.site, row.resource, row.start_ms, row.end_ms, *holder, ref=row.id)


def sessions(reading: Reading, site: str | None, at_ms: int) -> Iterator[Any]:
    """The sessions that are not cancelled."""
    del at_ms
    s = t.session.c
    query = _at(select(t.session).where(s.state != "cancelled"), s.site, site)
    return _pages(reading, query, [s.site, s.start_ms, s.id], _sessions)


def _sessions(connection: Connection, rows: Rows) -> Iterator[ListedSession]:
    g, h = t.session_group.c, t.session_trainer.c
    groups = _by_session(connection, select(g.site, g.session, g.group_id), g, rows)
    held = select(h.site, h.session, h.person, t.person.c.ref).join(t.person, t.person.c.id == h.person)
    trainers = _by_session(connection, held, h, rows)
    for row in rows:
        key = (row.site, row.id)
        yield ListedSession(
            row.site,
            row.programme,
            row.title,
            row.start_ms,
            row.end_ms,
            row.id,
            tuple(sorted(one.group_id for one in groups[key])),
            None if row.off_site else row.resource or row.zone,
            row.place or None,
            row.off_site,
            tuple(sorted(_called(one) for one in trainers[key])),
            row.module,
        )


def _called(row: Row[Any]) -> str:
    """What a list of people calls one: by the ref, unless that could not stand in a list."""
    return str(row.person if row.ref is None or CODES_APART.search(row.ref) else row.ref)


def _by_session(
    connection: Connection,
    query: Select[Any],
    columns: Any,  # noqa: ANN401 -- a table's columns
    rows: Rows,
) -> Mapping[tuple[str, str], Rows]:
    found: dict[tuple[str, str], list[Row[Any]]] = defaultdict(list)
    idents = defaultdict(list)
    for row in rows:
        idents[row.site].append(row.id)
    here = [and_(columns.site == site, columns.session.in_(some)) for site, some in idents.items()]
    if here:
        for row in connection.execute(query.where(or_(*here))):
            found[row.site, row.session].append(row)
    return found


def _at(query: Select[Any], column: ColumnElement[str], site: str | None) -> Select[Any]:
    return query if site is None else query.where(column == site)


def _pages(reading: Reading, query: Select[Any], key: Sequence[ColumnElement[Any]], shape: Shape) -> Iterator[Any]:
    """All of a query's rows in the order of a key, shaped a page at a time."""
    last: tuple[Any, ...] | None = None
    while True:
        page = query if last is None else query.where(tuple_(*key) > tuple_(*last))
        with reading() as connection:
            rows = connection.execute(page.order_by(*key).limit(PAGE)).all()
            entries = list(shape(connection, rows))
        yield from entries
        if len(rows) < PAGE:
            return
        last = tuple(getattr(rows[-1], str(column.key)) for column in key)


EXPORTS: Mapping[str, Callable[[Reading, str | None, int], Iterator[Any]]] = {
    "people": people,
    "badges": badges,
    "bookings": bookings,
    "sessions": sessions,
}
