"""The door tables at a live gateway: every row that a reader can produce is tapped, judged, logged and answered so."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from access.case_codec import case_from_stored
from access.judge import decide
from access.reasons import WAITS
from tests.support.door_conditions import judged
from tests.support.door_live import is_live, live_table, verdicts
from tests.support.door_table import ROWS, TABLES, Table
from tests.support.mosquitto import Mosquitto

LIVED: Counter[str] = Counter()
AT_LEAST = 0.95


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_a_live_gateway_says_what_the_table_says(table: Table, mosquitto: Mosquitto, tmp_path: Path) -> None:
    rows = [row for row in table.rows if is_live(row)]
    with live_table(table, tmp_path, mosquitto.port) as live:
        for row in rows:
            live.show(row)
        signals, facts = live.signals(), verdicts(live)
    for row, fact, signal in zip(rows, facts, signals, strict=True):
        assert (fact.reason, fact.granted) == (row.reason, row.verdict == "grant"), row
        assert fact.until_ms == row.until_ms, row
        assert fact.warned == row.warned, row
        assert signal in {None, "granted" if fact.granted else "wait" if row.reason in WAITS else "denied"}, row
        assert fact.rule == judged(table, row).rule, row
        again = decide(case_from_stored(fact.case))
        assert (again.reason, again.rule, again.until_ms, again.warned) == (
            fact.reason,
            fact.rule,
            fact.until_ms,
            fact.warned,
        ), row
        LIVED[table.name] += 1


def test_almost_every_row_is_lived_and_what_is_not_is_named() -> None:
    left = [str(row) for _, row in ROWS if not is_live(row)]
    assert all("repeated" in row for row in left)
    assert len(left) <= (1 - AT_LEAST) * len(ROWS), left
    assert len(LIVED) in {0, len(TABLES)}
    assert not LIVED or LIVED.total() == len(ROWS) - len(left)
