"""The gateway's side of a real doorkeeper: what it says becomes events, and what is asked of it in vain lapses."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from access import events as e
from tests.support.keeper_desk import Desk
from tests.support.keepers import CONTACT, MAIN_LOCK, REX, RunningKeeper, keeper_config, running_keeper


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
