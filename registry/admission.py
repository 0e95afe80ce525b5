"""What a site is told of people and badges: only of those whom it admits, and no more than a door needs (P2)."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any

from sqlalchemy import Connection, Row, select

from access.records import Badge, Person
from registry import tables as t
from registry.edit import Edit

_AT_ONCE = 500


def publish(edit: Edit, site: str, persons: Iterable[str]) -> None:
    """Tell a site these people and their badges as they are now, or that it admits them no more."""
    for some in chunks(persons, _AT_ONCE):
        admitted = _admitted(edit.connection, site, some)
        for ident in some:
            if ident in admitted:
                edit.publish(site, admitted[ident])
            else:
                edit.withdraw(site, "person", ident)
        for badge in badges_at(edit.connection, site, some):
            if badge.person in admitted:
                edit.publish(site, badge)
            else:
                edit.withdraw(site, "badge", badge.id)


def chunks(items: Iterable[str], size: int) -> Iterator[list[str]]:
    """The items in lists of at most ``size``."""
    rest = iter(items)
    while some := list(islice(rest, size)):
        yield some


def _admitted(connection: Connection, site: str, persons: Sequence[str]) -> dict[str, Person]:
    p, r = t.person.c, t.rights.c
    own = (r.valid_from_ms.label("from_here"), r.valid_until_ms.label("until_here"), r.zones, r.standing)
    found = select(t.person, *own).join(t.rights, r.person == p.id).where(r.site == site, p.id.in_(persons))
    return {row.id: _person(row) for row in connection.execute(found)}


def _person(row: Row[Any]) -> Person:
    ends = [end for end in (row.valid_until_ms, row.until_here) if end is not None]
    return Person(
        row.id,
        row.name,
        frozenset(row.zones.split()),
        frozenset(row.standing.split()),
        max(row.valid_from_ms, row.from_here),
        min(ends, default=None),
        row.suspended,
        row.minor,
    )


def badges_at(connection: Connection, site: str, persons: Sequence[str]) -> list[Badge]:
    """These people's badges that this site can know, with their keyed hashes there."""
    b, c = t.badge.c, t.credential.c
    found = select(t.badge, c.hash).join(t.credential, c.badge == b.id)
    found = found.where(c.site == site, b.person.in_(persons)).order_by(b.id, c.hash)
    hashes: dict[str, list[bytes]] = defaultdict(list)
    rows = {}
    for row in connection.execute(found):
        rows[row.id] = row
        hashes[row.id].append(bytes(row.hash))
    return [_badge(row, tuple(hashes[ident])) for ident, row in rows.items()]


def _badge(row: Row[Any], hashes: tuple[bytes, ...]) -> Badge:
    return Badge(row.id, row.person, hashes, row.valid_from_ms, row.valid_until_ms, row.revoked, row.long_pulse)
