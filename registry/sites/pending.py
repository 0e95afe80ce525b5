"""What was taken from badges and people, and a site does not decide by yet: shown until its gateway says that it does.

Of a site's gateways the one that staff confirmed counts (before any was, the newest); a site whose gateway never asked
the lane is none of these.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, Subquery, and_, func, or_, select

from registry.guard.authority import Sites
from registry.tables import core as t

SHOWN = ("badge", "person")
MOST_NAMED = 500
"""Of all sites together: whoever has more to look at looks at one of them."""
_p, _a, _f = t.published.c, t.applied.c, t.feed.c
KEY = (_p.site, _p.kind.label("what"), _p.id)


@cache
def found() -> Select[tuple[str, str, str, int, int]]:
    """The pending ones, with the site, under the names that staff are shown; the statement is made once."""
    newest = select(_a.site, func.max(_a.epoch).label("epoch")).group_by(_a.site).subquery()
    own = func.coalesce(t.site.c.confirmed_epoch, newest.c.epoch)
    last = and_(_a.site == newest.c.site, _a.epoch == own)
    sites = t.published.join(newest, newest.c.site == _p.site).join(t.site, t.site.c.id == _p.site)
    asked = sites.join(t.applied, last)
    behind = or_(_a.generation != select(_f.generation).scalar_subquery(), _p.denied > _a.version)
    shown = select(_p.site, _p.kind.label("what"), _p.id, _p.denied.label("version"), _a.seen_ms).select_from(asked)
    return shown.where(_p.denied.is_not(None), _p.kind.in_(SHOWN), behind)


def sites_of(connection: Connection, what: str, ident: str) -> Sequence[str]:
    """The sites at which one of them is pending, in order."""
    rows = connection.execute(found().where(_p.kind == what, _p.id == ident).order_by(_p.site))
    return [row.site for row in rows]


@dataclass(frozen=True, slots=True)
class Late:
    """A badge or a person (``what``, ``id``) who lost something, and a site whose gateway, last seen at ``seen_ms``,
    does not decide by that yet; ``person`` is who it is or whose, ``name`` theirs ("": nobody of the registry's).
    """

    site: str
    what: str
    id: str
    person: str
    name: str
    seen_ms: int


def named(connection: Connection, sites: Sites) -> Sequence[Late]:
    """All that are pending at some sites, with their people's names, the latest loss first."""
    query, late = _with_names()
    if sites is not None:
        query = query.where(late.c.site.in_(sites))
    rows = connection.execute(query.order_by(late.c.version.desc(), late.c.site).limit(MOST_NAMED))
    return [Late(row.site, row.what, row.id, row.person, row.name or "", row.seen_ms) for row in rows]


@cache
def _with_names() -> tuple[Select[Any], Subquery]:
    late = found().subquery()
    who = func.coalesce(t.badge.c.person, late.c.id).label("person")
    own = and_(late.c.what == "badge", t.badge.c.id == late.c.id)
    query = select(late.c.site, late.c.what, late.c.id, who, t.person.c.name, late.c.seen_ms).select_from(late)
    return query.outerjoin(t.badge, own).outerjoin(t.person, t.person.c.id == who), late


def counts(connection: Connection, sites: Sites) -> dict[str, int]:
    """How many are pending, by site."""
    late = found().subquery()
    query = select(late.c.site, func.count()).group_by(late.c.site)
    rows = connection.execute(query if sites is None else query.where(late.c.site.in_(sites)))
    return {row[0]: row[1] for row in rows}
