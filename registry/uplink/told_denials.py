"""What sites bar before the registry does: it revokes the badge for all of them, and staff here are told who said so.

Staff of a site bar a badge at once, online or not (guarantee D9). And a site that sees a badge come back with a
restored registry, which it knew as revoked, bars it and says so (S10): the registry has forgotten, and is reminded.
"""

from collections.abc import Sequence

from sqlalchemy import select

from access.denials import Origin
from access.facts_denials import Denied
from registry.edit import Edit
from registry.names import is_id, told_text
from registry.people import badges
from registry.sites.alarms import raise_alarm
from registry.tables import core as t
from registry.uplink.folding import Told

KINDS = frozenset({Denied.KIND})
SAID = {
    Origin.STAFF: "{author} at the site barred the badge {badge} ({note})",
    Origin.RESTORED: "the site knew the badge {badge} as revoked, which this registry had forgotten",
}
"""Whose word is news here, and what staff are told of it; the lane and signed files are the registry's own."""


def follow(edit: Edit, site: str, told: Sequence[Told]) -> None:
    """Revoke the badges that rows of a site's confirmed log bar, each with an alarm that says who did, and why."""
    for one in told:
        fact = one.fact
        if isinstance(fact, Denied) and fact.what == "badge" and fact.origin in SAID:
            known = _revoked(edit, fact.id)
            named = {"author": told_text(fact.author) or "somebody", "badge": told_text(fact.id)}
            said = SAID[Origin(fact.origin)].format(**named, note=told_text(fact.note))
            after = "it is revoked everywhere" if known else "no such badge is known here"
            place = (site, "badge-denied", one.row.epoch, one.row.seq)
            raise_alarm(edit.connection, *place, f"{said}: {after}", edit.at_ms)


def _revoked(edit: Edit, badge: str) -> bool:
    """Revoke a badge; whether there is one."""
    if not is_id(badge) or edit.connection.execute(select(t.badge.c.id).where(t.badge.c.id == badge)).first() is None:
        return False  # A log can name what no table could.
    badges.revoke(edit, badge)
    return True
