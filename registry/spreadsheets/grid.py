"""From the text of a CSV file to its rows, each under the number by which a spreadsheet shows it.

A quoted cell may hold line ends: it is one row all the same. Empty rows are left out and still count. Excel's first
line ``sep=;`` is obeyed and, as in Excel, is no row. Otherwise the separator is the one of ; tab , that makes the
most known columns of the first row, then the most columns.
"""

import csv
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import StringIO

from registry.reasons import Reason, why
from registry.spreadsheets.guard import unguarded
from registry.spreadsheets.texts import BadFile

SEPARATORS = (";", "\t", ",")
_SAYS_SEPARATOR = re.compile(r'"?sep=(.)"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may hold at most: bytes, rows that are not empty, columns, and characters of one cell."""

    size: int = 4 << 20
    rows: int = 20_000
    columns: int = 100
    cell: int = 2_000


LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class GridRow:
    """A row that is not empty: its number in a spreadsheet, from 1, and its unguarded cells up to the last full one."""

    line: int
    cells: tuple[str, ...]


def rows(text: str, known: Callable[[str], bool], limits: Limits = LIMITS) -> Iterator[GridRow]:
    """The rows of a text; ``known`` says whether a cell is the name of a column. Raises BadFile, also midway."""
    separator, text = _separated(text, known)
    for found, row in enumerate(_parsed(text, separator), 1):
        if len(row.cells) > limits.columns:
            raise BadFile(
                why(
                    "grid.columns",
                    "this row has more than {most} columns; leave out what is not needed.",
                    most=limits.columns,
                ),
                row.line,
            )
        if any(len(cell) > limits.cell for cell in row.cells):
            raise BadFile(
                why("grid.cell", "a cell of this row is longer than {most} characters; shorten it.", most=limits.cell),
                row.line,
            )
        if found > limits.rows:
            raise BadFile(
                why("grid.rows", "a file holds at most {most} rows; send the rest as a second file.", most=limits.rows),
                row.line,
            )
        yield row


def _separated(text: str, known: Callable[[str], bool]) -> tuple[str, str]:
    """The separator and what is to be read with it."""
    said = _SAYS_SEPARATOR.match(text)
    if said and said[1] in SEPARATORS:
        return said[1], text[said.end() :]
    return max(SEPARATORS, key=lambda separator: _columns(text, separator, known)), text


def _columns(text: str, separator: str, known: Callable[[str], bool]) -> tuple[int, int]:
    """How many known columns, and how many at all, the first row has by a separator."""
    try:
        first = next(_parsed(text, separator), None)
    except BadFile:
        return 0, 0
    return (sum(map(known, first.cells)), len(first.cells)) if first else (0, 0)


def _parsed(text: str, separator: str) -> Iterator[GridRow]:
    reader = csv.reader(StringIO(text, newline=""), delimiter=separator, strict=True)
    line = 0
    try:
        for line, guarded in enumerate(reader, 1):
            cells = tuple(map(unguarded, guarded))
            last = max((n for n, cell in enumerate(cells, 1) if cell.strip()), default=0)
            if last:
                yield GridRow(line, cells[:last])
    except csv.Error as error:
        raise BadFile(_reason(error), line + 1) from None


def _reason(error: csv.Error) -> Reason:
    if "limit" in str(error):
        return why("grid.far", "a cell of this row is far too long; a quotation mark may not be closed.")
    return why(
        "grid.quote", 'a quotation mark is out of place from this row on; close it, and write one inside a text as "".'
    )
