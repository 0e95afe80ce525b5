"""What a register is of: a session of a site, or its sessions of a programme (one cohort's, or all) in a span."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass, fields
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, func, insert, select

from registry import store
from registry.edit import Edit
from registry.problems import Kind, Problem
from registry.tables import core as t
from registry.tables.registers import register_gone

_R, _P, _S, _G = t.register.c, register_gone.c, t.session.c, t.session_group.c
LONGEST_MS = 400 * 86_400_000
"""A register is of one year at most."""


@dataclass(frozen=True, slots=True)
class Scope:
    """The ``number``-th register of a site, and where its last edition stands; ``revision`` counts its words."""

    site: str
    id: str
    number: int
    session: str | None
    programme: str
    cohort: str | None
    from_ms: int
    until_ms: int
    made_ms: int
    edition: int = 0
    closed: str = ""
    seal: str = ""
    revision: int = 0


@dataclass(frozen=True, slots=True)
class Course:
    """A programme's sessions at a site that begin in a span; ``cohort`` None: of every cohort."""

    programme: str
    cohort: str | None
    from_ms: int
    until_ms: int


def one(connection: Connection, site: str, register: str) -> Scope:
    """A register. Raises Problem where there is none."""
    return scope_of(store.one(connection, t.register, (_R.site == site) & (_R.id == register), "register"))


def scope_of(row: Row[Any]) -> Scope:
    """A row as a value."""
    return Scope(**{field.name: getattr(row, field.name) for field in fields(Scope)})


def of_session(connection: Connection, site: str, session: str) -> Scope | None:
    """The register of a session, where it has one."""
    row = connection.execute(select(t.register).where(_R.site == site, _R.session == session)).one_or_none()
    return None if row is None else scope_of(row)


def add_session(edit: Edit, ident: str, site: str, session: str) -> Scope:
    """The register of a session: the one that there is, or one made now. Raises Problem."""
    row = store.one(edit.connection, t.session, (_S.site == site) & (_S.id == session), "session")
    there = of_session(edit.connection, site, session)
    if (
        there is None
        and edit.connection.execute(select(_P.number).where(_P.site == site, _P.session == session)).first()
    ):
        raise Problem(Kind.OUT_OF_TURN, "the register of this session is kept no longer; its paper is with the funder.")
    course = Course(row.programme, None, row.start_ms, row.end_ms)
    return there or _add(edit, ident, site, course, session)


def add_course(edit: Edit, ident: str, site: str, course: Course) -> Scope:
    """A register of a programme's sessions. Raises Problem where there is none in the span."""
    connection = edit.connection
    store.one(connection, t.site, t.site.c.id == site, "site")
    store.one(connection, t.programme, t.programme.c.id == course.programme, "programme")
    if course.cohort is not None:
        here = (t.cohort.c.id == course.cohort) & (t.cohort.c.programme == course.programme)
        store.one(connection, t.cohort, here, "cohort of this programme")
    if not 0 < course.until_ms - course.from_ms <= LONGEST_MS:
        raise Problem(Kind.INVALID, "a register is of some days, and of 400 at most; choose the first and the last.")
    scope = Scope(site, ident, 0, None, course.programme, course.cohort, course.from_ms, course.until_ms, 0)
    if not store.count(connection, t.session, sessions_of(connection, scope)):
        raise Problem(Kind.INVALID, "there is no session of it in these days; choose days with sessions.")
    return _add(edit, ident, site, course, None)


def _add(edit: Edit, ident: str, site: str, course: Course, session: str | None) -> Scope:
    given = (select(func.max(c.number)).where(c.site == site) for c in (_R, _P))
    last = max(edit.connection.execute(one).scalar_one() or 0 for one in given)
    span = (course.from_ms, course.until_ms)
    scope = Scope(site, ident, last + 1, session, course.programme, course.cohort, *span, edit.at_ms)
    edit.connection.execute(insert(t.register).values(asdict(scope)))
    return scope


def sessions_of(connection: Connection, scope: Scope) -> ColumnElement[bool]:
    """The sessions of a register, as a condition on the session table."""
    here = _S.site == scope.site
    if scope.session is not None:
        return here & (_S.id == scope.session)
    span = (_S.start_ms >= scope.from_ms) & (_S.start_ms < scope.until_ms)
    chosen = here & (_S.programme == scope.programme) & span
    if scope.cohort is None:
        return chosen
    same = (_G.site == _S.site) & (_G.session == _S.id) & _G.group_id.in_(groups_of(connection, scope.cohort))
    return chosen & select(_G.session).where(same).correlate(t.session).exists()


def groups_of(connection: Connection, cohort: str) -> Sequence[str]:
    """A cohort and its teams."""
    teams = connection.execute(select(t.team.c.id).where(t.team.c.cohort == cohort).order_by(t.team.c.id)).scalars()
    return [cohort, *teams]
