"""A mistake in a site file: where it is, what is wrong, and what to write instead."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from enum import StrEnum
from pathlib import Path

SHOWN_CHARACTERS = 40


class Severity(StrEnum):
    """An error keeps the site from starting; a warning is named and lived with."""

    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One mistake. ``line`` counts from 1; ``what`` and ``instead`` are half sentences, joined by a semicolon."""

    line: int
    what: str
    instead: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        """As a person reads it: ``line 12: error: what; instead``."""
        return f"line {self.line}: {self.severity}: {self.what}; {self.instead}"


class SiteFileError(ValueError):
    """The site file cannot be used. ``mistakes`` holds its errors, by line; the message names them all."""

    def __init__(self, path: Path, mistakes: Iterable[Mistake]) -> None:
        """Keep the errors of the file at ``path``."""
        self.path = path
        self.mistakes = tuple(mistakes)
        super().__init__(f"{path} cannot be used: " + " | ".join(map(str, self.mistakes)))


def quoted(value: str) -> str:
    """A value of the file as a message may show it: quoted, printable, at most 40 characters."""
    shown = "".join(letter if letter.isprintable() else "?" for letter in value[:SHOWN_CHARACTERS])
    return f'"{shown}…"' if len(value) > SHOWN_CHARACTERS else f'"{shown}"'


def nearest(word: str, known: Iterable[str], likeness: float = 0.6) -> str | None:
    """The known word that ``word`` was most likely meant to be, or None if none is alike enough (0 to 1)."""
    return next(iter(get_close_matches(word.lower()[:80], list(known), n=1, cutoff=likeness)), None)
