"""Where each other site's log ends, for a gateway to write down: so no site's log can be shortened unseen (S4)."""

from sqlalchemy import Connection, bindparam, select

from registry.prepared import Prepared
from registry.tables import core as t

MOST_SITES = 100


def heads(connection: Connection, site: str) -> dict[str, tuple[int, int, str]]:
    """By site, but for this one: the confirmed branch's epoch, its last number and that row's hash in hex."""
    found = _OTHERS.on(connection, {"site": site})
    return {of: (epoch, seq, bytes(head).hex()) for of, epoch, seq, head in found}


_b = t.branch.c
_OTHERS = Prepared(
    select(_b.site, _b.epoch, _b.seq, _b.head)
    .join(t.site, (t.site.c.id == _b.site) & (t.site.c.confirmed_epoch == _b.epoch))
    .where(_b.site != bindparam("site"), _b.seq > 0)
    .order_by(_b.site)
    .limit(MOST_SITES)
)
