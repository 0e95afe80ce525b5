"""What pages say of closures, and what one can be of."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select, true

from registry.guard.authority import Sites
from registry.tables import core as t
from registry.web.listing import Listed, listed

CLOSURES = "/closures"
_C, _S, _R = t.closure.c, t.site.c, t.resource.c


def _here(column: ColumnElement[Any], sites: Sites) -> ColumnElement[bool]:
    return true() if sites is None else column.in_(sites)


def found(connection: Connection, sites: Sites, cursor: str | None, at_ms: int, *, site: str, past: bool) -> Listed:
    """One page of the closures of some sites, by start: those that have not ended, or all. Raises Problem."""
    query = select(t.closure, _S.name.label("site_name"), _S.timezone, _R.name.label("resource_name"))
    query = query.join(t.site, _S.id == _C.site)
    query = query.outerjoin(t.resource, and_(_R.site == _C.site, _R.id == _C.resource))
    query = query.where(_here(_C.site, sites), _C.site == site if site else true())
    query = query.where(true() if past else _C.end_ms > at_ms)
    asked = {"site": site, "past": "1" if past else ""}
    return listed(connection, query, [_C.start_ms, _C.site, _C.id], cursor, CLOSURES, asked)


def sites_of(connection: Connection, sites: Sites) -> Sequence[Row[Any]]:
    """Some sites, by name."""
    return connection.execute(select(t.site).where(_here(_S.id, sites)).order_by(_S.name, _S.id)).all()


def resources_of(connection: Connection, site: str) -> Sequence[Row[Any]]:
    """What of a site can be closed by itself, by kind and name."""
    return connection.execute(select(t.resource).where(_R.site == site).order_by(_R.kind, _R.name, _R.id)).all()


def audiences_of(connection: Connection) -> Sequence[str]:
    """The audiences that programmes have."""
    p = t.programme.c
    return (
        connection.execute(select(p.audience).where(p.audience != "").distinct().order_by(p.audience)).scalars().all()
    )
