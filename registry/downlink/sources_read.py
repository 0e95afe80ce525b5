"""Reading why a site admits people: every source of many persons, in as many queries as there are kinds of source."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Column, ColumnElement, Connection, Row, Select, bindparam, select

from access.records import Membership
from registry.calendars.local_dates import common, dates_span
from registry.downlink.sources import Origin, Source
from registry.tables import core as t

STANDING = frozenset({"operator", "coordinator"})
"""Roles that enter their zones at any time, and count as staff."""
BY_REASON = frozenset({"trainer", "mentor"})
"""Roles that enter their zones, and those of the sessions they hold, when they hold one."""
Found = Iterator[tuple[str, Source]]
"""Person and source."""


_r, _o, _s, _h = t.rights.c, t.role.c, t.session.c, t.session_trainer.c
_p, _m, _z, _t = t.pass_.c, t.member.c, t.programme_zone.c, t.transfer.c
_e, _g, _c = t.enrolment.c, t.programme.c, t.cohort.c


def _theirs(person: Column[str]) -> ColumnElement[bool]:
    return person.in_(bindparam("persons"))


def _here(site: Column[str]) -> ColumnElement[bool]:
    return site == bindparam("site")


_RIGHTS = select(t.rights).where(_here(_r.site), _theirs(_r.person))
_ROLES = select(t.role).where(
    _theirs(_o.person), _o.site.is_(None) | _here(_o.site), _o.role.in_(sorted(STANDING | BY_REASON))
)
_TAUGHT = (
    select(_h.person, _s.zone)
    .distinct()
    .join(t.session, (_s.site == _h.site) & (_s.id == _h.session))
    .where(_here(_h.site), _theirs(_h.person), _s.end_ms > bindparam("at_ms"), _s.state != "cancelled", ~_s.off_site)
)
_PASSES = select(_p.id, _p.person, _p.start_ms, _p.end_ms).where(_here(_p.site), _theirs(_p.person))
_ENROLLED = (
    select(_e.id, _e.person, _e.programme, _e.cohort, _e.from_ms, _e.until_ms, _g.audience, _g.start_date, _g.end_date)
    .add_columns(_c.site, _c.start_date.label("cohort_start"), _c.end_date.label("cohort_end"))
    .join(t.programme, _g.id == _e.programme)
    .outerjoin(t.cohort, _c.id == _e.cohort)
    .where(_theirs(_e.person), _e.state == "active")
)
_TEAMS = (
    select(_m.team, _m.person, _m.from_ms, _m.until_ms, t.team.c.cohort)
    .join(t.team, t.team.c.id == _m.team)
    .where(_theirs(_m.person))
)
_ZONES = select(_z.programme, _z.zones).where(_here(_z.site))
_TRANSFERS = select(t.transfer).where(_here(_t.to_site), _theirs(_t.person))
"""They are built once: every edit asks for them."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """Whose sources are read, at which site, by its calendar, and when."""

    connection: Connection
    site: str
    zone: ZoneInfo
    persons: Sequence[str]
    at_ms: int

    def rows(self, query: Select[*tuple[Any, ...]]) -> Sequence[Row[*tuple[Any, ...]]]:
        asked = {"site": self.site, "persons": self.persons, "at_ms": self.at_ms}
        return self.connection.execute(query, asked).all()


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
    for row in asked.rows(_RIGHTS):
        zones, standing = frozenset(row.zones.split()), frozenset(row.standing.split())
        ends = (row.valid_from_ms, row.valid_until_ms)
        yield row.person, Source(f"{asked.site} {row.person}", Origin.RIGHTS, *ends, zones, standing, row.staff)


def _roles(asked: _Asked) -> Found:
    held = asked.rows(_ROLES)
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
    found: dict[str, frozenset[str]] = defaultdict(frozenset)
    for person, zone in asked.rows(_TAUGHT):
        found[person] |= {zone}
    return found


def _passes(asked: _Asked) -> Found:
    for row in asked.rows(_PASSES):
        yield row.person, Source(row.id, Origin.PASS, row.start_ms, row.end_ms)


def _enrolled(asked: _Asked) -> Sequence[Enrolled]:
    """The active enrolments of these persons at whichever site, with the teams that they are in."""
    rows = asked.rows(_ENROLLED)
    teams = _teams(asked) if rows else {}
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
    found: dict[tuple[str, str], list[Membership]] = defaultdict(list)
    for row in asked.rows(_TEAMS):
        found[row.person, row.cohort].append(Membership(row.team, row.from_ms, row.until_ms))
    return found


def _enrolments(asked: _Asked, enrolled: Sequence[Enrolled]) -> Found:
    """What enrolments give at this site: at home, or where a transfer leads from there."""
    if not enrolled:
        return
    zones = {programme: frozenset(text.split()) for programme, text in asked.rows(_ZONES)}
    transfers = asked.rows(_TRANSFERS)
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
