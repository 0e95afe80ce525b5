"""Stays that contradict one another, and what staff make of each; the stays themselves are as the logs tell them."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, select, true

from registry import store
from registry.edit import Edit
from registry.guard.authority import Sites
from registry.tables import core as t

_C = t.conflict.c


def at(sites: Sites) -> ColumnElement[bool]:
    """The conflicts that one of some sites has to do with."""
    return true() if sites is None else _C.site.in_(sites) | _C.other_site.in_(sites)


def one(connection: Connection, ident: str) -> Row[Any]:
    """One conflict. Raises Problem."""
    return store.one(connection, t.conflict, _C.id == ident, "conflict")


def resolve(edit: Edit, ident: str, author: str, note: str) -> dict[str, object]:
    """Keep what staff make of a conflict that there is; the columns that say so."""
    said: dict[str, object] = {"resolved_ms": edit.at_ms, "resolved_by": author, "note": note}
    store.change(edit.connection, t.conflict, _C.id == ident, said)
    return said


def waiting(connection: Connection, sites: Sites, most: int) -> Sequence[Row[Any]]:
    """Those of which nobody has said anything, by when they were found."""
    query = select(t.conflict).where(at(sites), _C.resolved_ms.is_(None))
    return connection.execute(query.order_by(_C.found_ms, _C.id).limit(most)).all()


def counts(connection: Connection, sites: Sites) -> dict[str, int]:
    """How many of which nobody has said anything each site has to do with."""
    query = select(_C.site, _C.other_site, func.count()).where(at(sites), _C.resolved_ms.is_(None))
    found: dict[str, int] = {}
    for site, other, count in connection.execute(query.group_by(_C.site, _C.other_site)):
        for each in {site, other}:
            found[each] = found.get(each, 0) + count
    return found
