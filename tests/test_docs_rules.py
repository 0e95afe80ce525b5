"""What docs/rules.md says of reasons and rules is what the code has, in its order."""

import re
from pathlib import Path

from access.reasons import GRANTS, NAMED_FIRST, Warned
from access.rights import RIGHTS
from access.rules import BARS

PAGE = (Path(__file__).parent.parent / "docs" / "rules.md").read_text(encoding="utf-8")
WORD = re.compile(r"`([a-z-]+)`")


def _rows(heading: str) -> list[list[str]]:
    section = PAGE.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("| `")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def test_the_refusals_stand_in_the_order_in_which_they_are_named() -> None:
    assert [WORD.findall(row[0]) for row in _rows("What refuses")] == [[str(reason)] for reason in NAMED_FIRST]


def test_every_grant_is_there_once() -> None:
    named = [WORD.findall(row[0])[0] for row in _rows("What grants")]
    assert sorted(named) == sorted(GRANTS)


def test_every_rule_is_named_and_no_other() -> None:
    said = {rule for heading in ("What refuses", "What grants") for row in _rows(heading) for rule in _leading(row[1])}
    assert said == {name for name, _ in (*BARS, *RIGHTS)}


def _leading(cell: str) -> list[str]:
    """The rules that a cell names before its first full sentence: those at its start, and after a semicolon."""
    return [rule for part in cell.split(";") for rule in re.findall(r"(?:^|, |or )`([a-z-]+)`", part.strip())]


def test_every_warning_is_told() -> None:
    told = PAGE.split("A grant may carry a warning")[1].split("\n\n")[0]
    assert set(WORD.findall(told)) == set(Warned)
