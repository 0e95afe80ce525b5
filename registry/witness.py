"""Where each other site's log ends, for a gateway to write down: so no site's log can be shortened unseen (S4)."""

from sqlalchemy import Connection, select

from registry import tables as t

MOST_SITES = 100


def heads(connection: Connection, site: str) -> dict[str, tuple[int, int, str]]:
    """By site, but for this one: the confirmed branch's epoch, its last number and that row's hash in hex."""
    b = t.branch.c
    own = (t.site.c.id == b.site) & (t.site.c.confirmed_epoch == b.epoch)
    others = select(b.site, b.epoch, b.seq, b.head).join(t.site, own).where(b.site != site, b.seq > 0)
    found = connection.execute(others.order_by(b.site).limit(MOST_SITES))
    return {row.site: (row.epoch, row.seq, bytes(row.head).hex()) for row in found}
