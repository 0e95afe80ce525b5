"""What pages say of people: who is found, in which state they are, and what each has."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, true

from registry.guard import authorities
from registry.guard.authority import Sites
from registry.names import LAST_MS
from registry.people.known_at import known_at
from registry.tables import core as t
from registry.web.listing import Listed, listed

PEOPLE = "/people"
STATES = ("in-force", "suspended", "ended", "to-come", "erased")
SORTS = ("name", "until")
_C = t.person.c
_ends: ColumnElement[int] = func.coalesce(_C.valid_until_ms, LAST_MS)
_KEYS = {
    "name": [func.lower(_C.name).label("sorted"), _C.id],
    "until": [_ends.label("sorted"), _C.id],
}


def state_of(row: Any, at_ms: int) -> str:  # noqa: ANN401 -- a row with a validity
    """Which of ``STATES`` a person is in; the heaviest, where they are several."""
    if row.erased_ms is not None:
        return "erased"
    if row.suspended:
        return "suspended"
    if row.valid_until_ms is not None and row.valid_until_ms <= at_ms:
        return "ended"
    return "to-come" if row.valid_from_ms > at_ms else "in-force"


def _in_state(state: str, at_ms: int) -> ColumnElement[bool]:
    runs = and_(_C.suspended.is_(False), _ends > at_ms)
    match state:
        case "suspended":
            return and_(_C.suspended, _C.erased_ms.is_(None))
        case "erased":
            return _C.erased_ms.is_not(None)
        case "ended":
            return and_(_C.suspended.is_(False), _ends <= at_ms)
        case "to-come":
            return and_(runs, _C.valid_from_ms > at_ms)
        case "in-force":
            return and_(runs, _C.valid_from_ms <= at_ms)
    return true()


def says(word: str) -> ColumnElement[bool]:
    """Whether a person goes by a word: in their name, or as the whole of what else they are known by."""
    named = or_(_C.name.contains(word, autoescape=True), func.lower(_C.name).contains(word.lower(), autoescape=True))
    return or_(named, _C.ref == word, func.lower(_C.email) == word.lower(), _C.id == word)


def found(
    connection: Connection, sites: Sites, cursor: str | None, at_ms: int, *, words: str, state: str, sort: str
) -> Listed:
    """One page of the people known at some sites, who go by all of these words. Raises Problem."""
    key = _KEYS.get(sort, _KEYS["name"])
    b = t.badge.c
    badges = select(func.count()).where(b.person == _C.id, b.revoked.is_(False)).correlate(t.person).scalar_subquery()
    said = [says(word) for word in words.split()[:8]]
    columns = (
        _C.id,
        _C.name,
        _C.valid_from_ms,
        _C.valid_until_ms,
        _C.suspended,
        _C.minor,
        _C.erased_ms,
        badges.label("badges"),
    )
    query = select(*columns, key[0]).where(known_at(_C.id, sites), _in_state(state, at_ms), *said)
    return listed(connection, query, key, cursor, PEOPLE, {"q": words, "state": state, "sort": sort})


def _here(column: ColumnElement[Any], sites: Sites) -> ColumnElement[bool]:
    return true() if sites is None else column.in_(sites)


def coming(connection: Connection, person: str, sites: Sites, at_ms: int, most: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The bookings of a person's own that hold and have not ended, soonest first."""
    b, r = t.booking.c, t.resource.c
    query = select(
        b.id,
        b.start_ms,
        b.end_ms,
        b.state,
        r.name,
        t.site.c.name.label("site"),
        t.site.c.timezone,
        b.site.label("site_id"),
    )
    query = query.join(t.resource, and_(r.site == b.site, r.id == b.resource)).join(t.site, t.site.c.id == b.site)
    holds = and_(b.person == person, b.end_ms > at_ms, b.state.in_(("pending", "booked", "offered")))
    return connection.execute(query.where(holds, _here(b.site, sites)).order_by(b.start_ms, b.id).limit(most)).all()


def admitted_by(connection: Connection, person: str, sites: Sites) -> Sequence[str]:
    """The names of the sites whose doors know a person now, whatever admits them there."""
    s = t.site.c
    told = authorities.admitted_at(connection, person)
    query = select(s.name).where(s.id.in_(sorted(told)), _here(s.id, sites)).order_by(s.name)
    return connection.execute(query).scalars().all() if told else ()


def of_ids(connection: Connection, idents: Sequence[str], sites: Sites) -> Sequence[Row[Any]]:
    """Those of these people who are known at some sites, by name."""
    query = select(t.person).where(_C.id.in_(idents), known_at(_C.id, sites))
    return connection.execute(query.order_by(_C.name, _C.id)).all()
