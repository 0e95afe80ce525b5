"""Bookings from a file: made, and moved where their ref is known, by the very rules of staff's own bookings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Row, select

from access.records import BookingKind
from registry.bookings import bookings
from registry.bookings.bookings import Change, Wanted
from registry.bookings.rows import LIVE
from registry.edit import Edit
from registry.exchange import names as exchange_names
from registry.exchange.bringing_in import Claims, Context, Does, Report, attempt, once, report_of
from registry.exchange.reach import within
from registry.reasons import why
from registry.spreadsheets.incoming import Entry, Sheet
from registry.spreadsheets.kinds import ListedBooking
from registry.tables import core as t

_MOVES = ("resource", "start_ms", "end_ms")
Held = Mapping[tuple[str, str], Row[Any]]
"""Bookings by site and id."""


@dataclass(frozen=True, slots=True)
class _Line:
    """A line whose holder is known: a person's id, or a group ("" is the other)."""

    entry: Entry[ListedBooking]
    person: str

    @property
    def said(self) -> ListedBooking:
        return self.entry.value

    @property
    def group(self) -> str:
        return self.said.group or ""

    def ids(self) -> tuple[str, ...]:
        """The ids that its ref can mean: the registry's own, or the one that is made of it."""
        return exchange_names.ids_of("booking", self.said.site, self.said.ref)


def bring(edit: Edit, context: Context, sheet: Sheet[ListedBooking]) -> Report:
    """Make and move the bookings of a file, in its order, as far as it can be. One without a ref is the booking of the
    same holder, place and time.
    """
    sheet = within(edit.connection, context.sites, sheet)
    report = report_of(sheet)
    entries = once(report, sheet.entries, lambda one: one.ref and (one.site, one.ref), "ref")
    lines = _lines(edit, report, once(report, entries, _without_ref, ""))
    held, alike = _held(edit, lines), _alike(edit, lines)
    claims = Claims(report)
    for line in lines:
        known = next((held[line.said.site, ident] for ident in line.ids() if (line.said.site, ident) in held), None)
        if known is None and not line.said.ref:
            key = _key(line.said.site, line.person, line.group, line.said)
            known = alike.get((*key, line.said.resource), alike.get((*key, None)))
        at_one = line.said.resource
        if at_one is None and (known is None or known.resource is not None):
            report.refuse(line.entry.line, "resource", why("cell.empty", "this cell is empty; fill it in."))
        elif known is None:
            _book(edit, context, report, line, at_one or "")
        elif claims.claim(line.entry.line, (known.site, known.id)):
            _move(edit, report, line, known)
    return report


def _without_ref(said: ListedBooking) -> object:
    return None if said.ref else said


def _lines(edit: Edit, report: Report, entries: Sequence[Entry[ListedBooking]]) -> list[_Line]:
    persons = exchange_names.people(edit.connection, (entry.value.person for entry in entries))
    sites = exchange_names.known(edit.connection, t.site.c.id, (entry.value.site for entry in entries))
    found = []
    for entry in entries:
        said = entry.value
        if said.site not in sites:
            report.refuse(entry.line, "site", why("site.unknown", "there is no such site; write its id."))
        elif said.person and said.person not in persons:
            report.refuse(
                entry.line, "person", why("person.unknown", "there is no such person; bring the people in first.")
            )
        else:
            found.append(_Line(entry, persons[said.person] if said.person else ""))
    return found


def _held(edit: Edit, lines: Sequence[_Line]) -> Held:
    b = t.booking.c
    found: dict[tuple[str, str], Row[Any]] = {}
    for some in exchange_names.chunks(ident for line in lines for ident in line.ids()):
        query = select(t.booking).where(b.id.in_(some), b.kind == BookingKind.DESK)
        found |= {(row.site, row.id): row for row in edit.connection.execute(query)}
    return found


def _key(site: str, person: str | None, group: str | None, of: Any) -> tuple[object, ...]:  # noqa: ANN401 -- row or line
    return (site, person or "", group or "", of.start_ms, of.end_ms)


def _alike(edit: Edit, lines: Sequence[_Line]) -> Mapping[tuple[object, ...], Row[Any]]:
    """The bookings that begin when one of the lines without a ref does, by everything that a line says: None for its
    desk where that is forgotten.
    """
    b = t.booking.c
    found: dict[tuple[object, ...], Row[Any]] = {}
    for some in exchange_names.chunks(line.said.start_ms for line in lines if not line.said.ref):
        query = select(t.booking).where(b.start_ms.in_(some), b.state.in_(LIVE), b.kind == BookingKind.DESK)
        rows = edit.connection.execute(query).all()
        found |= {(*_key(row.site, row.person, row.group_id, row), row.resource): row for row in rows}
    return found


def _book(edit: Edit, context: Context, report: Report, line: _Line, resource: str) -> None:
    said = line.said
    ident = exchange_names.id_of("booking", said.site, said.ref) if said.ref else context.new_id()
    wanted = Wanted(resource, line.person, said.start_ms, said.end_ms, group=line.group, made_by=context.operator)
    attempt(edit, report, line.entry.line, lambda: bookings.book(edit, said.site, ident, wanted))
    report.will(line.entry.line, Does.CREATE, ident)


def _move(edit: Edit, report: Report, line: _Line, known: Row[Any]) -> None:
    said, number = line.said, line.entry.line
    if (known.person or "", known.group_id or "") != (line.person, line.group):
        report.refuse(number, "ref", why("booking.other", "this ref is a booking of somebody else; write another ref."))
        return
    asked = _MOVES if known.resource is not None else _MOVES[1:]  # Which desk it was is known to nobody any more.
    changes = [name for name in asked if getattr(known, name) != getattr(said, name)]
    if known.state in {"cancelled", "released"}:
        report.refuse(
            number,
            "ref",
            why("booking.state", "this booking was {state}; write another ref to book again.", state=known.state),
        )
    elif not changes:
        report.will(number, Does.SAME, known.id)
    else:
        start_ms, end_ms = (said.start_ms, said.end_ms) if {"start_ms", "end_ms"} & {*changes} else (None, None)
        wanted = Change(start_ms, end_ms, said.resource if "resource" in changes else None)
        attempt(edit, report, number, lambda: bookings.change(edit, said.site, known.id, wanted))
        report.will(number, Does.CHANGE, known.id, changes)
