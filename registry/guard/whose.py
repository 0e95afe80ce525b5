"""Whose the object of a request is: of which sites and persons, as its address names it; one or two queries each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Connection, Row, Table, select

from registry.guard.authority import COMMON as OF_ALL
from registry.guard.authority import NOBODYS, Of, at, of_person
from registry.people.known_at import sites_of
from registry.registers.scopes import scope_of, sessions_of
from registry.tables import core as t
from registry.tables.feeds import feed_token

Path = Mapping[str, str]
Find = Callable[[Connection, Path], Of | None]


@dataclass(frozen=True, slots=True)
class Place:
    """How a route's object is named, what people call one, how it is found (None: it has none of its own), and by which
    part of the address.
    """

    name: str
    noun: str = ""
    find: Find | None = None
    key: str = ""

    def found(self, connection: Connection, ident: str) -> Of | None:
        """Whose the object of an id is."""
        return None if self.find is None else self.find(connection, {self.key: ident})


ROWS = Place("rows")
"""Many objects: the route shows those of the sites that whoever asks may read."""
BODY = Place("body")
"""What the body names: the route checks it."""
COMMON = Place("common", "thing", lambda _, __: OF_ALL)
SITE = Place("site", "site", lambda _, path: at(path["site"]))


def person(connection: Connection, ident: str) -> Of:
    """What is this person's."""
    return of_person(ident, sites_of(connection, ident))


def whole_person(connection: Connection, ident: str) -> Of:
    """What concerns the whole of this person, at each site that knows them."""
    return replace(person(connection, ident), each=True)


def _one(connection: Connection, table: Table, path: Path, name: str, *, of_site: bool = False) -> Row[Any] | None:
    where = table.c.id == path[name]
    where = where & (table.c.site == path["site"]) if of_site else where
    return connection.execute(select(table).where(where)).one_or_none()


def _persons(table: Table, name: str) -> Find:
    def find(connection: Connection, path: Path) -> Of | None:
        row = _one(connection, table, path, name)
        return None if row is None else person(connection, row.person)

    return find


def _role(connection: Connection, path: Path) -> Of | None:
    row = _one(connection, t.role, path, "role")
    if row is None:
        return None
    here = OF_ALL if row.site is None else at(row.site)
    return replace(here, persons=frozenset({row.person}))


def _transfer(connection: Connection, path: Path) -> Of | None:
    row = _one(connection, t.transfer, path, "transfer")
    return None if row is None else Of(frozenset({row.from_site, row.to_site}), frozenset({row.person}), each=True)


def _conflict(connection: Connection, path: Path) -> Of | None:
    row = _one(connection, t.conflict, path, "conflict")
    return None if row is None else Of(frozenset({row.site, row.other_site}), frozenset({row.person}))


def _enrolment(connection: Connection, path: Path) -> Of | None:
    row = _one(connection, t.enrolment, path, "enrolment")
    return None if row is None else enrolled(connection, row.person, row.cohort)


def enrolled(connection: Connection, who: str, into: str | None) -> Of | None:
    """Whose a person's place in a cohort is: of the cohort's site; without one, of the sites they are known at."""
    if into is None:
        return person(connection, who)
    found = cohort(connection, into)
    return None if found is None else replace(found, persons=frozenset({who}), groups=NOBODYS)


def cohort(connection: Connection, ident: str) -> Of | None:
    """Whose a cohort is."""
    site = connection.execute(select(t.cohort.c.site).where(t.cohort.c.id == ident)).scalar_one_or_none()
    return None if site is None else replace(at(site), groups=frozenset({ident}))


def _team(connection: Connection, path: Path) -> Of | None:
    row = _one(connection, t.team, path, "team")
    found = None if row is None else cohort(connection, row.cohort)
    return None if row is None or found is None else replace(found, groups=found.groups | {row.id})


def _call(connection: Connection, path: Path) -> Of | None:
    row = _one(connection, t.badge_call, path, "call")
    return None if row is None else at(row.site)


def _feed(connection: Connection, path: Path) -> Of | None:
    row = _one(connection, feed_token, path, "feed")
    if row is None:
        return None
    return person(connection, row.person) if row.person is not None else at(row.site)


def _register(connection: Connection, path: Path) -> Of | None:
    """A session's register is its trainers': whoever attends is no reason to see who else does."""
    if _one(connection, t.session, path, "session", of_site=True) is None:
        return None
    h = t.session_trainer.c
    held = select(h.person).where(h.site == path["site"], h.session == path["session"])
    return Of(frozenset({path["site"]}), frozenset(connection.execute(held).scalars()))


def _kept_register(connection: Connection, path: Path) -> Of | None:
    """A register that is kept is its site's, and theirs who hold its sessions."""
    r, h, s = t.register.c, t.session_trainer.c, t.session.c
    mine = select(t.register).where(r.site == path["site"], r.id == path["register"])
    row = connection.execute(mine).one_or_none()
    if row is None:
        return None
    held = select(h.person).join(t.session, (s.site == h.site) & (s.id == h.session))
    held = held.where(sessions_of(connection, scope_of(row)))
    return Of(frozenset({row.site}), frozenset(connection.execute(held).scalars()))


def _session(connection: Connection, path: Path) -> Of | None:
    found, g = _register(connection, path), t.session_group.c
    groups = select(g.group_id).where(g.site == path["site"], g.session == path["session"])
    return None if found is None else replace(found, groups=frozenset(connection.execute(groups).scalars()))


def _held(table: Table, name: str) -> Find:
    def find(connection: Connection, path: Path) -> Of | None:
        row = _one(connection, table, path, name, of_site=True)
        return None if row is None else held_by(path["site"], row.person, row.group_id)

    return find


def held_by(site: str, who: str | None, group: str | None) -> Of:
    """Whose a booking at a site is."""
    return Of(frozenset({site}), frozenset({who} if who else ()), frozenset({group} if group else ()))


PERSON = Place("person", "person", lambda connection, path: person(connection, path["person"]), "person")
WHOLE_PERSON = Place(
    "person, at each site", "person", lambda connection, path: whole_person(connection, path["person"])
)
REQUEST = Place("data request", "request", _persons(t.data_request, "request"), "request")
BADGE = Place("badge", "badge", _persons(t.badge, "badge"), "badge")
GUARDIAN = Place("guardian", "authorisation", _persons(t.guardian, "guardian"), "guardian")
SERVICE = Place("entry", "entry", _persons(t.service_entry, "entry"), "entry")
ROLE = Place("role", "role", _role, "role")
TRANSFER = Place("transfer, at each site", "transfer", _transfer, "transfer")
ENROLMENT = Place("enrolment", "enrolment", _enrolment, "enrolment")
COHORT = Place("cohort", "cohort", lambda connection, path: cohort(connection, path["cohort"]), "cohort")
TEAM = Place("team", "team", _team, "team")
CONFLICT = Place("conflict", "conflict", _conflict, "conflict")
CALL = Place("call", "call", _call, "call")
FEED = Place("feed", "feed", _feed, "feed")
SESSION = Place("session", "session", _session, "session")
REGISTER = Place("register", "session", _register, "session")
KEPT_REGISTER = Place("kept register", "register", _kept_register, "register")
BOOKING = Place("booking", "booking", _held(t.booking, "booking"), "booking")
WAITING = Place("waiting", "entry of the waiting list", _held(t.waiting, "waiting_id"), "waiting_id")
SERIES = Place("series", "series", _held(t.series, "series_id"), "series_id")
