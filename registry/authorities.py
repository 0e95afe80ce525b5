"""What somebody may, as the registry's rows say it at a moment: roles in force, sites, teams and cohorts."""

from dataclasses import replace

from sqlalchemy import ColumnElement, Connection, literal, select, union_all

from registry import tables as t
from registry.areas import Role
from registry.authority import ADMINISTRATOR, NOBODY, Authority, Held
from registry.tables_accounts import account


def of_account(connection: Connection, ident: str, at_ms: int) -> Authority:
    """What the holder of an account may; nothing where it is not active, or there is none."""
    row = connection.execute(select(account).where(account.c.id == ident, account.c.active)).one_or_none()
    if row is None:
        return NOBODY
    found = NOBODY if row.person is None else of_person(connection, row.person, at_ms)
    return replace(found, held=(*ADMINISTRATOR.held, *found.held)) if row.administrator else found


def of_person(connection: Connection, person: str, at_ms: int) -> Authority:
    """What a person may by their roles, and with what is their own; asked at once, for every request needs it."""
    m, e, r = t.member.c, t.enrolment.c, t.role.c
    none = literal("").label("site")
    asked = union_all(
        select(literal("admitted").label("what"), t.site.c.id, none).join(t.published, _told(person)),
        select(literal("role"), r.role, r.site).where(r.person == person, _now(r.from_ms, r.until_ms, at_ms)),
        select(literal("team"), m.team, none).where(m.person == person, _now(m.from_ms, m.until_ms, at_ms)),
        select(literal("cohort"), e.cohort, none).where(
            e.person == person, e.state == "active", e.cohort.is_not(None), _now(e.from_ms, e.until_ms, at_ms)
        ),
    )
    rows = connection.execute(asked).all()
    found = {what: frozenset(name for kind, name, _ in rows if kind == what) for what in ("admitted", "team", "cohort")}
    roles = sorted((name, site or "") for kind, name, site in rows if kind == "role")
    held = tuple(Held(Role(name), frozenset({site}) if site else None) for name, site in roles)
    return Authority((Held(Role.PARTICIPANT, found["admitted"]), *held), person, found["team"], found["cohort"])


def admitted_at(connection: Connection, person: str) -> frozenset[str]:
    """The sites that are told of a person now."""
    return frozenset(connection.execute(select(t.site.c.id).join(t.published, _told(person))).scalars())


def _told(person: str) -> ColumnElement[bool]:
    p = t.published.c
    return (p.site == t.site.c.id) & (p.kind == "person") & (p.id == person) & p.record.is_not(None)


def _now(from_ms: ColumnElement[int], until_ms: ColumnElement[int], at_ms: int) -> ColumnElement[bool]:
    return (from_ms <= at_ms) & (until_ms.is_(None) | (until_ms > at_ms))
