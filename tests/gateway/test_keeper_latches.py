"""Fire and evacuation between a gateway and a real doorkeeper: who did what, and what staff are answered."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from access import events as e
from devices import keeper_wire as wire
from devices.doorkeeper.client import ask_once
from gateway.keeper import NO_KEEPER, TOO_MANY
from gateway.pages.asked import SetEvacuation
from tests.support.keeper_desk import Desk
from tests.support.keepers import FIRE, MAIN_LOCK, RunningKeeper, keeper_config, running_keeper
from tests.support.parts import wait_until


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningKeeper]:
    with running_keeper(keeper_config(tmp_path)) as made:
        yield made


@pytest.fixture
def desk(running: RunningKeeper) -> Iterator[Desk]:
    made = Desk(running.config.socket)
    yield made
    made.keeper.close()


def reset_fire(running: RunningKeeper) -> None:
    """Reset by hand, as soon as the keeper has seen the input go quiet."""
    reset = wire.ResetLatch(wire.LatchName.FIRE, "sara", "quiet")
    wait_until(lambda: isinstance(ask_once(running.config.socket, reset, 5_000), wire.Latched), "the reset")


def test_fire_is_told_when_it_comes_and_to_whoever_comes_later(desk: Desk, running: RunningKeeper) -> None:
    desk.until(e.KeeperFound)
    running.board.set_input(FIRE, level=True)
    assert desk.until(e.KeeperSawFire) == e.KeeperSawFire(active=True)
    desk.keeper.close()
    found = desk.until(e.KeeperFound)
    assert (found.fire, found.evacuation) == (True, False)
    running.board.set_input(FIRE, level=False)
    reset_fire(running)
    assert desk.until(e.KeeperSawFire) == e.KeeperSawFire(active=False, by=e.By("sara", "quiet"))


def test_a_reset_of_which_no_gateway_heard_is_told_with_its_name_to_the_next(
    desk: Desk, running: RunningKeeper
) -> None:
    desk.until(e.KeeperFound)
    running.board.set_input(FIRE, level=True)
    desk.until(e.KeeperSawFire)
    desk.keeper.close()
    running.board.set_input(FIRE, level=False)
    reset_fire(running)
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
