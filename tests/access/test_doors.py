"""The tables of door cases in doors/*.txt, each row judged; no reason of the judge is missing from them."""

from collections import Counter

import pytest

from access.case import Request
from access.clock import Now
from access.judge import judge
from access.reasons import GRANTS, Reason, Warned
from access.replica import Replica
from access.site import Policy
from tests.support.core_site import ROME
from tests.support.door_conditions import judged
from tests.support.door_table import FOLDER, ROWS, TABLES, Row, Table

NOT_JUDGED = {Reason.OVERRIDE, Reason.LEAVING}
"""Staff's opening and an exit are no business of the judge."""
NO_RECORD = {"nobody", "ghost"}


def _named(one: tuple[Table, Row]) -> str:
    return f"{one[0].name}: {one[1]}"


@pytest.mark.parametrize(("table", "row"), ROWS, ids=map(_named, ROWS))
def test_the_door_says_what_the_table_says(table: Table, row: Row) -> None:
    verdict = judged(table, row)
    assert verdict.reason is row.reason
    assert verdict.granted == (row.verdict == "grant")
    assert verdict.until_ms == row.until_ms
    assert verdict.warned == row.warned


def test_no_reason_and_no_warning_is_missing_from_the_tables() -> None:
    assert {row.reason for _, row in ROWS} == set(Reason) - NOT_JUDGED
    assert {warned for _, row in ROWS for warned in row.warned} == set(Warned)


def test_the_tables_say_grant_for_every_reason_that_grants() -> None:
    assert all((row.verdict == "grant") == (row.reason in GRANTS) for _, row in ROWS)
    assert {row.verdict for _, row in ROWS} == {"grant", "refuse"}


def test_every_row_of_every_file_is_read() -> None:
    """A row whose columns are one space apart would be passed over in silence."""
    for path, table in zip(sorted(FOLDER.glob("*.txt")), TABLES, strict=True):
        lines = path.read_text(encoding="utf-8").splitlines()
        begin = next(index for index, line in enumerate(lines) if line.startswith("who ")) + 1
        assert sum(bool(line) and not line.startswith("#") for line in lines[begin:]) == len(table.rows), table.name
        assert len(lines) <= 250, table.name


def test_every_row_speaks_of_a_badge_and_a_door_that_its_file_has() -> None:
    for table, row in ROWS:
        assert row.door in table.site.doors, row
        assert row.who in table.replica.badges or row.who in NO_RECORD, row
        assert row.who not in NO_RECORD or row.reason in {
            Reason.UNKNOWN_BADGE,
            Reason.STALE,
            Reason.AGE_UNPROVED,
            Reason.REPEATED,
        }, row


def test_no_row_stands_twice() -> None:
    seen = Counter((table.name, row.who, row.door, row.at_ms, row.holds) for table, row in ROWS)
    assert {one: times for one, times in seen.items() if times > 1} == {}


def test_a_world_of_no_records_refuses_as_unknown() -> None:
    asked = Request("front", "hall", frozenset({"hall"}), bytes(32))
    assert judge(Replica(), Policy(), ROME, asked, Now(0, 0, 0)).reason is Reason.UNKNOWN_BADGE
