"""What somebody may, as the registry's rows say it at a moment: roles in force, sites, teams and cohorts."""

from dataclasses import replace

from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Connection,
    String,
    bindparam,
    exists,
    literal,
    select,
    union_all,
)

from registry.guard.areas import Role
from registry.guard.authority import ADMINISTRATOR, NOBODY, Authority, Held
from registry.prepared import Prepared
from registry.tables import core as t
from registry.tables.accounts import account


def _told(person: str | BindParameter[str]) -> ColumnElement[bool]:
    """Whether a site is told of a person: looked up site by site, for SQLite reads all of a join's other end."""
    p = t.published.c
    return exists().where(p.site == t.site.c.id, p.kind == "person", p.id == person, p.record.is_not(None))


def _now(from_ms: ColumnElement[int], until_ms: ColumnElement[int]) -> ColumnElement[bool]:
    at_ms: BindParameter[int] = bindparam("at_ms", type_=BigInteger)
    return (from_ms <= at_ms) & (until_ms.is_(None) | (until_ms > at_ms))


def _standing() -> CompoundSelect[tuple[str, str, str | None]]:
    """All that a person's authority is made of; asked at once, for every request needs it."""
    m, e, r = t.member.c, t.enrolment.c, t.role.c
    none, person = literal("").label("site"), bindparam("person", type_=String)
    return union_all(
        select(literal("admitted").label("what"), t.site.c.id, none).where(_told(person)),
        select(literal("role"), r.role, r.site).where(r.person == person, _now(r.from_ms, r.until_ms)),
        select(literal("team"), m.team, none).where(m.person == person, _now(m.from_ms, m.until_ms)),
        select(literal("cohort"), e.cohort, none).where(
            e.person == person, e.state == "active", e.cohort.is_not(None), _now(e.from_ms, e.until_ms)
        ),
    )


_HOLDER = Prepared(
    select(account.c.person, account.c.administrator).where(account.c.id == bindparam("id"), account.c.active)
)
_STANDING = Prepared(_standing())


def of_account(connection: Connection, ident: str, at_ms: int) -> Authority:
    """What the holder of an account may; nothing where it is not active, or there is none."""
    row = _HOLDER.on(connection, {"id": ident}).one_or_none()
    if row is None:
        return NOBODY
    found = NOBODY if row.person is None else of_person(connection, row.person, at_ms)
    return replace(found, held=(*ADMINISTRATOR.held, *found.held)) if row.administrator else found


def of_person(connection: Connection, person: str, at_ms: int) -> Authority:
    """What a person may by their roles, and with what is their own."""
    rows = _STANDING.on(connection, {"person": person, "at_ms": at_ms}).all()
    found = {what: frozenset(name for kind, name, _ in rows if kind == what) for what in ("admitted", "team", "cohort")}
    roles = sorted((name, site or "") for kind, name, site in rows if kind == "role")
    held = tuple(Held(Role(name), frozenset({site}) if site else None) for name, site in roles)
    return Authority((Held(Role.PARTICIPANT, found["admitted"]), *held), person, found["team"], found["cohort"])


def admitted_at(connection: Connection, person: str) -> frozenset[str]:
    """The sites that are told of a person now."""
    return frozenset(connection.execute(select(t.site.c.id).where(_told(person))).scalars())
