"""The lane of revocations as the gateway asks it: first of all, beside whatever else is slow (guarantees D9, S10)."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from access.codec import record_kind, record_to_json
from access.denials import Denial, Origin
from access.downlink import Downlink
from access.events import DenialsTold, Refused, ReplicaConfirmed
from access.fingerprint import EMPTY, fingerprint, moved
from access.forgotten import Forgotten
from access.records import Record
from tests.support.feeds import BADGE, BOOKING, PERSON, replica_of
from tests.support.link_bench import LinkBench, link_bench
from tests.support.parts import stays, wait_until
from tests.support.scripted_http import Answer, Asked, ScriptedHttp, scripted_http


class Centre:
    """What a registry with a lane answers: all records at one version, and who lost something."""

    def __init__(self, scripted: ScriptedHttp) -> None:
        self.scripted = scripted
        self.version, self.records, self.denials = 1, list[Record](), list[tuple[str, str, int]]()
        self.generation = "g1"
        self.digest: Callable[[], str] = self.true_digest
        self.most = 500
        scripted.usual |= {"lane": self._lane, "changes": self._changes}

    def now(self, version: int, *records: Record) -> None:
        self.records, self.version = list(records), version

    def true_digest(self) -> str:
        return moved(EMPTY, (), (fingerprint(record_kind(r), r.id, record_to_json(r)) for r in self.records))

    def _lane(self, asked: Asked) -> Answer:
        said = _query(asked)
        told = [one for one in self.denials if one[2] > max(int(said["since"]), int(said["after"]))]
        body = {"generation": self.generation, "version": self.version, "digest": self.digest()}
        return Answer(body=body | {"denials": told[: self.most], "more": len(told) > self.most})

    def _changes(self, asked: Asked) -> Answer:
        since = int(_query(asked)["since"])
        listed = [
            {"kind": record_kind(one), "id": one.id, "record": record_to_json(one)}
            for one in (self.records if since < self.version else [])
        ]
        page = {"generation": self.generation, "version": self.version, "snapshot": not since, "more": False}
        return Answer(body=page | {"digest": self.digest(), "changes": listed})

    def snapshots(self) -> int:
        return sum("changes?" in asked.path and _query(asked)["since"] == "0" for asked in self.scripted.asked)


def _query(asked: Asked) -> dict[str, str]:
    return dict(part.split("=") for part in asked.path.rpartition("?")[2].split("&"))


@pytest.fixture
def server() -> Iterator[tuple[ScriptedHttp, str]]:
    with scripted_http() as made:
        yield made


@pytest.fixture
def there(server: tuple[ScriptedHttp, str]) -> Centre:
    made = Centre(server[0])
    made.now(3, PERSON, BADGE)
    return made


@pytest.fixture
def bench(there: Centre, server: tuple[ScriptedHttp, str], tmp_path: Path) -> Iterator[LinkBench]:
    with link_bench(tmp_path, server[1]) as made:
        wait_until(lambda: made.replica == replica_of(3, [PERSON, BADGE]), "the replica", 15)
        yield made


def denied(bench: LinkBench) -> list[Denial]:
    return [one for event in bench.posted if isinstance(event, DenialsTold) for one in event.denials]


def test_what_it_hears_is_told_at_once_though_the_changes_never_come(bench: LinkBench, there: Centre) -> None:
    bench.until_well()
    there.scripted.usual["changes"] = lambda _: Answer(body={"generation": "g1"}, hangs=True)
    count = there.scripted.count("changes")
    there.denials.append(("badge", "b1", 4))
    there.now(4, PERSON)
    wait_until(lambda: Denial("badge", "b1", Origin.LANE, "g1", 4) in denied(bench), "the denial", 5)
    wait_until(lambda: there.scripted.count("changes") > count, "changes to be asked for", 15)
    assert bench.replica == replica_of(3, [PERSON, BADGE])


def test_it_says_when_there_is_something_to_pull_and_nobody_asks_for_changes_else(
    bench: LinkBench, there: Centre
) -> None:
    bench.until_well()
    looks, asked, posted = there.scripted.count("lane"), there.scripted.count("changes"), len(bench.posted)
    wait_until(lambda: there.scripted.count("lane") >= looks + 4, "four more looks", 20)
    assert there.scripted.count("changes") <= asked + 1
    assert {type(event) for event in bench.posted[posted:]} <= {ReplicaConfirmed}
    there.now(5, PERSON, BADGE, BOOKING)
    wait_until(lambda: bench.replica == replica_of(5, [PERSON, BADGE, BOOKING]), "what is new", 10)


@pytest.mark.parametrize(("generation", "version"), [("g2", 3), ("g1", 2)])
def test_a_registry_that_was_restored_is_greeted_at_once_and_once(
    bench: LinkBench, there: Centre, generation: str, version: int
) -> None:
    bench.until_well()
    looks = there.scripted.count("lane")
    wait_until(lambda: there.scripted.count("lane") >= looks + 2, "two more looks", 10)
    assert there.scripted.count("hello") == 1
    there.generation, there.version = generation, version
    wait_until(lambda: there.scripted.count("hello") == 2, "another greeting", 10)
    looks = there.scripted.count("lane")
    wait_until(lambda: there.scripted.count("lane") >= looks + 3, "three more looks", 15)
    assert there.scripted.count("hello") == 2


def test_who_may_come_no_more_is_a_reason_to_hear_at_once_who_was_erased(bench: LinkBench, there: Centre) -> None:
    bench.until_well()
    assert (there.scripted.count("hello"), bench.link.forgotten()) == (1, ())
    hello = {"resume": 0, "head": "00" * 32, "erased": [["p1", "salt", 2, "digest"]]}
    there.scripted.usual |= {"hello": lambda _: Answer(body=hello), "changes": lambda _: Answer(503)}
    there.denials.append(("person", "p1", 4))
    there.now(4, BADGE)
    wait_until(bench.link.forgotten, "who was erased", 10)
    assert bench.link.forgotten() == (Forgotten("p1", "salt", 2, "digest"),)
    looks = there.scripted.count("lane")
    wait_until(lambda: there.scripted.count("lane") >= looks + 2, "two more looks", 15)
    assert there.scripted.count("hello") == 2, "once, however often it is said"


def test_it_says_by_what_the_site_decides_and_in_which_epoch(bench: LinkBench, there: Centre) -> None:
    bench.until_well()
    count = there.scripted.count("lane")
    wait_until(lambda: there.scripted.count("lane") > count + 1, "two more looks", 10)
    asked = [_query(one) for one in there.scripted.asked if "/lane?" in one.path]
    assert asked[0] == {"generation": "", "since": "0", "epoch": "1", "after": "0"}
    assert asked[-1] == {"generation": "g1", "since": "3", "epoch": "1", "after": "0"}


def test_many_denials_are_heard_page_by_page(bench: LinkBench, there: Centre) -> None:
    there.scripted.usual["changes"] = lambda _: Answer(503)
    there.most = 3
    there.denials += [("person", f"p{number}", 10 + number) for number in range(8)]
    there.now(20, PERSON)
    wait_until(lambda: len({one.id for one in denied(bench)}) == 8, "all of them", 10)


def test_a_registry_of_before_the_lane_is_asked_for_changes(server: tuple[ScriptedHttp, str], tmp_path: Path) -> None:
    there = Centre(server[0])
    del server[0].usual["lane"]
    with link_bench(tmp_path, server[1]) as bench:
        bench.until_well()
        there.now(5, PERSON, BADGE)
        wait_until(lambda: bench.replica == replica_of(5, [PERSON, BADGE]), "the changes", 10)
        assert server[0].count("lane") == 1


def test_a_lane_that_hangs_is_given_up_and_changes_are_asked_for_meanwhile(bench: LinkBench, there: Centre) -> None:
    bench.until_well()
    sound = there.scripted.usual["lane"]
    there.scripted.usual["lane"] = lambda _: Answer(body={"generation": "g1"}, hangs=True)
    bench.until_trouble("see the network")
    assert not bench.link.status.online
    assert not bench.link.standing(0, bench.clock.mono_ms()).online
    there.now(5, PERSON, BADGE)
    wait_until(lambda: bench.replica == replica_of(5, [PERSON, BADGE]), "the changes", 10)
    there.scripted.usual["lane"] = sound
    bench.until_well()
    now_ms = bench.clock.mono_ms()
    assert bench.link.standing(0, now_ms).online
    assert not bench.link.standing(0, now_ms + 6_000).online


def test_records_that_are_not_the_registrys_are_fetched_anew_and_that_is_said(bench: LinkBench, there: Centre) -> None:
    bench.until_well()
    snapshots = there.snapshots()
    there.records[1] = BOOKING
    wait_until(lambda: bench.replica == replica_of(3, [PERSON, BOOKING]), "what the registry holds", 10)
    assert there.snapshots() == snapshots + 1
    assert Refused("other-replica") in bench.posted
    bench.until_well()


def test_a_step_that_does_not_lead_to_what_the_registry_holds_is_not_taken(bench: LinkBench, there: Centre) -> None:
    bench.until_well()
    snapshots = there.snapshots()
    there.now(4, PERSON)  # The badge is no more, and the changes fail to say so.
    wait_until(lambda: bench.replica == replica_of(4, [PERSON]), "what the registry holds", 10)
    assert replica_of(4, [PERSON, BADGE]) not in bench.replicas
    assert there.snapshots() == snapshots + 1


def test_where_even_a_snapshot_differs_it_is_said_and_not_fetched_without_end(
    bench: LinkBench, there: Centre, server: tuple[ScriptedHttp, str]
) -> None:
    bench.until_well()
    there.digest = lambda: "ab" * 32
    bench.until_trouble("not held here as the registry holds them")
    snapshots = there.snapshots()
    there.now(7, PERSON, BADGE, BOOKING)
    wait_until(lambda: bench.replica == replica_of(7, [PERSON, BADGE, BOOKING]), "changes nevertheless", 10)
    stays(lambda: there.snapshots() <= snapshots + 1, "patience", 1.5)
    assert bench.posted.count(Refused("other-replica")) == 1
    there.digest = there.true_digest
    bench.until_well()


def test_a_replica_of_an_earlier_version_of_this_program_gets_its_digest(bench: LinkBench, there: Centre) -> None:
    bench.until_well()
    bench.link.stop()
    kept = bench.link._store
    kept._ready().exec_driver_sql("DROP TABLE digest")
    kept.close()
    snapshots = there.snapshots()
    bench.restart()
    there.now(4, PERSON, BADGE, BOOKING)
    wait_until(lambda: bench.replica == replica_of(4, [PERSON, BADGE, BOOKING]), "the changes", 10)
    bench.until_well()
    assert there.snapshots() == snapshots
    assert bench.link.down.held.digest == there.true_digest()
    assert bench.trouble == ""


def test_once_it_is_answered_again_the_other_links_do_not_wait_their_waits_out(
    bench: LinkBench, there: Centre, server: tuple[ScriptedHttp, str]
) -> None:
    """A registry that was away for long is met within seconds of its return, not within a minute."""
    answered = dict(there.scripted.usual)
    there.scripted.usual = dict.fromkeys(answered, lambda _: Answer(503))
    bench.link.stop()
    bench.link = bench._made()
    up, down = bench.link.up, bench.link.down
    up._link, down._down = replace(up._link, failures=8), Downlink(failures=8)
    bench.link.start()
    wait_until(lambda: up._link.failures == down._down.failures == 9, "both to wait for half a minute", 20)
    wait_until(lambda: bench.link.lane.status.told("lane"), "the lane to be in trouble", 20)
    there.scripted.usual = answered
    bench.until_well(15)
