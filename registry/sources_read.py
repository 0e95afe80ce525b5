"""Reading why a site admits people: every source of many persons, in as many queries as there are kinds of source."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, Select, select

from access.records import Membership
from registry import tables as t
from registry.local_dates import common, dates_span
from registry.sources import Origin, Source

STANDING = frozenset({"operator", "coordinator"})
"""Roles that enter their zones at any time, and count as staff."""
BY_REASON = frozenset({"trainer", "mentor"})
"""Roles that enter their zones, and those of the sessions they hold, when they hold one."""
Found = Iterator[tuple[str, Source]]
"""Person and source."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose sources are read, at which site, by its calendar, and when."""

    connection: Connection
    site: str
    zone: ZoneInfo
    persons: Sequence[str]
    at_ms: int

    def rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
        return self.connection.execute(query).all()


@dataclass(frozen=True, slots=True)
class Enrolled:
    """A person's enrolment in force or to come: its programme, its home site ("": every site of the programme), span
    and memberships.
    """

    id: str
    person: str
    programme: str
    home: str
    audience: str
    span: tuple[int, int | None]
    groups: tuple[Membership, ...]


def sources_of(
    connection: Connection, site: str, zone: ZoneInfo, persons: Sequence[str], at_ms: int
) -> Mapping[str, Sequence[Source]]:
    """Every source of these persons' rights at a site whose calendar is ``zone``'s; those that have ended as well."""
    asked = _Asked(connection, site, zone, persons, at_ms)
    enrolled = _enrolled(asked)
    found: dict[str, list[Source]] = defaultdict(list)
    for read in (_rights(asked), _roles(asked), _passes(asked), _enrolments(asked, enrolled)):
        for person, source in read:
            found[person].append(source)
    return found


def _rights(asked: _Asked) -> Found:
    r = t.rights.c
    for row in asked.rows(select(t.rights).where(r.site == asked.site, r.person.in_(asked.persons))):
        zones, standing = frozenset(row.zones.split()), frozenset(row.standing.split())
        ends = (row.valid_from_ms, row.valid_until_ms)
        yield row.person, Source(f"{asked.site} {row.person}", Origin.RIGHTS, *ends, zones, standing, row.staff)


def _roles(asked: _Asked) -> Found:
    r = t.role.c
    here = r.person.in_(asked.persons) & (r.site.is_(None) | (r.site == asked.site))
    held = asked.rows(select(t.role).where(here, r.role.in_(STANDING | BY_REASON)))
    taught = _taught(asked) if any(row.role in BY_REASON for row in held) else {}
    for row in held:
        zones = frozenset(row.zones.split())
        if row.role in BY_REASON:
            zones |= taught.get(row.person, frozenset())
            yield row.person, Source(row.id, Origin.ROLE, row.from_ms, row.until_ms, zones)
        elif zones:
            dated = row.until_ms is not None or row.from_ms > asked.at_ms
            yield row.person, Source(row.id, Origin.ROLE, row.from_ms, row.until_ms, zones, zones, True, dated)


def _taught(asked: _Asked) -> Mapping[str, frozenset[str]]:
    """The zones of the sessions here that these persons are to hold."""
    s, h = t.session.c, t.session_trainer.c
    held = select(h.person, s.zone).distinct().join(t.session, (s.site == h.site) & (s.id == h.session))
    held = held.where(h.site == asked.site, h.person.in_(asked.persons), s.end_ms > asked.at_ms, s.state != "cancelled")
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for person, zone in asked.rows(held.where(~s.off_site)):
        found[person] |= {zone}
    return found


def _passes(asked: _Asked) -> Found:
    p = t.pass_.c
    query = select(p.id, p.person, p.start_ms, p.end_ms).where(p.site == asked.site, p.person.in_(asked.persons))
    for row in asked.rows(query):
        yield row.person, Source(row.id, Origin.PASS, row.start_ms, row.end_ms)


def _enrolled(asked: _Asked) -> Sequence[Enrolled]:
    """The active enrolments of these persons at whichever site, with the teams that they are in."""
    e, p, c = t.enrolment.c, t.programme.c, t.cohort.c
    columns = (e.id, e.person, e.programme, e.cohort, e.from_ms, e.until_ms, p.audience, p.start_date, p.end_date)
    cohort = (c.site, c.start_date.label("cohort_start"), c.end_date.label("cohort_end"))
    query = select(*columns, *cohort).join(t.programme, p.id == e.programme).outerjoin(t.cohort, c.id == e.cohort)
    rows = asked.rows(query.where(e.person.in_(asked.persons), e.state == "active"))
    teams = _teams(asked)
    return [_one(row, asked.zone, teams) for row in rows]


def _one(row: Row[*tuple[Any, ...]], zone: ZoneInfo, teams: Mapping[tuple[str, str], Sequence[Membership]]) -> Enrolled:
    programme = dates_span(row.start_date, row.end_date, zone)
    span = common((row.from_ms, row.until_ms), programme, dates_span(row.cohort_start, row.cohort_end, zone))
    if row.cohort is None:
        return Enrolled(row.id, row.person, row.programme, "", row.audience, span, ())
    groups = (Membership(row.cohort, *span), *teams.get((row.person, row.cohort), ()))
    return Enrolled(row.id, row.person, row.programme, row.site, row.audience, span, groups)


def _teams(asked: _Asked) -> Mapping[tuple[str, str], Sequence[Membership]]:
    """These persons' times in teams, by person and cohort."""
    m, g = t.member.c, t.team.c
    query = select(m.team, m.person, m.from_ms, m.until_ms, g.cohort).join(t.team, g.id == m.team)
    found: dict[tuple[str, str], list[Membership]] = defaultdict(list)
    for row in asked.rows(query.where(m.person.in_(asked.persons))):
        found[row.person, row.cohort].append(Membership(row.team, row.from_ms, row.until_ms))
    return found


def _enrolments(asked: _Asked, enrolled: Sequence[Enrolled]) -> Found:
    """What enrolments give at this site: at home, or where a transfer leads from there."""
    z, r = t.programme_zone.c, t.transfer.c
    of_site = asked.rows(select(z.programme, z.zones).where(z.site == asked.site))
    zones = {programme: frozenset(text.split()) for programme, text in of_site}
    transfers = asked.rows(select(t.transfer).where(r.to_site == asked.site, r.person.in_(asked.persons)))
    for one in enrolled:
        own = zones.get(one.programme, frozenset[str]())
        if one.home == asked.site or (not one.home and own):
            yield one.person, _source(one.id, Origin.ENROLMENT, one, own, one.span)
    for row in transfers:
        for one in enrolled:
            if one.person == row.person and one.home == row.from_site:
                span = common(one.span, (row.start_ms, row.end_ms))
                own = zones.get(one.programme, frozenset[str]())
                yield row.person, _source(f"{row.id} {one.id}", Origin.TRANSFER, one, own, span)


def _source(ident: str, origin: Origin, one: Enrolled, zones: frozenset[str], span: tuple[int, int | None]) -> Source:
    spans = ((group, common((group.from_ms, group.until_ms), span)) for group in one.groups)
    groups = tuple(Membership(group.group, *both) for group, both in spans if both[1] is None or both[0] < both[1])
    return Source(ident, origin, *span, zones, audience=one.audience, groups=groups)
