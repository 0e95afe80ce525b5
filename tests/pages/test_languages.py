"""Two languages that say the same, and the right one for each reader."""

import re
import tomllib
from pathlib import Path
from string import Formatter

import pytest

from pages.languages import LANGUAGES, Words, chosen, load
from pages.look import SHARED_WORDS

ROOT = Path(__file__).parents[2]
FOLDERS = (SHARED_WORDS, ("gateway", "pages_words"))
WORDS = load(FOLDERS)
SAID_BY_CODE = (
    "weekday.",
    "desk.",
    "reason.",
    "device.",
    "refusal.",
    "open_reason.",
    "lockdown_reason.",
    "lockdown.",
    "evacuation.",
    "evacuation_reason.",
    "visit_reason.",
    "clock_reason.",
    "happened.",
    "warned.",
    "span.",
    "alarm.minors_",
    "alarm.warned_",
    "sources.admits_",
)


def places(phrase: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


def test_both_languages_have_the_same_phrases() -> None:
    assert WORDS["it"].phrases.keys() == WORDS["en"].phrases.keys()


@pytest.mark.parametrize("key", sorted(WORDS["it"].phrases))
def test_a_phrase_has_the_same_places_in_both(key: str) -> None:
    assert places(WORDS["it"].phrases[key]) == places(WORDS["en"].phrases[key])
    assert WORDS["it"].phrases[key].strip()
    assert WORDS["en"].phrases[key].strip()


def test_no_folder_says_what_another_says_already() -> None:
    keys: list[str] = []
    for folder in FOLDERS:
        keys += load([folder])["it"].phrases
    assert len(keys) == len(set(keys))


def test_no_phrase_is_left_that_nothing_says() -> None:
    """A key is said whole in a template or in code, or by its table (``reason.`` and the like)."""
    sources = [path.read_text() for folder in ("pages", "gateway") for path in (ROOT / folder).rglob("*.html")]
    sources += [path.read_text() for folder in ("pages", "gateway") for path in (ROOT / folder).glob("*.py")]
    said = "\n".join(sources).replace("'", '"')
    for key in WORDS["it"].phrases:
        stem = re.sub(r"\.(one|other)$", "", key)
        built = [f'"{stem.rsplit("_", 1)[0]}_', f'"{stem.removesuffix("_over")}"', f'"{stem.split(".")[0]}.{{']
        assert key.startswith(SAID_BY_CODE) or f'"{stem}"' in said or any(part in said for part in built), key


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_catalogue_is_plain_toml_for_translators(folder: tuple[str, str], language: str) -> None:
    files = sorted((ROOT / folder[0] / folder[1]).glob(f"{language}*.toml"))
    tables = [name for file in files for name in tomllib.loads(file.read_text())]
    assert files
    assert len(set(tables)) == len(tables)
    assert all(isinstance(table, dict) for file in files for table in tomllib.loads(file.read_text()).values())


@pytest.mark.parametrize(
    ("cookie", "header", "language"),
    [
        (None, None, "it"),
        (None, "", "it"),
        (None, "en", "en"),
        (None, "en-GB,en;q=0.9,it;q=0.8", "en"),
        (None, "it-IT,it;q=0.9,en;q=0.8", "it"),
        (None, "fr,de;q=0.9", "it"),
        (None, "fr,en;q=0.2", "en"),
        (None, "en;q=0.3,it;q=0.7", "it"),
        (None, "en;q=0,fr", "it"),
        (None, "en;q=high", "it"),
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
    words = Words("it", {"free.one": "1 posto", "free.other": "{count} posti"})
    assert [words.number("free", count) for count in (0, 1, 2)] == ["0 posti", "1 posto", "2 posti"]


def test_a_phrase_that_is_not_there_is_an_error_and_not_a_blank() -> None:
    with pytest.raises(KeyError):
        WORDS["it"]("no.such.phrase")
    with pytest.raises(KeyError):
        WORDS["it"]("count.of")
    assert WORDS["it"].get("no.such.phrase", "codice") == "codice"
