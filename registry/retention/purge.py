"""The purge: all whose time is over goes, in small transactions, and what went is itself an act that names nobody.

Done twice it does nothing the second time. It stops nobody: each batch is a short write between those of gateways.
"""

import json
from collections import Counter

from sqlalchemy import Connection, delete, select, tuple_, update

from access.forgotten import Whom
from access.retention import DESK
from access.retention_places import AT_REGISTRY
from registry.database import Database
from registry.edit import Edit, editing
from registry.guard import acts
from registry.guard.acts import Act
from registry.retention import erased_logs, erasing, holds, logs, registers
from registry.retention.holds import Holds
from registry.retention.rules import RULES, Rule, over, today_of
from registry.tables import core as t

SAID = "purge"
"""What the audit trail calls it."""
BATCH = 500
_P = t.published.c
_TOLD = select(_P.site, _P.id, _P.record).where(_P.kind == "booking", _P.record.is_not(None)).order_by(_P.site, _P.id)


def purge(database: Database, at_ms: int, author: str, *, whole: bool = False) -> Counter[str]:
    """Let go of all that is over at a moment; how many rows of each table were purged. ``whole``: all of the database
    is written anew.
    """
    with database.read() as connection:
        held = holds.active(connection, at_ms)
        places = logs.places(connection)
    gone = Counter[str]()
    for place in places:
        _purge_log(database, place, held, at_ms, gone)
    _erase_from_logs(database, at_ms, gone)
    if not held.covers(DESK):
        with editing(database, at_ms) as edit:
            gone["published"] += _unlink_desks(edit, held)
    for rule in RULES:
        _purge_table(database, rule, held, at_ms, gone)
    gone["register"] += registers.purge(database, held, at_ms, today_of(at_ms))
    with editing(database, at_ms) as edit:
        gone["person"] += erasing.forget_pseudonyms(edit, author)
    gone = +gone
    if gone:
        said = ", ".join(f"{name} {gone[name]}" for name in sorted(gone))
        with database.write() as connection:
            acts.note(connection, Act(SAID, author, what=said), at_ms)
    _clean(database, gone, whole=whole)
    return gone


def _clean(database: Database, gone: Counter[str], *, whole: bool) -> None:
    """Leave nothing of what went, nor of whom was erased since it was last done."""
    with database.read() as connection:
        erased = erased_logs.unclean(connection)
    if gone or erased or whole:
        everywhere = bool(erased) or gone["person"] > 0
        tables = AT_REGISTRY.keys() if everywhere else gone.keys()
        if database.clean(tables, whole=whole):
            with database.write() as connection:
                erased_logs.cleaned(connection, erased)


def _purge_log(database: Database, place: logs.Place, held: Holds, at_ms: int, gone: Counter[str]) -> None:
    here: logs.Place | None = place
    while here is not None:
        with database.write() as connection:
            here, erased = logs.step(connection, here, held, at_ms)
        gone["event"] += erased


def _erase_from_logs(database: Database, at_ms: int, gone: Counter[str]) -> None:
    """What the logs say of those who were erased, also what came since."""
    with database.write() as connection:
        people = erased_logs.whom(connection, at_ms)
        places = erased_logs.places(connection) if people else []
    whom = Whom(people)
    for place in places:
        here: logs.Place | None = place
        while here is not None:
            with database.write() as connection:
                here, number = erased_logs.step(connection, here, whom)
            gone["event"] += number
    with database.write() as connection:
        gone["visit"] += erased_logs.visits(connection, whom)


def _unlink_desks(edit: Edit, held: Holds) -> int:
    """Sites keep no booking that ended a day ago: with it goes who had which desk."""
    over_ms, people, gone = edit.at_ms - DESK.period_ms, held.people(DESK), 0
    for site, ident, text in edit.connection.execute(_TOLD).all():
        record = json.loads(text)
        if record["end_ms"] < over_ms and record.get("person") not in people:
            edit.withdraw(site, "booking", ident)
            gone += 1
    return gone


def _purge_table(database: Database, rule: Rule, held: Holds, at_ms: int, gone: Counter[str]) -> None:
    if held.covers(rule.kind):
        return
    more = True
    while more:
        with database.write() as connection:
            number = _some(connection, rule, held, at_ms)
        gone[rule.table.name] += number
        more = number == BATCH


def _some(connection: Connection, rule: Rule, held: Holds, at_ms: int) -> int:
    where = over(rule, at_ms, today_of(at_ms))
    if rule.who is not None and (people := held.people(rule.kind)):
        where &= rule.who.is_(None) | rule.who.not_in(people)
    key = tuple_(*rule.table.primary_key.columns)
    found = connection.execute(select(*rule.table.primary_key.columns).where(where).limit(BATCH)).all()
    if found:
        those = key.in_([tuple(row) for row in found])
        emptied = update(rule.table).values(rule.empty)
        connection.execute(emptied.where(those) if rule.blank else delete(rule.table).where(those))
    return len(found)
