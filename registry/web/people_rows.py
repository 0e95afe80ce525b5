"""What pages say of people: who is found, in which state they are, and what each has."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, true

from registry import tables as t
from registry.authority import Sites
from registry.known_at import known_at
from registry.names import LAST_MS
from registry.web.listing import Listed, listed

PEOPLE = "/people"
STATES = ("in-force", "suspended", "ended", "to-come")
SORTS = ("name", "until")
_C = t.person.c
_ends: ColumnElement[int] = func.coalesce(_C.valid_until_ms, LAST_MS)
_KEYS = {
    "name": [func.lower(_C.name).label("sorted"), _C.id],
    "until": [_ends.label("sorted"), _C.id],
}


def state_of(row: Any, at_ms: int) -> str:  # noqa: ANN401 -- a row with a validity
    """Which of ``STATES`` a person is in; the heaviest, where they are several."""
    if row.suspended:
        return "suspended"
    if row.valid_until_ms is not None and row.valid_until_ms <= at_ms:
        return "ended"
    return "to-come" if row.valid_from_ms > at_ms else "in-force"


def _in_state(state: str, at_ms: int) -> ColumnElement[bool]:
    runs = and_(_C.suspended.is_(False), _ends > at_ms)
    match state:
        case "suspended":
            return _C.suspended
        case "ended":
            return and_(_C.suspended.is_(False), _ends <= at_ms)
        case "to-come":
            return and_(runs, _C.valid_from_ms > at_ms)
        case "in-force":
            return and_(runs, _C.valid_from_ms <= at_ms)
    return true()


def _says(word: str) -> ColumnElement[bool]:
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
    said = [_says(word) for word in words.split()[:8]]
    columns = (_C.id, _C.name, _C.valid_from_ms, _C.valid_until_ms, _C.suspended, _C.minor, badges.label("badges"))
    query = select(*columns, key[0]).where(known_at(_C.id, sites), _in_state(state, at_ms), *said)
    return listed(connection, query, key, cursor, PEOPLE, {"q": words, "state": state, "sort": sort})


def _here(column: ColumnElement[Any], sites: Sites) -> ColumnElement[bool]:
    return true() if sites is None else column.in_(sites)


def roles_of(connection: Connection, person: str, at_ms: int) -> Sequence[Row[Any]]:
    """A person's roles that have not ended, with the site's name (None: at every one)."""
    r = t.role.c
    query = select(t.role, t.site.c.name.label("site_name")).outerjoin(t.site, t.site.c.id == r.site)
    runs = or_(r.until_ms.is_(None), r.until_ms > at_ms)
    return connection.execute(query.where(r.person == person, runs).order_by(r.role, r.id)).all()


def rights_of(connection: Connection, person: str, sites: Sites) -> Sequence[Row[Any]]:
    """What a person was given by hand, site by site."""
    r = t.rights.c
    query = select(t.rights, t.site.c.name.label("site_name")).join(t.site, t.site.c.id == r.site)
    return connection.execute(query.where(r.person == person, _here(r.site, sites)).order_by(r.site)).all()


def enrolments_of(connection: Connection, person: str) -> Sequence[Row[*tuple[Any, ...]]]:
    """A person's programmes, the latest first."""
    e = t.enrolment.c
    query = select(e.state, t.programme.c.name.label("programme"), t.cohort.c.name.label("cohort"))
    query = query.join(t.programme, t.programme.c.id == e.programme).outerjoin(t.cohort, t.cohort.c.id == e.cohort)
    return connection.execute(query.where(e.person == person).order_by(e.enrolled_ms.desc(), e.id)).all()


def coming(connection: Connection, person: str, sites: Sites, at_ms: int, most: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """The bookings of a person's own that hold and have not ended, soonest first."""
    b, r = t.booking.c, t.resource.c
    query = select(b.id, b.start_ms, b.end_ms, b.state, r.name, t.site.c.name.label("site"), t.site.c.timezone)
    query = query.join(t.resource, and_(r.site == b.site, r.id == b.resource)).join(t.site, t.site.c.id == b.site)
    holds = and_(b.person == person, b.end_ms > at_ms, b.state.in_(("pending", "booked", "offered")))
    return connection.execute(query.where(holds, _here(b.site, sites)).order_by(b.start_ms, b.id).limit(most)).all()


def admitted_by(connection: Connection, person: str, sites: Sites) -> Sequence[str]:
    """The names of the sites whose doors know a person now, whatever admits them there."""
    p = t.published.c
    query = select(t.site.c.name).join(t.published, p.site == t.site.c.id)
    told = and_(p.kind == "person", p.id == person, p.record.is_not(None), _here(p.site, sites))
    return connection.execute(query.where(told).order_by(t.site.c.name)).scalars().all()


def of_ids(connection: Connection, idents: Sequence[str], sites: Sites) -> Sequence[Row[Any]]:
    """Those of these people who are known at some sites, by name."""
    query = select(t.person).where(_C.id.in_(idents), known_at(_C.id, sites))
    return connection.execute(query.order_by(_C.name, _C.id)).all()
