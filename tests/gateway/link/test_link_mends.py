"""The link outlives whatever the registry does, says it in one line, and mends without a restart (guarantee S9)."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest

from access.codec import record_kind, record_to_json
from access.records import Record
from gateway.link.wire import Page
from hubout.ports import free_port
from tests.support.feeds import BOOKING
from tests.support.link_bench import LinkBench, link_bench
from tests.support.parts import stays, wait_until
from tests.support.scripted_http import Answer, ScriptedHttp, changes, problem, scripted_http


@pytest.fixture
def server() -> Iterator[tuple[ScriptedHttp, str]]:
    with scripted_http() as made:
        yield made


@pytest.fixture
def scripted(server: tuple[ScriptedHttp, str]) -> ScriptedHttp:
    return server[0]


@pytest.fixture
def bench(server: tuple[ScriptedHttp, str], tmp_path: Path) -> Iterator[LinkBench]:
    with link_bench(tmp_path, server[1]) as made:
        yield made


def sent(scripted: ScriptedHttp) -> list[list[int]]:
    """The numbers of each batch that came."""
    asked = [one for one in scripted.asked if one.path.endswith("/events")]
    return [[row["seq"] for row in one.json()["rows"]] for one in asked]


def lines(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.message for record in caplog.records if record.name == "hubout.gateway"]


def listed(*records: Record) -> list[dict[str, object]]:
    """Records as a page lists them."""
    return [{"kind": record_kind(one), "id": one.id, "record": record_to_json(one)} for one in records]


def test_a_registry_that_is_absent_is_met_once_it_appears(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    port = free_port()
    with caplog.at_level(logging.INFO), link_bench(tmp_path, f"http://127.0.0.1:{port}") as bench:
        bench.log(3)
        bench.until_trouble("nobody answers")
        wait_until(lambda: bench.link.up._link.failures >= 3, "three attempts", 10)
        with scripted_http(port):
            bench.until_acked()
            bench.until_well()
            told = lines(caplog)
    assert [line.split(":")[0] for line in told] == [
        "the link to the registry",
        "the registry answers again",
    ]


def test_a_token_put_right_is_enough(bench: LinkBench, scripted: ScriptedHttp) -> None:
    scripted.usual["hello"] = lambda asked: (
        Answer(body={"resume": 0, "head": "00" * 32})
        if asked.headers["Authorization"] == "Bearer right"
        else problem(401, "no-credential", "no such token")
    )
    bench.restart()
    bench.log(2)
    bench.until_trouble("does not accept our token")
    assert sent(scripted) == []
    bench.token_file.write_text("right")
    bench.until_acked()
    bench.until_well()


def test_a_registry_that_asks_to_wait_is_left_alone_that_long(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.until_well()
    scripted.script["events"].append(problem(429, "too-many", "asks too often", retry_after=2))
    bench.log(1)
    bench.until_trouble("asks to wait")
    count = scripted.count("events") + scripted.count("hello")
    stays(lambda: scripted.count("events") + scripted.count("hello") == count, "silence", 1.5)
    bench.until_acked()
    bench.until_well()


@pytest.mark.parametrize("status", [500, 422])
def test_rows_that_are_refused_do_not_hold_up_the_changes(
    status: int, bench: LinkBench, scripted: ScriptedHttp
) -> None:
    bench.until_well()
    scripted.usual["events"] = lambda _: problem(status, "broken-row", "row 1: the header was changed")
    bench.log(1)
    bench.until_trouble("row 1")
    before = scripted.count("changes")
    wait_until(lambda: scripted.count("changes") >= before + 2, "changes all the same", 8)
    assert bench.link.status.online
    assert scripted.count("hello") == 1
    scripted.usual["events"] = lambda _: Answer(body={"acked": 1})
    bench.until_acked()
    bench.until_well()


def test_changes_that_cannot_be_used_do_not_hold_up_the_rows(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.until_well()
    nonsense = {"kind": "booking", "id": "k1", "record": {"id": "k1"}}
    scripted.usual["changes"] = lambda _: changes(nonsense, version=5)
    bench.until_trouble("changes cannot be used")
    for _ in range(3):
        bench.log(2)
        bench.until_acked()
    assert scripted.count("hello") == 1
    scripted.usual["changes"] = lambda _: changes(*listed(BOOKING), version=5)
    bench.until_well()
    assert bench.replica is not None
    assert list(bench.replica.bookings) == ["k1"]


def test_an_unexpected_fault_is_logged_once_and_outlived(
    bench: LinkBench, scripted: ScriptedHttp, caplog: pytest.LogCaptureFixture
) -> None:
    bench.until_well()
    sound = bench.link.down._exchange._client.changes

    def faulty(generation: str, since: int, epoch: int) -> Page | None:
        raise LookupError(f"a fault of our own after {generation[:0]}")

    with caplog.at_level(logging.ERROR):
        bench.link.down._exchange._client.changes = faulty  # type: ignore[method-assign]
        wait_until(lambda: bench.link.down._down.failures >= 2, "two failures", 10)
        bench.log(1)
        bench.until_acked()
        bench.link.down._exchange._client.changes = sound  # type: ignore[method-assign]
        bench.until_well()
    assert 1 <= sum("something unexpected" in line for line in lines(caplog)) <= 3
