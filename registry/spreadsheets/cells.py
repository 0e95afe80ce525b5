"""What may stand in a cell: texts, numbers, flags and choices, read and written.

Each is a ``CellKind``. A mistake is one sentence that never repeats the cell: it may be a card's UID or worse.
"""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import Enum
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from registry.names import readable
from registry.reasons import Reason, why

Written = str | int
"""A cell to be written: a text is guarded, a number stands as it is."""


class BadCell(ValueError):
    """A cell cannot be used; one sentence. ``column`` is the entry's field, where it is not the cell read."""

    def __init__(self, reason: Reason, column: str = "") -> None:
        super().__init__(reason)
        self.reason = reason
        self.column = column


class Plain(str):
    """A text that we made of a number or a time: written unguarded."""

    __slots__ = ()


class Dialect(Enum):
    """How a file is written: for Italian Excel's double click (UTF-8 with mark, ``;``), or plainly (RFC 4180)."""

    EXCEL = "excel"
    CSV = "csv"


@dataclass(slots=True)
class At:
    """What a row's cells are read by, and say to those after them: time zone, sites' zones, day; and their doubts."""

    zone: ZoneInfo
    zones: Mapping[str, ZoneInfo]
    day: date | None = None
    doubts: list[Reason] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Style:
    """What cells are written by: the dialect and the time zone of the row's site."""

    dialect: Dialect
    zone: ZoneInfo


class CellKind(Protocol):
    """A kind of cell. ``empty`` is the value of an empty one; other texts come stripped."""

    @property
    def empty(self) -> Any:  # noqa: ANN401 -- kinds differ in their values
        """The value of an empty cell."""

    def read(self, text: str, at: At) -> Any:  # noqa: ANN401
        """The value. Raises BadCell."""

    def write(self, value: Any, style: Style) -> Written:  # noqa: ANN401
        """The cell of a value that is not empty."""


_BREAKS = re.compile(r"\s*[\t\r\n]+\s*")


def fold(text: str) -> str:
    """A word by which people name something: without case, accents and what is neither letter nor digit."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text.casefold()) if not unicodedata.combining(c))
    return " ".join("".join(c if c.isalnum() else " " for c in bare).split())


@dataclass(frozen=True, slots=True)
class Text:
    """A line of text of at most ``longest`` characters; line ends inside become a blank."""

    longest: int = 120
    empty: str | None = None

    def read(self, text: str, at: At) -> str:
        """The text. Raises BadCell."""
        del at
        line = _BREAKS.sub(" ", text)
        try:
            readable(line)
        except ValueError:
            raise BadCell(why("text.control", "control characters cannot stand here; type the text anew.")) from None
        if len(line) > self.longest:
            raise BadCell(why("text.long", "this is longer than {most} characters; shorten it.", most=self.longest))
        return line

    def write(self, value: str, style: Style) -> Written:
        """The text."""
        del style
        return value


NAME = Text()
"""A name, as everywhere in the registry."""


@dataclass(frozen=True, slots=True)
class Integer:
    """A whole number in bounds; ``12,0`` is what Excel may make of 12."""

    least: int = 0
    most: int = 1_000_000
    empty: int | None = None

    def read(self, text: str, at: At) -> int:
        """The number. Raises BadCell."""
        del at
        match = re.fullmatch(r"([+-]?[0-9]{1,12})(?:[.,]0{1,2})?", text)
        if match is None or not self.least <= int(match[1]) <= self.most:
            raise BadCell(
                why(
                    "number.bad",
                    "this is no whole number from {least} to {most}; correct it.",
                    least=self.least,
                    most=self.most,
                )
            )
        return int(match[1])

    def write(self, value: int, style: Style) -> Written:
        """The number."""
        del style
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few values. ``words`` gives each value's words: the first is written to Excel, the second plainly."""

    words: Mapping[Any, tuple[str, ...]]
    empty: Any = None
    by_word: Mapping[str, Any] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        """Fold the words once."""
        by_word = {fold(word): value for value, words in self.words.items() for word in words}
        object.__setattr__(self, "by_word", by_word)

    def read(self, text: str, at: At) -> Any:  # noqa: ANN401 -- what was chosen from
        """The value. Raises BadCell."""
        del at
        folded = fold(text)
        if folded not in self.by_word:
            raise BadCell(
                why(
                    "choice.none",
                    "this is none of {choices}; write one of them.",
                    choices=", ".join(words[0] for words in self.words.values()),
                )
            )
        return self.by_word[folded]

    def write(self, value: Any, style: Style) -> Written:  # noqa: ANN401
        """The value's word."""
        return self.words[value][0 if style.dialect is Dialect.EXCEL else 1]


FLAG = Choice(
    {True: ("sì", "true", "s", "vero", "yes", "y", "1", "x"), False: ("no", "false", "n", "falso", "0")},
    empty=False,
)
"""Yes or no; an empty cell says no."""
