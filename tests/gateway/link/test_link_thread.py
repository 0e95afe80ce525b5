"""Rows go up and versions come down, each once and in order, whatever is lost on the way (guarantees S1, S2, S10)."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from access.codec import record_kind, record_to_json
from access.events import ReplicaArrived, ReplicaConfirmed
from access.records import Record
from access.uplink import BATCH_BYTES, BATCH_EVENTS
from tests.support.feeds import BADGE, BOOKING, PERSON, replica_of
from tests.support.link_bench import LinkBench, link_bench
from tests.support.logs import opened
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


def listed(*records: Record) -> list[dict[str, object]]:
    """Records as a page lists them."""
    return [{"kind": record_kind(one), "id": one.id, "record": record_to_json(one)} for one in records]


def test_rows_go_up_in_order_each_once(bench: LinkBench, scripted: ScriptedHttp) -> None:
    for count in (1, 5, 700):
        bench.log(count)
        bench.until_acked()
    numbers = [seq for batch in sent(scripted) for seq in batch]
    assert numbers == list(range(1, 707))
    assert scripted.count("hello") == 1


def test_batches_are_bounded_in_number_and_bytes(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.log(3 * BATCH_EVENTS)
    bench.until_acked()
    asked = [one for one in scripted.asked if one.path.endswith("/events")]
    assert max(map(len, sent(scripted))) <= BATCH_EVENTS
    assert max(len(one.body) for one in asked) <= BATCH_BYTES


def test_few_rows_do_not_make_a_request_each(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.until_well()
    for _ in range(200):
        bench.log(1)
    bench.until_acked()
    assert len(sent(scripted)) < 50


def test_an_idle_link_asks_a_registry_without_a_lane_for_changes_and_nothing_else(
    bench: LinkBench, scripted: ScriptedHttp
) -> None:
    bench.until_well()
    before = scripted.count("changes")
    wait_until(lambda: scripted.count("changes") > before, "the next question for changes", 5)
    assert {one.path.split("?")[0].rpartition("/")[2] for one in scripted.asked} == {"hello", "changes", "lane"}
    assert scripted.count("lane") == 1
    assert scripted.count("changes") <= before + 2


def test_an_acknowledgement_that_is_lost_sends_the_rows_again(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.until_well()
    scripted.script["events"].append(Answer(drops=True))
    bench.log(3)
    bench.until_acked()
    assert sent(scripted) == [[1, 2, 3], [1, 2, 3]]


def test_a_registry_that_acknowledges_nothing_is_not_asked_without_end(
    bench: LinkBench, scripted: ScriptedHttp
) -> None:
    bench.until_well()
    scripted.usual["events"] = lambda _: Answer(body={"acked": 0})
    bench.log(1)
    bench.until_trouble("acknowledged none")
    count = len(sent(scripted))
    stays(lambda: len(sent(scripted)) <= count + 1, "patience", 0.6)


def test_a_gap_is_filled_from_where_the_registry_stands(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.log(4)
    bench.until_acked()
    scripted.script["events"].append(problem(409, "gap", "rows are missing", resume=0))
    bench.log(1)
    bench.until_acked()
    assert sent(scripted)[-2:] == [[5], [1, 2, 3, 4, 5]]


def test_another_history_at_the_registry_is_a_trouble_that_says_so(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.until_well()
    bench.log(3)
    bench.until_acked()
    scripted.usual["hello"] = lambda _: Answer(body={"resume": 2, "head": "ab" * 32})
    bench.restart()
    bench.until_trouble("another event 2 than this log")
    scripted.usual["hello"] = lambda _: Answer(body={"resume": 9, "head": "ab" * 32})
    bench.until_trouble("holds events up to 9")
    assert not bench.link.status.online


def test_a_slow_registry_does_not_keep_the_gateway_from_stopping(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.until_well()
    scripted.usual["events"] = lambda _: Answer(body={"acked": 1}, hangs=True)
    bench.log(1)
    wait_until(lambda: sent(scripted), "the request", 5)
    began_s = monotonic()
    bench.link.stop()
    assert monotonic() - began_s < 2
    assert not bench.link.up._thread.is_alive()


def test_a_snapshot_of_many_pages_arrives_as_one_version(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.until_well()
    posted = len(bench.replicas)
    scripted.script["changes"] += [
        changes(*listed(PERSON), version=3, snapshot=True, more=True),
        changes(*listed(BADGE), version=5, more=True),
        changes(*listed(BOOKING), version=6),
    ]
    wait_until(lambda: len(bench.replicas) > posted, "the replica", 8)
    assert len(bench.replicas) == posted + 1
    assert bench.replica == replica_of(6, [PERSON, BADGE, BOOKING])
    told = [event for event in bench.posted if isinstance(event, ReplicaArrived | ReplicaConfirmed)]
    assert isinstance(told[told.index(ReplicaArrived(replica_of(6, [PERSON, BADGE, BOOKING]))) + 1], ReplicaConfirmed)
    asked = [one.path.rpartition("since=")[2].split("&")[0] for one in scripted.asked if "since=" in one.path]
    assert asked[-2:] == ["3", "5"]


def test_of_a_log_that_ends_before_what_was_acknowledged_nothing_is(bench: LinkBench, scripted: ScriptedHttp) -> None:
    """An old copy, or a new log: what was acknowledged of another must not be let go of here."""
    bench.log(9)
    bench.until_acked()
    scripted.usual["hello"] = lambda _: Answer(503)
    bench.link.stop()
    bench.store.close()
    (bench.folder / "log.db").unlink()
    bench.store, bench.chain = opened(bench.folder / "log.db")
    bench.log(5)
    bench.restart()
    assert bench.link.acked() == 0
    bench.log(20)
    bench.restart()
    assert bench.link.acked() == 0, "nor after the next start, when it is longer"


def test_where_the_link_stood_is_known_after_a_restart(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.until_well()
    scripted.script["changes"].append(changes(*listed(PERSON, BADGE), version=5))
    wait_until(lambda: bench.replica == replica_of(5, [PERSON, BADGE]), "the replica", 8)
    bench.log(4)
    bench.until_acked()
    confirmed_ms = bench.link.status.confirmed_ms
    assert confirmed_ms is not None
    scripted.usual["hello"] = lambda _: Answer(503)
    bench.restart()
    status = bench.link.status
    assert (status.acked, status.online) == (4, False)
    assert status.confirmed_ms is not None
    assert status.confirmed_ms >= confirmed_ms
    assert bench.held == replica_of(5, [PERSON, BADGE])
    assert bench.link.standing(9, 0).waiting == 5
