"""The page about files names every column of every kind, as it is."""

import re
from pathlib import Path

import pytest

from registry.exchange.bringing_in import MOST_ATTEMPTS
from registry.guard.gate import FEEDS_BURST, FEEDS_PER_S
from registry.spreadsheets.kinds import KINDS
from registry.spreadsheets.schema import Column

PAGE = (Path(__file__).parents[3] / "docs" / "exchange.md").read_text(encoding="utf-8")


def mark(column: Column) -> str:
    return " (*)" if column.sparse else " *" if column.mandatory else ""


@pytest.mark.parametrize("kind", list(KINDS))
def test_every_column_is_on_the_page_in_order(kind: str) -> None:
    section = PAGE.split(f"### {kind}\n")[1].split("\n#")[0]
    told = re.findall(r"^\| (.+?) \| `(\w+)` \|", section, re.MULTILINE)
    assert told == [(column.title + mark(column), column.name) for column in KINDS[kind].columns]


@pytest.mark.parametrize("kind", list(KINDS))
def test_what_is_read_only_or_in_no_export_says_so(kind: str) -> None:
    section = PAGE.split(f"### {kind}\n")[1].split("\n#")[0]
    for column in KINDS[kind].columns:
        row = next(line for line in section.splitlines() if f"| `{column.name}` |" in line)
        assert ("read only" in row or "never in an export" in row) == (not column.written), column.name


def test_the_bounds_on_the_page_are_those_of_the_code() -> None:
    assert f"at most\n{MOST_ATTEMPTS:_} enrolments".replace("_", " ") in PAGE
    assert f"read {FEEDS_BURST} times at once and then every {'five' if FEEDS_PER_S == 0.2 else ''} seconds" in PAGE
