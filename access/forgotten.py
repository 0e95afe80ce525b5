"""Whom a log is to say nothing of any more: by their opaque id, and by their name where somebody typed it (P5, S4).

Of a name only a salted digest is kept and told, so that nobody who erases keeps the name to do so. It is looked for as
so many words in a row of any text, whatever their case. The ``author`` of an act stays beside what they did (P6); a
verdict's ``case`` names people by id alone.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from access.retention import OF_NOBODY

MOST_FORGOTTEN = 1_000
"""So many are told to a site, those who were erased last."""
WITHOUT_NAMES = frozenset({"author", "case"})
MOST_WORDS = 1_000
"""Of one text: no page takes a longer one."""
_ENDS_OF_IDS = re.compile(rb'["/ ]')
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


@dataclass(frozen=True, slots=True)
class Forgotten:
    """Somebody who was erased: their id, and the digest under ``salt`` of their name of so many ``words`` (0: no name
    is looked for).
    """

    id: str
    salt: str = ""
    words: int = 0
    digest: str = ""


def forgotten(ident: str, name: str, salt: str) -> Forgotten:
    """What stays of somebody, so that what names them can be found. A name of one word alone is many people's: it is
    not looked for.
    """
    words = _words(name)
    return Forgotten(ident, salt, len(words), _digest(salt, words)) if len(words) > 1 else Forgotten(ident)


class Whom:
    """Some people, made ready to be looked for in many rows."""

    def __init__(self, people: Iterable[Forgotten]) -> None:
        found = tuple(people)
        self._ids = frozenset(one.id.encode() for one in found)
        self._digests = frozenset(one.digest for one in found if one.words)
        self._forms = sorted({(one.salt, one.words) for one in found if one.words})

    def named(self, kind: str, body: bytes | None) -> bool:
        """Whether the body of a log's row of a kind names any of them."""
        if body is None or kind in OF_NOBODY or not self._ids:
            return False
        return not self._ids.isdisjoint(_ENDS_OF_IDS.split(body)) or (bool(self._forms) and self._by_name(body))

    def _by_name(self, body: bytes) -> bool:
        try:
            fact = json.loads(body)
        except (ValueError, RecursionError):
            return False
        return any(self.in_text(text) for text in _texts(fact))

    def in_text(self, text: str) -> bool:
        """Whether a text has the name of any of them."""
        words = _words(text)
        return any(
            _digest(salt, words[first : first + number]) in self._digests
            for salt, number in self._forms
            for first in range(len(words) - number + 1)
        )


def _texts(fact: object) -> Iterator[str]:
    waiting = [fact]
    while waiting:
        match waiting.pop():
            case str(text):
                yield text
            case list(parts):
                waiting.extend(parts)
            case dict(members):
                waiting.extend(part for name, part in members.items() if name not in WITHOUT_NAMES)


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())[:MOST_WORDS]


def _digest(salt: str, words: list[str]) -> str:
    return sha256(f"{salt} {' '.join(words)}".encode("utf-8", "surrogatepass")).hexdigest()
