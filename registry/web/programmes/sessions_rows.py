"""What pages say of sessions: a site's week, who is expected at one, and what one can be made of."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Row, func, select, true, union_all

from access.spans import Span
from registry.own import bookings as own_bookings
from registry.programmes import programmes, sessions, sittings
from registry.programmes.session import Session
from registry.programmes.session_checks import HOLDERS
from registry.sites import live
from registry.tables import core as t

SESSIONS = "/sessions"
CHOICES_SHOWN = 22
"""So many groups and so many trainers a form offers, beside those that are chosen."""
_S = t.session.c


@dataclass(frozen=True, slots=True)
class Planned:
    """A session with the names of what it is of; ``place`` is a resource, a zone, or where it is held off the site."""

    id: str
    site: str
    session: Session
    programme: str
    groups: tuple[str, ...]
    trainers: tuple[str, ...]
    place: str

    @property
    def path(self) -> str:
        """Its page."""
        return f"{SESSIONS}/{self.site}/{self.id}"


def found(connection: Connection, site: str, within: Span, programme: str, trainer: str) -> list[Planned]:
    """The sessions of a site that touch a time, by start: of one programme, or held by one trainer, where named."""
    query = select(t.session).where(_S.site == site, _S.end_ms > within.start_ms, _S.start_ms < within.end_ms)
    query = query.where(_S.programme == programme if programme else true())
    if trainer:
        h = t.session_trainer.c
        query = query.where(_S.id.in_(select(h.session).where(h.site == site, h.person == trainer)))
    return named(connection, connection.execute(query.order_by(_S.start_ms, _S.id)).all())


def named(connection: Connection, rows: Sequence[Row[Any]]) -> list[Planned]:
    """Sessions of one site with all their names, in a fixed number of queries."""
    if not rows:
        return []
    held = sessions.sessions_of(connection, rows)
    groups = own_bookings.group_names(connection, (group for one in held for group in one.groups))
    people = live.names_of(connection, sorted({person for one in held for person in one.trainers}))
    p, r = t.programme.c, t.resource.c
    titles: Mapping[str, str] = {
        row.id: row.name
        for row in connection.execute(select(p.id, p.name).where(p.id.in_({one.programme for one in held})))
    }
    rooms = {row.id: row.name for row in connection.execute(select(r.id, r.name).where(r.site == rows[0].site))}
    return [
        Planned(
            row.id,
            row.site,
            one,
            titles[one.programme],
            tuple(groups.get(group, group) for group in one.groups),
            tuple(people.get(person, person) for person in one.trainers),
            one.place if one.off_site else rooms.get(one.resource or one.zone, one.zone),
        )
        for row, one in zip(rows, held, strict=True)
    ]


def expected(connection: Connection, site: str, ident: str) -> list[tuple[str, str]]:
    """Who is expected at a session, by name, each with their id: its groups' people, while they are of these."""
    held = sittings.sittings(connection, (_S.site == site) & (_S.id == ident))
    times = sittings.belongings(connection, groups=(group for one in held for group in one.groups))
    people = sorted(sittings.expected(held, times))
    names = live.names_of(connection, people)
    return sorted(((person, names.get(person, person)) for person in people), key=lambda one: (one[1].lower(), one[0]))


def groups_for(connection: Connection, site: str, programme: str) -> list[tuple[str, str]]:
    """The cohorts of a programme at a site and their teams, each with its name."""
    c, g = t.cohort.c, t.team.c
    here = (c.site == site) & (c.programme == programme)
    cohorts = select(c.id, c.name, c.name.label("of"), c.id.label("whose")).where(here)
    teams = select(g.id, g.name, c.name, c.id).join(t.cohort, c.id == g.cohort).where(here)
    rows = connection.execute(union_all(cohorts, teams)).all()
    found_there = sorted(rows, key=lambda row: (row.of.lower(), row.whose, row.id != row.whose, row.name.lower()))
    return [(row.id, row.name if row.id == row.whose else f"{row.of}: {row.name}") for row in found_there]


def trainers_at(connection: Connection, site: str, at_ms: int) -> list[tuple[str, str]]:
    """Who may hold sessions at a site and will still be able to, by name."""
    c, p = t.role.c, t.person.c
    here = c.role.in_(HOLDERS) & (c.site.is_(None) | (c.site == site)) & (c.until_ms.is_(None) | (c.until_ms > at_ms))
    query = select(p.id, p.name).where(p.id.in_(select(c.person).where(here)))
    return [(row.id, row.name) for row in connection.execute(query.order_by(func.lower(p.name), p.id))]


def places_for(connection: Connection, site: str, programme: str) -> list[tuple[str, str]]:
    """Where at a site a programme's sessions can be: its zones there, and what can be booked in these."""
    zones = programmes.zones_of(connection, [programme])[programme].get(site, [])
    r = t.resource.c
    query = select(r.id, r.name, r.zone, r.kind).where(r.site == site, r.zone.in_(zones))
    rows = connection.execute(query.order_by(r.kind.desc(), func.length(r.name), r.name, r.id)).all()
    names = {row.id: row.name for row in rows if row.kind == "zone"}
    rooms = ((f"{row.zone}/{row.id}", row.name) for row in rows if row.kind != "zone")
    return [*rooms, *((f"{zone}/", names.get(zone, zone)) for zone in sorted(zones))]


def modules_for(connection: Connection, programme: str) -> list[tuple[str, str]]:
    """What a programme trains."""
    m = t.module.c
    rows = connection.execute(select(m.id, m.name).where(m.programme == programme).order_by(m.name, m.id))
    return [(row.id, row.name) for row in rows]
