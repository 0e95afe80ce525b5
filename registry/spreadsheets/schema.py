"""What a file of a kind may say: its columns under all their names, and how a row's cells make one entry."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Any, Generic, TypeVar

from registry.reasons import Reason, why
from registry.spreadsheets.cells import CellKind, fold
from registry.spreadsheets.texts import BadFile

T = TypeVar("T")
Warn = Callable[[str, Reason], None]
"""Told of a doubtful cell: the entry's field and one sentence."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column. ``name`` is the plain file's header, ``title`` Excel's; aliases are read as well.

    ``field`` is the entry's, where it is not ``name``. ``mandatory``: the header has it, and each row unless it is
    ``sparse``. ``written`` False: it is read only, as what no export may hold.
    """

    name: str
    title: str
    kind: CellKind
    aliases: tuple[str, ...] = ()
    mandatory: bool = False
    sparse: bool = False
    written: bool = True
    field: str = ""

    @property
    def key(self) -> str:
        """The entry's field."""
        return self.field or self.name

    def names(self) -> tuple[str, ...]:
        """Every name, the file's own words first."""
        return (self.title, self.name, *self.aliases)


@dataclass(frozen=True, slots=True)
class Schema(Generic[T]):
    """A kind of file. ``make`` builds an entry from the cells by field; it raises BadCell."""

    name: str
    columns: tuple[Column, ...]
    make: Callable[[Mapping[str, Any], Warn], T]
    by_name: Mapping[str, Column] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Fold all names once. Raises ValueError where two columns share one."""
        pairs = [(name, column) for column in self.columns for name in {fold(name) for name in column.names()}]
        by_name = dict(pairs)
        if len(by_name) != len(pairs):
            raise ValueError(f"two columns of {self.name} share a name; rename one.")
        object.__setattr__(self, "by_name", by_name)

    def find(self, header: str) -> Column | None:
        """The column of a header, in any case, accents and punctuation."""
        return self.by_name.get(fold(header))

    def knows(self, header: str) -> bool:
        """Whether a header names a column."""
        return self.find(header) is not None


@dataclass(frozen=True, slots=True)
class Header:
    """A file's first row: for each known column its place and the words of the file; ``width`` of all."""

    places: tuple[tuple[Column, int, str], ...]
    width: int
    unknown: tuple[tuple[str, Reason], ...]

    def shown(self, key: str) -> str:
        """An entry's field in the file's words."""
        return next((words for column, _, words in self.places if column.key == key), key)


def header(schema: Schema[T], line: int, cells: tuple[str, ...]) -> Header:
    """The header of a file; unknown columns come with a sentence each. Raises BadFile."""
    found: dict[str, tuple[Column, int, str]] = {}
    unknown = []
    for place, cell in enumerate(cells):
        column = schema.find(cell)
        if column is None:
            unknown += [(_short(cell), _unknown(schema, cell))] if cell.strip() else []
        elif column.name in found:
            first = _short(found[column.name][2])
            raise BadFile(
                why(
                    "header.twice",
                    "“{first}” and “{second}” name the same column; leave one of them out.",
                    first=first,
                    second=_short(cell),
                ),
                line,
            )
        else:
            found[column.name] = (column, place, _short(cell))
    if not found:
        raise BadFile(
            why("header.none", "the first row names no known column; it must name {columns}.", columns=_titles(schema)),
            line,
        )
    missing = [column.title for column in schema.columns if column.mandatory and column.name not in found]
    if missing:
        raise BadFile(
            why(
                "header.missing",
                "the column {columns} is missing; add it.",
                columns=" and ".join(f"“{title}”" for title in missing),
            ),
            line,
        )
    in_order = tuple(found[column.name] for column in schema.columns if column.name in found)
    return Header(in_order, len(cells), tuple(unknown))


def _titles(schema: Schema[T]) -> str:
    return ", ".join(f"“{column.title}”" for column in schema.columns if column.mandatory)


def _unknown(schema: Schema[T], cell: str) -> Reason:
    close = get_close_matches(fold(cell), schema.by_name, 1, 0.8)
    if not close:
        return why("header.unknown", "this column is not known and is left out.")
    said = "this column is not known and is left out; is it “{column}”?"
    return why("header.unknown_close", said, column=schema.by_name[close[0]].title)


def _short(words: str) -> str:
    line = " ".join("".join(c if c.isprintable() else " " for c in words).split())
    return line if len(line) <= 40 else f"{line[:39]}…"
