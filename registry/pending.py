"""What was taken from badges and people, and a site does not decide by yet: shown until its gateway says that it does.

Of a site's gateways the one that staff confirmed counts (before any was, the newest); a site whose gateway never asked
the lane is none of these.
"""

from collections.abc import Sequence

from sqlalchemy import Connection, Select, and_, func, or_, select

from registry import tables as t

SHOWN = ("badge", "person")
_p, _a, _f = t.published.c, t.applied.c, t.feed.c
KEY = (_p.site, _p.kind.label("what"), _p.id)


def found() -> Select[tuple[str, str, str, int, int]]:
    """The pending ones, with the site, under the names that staff are shown."""
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
