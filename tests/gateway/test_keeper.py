"""The gateway's side of a real doorkeeper: what it says becomes events, and what is asked of it in vain lapses."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from time import monotonic_ns
from typing import TypeVar

import pytest

from access import events as e
from access.effects import Lease
from devices import keeper_wire as wire
from devices.doorkeeper.client import ask_once
from gateway.keeper import NO_KEEPER, TOO_MANY, Keeper
from gateway.pages_asked import SetEvacuation
from tests.support.keepers import CONTACT, FIRE, MAIN_LOCK, REX, RunningKeeper, keeper_config, running_keeper
from tests.support.parts import wait_until

T = TypeVar("T")


class Desk:
    """A gateway's connection, turned by hand; ``ahead_ms`` moves its time on."""

    def __init__(self, path: Path, run: str = "gateway-1") -> None:
        self.base_ms = monotonic_ns() // 1_000_000
        self.keeper = Keeper(path, run, self.base_ms)
        self.ahead_ms = 0
        self.heard: list[e.Event] = []

    @property
    def mono_ms(self) -> int:
        return monotonic_ns() // 1_000_000 - self.base_ms + self.ahead_ms

    def turn(self) -> None:
        self.heard += self.keeper.tend(self.mono_ms)
        if self.keeper.wants_to_write:
            self.heard += self.keeper.write()
        if self.keeper.connected:
            self.heard += self.keeper.read(self.mono_ms)

    def until(self, kind: type[T]) -> T:
        """The first event of a kind, which is taken out, with all before it."""

        def come() -> bool:
            self.turn()
            return any(isinstance(event, kind) for event in self.heard)

        wait_until(come, f"a {kind.__name__}", words=lambda: f"{self.heard} {self.keeper.trouble}")
        index = next(n for n, event in enumerate(self.heard) if isinstance(event, kind))
        found = self.heard[index]
        self.heard = self.heard[index + 1 :]
        assert isinstance(found, kind)
        return found

    def lease(self, grant: str, run: str) -> None:
        self.heard += self.keeper.lease(Lease(grant, "main", 300, self.mono_ms, run))


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningKeeper]:
    with running_keeper(keeper_config(tmp_path)) as made:
        yield made


@pytest.fixture
def desk(running: RunningKeeper) -> Iterator[Desk]:
    made = Desk(running.config.socket)
    yield made
    made.keeper.close()


def test_a_doorkeeper_that_is_found_tells_its_run_and_the_contacts_that_it_has(
    desk: Desk, running: RunningKeeper
) -> None:
    found = desk.until(e.KeeperFound)
    assert found.run
    assert found.contacts == {"main": False}
    assert (found.fire, found.evacuation) == (False, False)
    assert desk.keeper.trouble == ""


def test_what_it_sees_at_its_lines_becomes_events(desk: Desk, running: RunningKeeper) -> None:
    desk.until(e.KeeperFound)
    running.board.set_input(CONTACT, level=True)
    assert desk.until(e.KeeperSawContact) == e.KeeperSawContact("main", open=True)
    running.board.set_input(CONTACT, level=False)
    assert desk.until(e.KeeperSawContact) == e.KeeperSawContact("main", open=False)
    running.board.press(REX)
    assert desk.until(e.KeeperSawExit) == e.KeeperSawExit("main")


def test_a_lease_moves_the_line_and_both_movements_are_told(desk: Desk, running: RunningKeeper) -> None:
    run = desk.until(e.KeeperFound).run
    desk.lease("1-1", run)
    assert desk.until(e.KeeperMovedLine) == e.KeeperMovedLine("main", released=True, cause="lease", grant="1-1")
    assert desk.until(e.KeeperMovedLine) == e.KeeperMovedLine("main", released=False, cause="due", grant="1-1")
    assert running.board.releases(MAIN_LOCK) == 1
    assert not desk.keeper._grants


def test_a_lease_of_an_earlier_run_of_the_keeper_is_refused_and_lapses(desk: Desk, running: RunningKeeper) -> None:
    desk.until(e.KeeperFound)
    desk.lease("1-1", "another-run")
    refused = desk.until(e.KeeperRefused)
    assert (refused.door, refused.grant) == ("main", "1-1")
    assert refused.why
    assert running.board.releases(MAIN_LOCK) == 0


def test_fire_is_told_when_it_comes_and_to_whoever_comes_later(desk: Desk, running: RunningKeeper) -> None:
    desk.until(e.KeeperFound)
    running.board.set_input(FIRE, level=True)
    assert desk.until(e.KeeperSawFire) == e.KeeperSawFire(active=True)
    desk.keeper.close()
    found = desk.until(e.KeeperFound)
    assert (found.fire, found.evacuation) == (True, False)
    running.board.set_input(FIRE, level=False)
    ask_once(running.config.socket, wire.ResetLatch(wire.LatchName.FIRE, "sara", "quiet"), 5_000)
    assert desk.until(e.KeeperSawFire) == e.KeeperSawFire(active=False, by=e.By("sara", "quiet"))


def test_a_reset_of_which_no_gateway_heard_is_told_with_its_name_to_the_next(
    desk: Desk, running: RunningKeeper
) -> None:
    desk.until(e.KeeperFound)
    running.board.set_input(FIRE, level=True)
    desk.until(e.KeeperSawFire)
    desk.keeper.close()
    running.board.set_input(FIRE, level=False)
    reset = wire.ResetLatch(wire.LatchName.FIRE, "sara", "quiet")
    wait_until(lambda: isinstance(ask_once(running.config.socket, reset, 5_000), wire.Latched), "the reset")
    running.kill_keeper()
    found = desk.until(e.KeeperFound)
    assert (found.fire, found.fire_by, found.evacuation_by) == (False, e.By("sara", "quiet"), e.By())


def test_an_evacuation_is_told_when_it_comes_and_to_whoever_comes_later(desk: Desk, running: RunningKeeper) -> None:
    desk.until(e.KeeperFound)
    desk.keeper._client.send(wire.SetLatch(wire.LatchName.EVACUATION, "sara"))
    assert desk.until(e.KeeperSawEvacuation) == e.KeeperSawEvacuation(active=True, by=e.By("sara"))
    desk.keeper.close()
    found = desk.until(e.KeeperFound)
    assert (found.fire, found.evacuation) == (False, True)
    ask_once(running.config.socket, wire.ResetLatch(wire.LatchName.EVACUATION, "sara"), 5_000)
    assert desk.until(e.KeeperSawEvacuation) == e.KeeperSawEvacuation(active=False, by=e.By("sara"))


def asked(desk: Desk, *, active: bool, author: str = "Paola") -> list[str]:
    """What an evacuation asked for is answered, once it is."""
    answers: list[str] = []
    desk.keeper.evacuate(SetEvacuation(active, author, "Gas"), answers.append)
    return answers


def test_staff_release_every_door_and_end_it_and_are_answered_once_it_is_so(desk: Desk, running: RunningKeeper) -> None:
    desk.until(e.KeeperFound)
    answers = asked(desk, active=True)
    assert answers == []
    assert desk.until(e.KeeperSawEvacuation) == e.KeeperSawEvacuation(active=True, by=e.By("Paola", "Gas"))
    assert answers == [""]
    assert running.board.level(MAIN_LOCK)
    twice = asked(desk, active=True, author="Sara")
    assert desk.until(e.KeeperSawEvacuation).by == e.By("Paola", "Gas")
    assert twice == [""]
    ended = asked(desk, active=False, author="Sara")
    assert desk.until(e.KeeperSawEvacuation) == e.KeeperSawEvacuation(active=False, by=e.By("Sara", "Gas"))
    assert ended == [""]
    wait_until(lambda: not running.board.level(MAIN_LOCK), "the door secured")


def test_an_evacuation_that_there_is_not_cannot_be_ended(desk: Desk, running: RunningKeeper) -> None:
    desk.until(e.KeeperFound)
    answers = asked(desk, active=False)

    def come() -> bool:
        desk.turn()
        return bool(answers)

    wait_until(come, "an answer")
    assert answers == ["That latch is not set."]


def test_without_a_doorkeeper_staff_are_told_that_nothing_was_done(tmp_path: Path) -> None:
    assert asked(Desk(tmp_path / "nobody.sock"), active=True) == [NO_KEEPER]


def test_a_doorkeeper_that_dies_before_it_answers_is_said_to_staff(desk: Desk, running: RunningKeeper) -> None:
    desk.until(e.KeeperFound)
    pid = running.keeper_pid()
    os.kill(pid, signal.SIGSTOP)
    waiting = [asked(desk, active=True) for _ in range(9)]
    assert waiting == [[]] * 8 + [[TOO_MANY]]
    os.kill(pid, signal.SIGKILL)
    desk.until(e.KeeperLost)
    assert waiting[:8] == [[NO_KEEPER]] * 8


def test_a_doorkeeper_that_dies_is_lost_and_what_it_had_not_answered_lapses(desk: Desk, running: RunningKeeper) -> None:
    run = desk.until(e.KeeperFound).run
    desk.lease("1-1", run)
    running.kill_keeper()
    desk.lease("1-2", run)
    desk.until(e.KeeperLost)
    assert "The doorkeeper at" in desk.keeper.trouble
    found = desk.until(e.KeeperFound)
    assert found.run != run
    assert desk.keeper.trouble == ""


def test_each_grant_that_was_asked_in_vain_lapses_once(desk: Desk, running: RunningKeeper) -> None:
    run = desk.until(e.KeeperFound).run
    running.stop()
    for grant in ("1-1", "1-2"):
        desk.lease(grant, run)
    desk.turn()
    desk.turn()
    refused = [event for event in desk.heard if isinstance(event, e.KeeperRefused)]
    assert [(event.grant, event.why) for event in refused] == [
        ("1-1", "the doorkeeper is gone"),
        ("1-2", "the doorkeeper is gone"),
    ]
    assert desk.heard.count(e.KeeperLost()) == 1


def test_two_gateways_alarm_and_the_one_put_out_waits_a_minute(desk: Desk, running: RunningKeeper) -> None:
    desk.until(e.KeeperFound)
    other = Desk(running.config.socket, "gateway-2")
    other.until(e.KeeperFound)
    desk.until(e.KeeperLost)
    assert desk.keeper.alarms == ["another gateway (gateway-2) took the doorkeeper: two gateways are running"]
    assert other.keeper.alarms == ["this gateway put out another one (gateway-1): two gateways are running"]
    desk.ahead_ms += 59_000
    desk.turn()
    assert not desk.keeper.connected
    desk.ahead_ms += 1_001
    desk.until(e.KeeperFound)
    other.keeper.close()


def test_a_doorkeeper_that_is_not_there_is_said_and_tried_four_times_a_second(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "k.sock")
    desk.turn()
    assert desk.keeper.trouble == f"the doorkeeper at {tmp_path}/k.sock does not answer; see that its service runs"
    assert desk.keeper._retry_ms - desk.mono_ms <= 250
    assert desk.heard == []
