"""Which registers a viewer sees, and what can be registered yet."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, or_, select, true

from registry.guard import asked as decided
from registry.guard import whose
from registry.guard.areas import Area, Verb
from registry.guard.authority import Authority, Of, Sites, sites_for
from registry.registers import beside, scopes
from registry.registers.beside import Difference
from registry.registers.editions import Edition
from registry.registers.scopes import Scope
from registry.tables import core as t
from registry.web.asked import Asked
from registry.web.listing import Listed, listed

REGISTERS = "/registers"
ONE = f"{REGISTERS}/{{site}}/{{register}}"
MOST_SESSIONS = 200
_R, _S, _H, _T, _P = t.register.c, t.session.c, t.session_trainer.c, t.site.c, t.programme.c


def _theirs(authority: Authority, sites: Sites, site: ColumnElement[Any], session: ColumnElement[Any]) -> Any:  # noqa: ANN401 -- a condition
    """What is of these sites, or of a session that whoever looks holds."""
    if sites is None:
        return true()
    held = select(_H.session).where(_H.person == authority.person, _H.site == site, _H.session == session)
    return or_(site.in_(sites), held.correlate(t.register, t.session).exists())


def shown_to(asked: Asked) -> Sites:
    """The sites all of whose registers are shown. Raises NotYours where whoever looks has nothing to do with any."""
    asked.need(asked.viewer.is_staff and asked.viewer.may(Area.ATTENDANCE, Verb.WRITE))
    return sites_for(asked.viewer.authority, Area.ATTENDANCE)


def found(connection: Connection, asked: Asked, cursor: str | None, *, site: str, open_only: bool) -> Listed:
    """One page of the registers that a viewer sees, by site and number."""
    query = select(
        t.register,
        _T.name.label("site_name"),
        _T.timezone,
        _P.name.label("programme_name"),
        _S.title.label("session_title"),
    )
    query = query.join(t.site, _T.id == _R.site).outerjoin(t.programme, _P.id == _R.programme)
    query = query.outerjoin(t.session, and_(_S.site == _R.site, _S.id == _R.session))
    query = query.where(_theirs(asked.viewer.authority, shown_to(asked), _R.site, _R.session))
    query = query.where(_R.site == site if site else true(), _R.seal == "" if open_only else true())
    said = {"site": site, "open": "1" if open_only else ""}
    return listed(connection, query, [_R.site, _R.number], cursor, REGISTERS, said)


def sites_of(connection: Connection, sites: Sites) -> Sequence[Row[Any]]:
    """Some sites, by name."""
    here = true() if sites is None else _T.id.in_(sites)
    return connection.execute(select(t.site).where(here).order_by(_T.name, _T.id)).all()


def without(connection: Connection, asked: Asked, at_ms: int) -> Sequence[Row[Any]]:
    """The sessions that were over and have no register yet, the latest first."""
    mine = _theirs(asked.viewer.authority, shown_to(asked), _S.site, _S.id)
    none = select(_R.id).where(_R.site == _S.site, _R.session == _S.id).correlate(t.session).exists()
    query = select(t.session, _T.name.label("site_name"), _T.timezone).join(t.site, _T.id == _S.site)
    query = query.where(mine, ~none, _S.end_ms <= at_ms, _S.state != "planned")
    return connection.execute(query.order_by(_S.start_ms.desc(), _S.site, _S.id).limit(MOST_SESSIONS)).all()


def scope_for(asked: Asked, connection: Connection, site: str, register: str, verb: Verb = Verb.READ) -> Scope:
    """A register that whoever asks may see, or change. Raises NotYours or Problem."""
    asked.need(asked.viewer.is_staff)
    of = _whose(connection, site, register)
    decided.check(asked.viewer.authority, Area.ATTENDANCE, verb, of, whose.KEPT_REGISTER.noun)
    return scopes.one(connection, site, register)


def may_write(asked: Asked, connection: Connection, scope: Scope) -> bool:
    """Whether whoever looks may correct a register, or have it read anew."""
    return asked.viewer.may(Area.ATTENDANCE, Verb.WRITE, _whose(connection, scope.site, scope.id))


@dataclass(frozen=True, slots=True)
class Differing:
    """Where registers of one session say other minutes; the ids of those that whoever looks may open."""

    found: Sequence[Difference]
    open: frozenset[str]


def differing(asked: Asked, connection: Connection, scope: Scope, held: Edition) -> Differing:
    """What other registers say otherwise than the last edition of this one."""
    found = beside.differing(connection, scope, held)
    others = {one.theirs.scope.id for one in found}
    read = (Area.ATTENDANCE, Verb.READ)
    return Differing(
        found,
        frozenset(one for one in others if asked.viewer.may(*read, _whose(connection, scope.site, one))),
    )


def _whose(connection: Connection, site: str, register: str) -> Of | None:
    find = whose.KEPT_REGISTER.find
    return None if find is None else find(connection, {"site": site, "register": register})
