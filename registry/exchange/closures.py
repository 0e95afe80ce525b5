"""Closures from a calendar that was uploaded: each occurrence is one, and the same one when it comes again."""

from collections.abc import Iterable, Mapping
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Row, bindparam, delete, insert, select, update

from access.clock import DAY_MS
from access.records import Closure
from registry.edit import Edit
from registry.exchange import names as exchange_names
from registry.exchange.bringing_in import Does, Report, dated
from registry.ical.incoming import CalendarRead, Imported
from registry.sites import sites
from registry.spreadsheets.incoming import Note
from registry.tables import core as t

AHEAD_MS = 2 * 366 * DAY_MS
"""So far ahead are occurrences taken."""
_FIELDS = ("start_ms", "end_ms", "why")


def report_of(read: CalendarRead) -> Report:
    """The report of a calendar as far as reading it goes."""
    return Report(mistakes=[Note(error.line, error.uid, error.reason) for error in read.errors])


def bring_closures(edit: Edit, site: str, read: CalendarRead) -> Report:
    """Close the whole site in each occurrence's span, move what has moved, and take back what was called off."""
    report, zone = report_of(read), ZoneInfo(sites.site(edit.connection, site).timezone)
    wanted = {ident_of(site, "closure", row): row for row in read.rows}
    held = _held(edit, site, wanted)
    for ident, row in wanted.items():
        _judge(report, zone, ident, row, held.get(ident))
    does = {outcome.id: outcome.does for outcome in report.outcomes}
    _add(edit, site, {ident: row for ident, row in wanted.items() if does[ident] is Does.CREATE})
    _move(edit, site, {ident: (held[ident], wanted[ident]) for ident in held if does[ident] is Does.CHANGE})
    _drop(edit, site, [ident for ident in held if does[ident] is Does.DROP])
    return report


def ident_of(site: str, kind: str, row: Imported) -> str:
    """The id of what an occurrence makes."""
    return exchange_names.id_of(f"ical {kind}", site, f"{row.uid}\0{row.recurrence_id}")


def _held(edit: Edit, site: str, idents: Iterable[str]) -> Mapping[str, Row[Any]]:
    c = t.closure.c
    found: dict[str, Row[Any]] = {}
    for some in exchange_names.chunks(idents):
        query = select(t.closure).where(c.site == site, c.id.in_(some))
        found |= {row.id: row for row in edit.connection.execute(query)}
    return found


def _judge(report: Report, zone: ZoneInfo, ident: str, row: Imported, held: Row[Any] | None) -> None:
    what = dated(row.start_ms, zone, row.title)
    if row.cancelled:
        report.will(row.line, Does.SAME if held is None else Does.DROP, ident, (), what)
        return
    values = _values(row)
    changes = [name for name in _FIELDS if held is not None and getattr(held, name) != values[name]]
    does = Does.CREATE if held is None else Does.CHANGE if changes else Does.SAME
    report.will(row.line, does, ident, changes, what)


def _values(row: Imported) -> dict[str, Any]:
    return {"start_ms": row.start_ms, "end_ms": row.end_ms, "why": row.title}


def _add(edit: Edit, site: str, rows: Mapping[str, Imported]) -> None:
    made = [
        {"site": site, "id": ident, **_values(row), "audience": "", "resource": "", "source": f"ical:{row.uid}"}
        for ident, row in rows.items()
    ]
    if made:
        edit.connection.execute(insert(t.closure), made)
    for ident, row in rows.items():
        edit.publish(site, Closure(ident, row.start_ms, row.end_ms, row.title))


def _move(edit: Edit, site: str, rows: Mapping[str, tuple[Row[Any], Imported]]) -> None:
    """Whom and what a closure is for stays as staff may have said since."""
    c = t.closure.c
    if rows:
        query = update(t.closure).where(c.site == site, c.id == bindparam("of_id"))
        query = query.values({name: bindparam(f"new_{name}") for name in _FIELDS})
        values = {ident: _values(row) for ident, (_, row) in rows.items()}
        moved = [{"of_id": ident, **{f"new_{name}": one[name] for name in _FIELDS}} for ident, one in values.items()]
        edit.connection.execute(query, moved)
    for ident, (held, row) in rows.items():
        edit.publish(site, Closure(ident, row.start_ms, row.end_ms, row.title, held.audience, held.resource))


def _drop(edit: Edit, site: str, idents: list[str]) -> None:
    c = t.closure.c
    for some in exchange_names.chunks(idents):
        edit.connection.execute(delete(t.closure).where(c.site == site, c.id.in_(some)))
    for ident in idents:
        edit.withdraw(site, "closure", ident)
