"""Reading a CSV file: any bytes become entries, mistakes and warnings, each named by line and column.

The steps are ``csv_text`` (bytes to text), ``csv_grid`` (text to rows), ``csv_schema`` (header) and the kinds of cells;
what the entries mean beside what the registry holds is not known here.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, Generic, TypeVar
from zoneinfo import ZoneInfo

from registry.reasons import Reason, why
from registry.spreadsheets.cells import At, BadCell
from registry.spreadsheets.grid import LIMITS, GridRow, Limits, rows
from registry.spreadsheets.schema import Column, Header, Schema, header
from registry.spreadsheets.texts import BadFile, decoded

T = TypeVar("T")
MOST_NOTES = 1_000
"""So many mistakes, and so many warnings, are told of one file."""


@dataclass(frozen=True, slots=True)
class Note:
    """A mistake or warning: the spreadsheet's line (None: the file), the file's word for the column, one sentence."""

    line: int | None
    column: str
    reason: Reason


@dataclass(frozen=True, slots=True)
class Entry(Generic[T]):
    """What one line says."""

    line: int
    value: T


@dataclass(frozen=True, slots=True)
class Sheet(Generic[T]):
    """A file as it was read: ``entries`` are the lines without mistakes. With any mistake nothing is brought in.

    ``words`` are the file's for each field of an entry.
    """

    entries: tuple[Entry[T], ...]
    mistakes: tuple[Note, ...]
    warnings: tuple[Note, ...]
    lines: int
    words: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Zones:
    """The time zones that local times are in: that of the row's site, else ``default``."""

    default: ZoneInfo
    of_sites: Mapping[str, ZoneInfo] = field(default_factory=dict)


@dataclass(slots=True)
class _Found(Generic[T]):
    entries: list[Entry[T]] = field(default_factory=list)
    mistakes: list[Note] = field(default_factory=list)
    warnings: list[Note] = field(default_factory=list)
    lines: int = 0
    words: dict[str, str] = field(default_factory=dict)

    def sheet(self) -> Sheet[T]:
        notes = _bounded(self.mistakes), _bounded(self.warnings)
        return Sheet(tuple(self.entries), *notes, self.lines, self.words)


def read(schema: Schema[T], data: bytes, zones: Zones, limits: Limits = LIMITS) -> Sheet[T]:
    """Read a file of a kind. Never raises: what cannot be read is a mistake."""
    found: _Found[T] = _Found()
    try:
        _read(schema, decoded(data, limits.size), zones, limits, found)
    except BadFile as error:
        found.mistakes.append(Note(error.line, "", error.reason))
    return found.sheet()


def _read(schema: Schema[T], text: str, zones: Zones, limits: Limits, found: _Found[T]) -> None:
    grid = rows(text, schema.knows, limits)
    first = next(grid, None)
    if first is None:
        raise BadFile(
            why("file.empty", "the file is empty; the first row names the columns, each row after it is one entry.")
        )
    head = header(schema, first.line, first.cells)
    found.words |= {column.key: words for column, _, words in head.places}
    found.warnings += [Note(first.line, words, reason) for words, reason in head.unknown]
    for row in grid:
        found.lines += 1
        _read_row(schema, head, row, zones, found)


def _read_row(schema: Schema[T], head: Header, row: GridRow, zones: Zones, found: _Found[T]) -> None:
    """Every mistake of a row is told; only a row without one is made an entry."""
    mistakes = list(_too_wide(head, row))
    values: dict[str, Any] = {}

    def warn(column: str, reason: Reason) -> None:
        found.warnings.append(Note(row.line, head.shown(column), reason))

    at = At(zones.default, zones.of_sites)
    for column, place, words in head.places:
        try:
            values[column.key] = _value(column, row.cells[place] if place < len(row.cells) else "", at)
        except BadCell as error:
            mistakes.append(Note(row.line, words, error.reason))
        found.warnings += [Note(row.line, words, doubt) for doubt in at.doubts]
        at.doubts.clear()
    if not mistakes:
        try:
            found.entries.append(Entry(row.line, schema.make(values, warn)))
        except BadCell as error:
            mistakes.append(Note(row.line, head.shown(error.column), error.reason))
    found.mistakes += mistakes


def _value(column: Column, cell: str, at: At) -> Any:  # noqa: ANN401 -- kinds differ in their values
    text = cell.strip()
    if text:
        return column.kind.read(text, at)
    if column.mandatory and not column.sparse:
        raise BadCell(why("cell.empty", "this cell is empty; fill it in."))
    return column.kind.empty


def _too_wide(head: Header, row: GridRow) -> Iterator[Note]:
    if any(cell.strip() for cell in islice(row.cells, head.width, None)):
        yield Note(
            row.line,
            "",
            why("row.wide", "this row has more cells than the header; put a text with the separator in quotes."),
        )


def _bounded(notes: list[Note]) -> tuple[Note, ...]:
    if len(notes) <= MOST_NOTES:
        return tuple(notes)
    more = len(notes) - MOST_NOTES
    return (
        *notes[:MOST_NOTES],
        Note(None, "", why("notes.more", "there are {more} more; correct these and send again.", more=more)),
    )
