"""What pages say of badges: whose they are, whether they are in force, and which sites have yet to hear that not."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, true

from registry.guard.authority import Sites
from registry.names import LAST_MS
from registry.people.known_at import known_at
from registry.sites import pending
from registry.tables import core as t
from registry.web.listing import Listed, listed

BADGES = "/badges"
STATES = ("in-force", "revoked", "ended", "pending", "exposed")
_B = t.badge.c
_ends: ColumnElement[int] = func.coalesce(_B.valid_until_ms, LAST_MS)
_SORTED = func.lower(t.person.c.name).label("sorted")


def state_of(row: Any, at_ms: int) -> str:  # noqa: ANN401 -- a row of a badge
    """In force, revoked for good, ended, or to come."""
    if row.revoked:
        return "revoked"
    if row.valid_until_ms is not None and row.valid_until_ms <= at_ms:
        return "ended"
    return "to-come" if row.valid_from_ms > at_ms else "in-force"


def _in_state(state: str, at_ms: int) -> ColumnElement[bool]:
    match state:
        case "revoked":
            return _B.revoked
        case "ended":
            return and_(_B.revoked.is_(False), _ends <= at_ms)
        case "in-force":
            return and_(_B.revoked.is_(False), _ends > at_ms, _B.valid_from_ms <= at_ms)
        case "exposed":
            return and_(_B.revoked.is_(False), _B.exposed_ms.is_not(None))
        case "pending":
            late = pending.found().subquery()
            return or_(
                _B.id.in_(select(late.c.id).where(late.c.what == "badge")),
                _B.person.in_(select(late.c.id).where(late.c.what == "person")),
            )
    return true()


def found(connection: Connection, sites: Sites, cursor: str | None, at_ms: int, *, words: str, state: str) -> Listed:
    """One page of the badges of people who are known at some sites, by their names. Raises Problem."""
    query = select(t.badge, t.person.c.name, _SORTED).join(t.person, t.person.c.id == _B.person)
    for word in words.split()[:8]:
        named = func.lower(t.person.c.name).contains(word.lower(), autoescape=True)
        query = query.where(or_(named, t.person.c.name.contains(word, autoescape=True), _B.id == word))
    query = query.where(known_at(_B.person, sites), _in_state(state, at_ms))
    return listed(connection, query, [_SORTED, _B.id], cursor, BADGES, {"q": words, "state": state})


def of_person(connection: Connection, person: str) -> Sequence[Row[Any]]:
    """A person's badges, those in force first."""
    return connection.execute(select(t.badge).where(_B.person == person).order_by(_B.revoked, _B.id)).all()


def late_sites(connection: Connection, idents: Sequence[str], sites: Sites) -> Mapping[str, Sequence[str]]:
    """The names of the sites that do not decide by it yet, by what was taken from: badges and people, by id."""
    late = pending.found().subquery()
    query = select(late.c.id, t.site.c.name).join(t.site, t.site.c.id == late.c.site).where(late.c.id.in_(idents))
    here = true() if sites is None else late.c.site.in_(sites)
    found_late = defaultdict[str, list[str]](list)
    for ident, name in connection.execute(query.where(here).order_by(t.site.c.name)):
        found_late[ident].append(name)
    return found_late
