"""The link beside a damaged log: it says so, and tells what is lost only once nothing comes back (S1)."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from gateway.log.mending import damaged_files
from gateway.log.store_mending import StoreMending
from tests.support.link_bench import LinkBench, link_bench
from tests.support.parts import wait_until
from tests.support.scripted_http import Answer, Asked, ScriptedHttp, scripted_http

PAGE = 4_096


@pytest.fixture
def scripted() -> Iterator[tuple[ScriptedHttp, str]]:
    with scripted_http() as made:
        made[0].usual["events"] = acks
        yield made


@pytest.fixture
def bench(scripted: tuple[ScriptedHttp, str], tmp_path: Path) -> Iterator[LinkBench]:
    with link_bench(tmp_path, scripted[1]) as made:
        made.until_well()
        yield made


def acks(asked: Asked) -> Answer:
    last = asked.json()["rows"][-1]
    return Answer(body={"acked": last["gap"]["last"] if "gap" in last else last["seq"]})


def sent(scripted: ScriptedHttp) -> list[object]:
    asked = [one.json() for one in scripted.asked if one.path.endswith("/events")]
    return [
        row["seq"] if "seq" in row else (row["gap"]["first"], row["gap"]["last"])
        for one in asked
        for row in one["rows"]
    ]


def logged_in_vain(bench: LinkBench, scripted: ScriptedHttp, count: int) -> None:
    """Log rows that the registry does not take."""
    scripted.usual["events"] = lambda _: Answer(503)
    before = scripted.count("events")
    bench.log(count)
    wait_until(lambda: scripted.count("events") > before, "an attempt", 20)


def test_rows_that_come_back_from_a_damaged_log_are_sent_and_none_is_given_up(
    bench: LinkBench, scripted: tuple[ScriptedHttp, str]
) -> None:
    bench.log(5)
    bench.until_acked()
    logged_in_vain(bench, scripted[0], 700)
    mending = StoreMending(bench.store)
    mending.begin(0, "a page cannot be read")
    scripted[0].usual["events"] = acks
    bench.log(3)
    bench.until_trouble("being brought over from a damaged log")
    while mending.active():
        mending.step()
    bench.until_acked()
    assert not bench.doubts
    assert set(sent(scripted[0])) == set(range(1, 709))


def test_a_row_that_was_changed_before_it_was_sent_is_doubted_and_then_sent_as_a_gap(
    bench: LinkBench, scripted: tuple[ScriptedHttp, str]
) -> None:
    logged_in_vain(bench, scripted[0], 5)
    change = "UPDATE body SET body = x'7b7d' WHERE seq = 3"
    bench.store.connected().exec_driver_sql(change)
    scripted[0].usual["events"] = acks
    wait_until(lambda: bench.doubts, "the doubt", 20)
    assert "damaged at event 1-3: the body was changed" in bench.doubts[0]
    mending = StoreMending(bench.store)
    mending.begin(0, bench.doubts[0])
    while mending.active():
        mending.step()
    bench.until_acked()
    taken = [one.json()["rows"] for one in scripted[0].asked if one.path.endswith("/events")][-1]
    assert [row.get("seq", "gap") for row in taken] == [1, 2, "gap", 4, 5]


def test_pages_that_cannot_be_read_any_more_are_doubted(bench: LinkBench, scripted: tuple[ScriptedHttp, str]) -> None:
    logged_in_vain(bench, scripted[0], 200)
    bench.store.connected().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    path = bench.folder / "log.db"
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(Random(3).randbytes(path.stat().st_size - PAGE))
    scripted[0].usual["events"] = acks
    wait_until(lambda: bench.doubts, "the doubt", 20)
    mending = StoreMending(bench.store)
    mending.begin(0, bench.doubts[0])
    while mending.active():
        mending.step()
    bench.log(1)
    bench.until_acked()
    assert sent(scripted[0])[-2:] == [(1, 200), 201]
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    assert len(damaged_files(path)) == 1
