"""Badges: enrolled by a card's UID, of which only the keyed hashes of the sites are kept."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import delete, func, insert, select

from access.credential import BadUid, is_random_uid, keyed_hash
from registry import store
from registry.downlink import admission
from registry.edit import Edit
from registry.people import people
from registry.problems import Kind, Problem
from registry.tables import core as t


@dataclass(frozen=True, slots=True)
class Terms:
    """When a badge is in force, whether it holds the door longer, and whether it is a sealed card for an emergency."""

    valid_from_ms: int = 0
    valid_until_ms: int | None = None
    long_pulse: bool = False
    emergency: bool = False


EMERGENCY_CARDS = 2
"""In force at one site, at most (guarantees: age of the replica)."""
ALWAYS = Terms()
"""In force from now on, without end."""
Credentials = Mapping[str, bytes]
"""A card's keyed hash, by site."""


def credentials(keys: Mapping[str, bytes], uid: str) -> Credentials:
    """A card's keyed hash under every site's key; after this the UID is forgotten. Raises Problem."""
    try:
        if is_random_uid(uid):
            detail = "this card shows another number at every tap (a phone); enrol a card with a fixed one."
            raise Problem(Kind.INVALID, detail)
        return {site: keyed_hash(key, uid) for site, key in keys.items()}
    except BadUid as error:
        raise Problem(Kind.INVALID, f"uid: {error}; read the card again.") from None


def enrol(edit: Edit, ident: str, person: str, shown: Credentials, terms: Terms) -> None:
    """Make a badge of a known person. Raises Problem where the card is enrolled already."""
    _refuse_known(edit, shown)
    values = {"id": ident, "person": person, "revoked": False, "revision": 1, **terms_values(terms)}
    store.add(edit.connection, t.badge, values, "badge")
    _add_credentials(edit, ident, shown)
    _check_emergency(edit, person, terms)
    _tell(edit, person)


def _check_emergency(edit: Edit, person: str, terms: Terms) -> None:
    """No site has more than two cards that open however long it was cut off."""
    if not terms.emergency:
        return
    b, here = t.badge.c, people.sites_of(edit.connection, person)
    found = select(t.rights.c.site, func.count()).join(t.badge, b.person == t.rights.c.person)
    sealed = found.where(b.emergency, b.revoked.is_(False), t.rights.c.site.in_(here)).group_by(t.rights.c.site)
    for site, cards in edit.connection.execute(sealed):
        if cards > EMERGENCY_CARDS:
            detail = f"site {site} has its {EMERGENCY_CARDS} emergency cards; revoke one of them first."
            raise Problem(Kind.INVALID, detail)


def terms_values(terms: Terms) -> dict[str, object]:
    """The columns of terms."""
    return {
        "valid_from_ms": terms.valid_from_ms,
        "valid_until_ms": terms.valid_until_ms,
        "long_pulse": terms.long_pulse,
        "emergency": terms.emergency,
    }


def _refuse_known(edit: Edit, shown: Credentials) -> None:
    known = holder(edit, shown)
    if known is not None:
        detail = "this card is enrolled already; delete that badge first if the card changes hands."
        raise Problem(Kind.EXISTS, detail, badge=known)


def holder(edit: Edit, shown: Credentials) -> str | None:
    """The badge that a card is already, at whichever site."""
    found = (_holder(edit, site, digest) for site, digest in shown.items())
    return next((one for one in found if one is not None), None)


def _holder(edit: Edit, site: str, digest: bytes) -> str | None:
    c = t.credential.c
    return edit.connection.execute(select(c.badge).where(c.site == site, c.hash == digest)).scalar_one_or_none()


def _add_credentials(edit: Edit, badge: str, shown: Credentials) -> None:
    rows = [{"site": site, "hash": digest, "badge": badge} for site, digest in sorted(shown.items())]
    if rows:
        edit.connection.execute(insert(t.credential), rows)


def _tell(edit: Edit, person: str) -> None:
    for site in people.sites_of(edit.connection, person):
        admission.publish(edit, site, [person])


def change(edit: Edit, ident: str, terms: Terms) -> None:
    """Change a badge's terms. Raises Problem."""
    row = store.one(edit.connection, t.badge, t.badge.c.id == ident, "badge")
    store.change(edit.connection, t.badge, t.badge.c.id == ident, terms_values(terms))
    _check_emergency(edit, row.person, terms)
    _tell(edit, row.person)


def touched(edit: Edit, ident: str) -> None:
    """Count an edit of what belongs to a badge, and tell the sites. Raises Problem."""
    row = store.one(edit.connection, t.badge, t.badge.c.id == ident, "badge")
    store.change(edit.connection, t.badge, t.badge.c.id == ident, {})
    _tell(edit, row.person)


def revoke(edit: Edit, ident: str) -> None:
    """Take a badge out of force for good, at every site (D9); again changes nothing. Raises Problem."""
    row = store.one(edit.connection, t.badge, t.badge.c.id == ident, "badge")
    if not row.revoked:
        store.change(edit.connection, t.badge, t.badge.c.id == ident, {"revoked": True})
        _tell(edit, row.person)


def replace(edit: Edit, old: str, new: str, shown: Credentials) -> None:
    """Revoke a badge and give its person another card on the same terms. Raises Problem."""
    row = store.one(edit.connection, t.badge, t.badge.c.id == old, "badge")
    revoke(edit, old)
    enrol(edit, new, row.person, shown, Terms(row.valid_from_ms, row.valid_until_ms, row.long_pulse, row.emergency))


def complete(edit: Edit, ident: str, shown: Credentials) -> None:
    """Make a badge known at sites that were added after it was enrolled, by its card. Raises Problem, also where the
    card stood in a gateway that was stolen.
    """
    row = store.one(edit.connection, t.badge, t.badge.c.id == ident, "badge")
    if row.exposed_ms is not None:
        detail = "this card stood in a gateway that was stolen, and can be copied; replace it with another card."
        raise Problem(Kind.INVALID, detail)
    holders = {site: _holder(edit, site, digest) for site, digest in shown.items()}
    if ident not in holders.values():
        raise Problem(Kind.INVALID, "this is not the badge's card; tap the card that was enrolled.")
    _add_credentials(edit, ident, {site: shown[site] for site, holder in holders.items() if holder is None})
    _tell(edit, row.person)


def drop(edit: Edit, ident: str) -> None:
    """Forget a badge and its card, which can then be enrolled anew. Raises Problem."""
    row = store.one(edit.connection, t.badge, t.badge.c.id == ident, "badge")
    for site in people.sites_of(edit.connection, row.person):
        edit.withdraw(site, "badge", ident)
    edit.connection.execute(delete(t.credential).where(t.credential.c.badge == ident))
    edit.connection.execute(delete(t.badge).where(t.badge.c.id == ident))
