"""People as a file lists them: a line for each person and site, with programme, cohort and teams there."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy import Connection, Row, or_, select

from registry.spreadsheets.kinds import ListedPerson
from registry.tables import core as t


@dataclass(slots=True)
class Place:
    """What a person has at a site (None: at none in particular)."""

    zones: tuple[str, ...] = ()
    programme: str | None = None
    cohort: str | None = None
    teams: list[str] = field(default_factory=list)


Places = Mapping[str, Mapping[str | None, Place]]


def listed_people(
    connection: Connection, rows: Sequence[Row[Any]], site: str | None, at_ms: int
) -> Iterator[ListedPerson]:
    """The lines of some people; only those of one site where one is named."""
    idents = [row.id for row in rows]
    found = places(connection, idents, at_ms)
    guardians = _guardians(connection, idents, at_ms)
    for row in rows:
        here = found.get(row.id) or {None: Place()}
        for where in sorted(here, key=str):
            if site is None or where == site:
                yield _line(row, where, here[where], guardians.get(row.id))


def _line(row: Row[Any], site: str | None, place: Place, guardian_until_ms: int | None) -> ListedPerson:
    return ListedPerson(
        row.name,
        None if row.birth_date is None else date.fromisoformat(row.birth_date),
        site,
        row.ref or row.id,
        email=row.email,
        programme=place.programme,
        cohort=place.cohort,
        teams=tuple(sorted(place.teams)),
        zones=place.zones,
        guardian_until_ms=guardian_until_ms,
    )


def places(connection: Connection, persons: Sequence[str], at_ms: int) -> Places:
    """What these people have at which sites: zones given by hand, enrolments and teams in force or to come."""
    found: dict[str, dict[str | None, Place]] = defaultdict(lambda: defaultdict(Place))
    r, e, c, m, g = t.rights.c, t.enrolment.c, t.cohort.c, t.member.c, t.team.c
    for row in connection.execute(select(r.person, r.site, r.zones).where(r.person.in_(persons))):
        found[row.person][row.site].zones = tuple(row.zones.split())
    enrolled = select(e.person, e.programme, e.cohort, c.site).outerjoin(t.cohort, c.id == e.cohort)
    enrolled = enrolled.where(e.person.in_(persons), e.state == "active", or_(e.until_ms.is_(None), e.until_ms > at_ms))
    homeless = []
    for person, programme, cohort, at in connection.execute(enrolled.order_by(e.from_ms, e.id)):
        if at is None:
            homeless.append((person, programme))
        else:
            place = found[person][at]
            place.programme, place.cohort = programme, cohort
    sites = _sites_of(connection, {programme for _, programme in homeless})
    for person, programme in homeless:
        for at in sites.get(programme, [None]):
            place = found[person][at]
            place.programme = place.programme or programme
    teams = select(m.person, m.team, c.site).join(t.team, g.id == m.team).join(t.cohort, c.id == g.cohort)
    teams = teams.where(m.person.in_(persons), or_(m.until_ms.is_(None), m.until_ms > at_ms))
    for person, team, at in connection.execute(teams):
        found[person][at].teams.append(team)
    return found


def _sites_of(connection: Connection, programmes: set[str]) -> Mapping[str, Sequence[str | None]]:
    """The sites at which programmes are: those of whoever is enrolled without a cohort."""
    z = t.programme_zone.c
    found: dict[str, list[str | None]] = defaultdict(list)
    query = select(z.programme, z.site).where(z.programme.in_(programmes)).order_by(z.site)
    for programme, site in connection.execute(query):
        found[programme].append(site)
    return found


def _guardians(connection: Connection, persons: Sequence[str], at_ms: int) -> Mapping[str, int]:
    """Until when whose guardian's authorisation that lasts longest is in force; one without end is not listed."""
    g = t.guardian.c
    query = select(g.person, g.until_ms).where(g.person.in_(persons), g.until_ms > at_ms)
    return {row.person: row.until_ms for row in connection.execute(query.order_by(g.until_ms))}
