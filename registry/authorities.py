"""What somebody may, as the registry's rows say it at a moment: roles in force, sites, teams and cohorts."""

from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, select

from registry import tables as t
from registry.areas import Role
from registry.authority import ADMINISTRATOR, NO_SITE, NOBODY, Authority, Held, Sites
from registry.tables_accounts import account


def of_account(connection: Connection, ident: str, at_ms: int) -> Authority:
    """What the holder of an account may; nothing where it is not active, or there is none."""
    row = connection.execute(select(account).where(account.c.id == ident, account.c.active)).one_or_none()
    if row is None:
        return NOBODY
    found = NOBODY if row.person is None else of_person(connection, row.person, at_ms)
    return replace(found, held=(*ADMINISTRATOR.held, *found.held)) if row.administrator else found


def of_person(connection: Connection, person: str, at_ms: int) -> Authority:
    """What a person may by their roles, and with what is their own."""
    m, e = t.member.c, t.enrolment.c
    teams = select(m.team).where(m.person == person, _now(m.from_ms, m.until_ms, at_ms))
    cohorts = select(e.cohort).where(e.person == person, e.state == "active", e.cohort.is_not(None))
    return Authority(
        (Held(Role.PARTICIPANT, admitted_at(connection, person)), *_roles(connection, person, at_ms)),
        person,
        frozenset(connection.execute(teams).scalars()),
        frozenset(connection.execute(cohorts.where(_now(e.from_ms, e.until_ms, at_ms))).scalars()),
    )


def admitted_at(connection: Connection, person: str) -> frozenset[str]:
    """The sites that are told of a person now."""
    p = t.published.c
    told = (p.site == t.site.c.id) & (p.kind == "person") & (p.id == person) & p.record.is_not(None)
    return frozenset(connection.execute(select(t.site.c.id).join(t.published, told)).scalars())


def _roles(connection: Connection, person: str, at_ms: int) -> list[Held]:
    r = t.role.c
    query = select(r.role, r.site).where(r.person == person, _now(r.from_ms, r.until_ms, at_ms))
    rows = connection.execute(query.order_by(r.id))
    return [Held(Role(row.role), _sites(row.site)) for row in rows]


def _sites(site: str | None) -> Sites:
    return None if site is None else NO_SITE | {site}


def _now(from_ms: ColumnElement[int], until_ms: ColumnElement[int], at_ms: int) -> ColumnElement[bool]:
    return (from_ms <= at_ms) & (until_ms.is_(None) | (until_ms > at_ms))
