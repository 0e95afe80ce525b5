"""What goes out after a commit, over a real broker: in what order, to whom, and what is too late (D1, D2, D13)."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from time import monotonic_ns

import pytest

from access.clock import MINUTE_MS
from access.cursor import Cursor
from access.effects import (
    Append,
    CommandPulse,
    Effect,
    Feedback,
    FreeEnd,
    FreeLease,
    Lease,
    SendBeacon,
    Settle,
    Tally,
)
from access.events import KeeperRefused
from access.facts import Started
from access.judge import Verdict
from access.reasons import Reason
from access.site import Policy
from gateway.keeper import Keeper
from gateway.outward import NO_BROKER, TOO_OLD, Outward
from tests.support.core_site import NINE, ROME
from tests.support.driven import Driven, settings
from tests.support.hand_clock import HandClock
from tests.support.keepers import MAIN_LOCK, RunningKeeper, keeper_config, running_keeper
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt import Heard, Peer
from tests.support.parts import stays, wait_until

SITE = "matera"
COMMAND = CommandPulse("1-7", "store", "lock", 3_000, 0, "b1", 77, 12_345)


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


class Desk:
    """An Outward on a real connection; its clock stands until it is moved."""

    def __init__(self, port: int, folder: Path) -> None:
        self.clock = HandClock()
        self.driven = Driven(settings(port))
        self.keeper = Keeper(folder / "k.sock", "run-1", self.clock.base_ms)
        self.outward = Outward(SITE, Policy(), ROME, self.driven.broker, self.keeper, self.clock)


@pytest.fixture
def desk(mosquitto: Mosquitto, tmp_path: Path) -> Iterator[Desk]:
    made = Desk(mosquitto.port, tmp_path)
    made.driven.up()
    yield made
    made.driven.close()
    made.keeper.close()


@pytest.fixture
def peer(mosquitto: Mosquitto) -> Iterator[Peer]:
    with Peer(mosquitto.port, f"hubout/{SITE}/#") as listening:
        yield listening


def said(desk: Desk, peer: Peer, count: int) -> list[tuple[str, dict[str, object]]]:
    """What so many messages said, in order."""
    desk.driven.until(lambda: len(peer.heard) >= count, f"{count} messages")
    desk.driven.for_a_while(0.1)
    return [_read(one) for one in peer.heard]


def _read(one: Heard) -> tuple[str, dict[str, object]]:
    return one.topic.removeprefix(f"hubout/{SITE}/"), json.loads(one.payload)


def verdict(reason: Reason, until_ms: int | None = None) -> Verdict:
    return Verdict(reason, "a-rule", until_ms=until_ms)


def test_of_many_acknowledgements_each_devices_boot_gets_its_last(desk: Desk, peer: Peer) -> None:
    settled = [Settle("in", Cursor("b1", n)) for n in (1, 2, 3)]
    others = [Settle("in", Cursor("b2", 9)), Settle("out", Cursor("b1", 4))]
    assert desk.outward.perform([*settled, *others]) == []
    assert said(desk, peer, 3) == [
        ("in/ack", {"v": 1, "boot": "b1", "upto": 3}),
        ("in/ack", {"v": 1, "boot": "b2", "upto": 9}),
        ("out/ack", {"v": 1, "boot": "b1", "upto": 4}),
    ]


def test_whoever_stands_at_a_door_is_answered_before_any_acknowledgement(desk: Desk, peer: Peer) -> None:
    taps = [Feedback("in", "b1", n, "denied") for n in (1, 2)]
    desk.outward.perform([Settle("in", Cursor("b1", 1)), taps[0], Settle("in", Cursor("b1", 2)), taps[1]])
    topics = [topic for topic, _ in said(desk, peer, 3)]
    assert topics == ["in/feedback", "in/feedback", "in/ack"]


def test_only_a_recognised_person_is_told_a_reason(desk: Desk, peer: Peer) -> None:
    known = verdict(Reason.TOO_EARLY, NINE + 30 * MINUTE_MS)
    desk.outward.perform([Feedback("in", "b1", 1, "denied", known), Feedback("in", "b1", 2, "denied")])
    (_, first), (_, second) = said(desk, peer, 2)
    assert first["message"] == "Troppo presto: dalle 09:30"
    assert second == {"v": 1, "tap": {"boot": "b1", "seq": 2}, "signal": "denied"}


def test_a_person_without_a_booking_is_told_of_a_desk_that_is_free(desk: Desk, peer: Peer) -> None:
    known = Feedback("in", "b1", 1, "denied", verdict(Reason.NO_BOOKING), free_desk="Desk 2")
    desk.outward.perform([known, replace(known, seq=2, verdict=None)])
    (_, first), (_, second) = said(desk, peer, 2)
    assert first["message"] == "Nessuna prenotazione: Desk 2 è libera, prenotala e ripassa il badge"
    assert "message" not in second


def test_a_beacon_is_for_everybody_and_what_is_only_stored_is_for_nobody(desk: Desk, peer: Peer) -> None:
    desk.outward.perform([Append(1, Started("test")), Tally({"stale": 1}), SendBeacon("b-123")])
    assert said(desk, peer, 1) == [("gateway/beacon", {"v": 1, "beacon": "b-123"})]


def test_a_controller_is_told_until_when_it_may_obey(desk: Desk, peer: Peer) -> None:
    assert desk.outward.perform([COMMAND]) == []
    ((topic, told),) = said(desk, peer, 1)
    assert topic == "lock/command"
    assert told == {
        "v": 1,
        "id": "1-7",
        "action": "pulse",
        "pulse_ms": 3_000,
        "boot": "b1",
        "n": 77,
        "not_after_uptime_ms": 12_345,
    }
    assert not peer.heard[0].retained


def test_a_controller_is_not_told_late(desk: Desk, peer: Peer) -> None:
    desk.clock.move(Policy().grant_max_age_ms + 1)
    assert desk.outward.perform([COMMAND]) == [KeeperRefused("store", "1-7", TOO_OLD)]
    desk.outward.perform([SendBeacon("the-only-word")])
    assert [topic for topic, _ in said(desk, peer, 1)] == ["gateway/beacon"]


def test_a_controller_that_cannot_be_told_lapses_its_grant(tmp_path: Path, mosquitto: Mosquitto) -> None:
    desk = Desk(mosquitto.port, tmp_path)
    assert desk.outward.perform([COMMAND]) == [KeeperRefused("store", "1-7", NO_BROKER)]


def test_a_reader_whose_grant_lapses_shows_wait_and_the_others_their_own(desk: Desk, peer: Peer) -> None:
    welcome = verdict(Reason.STANDING)
    gone: list[Effect] = [Lease("1-3", "main", 300, 0, "k1"), Feedback("in", "b1", 1, "granted", welcome, "1-3")]
    failed = desk.outward.perform([*gone, Feedback("in", "b1", 2, "granted", welcome, "1-5")])
    assert failed == [KeeperRefused("main", "1-3", "the doorkeeper is gone")]
    (_, first), (_, second) = said(desk, peer, 2)
    assert (first["signal"], first.get("message")) == ("wait", None)
    assert (second["signal"], second.get("message")) == ("granted", "Benvenuto")


class Guarded:
    """A desk whose doorkeeper is real."""

    def __init__(self, desk: Desk, running: RunningKeeper) -> None:
        self.desk, self.running, self.run = desk, running, ""

    def connect(self) -> "Guarded":
        keeper = self.desk.keeper

        def found() -> bool:
            said = keeper.tend(self.desk.clock.mono) + (keeper.read(0) if keeper.connected else [])
            self.desk.clock.move(1_000)
            self.run = next((event.run for event in said if hasattr(event, "run")), "")
            return bool(self.run)

        wait_until(found, "the doorkeeper")
        self.desk.clock.mono = _real_ms(self.desk)
        return self

    def lease(self, grant: str, age_ms: int = 0) -> list[object]:
        now_ms = self.desk.clock.mono
        return list(self.desk.outward.perform([Lease(grant, "main", 300, now_ms - age_ms, self.run)]))


def _real_ms(desk: Desk) -> int:
    """The keeper reads the system's clock, so before it the desk's must stand where that does."""
    return monotonic_ns() // 1_000_000 - desk.clock.base_ms


@pytest.fixture
def guarded(desk: Desk, tmp_path: Path) -> Iterator[Guarded]:
    with running_keeper(keeper_config(tmp_path)) as running:
        yield Guarded(desk, running).connect()


def test_a_fresh_grant_moves_the_line_once(guarded: Guarded) -> None:
    assert guarded.lease("1-1") == []
    wait_until(lambda: guarded.running.board.releases(MAIN_LOCK) == 1, "the line")
    wait_until(lambda: not guarded.running.board.level(MAIN_LOCK), "its end")
    assert guarded.running.board.releases(MAIN_LOCK) == 1


def test_a_grant_older_than_two_seconds_is_not_even_asked_for(guarded: Guarded) -> None:
    assert guarded.lease("1-1", age_ms=2_001) == [KeeperRefused("main", "1-1", TOO_OLD)]
    stays(lambda: guarded.running.board.releases(MAIN_LOCK) == 0, "the line unmoved", 0.2)


def test_a_door_in_free_passage_is_held_and_let_go(guarded: Guarded) -> None:
    asked = FreeLease("1-4", "main", guarded.desk.clock.mono, guarded.run)
    assert guarded.desk.outward.perform([asked]) == []
    wait_until(lambda: guarded.running.board.level(MAIN_LOCK), "the line")
    assert guarded.desk.outward.perform([FreeEnd("1-4", "main")]) == []
    wait_until(lambda: not guarded.running.board.level(MAIN_LOCK), "its end", 0.2)


def test_a_doorkeeper_that_went_between_commit_and_lease_lapses_the_grant(guarded: Guarded) -> None:
    guarded.desk.keeper.close()
    assert guarded.lease("1-1") == [KeeperRefused("main", "1-1", "the doorkeeper is gone")]
