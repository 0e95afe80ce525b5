"""What pages say of programmes: how many are in each, what each trains, its cohorts, their people and their teams."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, or_, select, true

from registry.guard.authority import Sites
from registry.tables import core as t
from registry.web.listing import Listed, listed

PROGRAMMES, COHORTS, TEAMS = "/programmes", "/cohorts", "/teams"
_P, _C, _T, _E, _M = t.programme.c, t.cohort.c, t.team.c, t.enrolment.c, t.member.c


def _here(column: ColumnElement[Any], sites: Sites) -> ColumnElement[bool]:
    return true() if sites is None else column.in_(sites)


def _now(from_ms: ColumnElement[int], until_ms: ColumnElement[int], at_ms: int) -> ColumnElement[bool]:
    return (from_ms <= at_ms) & (until_ms.is_(None) | (until_ms > at_ms))


def found(connection: Connection, cursor: str | None, words: str) -> Listed:
    """One page of the programmes by name, with how many cohorts and active enrolments each has. Raises Problem."""
    cohorts = select(func.count()).where(_C.programme == _P.id).correlate(t.programme).scalar_subquery()
    active = (_E.programme == _P.id) & (_E.state == "active")
    people = select(func.count()).where(active).correlate(t.programme).scalar_subquery()
    key = [func.lower(_P.name).label("sorted"), _P.id]
    query = select(_P.id, _P.name, _P.start_date, _P.end_date, _P.age_min, _P.age_max, _P.seats, key[0])
    query = query.add_columns(cohorts.label("cohorts"), people.label("people"))
    if words:
        named = _P.name.contains(words, autoescape=True)
        query = query.where(or_(named, func.lower(_P.name).contains(words.lower(), autoescape=True)))
    return listed(connection, query, key, cursor, PROGRAMMES, {"q": words})


def modules_of(connection: Connection, programme: str) -> Sequence[Row[Any]]:
    """What a programme trains, the mandatory first, by when it is due."""
    m = t.module.c
    there = select(t.module).where(m.programme == programme)
    return connection.execute(there.order_by(m.mandatory.desc(), func.coalesce(m.due_ms, 1 << 62), m.name, m.id)).all()


def cohorts_of(connection: Connection, sites: Sites, programme: str = "") -> Sequence[Row[Any]]:
    """The cohorts at some sites, by name, with how many people are in each and its programme's name."""
    active = (_E.cohort == _C.id) & (_E.state == "active")
    people = select(func.count()).where(active).correlate(t.cohort).scalar_subquery()
    query = select(t.cohort, t.site.c.name.label("site_name"), _P.name.label("programme_name"), people.label("people"))
    query = query.join(t.site, t.site.c.id == _C.site).join(t.programme, _P.id == _C.programme)
    query = query.where(_here(_C.site, sites), _C.programme == programme if programme else true())
    return connection.execute(query.order_by(_P.name, _C.name, _C.id)).all()


def people_of(connection: Connection, cohort: str) -> Sequence[Row[Any]]:
    """Everyone who is or was enrolled in a cohort, those who still are first, by name."""
    query = select(t.enrolment, t.person.c.name).join(t.person, t.person.c.id == _E.person).where(_E.cohort == cohort)
    gone = _E.state != "active"
    return connection.execute(query.order_by(gone, func.lower(t.person.c.name), _E.id)).all()


def teams_of(connection: Connection, cohort: str, at_ms: int) -> Sequence[Row[Any]]:
    """The teams of a cohort, by name, with how many are in each now."""
    in_it = (_M.team == _T.id) & _now(_M.from_ms, _M.until_ms, at_ms)
    count = select(func.count(_M.person.distinct())).where(in_it).correlate(t.team).scalar_subquery()
    query = select(t.team, count.label("members")).where(_T.cohort == cohort)
    return connection.execute(query.order_by(func.lower(_T.name), _T.id)).all()


def members_of(connection: Connection, team: str, at_ms: int) -> Sequence[Row[Any]]:
    """Who is in a team, or will be, by name."""
    query = select(t.member, t.person.c.name).join(t.person, t.person.c.id == _M.person)
    stays = (_M.team == team) & (_M.until_ms.is_(None) | (_M.until_ms > at_ms))
    return connection.execute(query.where(stays).order_by(func.lower(t.person.c.name), _M.from_ms)).all()


def may_join(connection: Connection, cohort: str, team: str, at_ms: int) -> Sequence[Row[*tuple[Any, ...]]]:
    """Who is enrolled in a cohort and not in a team of it."""
    there = select(_M.person).where(_M.team == team, _M.until_ms.is_(None) | (_M.until_ms > at_ms))
    query = select(t.person.c.id, t.person.c.name).join(t.enrolment, _E.person == t.person.c.id)
    active = (_E.cohort == cohort) & (_E.state == "active")
    return connection.execute(
        query.where(active, _E.person.not_in(there)).order_by(func.lower(t.person.c.name), _E.person)
    ).all()


def zones_at(connection: Connection, site: str) -> list[str]:
    """The zones of a site: those of what can be booked there, and those that programmes name."""
    r, z = t.resource.c, t.programme_zone.c
    own = connection.execute(select(r.zone).where(r.site == site).distinct()).scalars()
    named = connection.execute(select(z.zones).where(z.site == site)).scalars()
    return sorted({*own, *(zone for zones in named for zone in zones.split())})
