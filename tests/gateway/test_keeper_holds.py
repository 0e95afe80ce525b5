"""Free passage through a real doorkeeper: held while it is renewed, and secured when it ends or we do (D4)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from access import events as e
from access.effects import FreeEnd, FreeLease
from devices import keeper_wire as wire
from gateway.keeper_holds import Holds
from tests.support.keeper_desk import Desk
from tests.support.keepers import MAIN_LOCK, RunningKeeper, keeper_config, running_keeper, wait_until

SECURED_MS = 200


@pytest.fixture
def running(tmp_path: Path) -> Iterator[RunningKeeper]:
    with running_keeper(keeper_config(tmp_path)) as made:
        yield made


@pytest.fixture
def desk(running: RunningKeeper) -> Iterator[Desk]:
    made = Desk(running.config.socket)
    yield made
    made.keeper.close()


def hold(desk: Desk, run: str, grant: str = "1-9") -> None:
    """Ask for the door to be held now."""
    desk.heard += desk.keeper.hold(FreeLease(grant, "main", desk.mono_ms, run))


def test_a_door_is_held_until_it_is_let_go(desk: Desk, running: RunningKeeper) -> None:
    run = desk.until(e.KeeperFound).run
    hold(desk, run)
    assert desk.until(e.KeeperMovedLine).released
    hold(desk, run)
    hold(desk, run)
    asked_ms = desk.mono_ms
    desk.heard += desk.keeper.let_go(FreeEnd("1-9", "main"))
    assert not desk.until(e.KeeperMovedLine).released
    assert desk.mono_ms - asked_ms < SECURED_MS
    assert running.board.releases(MAIN_LOCK) == 1
    assert desk.keeper.alarms == []


def test_a_renewal_that_comes_too_late_is_a_new_lease_under_the_same_grant(desk: Desk, running: RunningKeeper) -> None:
    run = desk.until(e.KeeperFound).run
    hold(desk, run)
    assert desk.until(e.KeeperMovedLine).released
    assert not desk.until(e.KeeperMovedLine).released
    hold(desk, run)
    assert desk.until(e.KeeperMovedLine).released
    assert running.board.releases(MAIN_LOCK) == 2
    assert desk.keeper.alarms == []


def test_free_passage_ends_with_the_gateway(desk: Desk, running: RunningKeeper) -> None:
    run = desk.until(e.KeeperFound).run
    hold(desk, run)
    assert desk.until(e.KeeperMovedLine).released
    assert running.board.level(MAIN_LOCK)
    desk.keeper.close()
    wait_until(lambda: not running.board.level(MAIN_LOCK), "a secured door", SECURED_MS / 1_000)


def test_a_keeper_that_begins_anew_is_asked_anew(desk: Desk, running: RunningKeeper) -> None:
    run = desk.until(e.KeeperFound).run
    hold(desk, run)
    assert desk.until(e.KeeperMovedLine).released
    running.kill_keeper()
    desk.until(e.KeeperLost)
    run = desk.until(e.KeeperFound).run
    hold(desk, run)
    assert desk.until(e.KeeperMovedLine).released


def test_what_the_keeper_will_not_hold_is_said_and_asked_for_again(desk: Desk) -> None:
    run = desk.until(e.KeeperFound).run
    desk.keeper.hold(FreeLease("1-9", "nowhere", desk.mono_ms, run))
    hold(desk, run)
    assert desk.until(e.KeeperMovedLine).released
    (alarm,) = desk.keeper.alarms
    assert alarm.startswith("the doorkeeper does not hold nowhere in free passage: ")


def test_without_a_keeper_nothing_is_held(tmp_path: Path) -> None:
    desk = Desk(tmp_path / "k.sock")
    hold(desk, "a-run")
    assert desk.heard == desk.keeper.let_go(FreeEnd("1-9", "main")) == []


def test_every_lease_of_a_grant_has_its_own_id_and_a_new_grant_a_new_lease() -> None:
    said: list[str] = []
    holds = Holds(1_000, said.append)
    taken = holds.ask(FreeLease("1-9", "main", 5, "r"))
    assert taken == wire.TakeLease("1-9.1", "main", 3_000, "r", 1_005, standing=True)
    assert holds.ask(FreeLease("1-9", "main", 9, "r")) == wire.Renew("1-9.1", "r")
    assert holds.ask(FreeLease("1-12", "main", 9, "r")) == wire.TakeLease("1-12.2", "main", 3_000, "r", 1_009, True)
    holds.given("main", "1-9.1")
    assert holds.refused("1-9.1", "late") is None
    holds.given("main", "1-12.2")
    assert holds.refused("1-12.2", "late") == wire.TakeLease("1-12.3", "main", 3_000, "r", 1_009, True)
    assert holds.refused("1-12.3", "full") is None
    assert said == ["the doorkeeper does not hold main in free passage: full"]
    assert holds.end(FreeEnd("1-12", "main")) is None
