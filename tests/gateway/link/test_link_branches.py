"""A gateway whose log is not what the registry has of it, against an HTTP server that answers as the contract says."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from access.events import EpochGiven
from access.facts import EpochBegan
from gateway.log.reader import Reader
from tests.support.link_bench import LinkBench, link_bench
from tests.support.logs import CHECKPOINT, let_go, lost
from tests.support.parts import wait_until
from tests.support.scripted_http import Answer, Asked, ScriptedHttp, problem, scripted_http


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
        made.until_well()
        yield made


def hellos(scripted: ScriptedHttp) -> list[dict[str, object]]:
    return [one.json() for one in scripted.asked if one.path.endswith("/hello")]


def sent(scripted: ScriptedHttp) -> list[object]:
    asked = [one.json() for one in scripted.asked if one.path.endswith("/events")]
    return [row.get("seq", row.get("gap")) for one in asked for row in one["rows"]]


def head(bench: LinkBench, seq: int) -> str:
    reader = Reader.open(bench.folder / "log.db")
    found = reader.hash_at(seq)
    reader.close()
    assert found is not None
    return found.hex()


def stands(bench: LinkBench, seq: int, **more: object) -> Answer:
    return Answer(body={"resume": seq, "head": head(bench, seq), **more})


def begins(bench: LinkBench, given: EpochGiven) -> None:
    """What the loop does with the epoch that is given."""
    bench.begin(given.epoch, EpochBegan(given.epoch, given.of_epoch, given.of_seq, given.why), CHECKPOINT)


def given(bench: LinkBench) -> list[EpochGiven]:
    return [event for event in bench.posted if isinstance(event, EpochGiven)]


def acks(asked: Asked) -> Answer:
    last = asked.json()["rows"][-1]
    return Answer(body={"acked": last["gap"]["last"] if "gap" in last else last["seq"]})


def test_a_greeting_names_where_the_log_ends_what_is_acknowledged_and_rows_before(
    bench: LinkBench, scripted: ScriptedHttp
) -> None:
    bench.log(40)
    bench.until_acked()
    bench.restart()
    wait_until(lambda: len(hellos(scripted)) == 2, "the greeting", 10)
    said = hellos(scripted)[-1]
    assert (said["epoch"], said["seq"], said["acked"]) == (1, 40, 40)
    assert said["marks"] == [[seq, head(bench, seq)] for seq in (8, 24, 32, 36, 38, 39)]


def test_a_registry_that_asks_where_histories_part_is_told(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.log(300)
    bench.until_acked()
    scripted.script["hello"] += [
        problem(409, "narrow", "more", after=44, before=172),
        problem(409, "narrow", "more", after=100, before=102),
        stands(bench, 300),
    ]
    bench.restart()
    wait_until(lambda: len(hellos(scripted)) == 4, "three greetings", 10)
    bench.until_well()
    first, second = ([seq for seq, _ in said["marks"]] for said in hellos(scripted)[2:])  # type: ignore[attr-defined]
    assert (len(first), first[-1]) == (64, 172)
    assert second == [101, 102]


def test_a_registry_that_asks_without_end_is_a_trouble(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.log(9)
    bench.until_acked()
    scripted.usual["hello"] = lambda _: problem(409, "narrow", "more", after=0, before=9)
    bench.restart()
    bench.until_trouble("asks about ever more")


def test_a_fork_begins_the_epoch_that_the_registry_gives_and_all_behind_the_part_is_sent(
    bench: LinkBench, scripted: ScriptedHttp
) -> None:
    bench.log(9)
    bench.until_acked()
    fork = problem(409, "fork", "another history", epoch=4, base_epoch=1, base_seq=6)
    base = stands(bench, 6, confirmed=False)
    scripted.usual["hello"] = lambda asked: base if asked.json()["epoch"] == 4 else fork
    bench.restart()
    wait_until(lambda: given(bench), "the epoch", 10)
    event = given(bench)[0]
    assert (event.epoch, event.of_epoch, event.of_seq) == (4, 1, 6)
    bench.until_trouble("another history")
    begins(bench, event)
    bench.until_acked()
    assert sent(scripted)[9:] == [7, 8, 9, 10, 11]
    assert {one.json()["epoch"] for one in scripted.asked if one.path.endswith("/events")} == {1, 4}
    assert hellos(scripted)[-1]["acked"] == 6, "what lies behind the part is not the branch's yet: nothing was lost"


def test_a_gateway_that_is_not_the_sites_is_a_standing_trouble_until_staff_confirm_it(
    bench: LinkBench, scripted: ScriptedHttp
) -> None:
    bench.log(2)
    bench.until_acked()
    unconfirmed, confirmed = stands(bench, 2, confirmed=False), stands(bench, 2, confirmed=True)
    scripted.usual["hello"] = lambda _: unconfirmed
    bench.restart()
    bench.until_trouble("another gateway")
    bench.log(3)
    bench.until_acked()
    assert not bench.link.standing(5, 0).confirmed
    assert bench.link.up.status.online
    scripted.usual["hello"] = lambda _: confirmed
    bench.restart()
    bench.until_well()
    assert bench.link.standing(5, 0).confirmed


def test_a_registry_that_gives_nothing_to_an_unconfirmed_gateway_still_takes_its_rows(
    bench: LinkBench, scripted: ScriptedHttp
) -> None:
    scripted.usual["changes"] = lambda _: problem(409, "unconfirmed", "not this one")
    bench.until_trouble("another gateway")
    bench.log(3)
    bench.until_acked()
    assert not bench.link.standing(3, 0).confirmed


def test_a_registry_that_lost_rows_is_sent_them_again(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.log(8)
    bench.until_acked()
    scripted.script["hello"].append(stands(bench, 3, answer="rewind"))
    bench.restart()
    bench.until_acked()
    wait_until(lambda: len(sent(scripted)) == 13, "the rows that were lost", 10)
    assert sent(scripted)[8:] == [4, 5, 6, 7, 8]


def test_what_is_no_more_is_sent_as_a_gap(bench: LinkBench, scripted: ScriptedHttp) -> None:
    scripted.usual["events"] = acks
    bench.log(9)
    bench.until_acked()
    bench.link.stop()
    answer, heads = stands(bench, 2, answer="rewind"), [head(bench, 4), head(bench, 7)]
    let_go(bench.folder / "log.db", 4)
    lost(bench.folder / "log.db", 6, 7)
    scripted.script["hello"].append(answer)
    bench.restart()
    wait_until(lambda: len(sent(scripted)) == 14, "the rest", 10)
    gaps = [{"first": 3, "last": 4, "head": heads[0]}, {"first": 6, "last": 7, "head": heads[1]}]
    assert sent(scripted)[9:] == [gaps[0], 5, gaps[1], 8, 9]
    bench.until_acked()


def test_a_fork_that_shows_when_rows_are_sent_is_greeted(bench: LinkBench, scripted: ScriptedHttp) -> None:
    bench.log(2)
    bench.until_acked()
    scripted.script["events"].append(problem(409, "fork", "another row 3", seq=3))
    answer = stands(bench, 2)
    scripted.usual["hello"] = lambda _: answer
    bench.log(1)
    bench.until_acked()
    assert len(hellos(scripted)) == 2
    assert not given(bench)


def test_rows_of_an_epoch_that_began_are_sent_once_the_registry_is_greeted_in_it(
    bench: LinkBench, scripted: ScriptedHttp
) -> None:
    bench.log(2)
    bench.until_acked()
    answer = stands(bench, 2)
    scripted.usual["hello"] = lambda _: answer
    begins(bench, EpochGiven(3, 1, 2, "given before"))
    bench.until_acked()
    batches = [one.json() for one in scripted.asked if one.path.endswith("/events")]
    assert [one["epoch"] for one in batches] == [1, 3]
    assert hellos(scripted)[-1]["epoch"] == 3


def test_a_registry_of_an_earlier_version_is_greeted_as_it_understands(
    bench: LinkBench, scripted: ScriptedHttp
) -> None:
    bench.log(3)
    bench.until_acked()
    old = {"site", "epoch", "seq", "head", "run", "software"}
    refused, answer = problem(422, "invalid", "marks: not known"), stands(bench, 3)
    scripted.usual["hello"] = lambda asked: answer if set(asked.json()) == old else refused
    bench.restart()
    wait_until(lambda: len(hellos(scripted)) == 3, "both greetings", 10)
    bench.until_well()
    scripted.script["events"].append(problem(409, "fork", "greet again", seq=3))
    bench.log(1)
    bench.until_acked()
    assert [set(said) == old for said in hellos(scripted)[2:]] == [True, True]
    later = Answer(body={**dict(answer.body), "answer": "resume"})  # type: ignore[call-overload]
    scripted.usual["hello"] = lambda _: later
    scripted.script["events"].append(problem(409, "fork", "greet again", seq=3))
    bench.log(1)
    bench.until_acked()
    assert [set(said) == old for said in hellos(scripted)[4:]] == [True, False]
