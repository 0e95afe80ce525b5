"""Attendance registers whose accounts are closed: each goes whole, with its rows and the names beside it (P4, ADR 39).

What is left says nothing of anybody: that there was a register of this number, of which session, and its seal, so that
the number is not given again and whoever kept the paper can still hold its seal against ours.
"""

from sqlalchemy import ColumnElement, Connection, and_, delete, exists, insert, select, tuple_

from access.retention import REGISTER
from registry.database import Database
from registry.retention.holds import Holds
from registry.retention.rules import is_open
from registry.tables import core as t
from registry.tables.registers import register_gone

BATCH = 50
"""A register of a year has some thousand rows."""
_R, _N = t.register.c, t.register_name.c


def purge(database: Database, held: Holds, at_ms: int, today: str) -> int:
    """Let go of all that are over, a few at a time; how many went."""
    gone, more = 0, not held.covers(REGISTER)
    while more:
        with database.write() as connection:
            number = _some(connection, held, at_ms, today)
        gone, more = gone + number, number == BATCH
    return gone


def _some(connection: Connection, held: Holds, at_ms: int, today: str) -> int:
    asked = select(_R.site, _R.id, _R.number, _R.session, _R.seal).where(_over(held, at_ms, today))
    found = connection.execute(asked.order_by(_R.site, _R.number).limit(BATCH)).all()
    if found:
        left = [
            {"site": site, "number": number, "session": session, "seal": seal, "gone_ms": at_ms}
            for site, _, number, session, seal in found
        ]
        connection.execute(insert(register_gone), left)
        those = [(one.site, one.id) for one in found]
        connection.execute(delete(t.register).where(tuple_(_R.site, _R.id).in_(those)))
        for table in (t.register_row, t.register_name):
            connection.execute(delete(table).where(tuple_(table.c.site, table.c.register_id).in_(those)))
    return len(found)


def _over(held: Holds, at_ms: int, today: str) -> ColumnElement[bool]:
    owed = exists(select(t.programme.c.id).where(t.programme.c.id == _R.programme, is_open(today)))
    over = and_(_R.until_ms < at_ms - REGISTER.period_ms, ~owed)
    people = held.people(REGISTER)
    if not people:
        return over
    names = exists(select(_N.person).where(_N.site == _R.site, _N.register_id == _R.id, _N.person.in_(people)))
    return and_(over, ~names)
