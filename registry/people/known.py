"""What holds of people at every site alike, as a site is told it: whether they are minors, and what their guardians and
their training say. Never a birth date, a fiscal code, an address or a key of another system (guarantee P2).
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row, bindparam, select

from access.enrolment import is_minor
from access.records import LATEST_MS, Person
from access.training import Module, overdue_from_ms
from registry.attendance.recognised import work_of
from registry.tables import core as t

_p, _e, _m = t.person.c, t.enrolment.c, t.module.c
_PEOPLE = select(_p.id, _p.name, _p.valid_from_ms, _p.valid_until_ms, _p.suspended, _p.minor, _p.birth_date).where(
    _p.id.in_(bindparam("persons"))
)
_MODULES = (
    select(_e.person, t.module)
    .join(t.module, _m.programme == _e.programme)
    .where(_e.person.in_(bindparam("persons")), _e.state == "active", _m.mandatory, _m.due_ms.is_not(None))
    .distinct()
)
"""They are built once: every edit asks for them."""
_Rows = Mapping[str, Sequence[Row[Any]]]


def known(connection: Connection, zone: ZoneInfo, persons: Sequence[str], at_ms: int) -> dict[str, Person]:
    """These people as any site knows them, without a right; ages are those of ``zone``'s calendar."""
    rows = connection.execute(_PEOPLE, {"persons": persons}).all()
    minors = [row.id for row in rows if _is_minor(row, zone, at_ms)]
    guardians = _guardians(connection, minors) if minors else {}
    due = _training_due(connection, persons)
    return {
        row.id: Person(
            row.id,
            row.name,
            frozenset(),
            valid_from_ms=row.valid_from_ms,
            valid_until_ms=row.valid_until_ms,
            suspended=row.suspended,
            minor=_is_minor(row, zone, at_ms),
            training_due_ms=due.get(row.id),
            **authorised(guardians.get(row.id, ()), at_ms),
        )
        for row in rows
    }


def _is_minor(row: Row[*tuple[Any, ...]], zone: ZoneInfo, at_ms: int) -> bool:
    """By the birth date; where none is known, as staff have said."""
    if row.birth_date is None:
        return bool(row.minor)
    return is_minor(date.fromisoformat(row.birth_date), at_ms, zone)


def _guardians(connection: Connection, persons: Sequence[str]) -> _Rows:
    c = t.guardian.c
    found = defaultdict(list)
    for row in connection.execute(select(t.guardian).where(c.person.in_(persons)).order_by(c.from_ms, c.id)):
        found[row.person].append(row)
    return found


def authorised(rows: Sequence[Row[Any]], at_ms: int) -> dict[str, Any]:
    """The one authorisation that a site is told of: the one in force that lasts longest, else the next, else none."""
    coming = [row for row in rows if row.until_ms is None or row.until_ms > at_ms]
    if not coming:
        return {}
    in_force = [row for row in coming if row.from_ms <= at_ms]
    if in_force:
        chosen = max(in_force, key=lambda row: (LATEST_MS if row.until_ms is None else row.until_ms, row.id))
    else:
        chosen = min(coming, key=lambda row: (row.from_ms, row.id))
    zones = frozenset(chosen.zones.split())
    return {
        "guardian_from_ms": chosen.from_ms,
        "guardian_until_ms": chosen.until_ms,
        "guardian_zones": zones,
    }


def _training_due(connection: Connection, persons: Sequence[str]) -> Mapping[str, int]:
    """From when on whose mandatory module is overdue, by the programmes that they are enrolled in."""
    asked: dict[str, list[Module]] = defaultdict(list)
    for row in connection.execute(_MODULES, {"persons": persons}):
        asked[row.person].append(Module(row.id, row.mandatory, row.due_ms, row.required_minutes, row.required_sessions))
    work = work_of(connection, sorted(asked)) if asked else {}
    found = {person: overdue_from_ms(modules, work.get(person, ())) for person, modules in asked.items()}
    return {person: due_ms for person, due_ms in found.items() if due_ms is not None}
