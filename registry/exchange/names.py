"""Whom and what a file means: people by their ref or id, and which of the ids that it names there are."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from hashlib import sha256
from itertools import islice
from typing import Any

from sqlalchemy import Column, Connection, select

from registry.names import is_id
from registry.tables import core as t

_AT_ONCE = 500
Key = Column[Any]


def chunks(items: Iterable[Any]) -> Iterator[Sequence[Any]]:
    """The items, each once, in lists that one query can name."""
    rest = iter(dict.fromkeys(items))
    while some := list(islice(rest, _AT_ONCE)):
        yield some


def people(connection: Connection, names: Iterable[str | None]) -> Mapping[str, str]:
    """The ids of people by what a file calls them: a ref goes before an id. Whoever is not found is left out."""
    p = t.person.c
    by_ref: dict[str, str] = {}
    by_id: dict[str, str] = {}
    for some in chunks(name for name in names if name):
        found = connection.execute(select(p.id, p.ref).where(p.ref.in_(some) | p.id.in_(some)))
        for row in found:
            by_id[row.id] = row.id
            if row.ref is not None:
                by_ref[row.ref] = row.id
    return by_id | by_ref


def known(connection: Connection, column: Key, idents: Iterable[str | None]) -> frozenset[str]:
    """Which of these ids a table's column holds."""
    found: set[str] = set()
    for some in chunks(ident for ident in idents if ident):
        found |= set(connection.execute(select(column).where(column.in_(some))).scalars())
    return frozenset(found)


def id_of(kind: str, site: str, ref: str) -> str:
    """The id that an entry made from a file has by its ref there: always the same, so that it is made once."""
    return sha256(f"{kind}\0{site}\0{ref}".encode()).hexdigest()[:20]


def ids_of(kind: str, site: str, ref: str | None) -> tuple[str, ...]:
    """The ids that a ref can mean: itself, where it is one, as an export writes it, or the one that is made of it."""
    if not ref:
        return ()
    made = id_of(kind, site, ref)
    return (ref, made) if is_id(ref) else (made,)
