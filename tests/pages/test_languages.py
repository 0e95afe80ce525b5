"""The right language for each reader, and numbers, times and days as it writes them."""

from datetime import date, time
from gettext import c2py
from pathlib import Path

import pytest

from pages.languages import LANGUAGES, LOCALES, Words, WordsRefused, chosen, load
from pages.look import SHARED_WORDS

WORDS = load([SHARED_WORDS])
IT, EN = WORDS["it"], WORDS["en"]
POLISH = "(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2)"


@pytest.mark.parametrize(
    ("cookie", "header", "language"),
    [
        (None, None, "it"),
        (None, "", "it"),
        (None, "en", "en"),
        (None, "en-GB,en;q=0.9,it;q=0.8", "en"),
        (None, "EN-us", "en"),
        (None, "it-IT,it;q=0.9,en;q=0.8", "it"),
        (None, "fr,de;q=0.9", "it"),
        (None, "fr,en;q=0.2", "en"),
        (None, "en;q=0.3,it;q=0.7", "it"),
        (None, "en;q=0,fr", "it"),
        (None, "en;q=high", "it"),
        (None, "en;q=nan", "it"),
        (None, ",,;;q=,", "it"),
        (None, "*", "it"),
        ("en", "it", "en"),
        ("it", "en", "it"),
        ("xx", "en", "en"),
        ("../../etc", None, "it"),
    ],
)
def test_the_choice_by_hand_comes_before_the_browsers_and_italian_after_both(
    cookie: str | None, header: str | None, language: str
) -> None:
    assert chosen(cookie, header) == language


def test_a_number_takes_its_own_phrase() -> None:
    words = Words("it", {}, {"free": ("1 posto", "{count} posti")}, c2py("(n != 1)"))
    assert [words.number("free", count) for count in (0, 1, 2, 1_500)] == [
        "0 posti",
        "1 posto",
        "2 posti",
        "1.500 posti",
    ]


def test_a_language_of_three_plurals_takes_each_of_them() -> None:
    words = Words("it", {}, {"seat": ("{count} a", "{count} b", "{count} c")}, c2py(POLISH))
    assert [words.number("seat", count) for count in (1, 2, 5, 22, 12)] == ["1 a", "2 b", "5 c", "22 b", "12 c"]


def test_the_catalogues_plurals_are_read_with_their_places() -> None:
    assert [IT.number("span.hours", count) for count in (0, 1, 2)] == ["0 ore", "1 ora", "2 ore"]
    assert [EN.number("span.hours", count) for count in (0, 1, 2)] == ["0 hours", "1 hour", "2 hours"]


def test_times_days_and_figures_are_written_as_the_country_does() -> None:
    day, at = date(2026, 11, 3), time(9, 5, 7)
    assert [IT.hour(at), IT.second(at), IT.day(day)] == ["09:05", "09:05:07", "mar 3 nov"]
    assert [EN.hour(at), EN.second(at), EN.day(day)] == ["09:05", "09:05:07", "Tue 3 Nov"]
    assert [IT.date(day), EN.date(day)] == ["martedì 3 novembre 2026", "Tuesday, 3 November 2026"]
    assert [IT.figure(12_345.5), EN.figure(12_345.5)] == ["12.345,5", "12,345.5"]


def test_every_language_has_its_way_of_writing() -> None:
    assert LANGUAGES.keys() == LOCALES.keys()
    assert all(words.locale.language == code for code, words in WORDS.items())


def test_a_phrase_that_is_not_there_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(KeyError):
        IT("no.such.phrase")
    with pytest.raises(KeyError):
        IT("base.signed_in")
    with pytest.raises(KeyError):
        IT("span.hours")
    with pytest.raises(KeyError):
        IT.number("base.skip", 2)
    assert IT.get("no.such.phrase", "codice") == "codice"


def planted(folder: Path, monkeypatch: pytest.MonkeyPatch, name: str, second: str) -> tuple[str, str]:
    """A package with one catalogue a language, and a second Italian one."""
    head = 'msgid ""\nmsgstr ""\n"Plural-Forms: nplurals=2; plural=(n != 1);\\n"\n'
    for language in LANGUAGES:
        path = folder / name / "words" / language / "one.po"
        path.parent.mkdir(parents=True)
        path.write_text(f'{head}\nmsgid "a.key"\nmsgstr "una"\n')
    (folder / name / "words" / "it" / "two.po").write_text(f"{head if second else ''}{second}")
    (folder / name / "__init__.py").touch()
    monkeypatch.syspath_prepend(folder)
    return name, "words"


def test_a_key_that_two_files_say_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    twice = planted(tmp_path, monkeypatch, "said_twice", '\nmsgid "a.key"\nmsgstr "due"\n')
    with pytest.raises(WordsRefused, match=r"a\.key is said twice in it"):
        load([twice])


def test_files_of_one_language_that_count_differently_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A file without its own rule takes the one that the world's conventions give, which may be another."""
    with pytest.raises(WordsRefused, match="every catalogue of it needs the same Plural-Forms"):
        load([planted(tmp_path, monkeypatch, "counted_otherwise", "")])
