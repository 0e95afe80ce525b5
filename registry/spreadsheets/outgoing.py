"""Writing CSV: for Italian Excel's double click, or plain RFC 4180. No cell of ours is a formula (``csv_guard``).

The plain form is for programs: opened in a spreadsheet of another separator, its columns would not be ours.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Sequence
from io import StringIO
from typing import TypeVar
from zoneinfo import ZoneInfo

from registry.spreadsheets.cells import Dialect, Plain, Style, Written
from registry.spreadsheets.guard import guarded, kept
from registry.spreadsheets.schema import Column, Schema

T = TypeVar("T")
_AT_ONCE = 500
_SEPARATOR = {Dialect.EXCEL: ";", Dialect.CSV: ","}


def written(rows: Iterable[Sequence[Written]], dialect: Dialect) -> Iterator[bytes]:
    """A file of these rows in parts, each of whole rows. Numbers and ``Plain`` stand as they are, texts are guarded."""
    buffer = StringIO(newline="")
    writer = csv.writer(buffer, delimiter=_SEPARATOR[dialect], lineterminator="\r\n")
    buffer.write("\ufeff" if dialect is Dialect.EXCEL else "")
    for number, row in enumerate(rows, 1):
        writer.writerow([_cell(cell, dialect) for cell in row])
        if number % _AT_ONCE == 0:
            yield _taken(buffer)
    yield _taken(buffer)


def export(schema: Schema[T], entries: Iterable[T], dialect: Dialect, zone: Callable[[T], ZoneInfo]) -> Iterator[bytes]:
    """A file of these entries, without the columns that no export may hold; each entry's times are in its zone."""
    columns = [column for column in schema.columns if column.written]
    return written(_rows(columns, entries, dialect, zone), dialect)


def _rows(
    columns: Sequence[Column], entries: Iterable[T], dialect: Dialect, zone: Callable[[T], ZoneInfo]
) -> Iterator[Sequence[Written]]:
    yield [column.title if dialect is Dialect.EXCEL else column.name for column in columns]
    for entry in entries:
        style = Style(dialect, zone(entry))
        yield [_of(column, entry, style) for column in columns]


def _of(column: Column, entry: object, style: Style) -> Written:
    value = getattr(entry, column.key)
    return "" if value == column.kind.empty else column.kind.write(value, style)


def _cell(cell: Written, dialect: Dialect) -> str:
    if isinstance(cell, int | Plain):
        return str(cell)
    return kept(cell) if dialect is Dialect.EXCEL else guarded(cell)


def _taken(buffer: StringIO) -> bytes:
    part = buffer.getvalue().encode()
    buffer.seek(0)
    buffer.truncate()
    return part
