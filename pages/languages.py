"""The languages of the pages: catalogues of words, and which one a reader gets.

A catalogue is a folder of gettext files (``.po``) for each language. Its messages go by key (``count.title``), with
``{places}`` to fill and, where they tell a number, with the plural forms of the language. Italian is first and
complete; every other language says the same keys with the same places (tests hold that). Dates, times and figures are
written as the language's country writes them.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time
from functools import cache, lru_cache
from gettext import c2py
from importlib.resources import files

from babel import Locale, negotiate_locale
from babel.dates import format_date, format_skeleton, format_time
from babel.messages import Catalog
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

DAYS_KEPT = 2_048
LANGUAGES: Mapping[str, str] = {"it": "Italiano", "en": "English"}
LOCALES: Mapping[str, str] = {"it": "it_IT", "en": "en_GB"}
"""Whose way of writing dates and figures goes with each language."""
FIRST = "it"
FIRST_GROUPED = 1_000
"""From here on languages write figures in groups, each its own way."""


class WordsRefused(ValueError):
    """Catalogues that do not go together; its text is one clear sentence."""


@dataclass(frozen=True, slots=True)
class Words:
    """One language's phrases, and its way of writing times and figures.

    ``plurals`` are the forms of what tells a number, ``form`` says which of them goes with one.
    """

    language: str
    phrases: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    form: Callable[[int], int] = int
    locale: Locale = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "locale", Locale.parse(LOCALES[self.language]))

    def __call__(self, key: str, **places: object) -> str:
        """The phrase with its places filled. Raises KeyError for a key or a place that is not there."""
        return self.phrases[key].format_map(places)

    def number(self, key: str, count: int, **places: object) -> str:
        """The phrase for so many, with ``{count}`` filled. Raises KeyError as above."""
        return self.plurals[key][self.form(count)].format_map({"count": self.figure(count), **places})

    def get(self, key: str, otherwise: str) -> str:
        """The phrase of a key that may have none."""
        return self.phrases.get(key, otherwise)

    def has(self, key: str) -> bool:
        """Whether there is such a phrase."""
        return key in self.phrases

    def figure(self, number: float) -> str:
        """A number as it is written: ``1.234,5`` in Italian; three decimals at most."""
        if isinstance(number, int) and 0 <= number < FIRST_GROUPED:
            return str(int(number))  # As every language of ours writes it; a page of a week has hundreds of them.
        return format_decimal(number, locale=self.locale)

    def hour(self, at: datetime | time) -> str:
        """A time of day to the minute: ``09:30``."""
        return _hour(at.hour, at.minute, self.language)

    def second(self, at: datetime | time) -> str:
        """A time of day to the second: ``09:30:00``."""
        return format_time(at, "medium", locale=self.locale)

    def day(self, on: date) -> str:
        """A day of about now, without its year: ``lun 23 nov``."""
        return _day(on.year, on.month, on.day, self.language)

    def month(self, on: date) -> str:
        """The month of a day: ``novembre 2026``."""
        return format_skeleton("yMMMM", datetime.combine(on, time()), locale=self.locale)

    def date(self, on: date) -> str:
        """A day in full: ``lunedì 23 novembre 2026``."""
        return _date(on.year, on.month, on.day, self.language)


# A page says the same few days and times of day over and over; a language is told from another faster than a locale.
@lru_cache(24 * 60 * len(LANGUAGES))
def _hour(hour: int, minute: int, language: str) -> str:
    return format_time(time(hour, minute), "short", locale=LOCALES[language])


@lru_cache(DAYS_KEPT)
def _day(year: int, month: int, day: int, language: str) -> str:
    return format_skeleton("MMMEd", datetime(year, month, day), locale=LOCALES[language])  # noqa: DTZ001 -- a day, nowhere


@lru_cache(DAYS_KEPT)
def _date(year: int, month: int, day: int, language: str) -> str:
    return format_date(date(year, month, day), "full", locale=LOCALES[language])


def load(sources: Iterable[tuple[str, str]]) -> dict[str, Words]:
    """Every language's words, merged from these (package, folder), each with a folder of catalogues for each language.

    Raises WordsRefused where a key is said twice, or two catalogues of a language count differently.
    """
    folders = tuple(sources)
    return {language: _merged(language, folders) for language in LANGUAGES}


@cache  # What lies in packages does not change while a program runs, and reading it takes a quarter of a second.
def _merged(language: str, folders: tuple[tuple[str, str], ...]) -> Words:
    catalogues = [catalogue for package, folder in folders for catalogue in _read(package, folder, language)]
    phrases, plurals = dict[str, str](), dict[str, tuple[str, ...]]()
    for key, said in (pair for catalogue in catalogues for pair in messages(catalogue)):
        if key in phrases or key in plurals:
            raise WordsRefused(f"{key} is said twice in {language}; keep one of the two.")
        if isinstance(said, str):
            phrases[key] = said
        else:
            plurals[key] = tuple(said)
    rules = {catalogue.plural_expr for catalogue in catalogues}
    if len(rules) != 1:
        raise WordsRefused(f"every catalogue of {language} needs the same Plural-Forms.")
    return Words(language, phrases, plurals, c2py(rules.pop()))


def _read(package: str, folder: str, language: str) -> Iterator[Catalog]:
    for file in files(package).joinpath(folder, language).iterdir():
        if file.name.endswith(".po"):
            with file.open("rb") as text:
                yield read_po(text, locale=language, abort_invalid=True)


def messages(catalogue: Catalog) -> Iterator[tuple[str, str | Sequence[str]]]:
    """What a catalogue says: (key, its phrase, or its forms for numbers), its header left out."""
    for message in catalogue:
        if message.id:
            yield message.id if isinstance(message.id, str) else message.id[0], message.string or ""


def chosen(cookie: str | None, accept_language: str | None) -> str:
    """The language to speak: the one chosen by hand, else the browser's first that we have, else Italian."""
    if cookie is not None and cookie in LANGUAGES:
        return cookie
    return negotiate_locale(_wanted(accept_language or ""), LANGUAGES, sep="-") or FIRST


def _wanted(accept_language: str) -> list[str]:
    """The languages of an Accept-Language header, most wanted first; the header is bounded by the server."""
    weighed: list[tuple[float, str]] = []
    for part in accept_language.split(","):
        tag, _, weight = part.strip().partition(";q=")
        weighed.append((-_weight(weight), tag.strip().lower()))
    return [tag for weight, tag in sorted(weighed, key=lambda pair: pair[0]) if weight < 0]


def _weight(text: str) -> float:
    try:
        return float(text) if text else 1.0
    except ValueError:
        return 0.0
