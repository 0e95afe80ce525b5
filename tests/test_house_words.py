"""What no tracked file may say: package registries, paths of one machine, unfinished work, secrets."""

import re
from functools import cache
from pathlib import Path

import pytest

from tests.support.house import ROOT, here, tracked

# Written in pieces, so that this file does not say them either.
BANNED = {
    "a package registry": "files[.]python" + "hosted|py" + "pi[.]org|registry[.]npm" + "js|deb[.]deb" + "ian",
    "an index of packages": "--(extra-)?index" + "-url|--find" + "-links",
    "a path of one machine": r"(^|[^A-Za-z0-9_.])/(wo" + "rk|fa" + "rm)/",
    "unfinished work": r"\b(TO" + "DO|FIX" + "ME|XX" + "X|HA" + r"CK)\b",
    "a writing tool": "(?i)clau" + "de|anthro" + "pic|open" + "ai|chat" + "gpt|copi" + "lot|language " + "model",
    "a private key": "-----BEGIN [A-Z ]*PRIVATE" + " KEY-----",
}
LARGEST_FILE_BYTES = 400 * 1024
FOREIGN = ("naughty-strings",)
"""Folders of other people's words, kept as they are."""


@cache
def texts() -> list[tuple[Path, str]]:
    """Every tracked file that is text, and not other people's."""
    found = []
    for path in tracked():
        if any(part in FOREIGN for part in path.parts):
            continue
        try:
            found.append((path, path.read_text(encoding="utf-8")))
        except UnicodeDecodeError:
            continue
    return found


@pytest.mark.parametrize("what", BANNED)
def test_no_tracked_file_names(what: str) -> None:
    banned = re.compile(BANNED[what], re.MULTILINE)
    found = [
        (here(path, text.count("\n", 0, match.start()) + 1), match[0])
        for path, text in texts()
        for match in banned.finditer(text)
    ]
    assert found == []


def test_no_tracked_file_is_large() -> None:
    assert [here(path) for path in tracked() if path.stat().st_size > LARGEST_FILE_BYTES] == []


def test_every_requirement_is_pinned_and_names_no_address() -> None:
    pin = re.compile(r"[a-z0-9-]+==[0-9][a-z0-9.]*(; [A-Za-z_ ='0-9!]+)?")
    for name in ("requirements.txt", "requirements-dev.txt"):
        rows = [row for row in (ROOT / name).read_text().splitlines() if row and not row.startswith(("#", "-r "))]
        assert [row for row in rows if not pin.fullmatch(row)] == []


def test_every_declared_dependency_is_pinned() -> None:
    declared = re.findall(r'^    "([a-zA-Z0-9-]+)[\[>]', (ROOT / "pyproject.toml").read_text(), re.MULTILINE)
    listed = "".join((ROOT / name).read_text() for name in ("requirements.txt", "requirements-dev.txt"))
    pinned = re.findall(r"^([a-z0-9-]+)==", listed, re.MULTILINE)
    assert {name.lower() for name in declared} - set(pinned) == set()
