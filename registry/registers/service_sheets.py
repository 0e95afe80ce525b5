"""A month at the desk as a table, and the forms that it is given out in. No citizen is named; who gave hours is."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from access.hours import local
from access.service import month as span_of
from pages.languages import Words
from registry.attendance.service_month import Month
from registry.registers import papers, service_paper
from registry.spreadsheets.cells import Dialect, Plain, Written
from registry.spreadsheets.outgoing import written
from registry.spreadsheets.workbook import workbook

COLUMNS = ("what", "site", "person", "kind", "day", "from", "to", "minutes", "note", "state", "reason", "by", "row")
COLUMN_WIDTHS = (12, 20, 26, 24, 12, 8, 8, 9, 32, 22, 32, 22, 28)


def table(month: Month, said: Words, *, iso: bool) -> Iterator[Sequence[Written]]:
    """Hours, then visits, a row each under their columns; those taken out too. ``iso``: how a day is written."""
    yield [said(f"sheet.column.{name}") for name in COLUMNS]
    names = {one.person: one.name for one in month.angels}
    for one in month.angels:
        for row in one.entries:
            end = local(row.end_ms, month.zone)
            minutes = month.minutes(row)
            kind, to = said(f"service.ledger.{row.ledger}"), Plain(f"{end:%H:%M}")
            yield [said("sheet.hours"), *_cells(month, said, row, one.name, kind, to, minutes, row.note, iso=iso)]
    for row in month.visits:
        kind, name = said(f"desk.kind.{row.kind}"), names.get(row.person or "", "")
        yield [said("sheet.visit"), *_cells(month, said, row, name, kind, Plain(""), row.minutes, "", iso=iso)]


def _cells(
    month: Month,
    said: Words,
    row: Any,  # noqa: ANN401 -- a row of hours or of visits
    name: str,
    kind: str,
    to: str,
    minutes: int,
    note: str,
    *,
    iso: bool,
) -> Sequence[Written]:
    start = local(row.start_ms, month.zone)
    when = (Plain(f"{start:%Y-%m-%d}" if iso else f"{start:%d/%m/%Y}"), Plain(f"{start:%H:%M}"), to)
    place = month.names.get(row.site or "", row.site or "")
    reason, by = (row.reason, month.by(row.void_by)) if row.void else ("", month.by(row.author))
    return [place, name, kind, *when, minutes, note, _state(said, row), reason, by, row.id]


def _state(said: Words, row: Any) -> str:  # noqa: ANN401 -- as above
    if row.void:
        return said("sheet.out")
    return said("sheet.replaces") if row.replaces else ""


def _csv(month: Month, said: Words, dialect: Dialect) -> bytes:
    return b"".join(written(table(month, said, iso=dialect is Dialect.CSV), dialect))


def _xlsx(month: Month, said: Words) -> bytes:
    made = local(span_of(month.year, month.number, month.zone).end_ms, month.zone)
    return workbook(table(month, said, iso=False), said("sheet.name"), COLUMN_WIDTHS, made)


FORMS: Mapping[str, Callable[[Month, Words], bytes]] = {
    "pdf": service_paper.pdf,
    "excel": lambda month, said: _csv(month, said, Dialect.EXCEL),
    "csv": lambda month, said: _csv(month, said, Dialect.CSV),
    "xlsx": _xlsx,
}
"""By the name that is asked for, as registers' are."""


def made(month: Month, form: str) -> tuple[bytes, str, str]:
    """A month in a form: its bytes, their media type, and what the file is called; that names nobody."""
    like = papers.FORMS[form]
    name = "-".join(("sportello", *([month.site] if month.site else []), f"{month.year}-{month.number:02}"))
    return FORMS[form](month, papers.words()), like.media_type, f"{name}.{like.ends}"
