"""Names in cells that are no words: references of others' making, the registry's ids, sites."""

import re
from dataclasses import dataclass

from registry.names import is_id
from registry.reasons import why
from registry.spreadsheets.cells import At, BadCell, Style, Text, Written

_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?E[+-][0-9]+", re.IGNORECASE)
CODES_APART = re.compile(r"[,;|]")
_IDS = re.compile(r"[\s,;|]+")


def unspoiled(text: str) -> str:
    """A code as it is. Raises BadCell where Excel made a number of it."""
    if _SCIENTIFIC.fullmatch(text):
        raise BadCell(
            why(
                "code.rounded",
                "Excel turned this code into a rounded number; format the column as Text and enter it again.",
            )
        )
    return text


@dataclass(frozen=True, slots=True)
class Code:
    """A reference of somebody else's making, kept to the letter, leading zeros included."""

    longest: int = 64
    empty: str | None = None

    def read(self, text: str, at: At) -> str:
        """The code. Raises BadCell."""
        return unspoiled(Text(self.longest).read(text, at))

    def write(self, value: str, style: Style) -> Written:
        """The code."""
        del style
        return value


@dataclass(frozen=True, slots=True)
class Codes:
    """Such references between commas or semicolons, without repetition, in order; one that holds a comma cannot be."""

    most: int = 20
    empty: tuple[str, ...] = ()

    def read(self, text: str, at: At) -> tuple[str, ...]:
        """The references. Raises BadCell."""
        found = {Code().read(word.strip(), at) for word in CODES_APART.split(text) if word.strip()}
        if len(found) > self.most:
            raise BadCell(why("codes.many", "these are more than {most} names; leave some out.", most=self.most))
        return tuple(sorted(found))

    def write(self, value: tuple[str, ...], style: Style) -> Written:
        """The references, between commas."""
        del style
        return ", ".join(value)


@dataclass(frozen=True, slots=True)
class Id:
    """An id of the registry; capitals are read as small letters."""

    empty: str | None = None

    def read(self, text: str, at: At) -> str:
        """The id. Raises BadCell."""
        del at
        ident = unspoiled(text).lower()
        if not is_id(ident):
            raise BadCell(why("id.bad", "an id is 1 to 32 of a-z, 0-9 and hyphen; write it as the registry shows it."))
        return ident

    def write(self, value: str, style: Style) -> Written:
        """The id."""
        del style
        return value


@dataclass(frozen=True, slots=True)
class Site:
    """A site's id; the row's times are in its time zone."""

    empty: str | None = None

    def read(self, text: str, at: At) -> str:
        """The id. Raises BadCell."""
        ident = Id().read(text, at)
        at.zone = at.zones.get(ident, at.zone)
        return ident

    def write(self, value: str, style: Style) -> Written:
        """The id."""
        del style
        return value


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids between blanks or commas, without repetition, in order."""

    most: int = 100
    empty: tuple[str, ...] = ()

    def read(self, text: str, at: At) -> tuple[str, ...]:
        """The ids. Raises BadCell."""
        found = {Id().read(word, at) for word in _IDS.split(text) if word}
        if len(found) > self.most:
            raise BadCell(why("ids.many", "these are more than {most} ids; leave some out.", most=self.most))
        return tuple(sorted(found))

    def write(self, value: tuple[str, ...], style: Style) -> Written:
        """The ids, between blanks."""
        del style
        return " ".join(value)
