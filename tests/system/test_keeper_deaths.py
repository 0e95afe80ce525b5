"""Real processes killed in the middle of leases: guarantees D4 and D5, measured on the mock lines' own times."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from time import monotonic_ns

import pytest

from devices import keeper_wire as wire
from devices.doorkeeper.mock_pins import MockBoard
from tests.support.keepers import (
    BACK_LOCK,
    MAIN_LOCK,
    PATIENCE_S,
    Caller,
    RunningKeeper,
    keeper_config,
    running_keeper,
    stop,
    wait_until,
)

MS_NS = 1_000_000
GATEWAY_DEATH_NS = 200 * MS_NS
KEEPER_DEATH_NS = 2_000 * MS_NS

HOLDING_GATEWAY = """
import sys
from pathlib import Path
from time import monotonic_ns
from tests.support.keepers import Caller
caller = Caller(Path(sys.argv[1]), "doomed")
caller.lease("g-main", "main")
caller.lease("g-back", "back")
print("holding", flush=True)
sys.stdin.read()
"""


def doors_released(board: MockBoard) -> bool:
    return board.level(MAIN_LOCK) and not board.level(BACK_LOCK)


def doors_secured(board: MockBoard) -> bool:
    return not board.level(MAIN_LOCK) and board.level(BACK_LOCK)


def last_change_ns(board: MockBoard) -> int:
    return max(board.changed_ns(MAIN_LOCK), board.changed_ns(BACK_LOCK))


def leased(keeper: RunningKeeper) -> Caller:
    """A gateway that holds both doors released for ten seconds, and its connection as long as the keeper runs."""
    caller = Caller(keeper.config.socket)
    keeper.callers.append(caller)
    caller.lease(f"main-{caller.welcome.run}", "main")
    caller.lease(f"back-{caller.welcome.run}", "back")
    wait_until(lambda: doors_released(keeper.board), "both doors released")
    return caller


@pytest.mark.parametrize("death", [signal.SIGKILL, signal.SIGTERM])
def test_a_gateway_killed_in_mid_lease_has_its_doors_secured_within_200_ms(tmp_path: Path, death: int) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        Caller(keeper.config.socket).client.close()
        words = [sys.executable, "-c", HOLDING_GATEWAY, str(keeper.config.socket)]
        with subprocess.Popen(
            words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]
        ) as gateway:
            assert gateway.stdout is not None
            assert gateway.stdout.readline() == b"holding\n"
            wait_until(lambda: doors_released(keeper.board), "both doors released")
            killed_ns = monotonic_ns()
            gateway.send_signal(death)
            wait_until(lambda: doors_secured(keeper.board), "both doors secured")
        assert 0 < last_change_ns(keeper.board) - killed_ns <= GATEWAY_DEATH_NS


def test_a_gateway_stopped_in_mid_lease_has_its_doors_secured_by_the_leases_own_end(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        caller = Caller(keeper.config.socket)
        caller.lease("g1", ms=300)
        wait_until(lambda: keeper.board.level(MAIN_LOCK), "the door released")
        wait_until(lambda: not keeper.board.level(MAIN_LOCK), "the door secured")
        held_ns = keeper.board.changed_ns(MAIN_LOCK) - keeper.board.released_ns(MAIN_LOCK)
        assert 299 * MS_NS <= held_ns <= 500 * MS_NS


def test_a_keeper_killed_in_mid_lease_has_its_doors_secured_by_its_supervisor_within_2_s(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        caller = leased(keeper)
        first_run = caller.welcome.run
        killed_ns = keeper.kill_keeper()
        wait_until(lambda: doors_secured(keeper.board), "both doors secured")
        assert 0 < last_change_ns(keeper.board) - killed_ns <= KEEPER_DEATH_NS
        caller.client.close()
        assert caller.connect().run != first_run, "a new keeper is a new run"


def test_a_lease_for_the_dead_keepers_run_is_refused_by_the_next(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        caller = leased(keeper)
        old = caller.welcome
        keeper.kill_keeper()
        caller.client.close()
        caller.connect()
        caller.welcome = old
        caller.lease("from-before")
        refused = caller.hear(wire.Refused)
        assert refused.reason == "other-run"
        assert doors_secured(keeper.board)


def test_a_keeper_that_hangs_in_mid_lease_is_killed_and_its_doors_secured_within_2_s(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        leased(keeper)
        pid = keeper.keeper_pid()
        stopped_ns = monotonic_ns()
        os.kill(pid, signal.SIGSTOP)
        wait_until(lambda: doors_secured(keeper.board), "both doors secured")
        assert last_change_ns(keeper.board) - stopped_ns <= KEEPER_DEATH_NS


def test_a_supervisor_killed_in_mid_lease_takes_its_keeper_with_it_secured(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        leased(keeper)
        pid = keeper.keeper_pid()
        killed_ns = monotonic_ns()
        keeper.supervisor.kill()
        wait_until(lambda: doors_secured(keeper.board), "both doors secured")
        assert last_change_ns(keeper.board) - killed_ns <= GATEWAY_DEATH_NS
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), "the keeper gone")
        keeper.supervisor.wait(PATIENCE_S)


def test_a_keeper_that_stood_still_when_its_supervisor_died_goes_on_secures_and_ends(tmp_path: Path) -> None:
    config = keeper_config(tmp_path)
    with running_keeper(config) as keeper:
        leased(keeper)
        pid = keeper.keeper_pid()
        stop(pid)
        killed_ns = monotonic_ns()
        keeper.supervisor.kill()
        wait_until(lambda: doors_secured(keeper.board), "both doors secured")
        assert last_change_ns(keeper.board) - killed_ns <= GATEWAY_DEATH_NS
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), "the keeper gone")
        keeper.supervisor.wait(PATIENCE_S)
    with running_keeper(config) as keeper:
        leased(keeper)


def test_keeper_and_supervisor_killed_together_leave_the_line_to_the_next_start(tmp_path: Path) -> None:
    config = keeper_config(tmp_path)
    with running_keeper(config) as keeper:
        leased(keeper)
        pid = keeper.keeper_pid()
        # Both stand still before either dies: neither secures what the other's end left.
        stop(keeper.supervisor.pid, pid)
        os.kill(pid, signal.SIGKILL)
        keeper.supervisor.kill()
        keeper.supervisor.wait(PATIENCE_S)
        wait_until(lambda: not Path(f"/proc/{pid}").exists(), "the keeper gone")
        assert doors_released(keeper.board), "the mock line keeps its level, as the Pi's kernel does"
    started_ns = monotonic_ns()
    with running_keeper(config) as keeper:
        wait_until(lambda: doors_secured(keeper.board), "both doors secured")
        assert last_change_ns(keeper.board) - started_ns <= KEEPER_DEATH_NS


def test_a_crash_loop_never_pulses_a_lock(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        for _ in range(6):
            caller = Caller(keeper.config.socket)
            run = caller.welcome.run
            keeper.kill_keeper()
            caller.client.close()
            assert caller.connect().run != run
            caller.client.close()
        assert doors_secured(keeper.board)
        assert (keeper.board.releases(MAIN_LOCK), keeper.board.releases(BACK_LOCK)) == (0, 0)
        assert keeper.board.reading(MAIN_LOCK).changes == 0
        assert keeper.board.reading(BACK_LOCK).changes == 1, "the magnet's first current"
        leased(keeper)
        killed_ns = keeper.kill_keeper()
        wait_until(lambda: doors_secured(keeper.board), "both doors secured")
        assert last_change_ns(keeper.board) - killed_ns <= KEEPER_DEATH_NS // 2, "while the next keeper still waits"


def test_starting_and_stopping_the_whole_never_pulses_a_lock(tmp_path: Path) -> None:
    config = keeper_config(tmp_path)
    for _ in range(3):
        with running_keeper(config) as keeper:
            Caller(config.socket).client.close()
            assert keeper.stop() == 0
            assert doors_secured(keeper.board)
            assert (keeper.board.releases(MAIN_LOCK), keeper.board.releases(BACK_LOCK)) == (0, 0)


def test_told_to_stop_in_mid_lease_it_secures_and_ends_well(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        caller = leased(keeper)
        pid = keeper.keeper_pid()
        told_ns = monotonic_ns()
        assert keeper.stop() == 0
        assert doors_secured(keeper.board)
        assert last_change_ns(keeper.board) - told_ns <= GATEWAY_DEATH_NS
        ended = caller.hear(wire.Ended)
        assert ended.cause == "stopping"
        assert not Path(f"/proc/{pid}").exists()


def test_a_keeper_told_to_stop_itself_is_started_again(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        caller = leased(keeper)
        run = caller.welcome.run
        os.kill(keeper.keeper_pid(), signal.SIGTERM)
        wait_until(lambda: doors_secured(keeper.board), "both doors secured")
        caller.client.close()
        assert caller.connect().run != run
