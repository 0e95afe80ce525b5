"""The languages of the pages: catalogues of words, and which one a reader gets.

A catalogue is a TOML file of phrases by key, with ``{places}`` to fill. Italian is first and complete; English says
the same keys with the same places (tests hold that).
"""

import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

LANGUAGES: Mapping[str, str] = {"it": "Italiano", "en": "English"}
FIRST = "it"


@dataclass(frozen=True, slots=True)
class Words:
    """One language's phrases."""

    language: str
    phrases: Mapping[str, str]

    def __call__(self, key: str, **places: object) -> str:
        """The phrase with its places filled. Raises KeyError for a key or a place that is not there."""
        return self.phrases[key].format_map(places)

    def number(self, key: str, count: int, **places: object) -> str:
        """The phrase for so many: ``key.one`` or ``key.other``, with ``{count}``."""
        return self(f"{key}.{'one' if count == 1 else 'other'}", count=count, **places)

    def get(self, key: str, otherwise: str) -> str:
        """The phrase of a key that may have none."""
        return self.phrases.get(key, otherwise)

    def has(self, key: str) -> bool:
        """Whether there is such a phrase."""
        return key in self.phrases


def load(sources: Iterable[tuple[str, str]]) -> dict[str, Words]:
    """Every language's words, merged from these (package, folder). A folder has one file a language, and may have more
    that begin with its code (``it-actions.toml``); no key is said twice.
    """
    phrases: dict[str, dict[str, str]] = {language: {} for language in LANGUAGES}
    for package, folder in sources:
        for language, known in phrases.items():
            for file in files(package).joinpath(folder).iterdir():
                if file.name == f"{language}.toml" or file.name.startswith(f"{language}-"):
                    known.update(_flat("", tomllib.loads(file.read_text(encoding="utf-8"))))
    return {language: Words(language, known) for language, known in phrases.items()}


def _flat(prefix: str, table: Mapping[str, Any]) -> Iterable[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from _flat(f"{prefix}{key}.", value)
        else:
            yield f"{prefix}{key}", str(value)


def chosen(cookie: str | None, accept_language: str | None) -> str:
    """The language to speak: the one chosen by hand, else the browser's first that we have, else Italian."""
    if cookie is not None and cookie in LANGUAGES:
        return cookie
    for language in _wanted(accept_language or ""):
        if language in LANGUAGES:
            return language
    return FIRST


def _wanted(accept_language: str) -> list[str]:
    """The primary languages of an Accept-Language header, most wanted first; the header is bounded by the server."""
    weighed: list[tuple[float, str]] = []
    for part in accept_language.split(","):
        tag, _, weight = part.strip().partition(";q=")
        weighed.append((-_weight(weight), tag.split("-")[0].strip().lower()))
    return [tag for weight, tag in sorted(weighed, key=lambda pair: pair[0]) if weight < 0]


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
