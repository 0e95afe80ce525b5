"""A site whose gateway was stolen: its credentials, its key and all that was hashed under that key are void (P2).

Whoever has a gateway's disk has the key, and with it tries every four-byte UID in an hour; so a badge that the site
knew can be copied, and must be replaced, at whichever site it opens. Nothing can hash it anew: its UID is nowhere.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import delete, select, update

from registry.downlink import admission
from registry.edit import Edit
from registry.sites import sites
from registry.sites.keys import Keys
from registry.tables import core as t
from registry.tables.accounts import account

REKEYED = "site-rekeyed"
"""What the audit trail calls it."""


@dataclass(frozen=True, slots=True)
class Fresh:
    """What a site's next gateway has: its credential's id, its token and the site's new key."""

    gateway: str
    token: str
    key: bytes


@dataclass(frozen=True, slots=True)
class Exposed:
    """What the thief may know: badges to be replaced, and the logins of accounts that must choose a new password."""

    badges: int
    logins: Sequence[str]


def rekey(edit: Edit, keys: Keys, site: str, fresh: Fresh, *, revoke: bool) -> Exposed:
    """Take a site's credentials and key out of force and begin with fresh ones. No badge that it knew opens there any
    more; elsewhere they open until they are replaced, or, with ``revoke``, no more from now on. Its staff's passwords
    must be chosen anew. Raises Problem where there is no such site, and BadKey.

    The key file is written before the transaction ends: where that fails, the command is given again.
    """
    sites.site(edit.connection, site)
    badges = _expose(edit, site, revoke=revoke)
    logins = _void_passwords(edit, site)
    edit.connection.execute(delete(t.gateway).where(t.gateway.c.site == site))
    sites.add_gateway(edit, site, fresh.gateway, fresh.token)
    keys.replace(site, fresh.key)
    return Exposed(badges, logins)


def _expose(edit: Edit, site: str, *, revoke: bool) -> int:
    """Forget what cards show at the site, and note that their badges are to be replaced; how many."""
    b, c = t.badge.c, t.credential.c
    here = b.id.in_(select(c.badge).where(c.site == site)) & b.revoked.is_(False)
    found = edit.connection.execute(select(b.id, b.person).where(here)).all()
    change = {"exposed_ms": edit.at_ms, "revision": b.revision + 1, **({"revoked": True} if revoke else {})}
    edit.connection.execute(update(t.badge).where(here).values(**change))
    known = edit.connection.execute(select(c.badge).where(c.site == site)).scalars().all()
    edit.connection.execute(delete(t.credential).where(c.site == site))
    for ident in known:
        edit.withdraw(site, "badge", ident)
    if revoke:
        admission.publish_everywhere(edit, sorted({row.person for row in found}))
    return len({row.id for row in found})


def _void_passwords(edit: Edit, site: str) -> Sequence[str]:
    """Have those whose passwords' hashes the site holds choose new ones, at the centre; until then no site's pages sign
    them in.
    """
    p, a = t.published.c, account.c
    told = select(p.id).where(p.site == site, p.kind == "staff", p.record.is_not(None))
    held = edit.connection.execute(select(a.id, a.login, a.person).where(a.id.in_(told)).order_by(a.login)).all()
    if held:
        edit.connection.execute(update(account).where(a.id.in_([row.id for row in held])).values(must_change=True))
        admission.publish_everywhere(edit, [row.person for row in held if row.person is not None])
    return [row.login for row in held]
