"""What of a period is not sealed: registers that are open, and sessions that were held and are in no register.

A report counts what the logs and the corrections say, whoever has closed what. Whoever publishes it while its evidence
can still change is told so first, and says why all the same (ADR 0049).
"""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, and_, or_, select

from access.spans import Span
from registry.tables import core as t
from registry.tables.registers import register_gone

_R, _S, _P, _W, _G = t.register.c, t.session.c, t.programme.c, t.site.c, t.session_group.c


@dataclass(frozen=True, slots=True)
class OpenRegister:
    """A register without a seal, of a session (by its title) or of a programme; as what it is closed already."""

    site: str
    site_name: str
    id: str
    number: int
    of: str
    closed: str


@dataclass(frozen=True, slots=True)
class Unregistered:
    """A session that was held and is in no register."""

    site: str
    site_name: str
    timezone: str
    id: str
    title: str
    start_ms: int


@dataclass(frozen=True, slots=True)
class Unsettled:
    """All of a period that is not sealed."""

    registers: tuple[OpenRegister, ...] = ()
    sessions: tuple[Unregistered, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.registers or self.sessions)


def of_period(connection: Connection, span: Span) -> Unsettled:
    """What there is of it, by site and number or time."""
    return Unsettled(tuple(_registers(connection, span)), tuple(_sessions(connection, span)))


def _registers(connection: Connection, span: Span) -> list[OpenRegister]:
    within = (_R.from_ms < span.end_ms) & or_(
        _R.from_ms >= span.start_ms, and_(_R.session.is_(None), _R.until_ms > span.start_ms)
    )
    names = (_W.name.label("site_name"), _P.name.label("programme_name"), _S.title)
    asked = select(_R.site, _R.id, _R.number, _R.closed, *names).join(t.site, _W.id == _R.site)
    asked = asked.outerjoin(t.programme, _P.id == _R.programme)
    asked = asked.outerjoin(t.session, and_(_S.site == _R.site, _S.id == _R.session))
    rows = connection.execute(asked.where(within, _R.seal == "").order_by(_W.name, _R.site, _R.number))
    return [
        OpenRegister(row.site, row.site_name, row.id, row.number, row.title or row.programme_name or "", row.closed)
        for row in rows
    ]


def _sessions(connection: Connection, span: Span) -> list[Unregistered]:
    asked = select(_S.site, _W.name.label("site_name"), _W.timezone, _S.id, _S.title, _S.start_ms)
    asked = asked.join(t.site, _W.id == _S.site).where(_S.state == "delivered")
    asked = asked.where(_S.start_ms >= span.start_ms, _S.start_ms < span.end_ms, ~_is_registered())
    rows = connection.execute(asked.order_by(_W.name, _S.site, _S.start_ms, _S.id))
    return [Unregistered(*row) for row in rows]


def _is_registered() -> ColumnElement[bool]:
    """A session has a register of its own, had one that is kept no longer, or is in one of its programme."""
    own = select(_R.id).where(_R.site == _S.site, _R.session == _S.id).correlate(t.session).exists()
    g = register_gone.c
    gone = select(g.number).where(g.site == _S.site, g.session == _S.id).correlate(t.session).exists()
    teams = select(t.team.c.id).where(t.team.c.cohort == _R.cohort).correlate(t.register)
    theirs = or_(_G.group_id == _R.cohort, _G.group_id.in_(teams))
    of_cohort = select(_G.group_id).where(_G.site == _S.site, _G.session == _S.id, theirs)
    cohort = or_(_R.cohort.is_(None), of_cohort.correlate(t.session, t.register).exists())
    within = (_R.from_ms <= _S.start_ms) & (_R.until_ms > _S.start_ms)
    course = select(_R.id).where(_R.site == _S.site, _R.session.is_(None), _R.programme == _S.programme, within, cohort)
    return or_(own, gone, course.correlate(t.session).exists())
