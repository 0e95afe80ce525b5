"""The catalogues: every language says the same, nothing is missing, and nothing left over."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.pofile import read_po

from pages.languages import FIRST, LANGUAGES, Words, load
from pages.look import SHARED_WORDS
from tests.support.house import ROOT, tracked
from tests.support.said_words import Said, in_code, in_template


@dataclass(frozen=True)
class FaceWords:
    """A face: its folders of words, and which files say them."""

    folders: tuple[tuple[str, str], ...]
    said_in: tuple[str, ...]


FACES = {
    "site": FaceWords((SHARED_WORDS, ("gateway", "pages/words")), ("pages/", "gateway/pages/")),
    "centre": FaceWords(
        (SHARED_WORDS, ("registry", "web/words")),
        ("pages/", "registry/web/", "registry/registers/", "registry/own/", "registry/reports/"),
    ),
}
"""Every web face of ours; a new one is a new row."""
REASONS = tuple(f"{what}_reason." for what in ("open", "lockdown", "evacuation", "visit", "clock", "deny"))
SWITCHES = ("lockdown.", "evacuation.")
"""Tables whose name is handed around: a key of theirs is put together where it cannot be seen."""
FOLDERS = sorted({folder for face in FACES.values() for folder in face.folders})
WORDS = {name: load(face.folders) for name, face in FACES.items()}
FILES = [path for package, folder in FOLDERS for path in sorted((ROOT / package / folder).rglob("*.po"))]
KEYS = sorted({(name, key) for name, words in WORDS.items() for key in (*words[FIRST].phrases, *words[FIRST].plurals)})


def places(phrase: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(phrase) if name}


def forms(words: Words, key: str) -> tuple[str, ...]:
    return words.plurals.get(key) or (words.phrases[key],)


def said(face: FaceWords, words: Words) -> list[Said]:
    tables = frozenset(key.split(".")[0] for key in (*words.phrases, *words.plurals))
    files = [path for path in tracked() if str(path.relative_to(ROOT)).startswith(face.said_in)]
    found = [one for path in files if path.suffix == ".html" for one in in_template(path)]
    return found + [one for path in files if path.suffix == ".py" for one in in_code(path, tables)]


def unsaid(keys: Iterable[str], found: list[Said]) -> list[str]:
    patterns = {re.compile(one.pattern) for one in found if not one.pattern.startswith(".+")}
    return [
        key for key in keys if not key.startswith((*REASONS, *SWITCHES)) and not any(p.fullmatch(key) for p in patterns)
    ]


def missing(words: Words, found: list[Said]) -> list[str]:
    """What is said and is in no catalogue, or is said as a number and is none, or the other way round."""
    wrong = [one for one in found if not any(re.fullmatch(one.pattern, key) for key in _kind(words, one))]
    return [f"{one.where}: {one.pattern}" for one in wrong]


def _kind(words: Words, one: Said) -> Iterable[str]:
    return words.plurals if one.number else words.phrases


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("face", FACES)
def test_every_language_has_the_same_phrases(face: str, language: str) -> None:
    first, other = WORDS[face][FIRST], WORDS[face][language]
    assert first.phrases.keys() == other.phrases.keys()
    assert first.plurals.keys() == other.plurals.keys()


@pytest.mark.parametrize(("face", "key"), KEYS)
def test_a_phrase_has_the_same_places_in_every_language(face: str, key: str) -> None:
    first = forms(WORDS[face][FIRST], key)
    for language in LANGUAGES:
        mine = forms(WORDS[face][language], key)
        assert places(mine[-1]) == places(first[-1])
        assert all(places(form) | {"count"} == places(mine[-1]) | {"count"} for form in mine)
        assert all(form.strip() for form in mine)


@pytest.mark.parametrize("face", FACES)
def test_no_phrase_is_left_that_nothing_says(face: str) -> None:
    words, shared = WORDS[face][FIRST], load((SHARED_WORDS,))[FIRST]
    own = words.phrases.keys() - shared.phrases.keys() | words.plurals.keys() - shared.plurals.keys()
    assert unsaid(sorted(own), said(FACES[face], words)) == []


def test_no_phrase_that_faces_share_is_left_that_none_of_them_says() -> None:
    shared = load((SHARED_WORDS,))[FIRST]
    found = [one for name, face in FACES.items() for one in said(face, WORDS[name][FIRST])]
    assert unsaid((*shared.phrases, *shared.plurals), found) == []


@pytest.mark.parametrize("face", FACES)
def test_nothing_is_said_that_has_no_phrase(face: str) -> None:
    words = WORDS[face][FIRST]
    found = said(FACES[face], words)
    assert len(found) > 60
    assert missing(words, found) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_catalogue_is_whole_for_translators_and_their_programs(path: Path) -> None:
    with path.open("rb") as text:
        catalogue = read_po(text, abort_invalid=True)
    assert str(catalogue.locale) == path.parent.name
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert [str(error) for _, errors in catalogue.check() for error in errors] == []
    keys = re.findall(r'^msgid "(.+)"$', path.read_text(encoding="utf-8"), re.MULTILINE)
    assert sorted(keys) == sorted(set(keys))
    assert catalogue.obsolete == {}


@pytest.mark.parametrize(("package", "folder"), FOLDERS)
def test_every_language_has_the_same_files_with_the_same_keys_in_the_same_order(package: str, folder: str) -> None:
    def keys(language: str) -> dict[str, list[str]]:
        files = (ROOT / package / folder / language).iterdir()
        return {path.name: re.findall(r'^msgid "(.*)"$', path.read_text(), re.MULTILINE) for path in files}

    assert {language: keys(language) for language in LANGUAGES} == dict.fromkeys(LANGUAGES, keys(FIRST))


def test_every_catalogue_of_ours_belongs_to_a_face() -> None:
    roots = [ROOT / package / folder for package, folder in FOLDERS]
    kept = [path for path in tracked() if path.suffix == ".po" or any(root in path.parents for root in roots)]
    assert kept == sorted(FILES)


def test_what_templates_and_code_say_is_found_and_what_is_wrong_named(tmp_path: Path) -> None:
    """A checker counts only after it was seen to fail on planted faults."""
    page, code = tmp_path / "planted.html", tmp_path / "planted.py"
    page.write_text('{{ t("a.one") }} {{ t("a.two" if x else "a.lost") }} {{ t("b." ~ x) }} {{ t.number("a.one", 2) }}')
    code.write_text('words("a.three"); words(f"a.{x}_built"); words.number("a.number", 3); words("b." + x); f("c.d")')
    found = [*in_template(page, tmp_path), *in_code(code, frozenset("ab"), tmp_path)]
    words = Words(
        "it", dict.fromkeys(("a.one", "a.two", "a.three", "a.x_built", "a.unsaid", "b.any"), ""), {"a.number": ("",)}
    )
    assert unsaid((*words.phrases, *words.plurals), found) == ["a.unsaid"]
    assert missing(words, found) == [r"planted.html:1: a\.lost", r"planted.html:1: a\.one"]
