"""``hubout decide``, a program of its own, says of every row of the door tables what the table says."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from access.reasons import GRANTS, Reason, Warned
from tests.access.test_doors import NOT_JUDGED
from tests.support.deciding import Answer, filed
from tests.support.door_conditions import asked_of
from tests.support.door_table import KEY, TABLES, Row, Table

WITHIN_S = 120
SAID: dict[str, list[tuple[Row, Answer]]] = {}


def _answers(table: Table, folder: Path) -> list[tuple[Row, Answer]]:
    """Every row of a table with its answer, of one run of the program."""
    if table.name not in SAID:
        replica, key = filed(folder / "replica.json", table.site, table.records), folder / "credential.key"
        key.write_text(KEY.hex())
        asked = "".join(json.dumps(asked_of(row)) + "\n" for row in table.rows)
        command = [sys.executable, "-m", "hubout", "decide", "--replica", str(replica), "--key", str(key)]
        done = subprocess.run(command, input=asked, capture_output=True, text=True, timeout=WITHIN_S, check=True)
        answers = [json.loads(line) for line in done.stdout.splitlines()]
        SAID[table.name] = list(zip(table.rows, answers, strict=True))
    return SAID[table.name]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_the_program_says_what_the_table_says(table: Table, tmp_path: Path) -> None:
    for row, answer in _answers(table, tmp_path):
        assert answer["reason"] == row.reason, row
        assert answer["granted"] == (row.verdict == "grant"), row
        assert answer["until_ms"] == row.until_ms, row
        assert tuple(map(Warned, answer["warned"])) == row.warned, row


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_refusal_has_its_remedy_and_no_grant_has_one(table: Table, tmp_path: Path) -> None:
    for row, answer in _answers(table, tmp_path):
        assert ("remedy" in answer) != answer["granted"], row
        assert "{" not in answer.get("remedy", ""), row


def test_every_refusal_there_is_was_said_with_its_remedy(tmp_path: Path) -> None:
    for table in TABLES:
        folder = tmp_path / table.name
        folder.mkdir()
        _answers(table, folder)
    said = {answer["reason"] for answers in SAID.values() for _, answer in answers if "remedy" in answer}
    assert said == set(Reason) - NOT_JUDGED - GRANTS
