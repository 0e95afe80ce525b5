"""Fire and evacuation over real restarts, kills and broken disks: guarantees D6 and D12."""

import os
from pathlib import Path

from devices import keeper_wire as wire
from devices.doorkeeper.client import ask_once, system_mono_ms
from devices.doorkeeper.supervisor import HANG_MS
from devices.keeper_wire import LatchName
from tests.support.keepers import (
    BACK_LOCK,
    FIRE,
    MAIN_LOCK,
    Caller,
    keeper_config,
    running_keeper,
    wait_until,
)

WAIT_MS = 10_000


def test_fire_opens_without_a_gateway_and_holds_over_every_kind_of_restart(tmp_path: Path) -> None:
    config = keeper_config(tmp_path)
    with running_keeper(config) as keeper:
        Caller(config.socket).client.close()
        keeper.board.set_input(FIRE, level=True)
        wait_until(lambda: keeper.board.level(MAIN_LOCK) and not keeper.board.level(BACK_LOCK), "doors released")
        wait_until((config.state_directory / "latch-fire.json").exists, "the latch on disk")
        keeper.board.set_input(FIRE, level=False)
        changes = keeper.board.reading(MAIN_LOCK).changes
        caller = Caller(config.socket)
        keeper.kill_keeper()
        caller.client.close()
        assert caller.connect().latches == (LatchName.FIRE,)
        assert keeper.stop() == 0
        assert keeper.board.level(MAIN_LOCK)
        assert keeper.board.reading(MAIN_LOCK).changes == changes, "no restart moves a line that fire holds"
    with running_keeper(config) as keeper:
        caller = Caller(config.socket)
        assert caller.welcome.latches == (LatchName.FIRE,)
        assert all(door.released for door in caller.welcome.doors)
        assert keeper.board.reading(MAIN_LOCK).changes == changes
        caller.client.send(wire.ResetLatch(LatchName.FIRE, "Anna Rossi"))
        latched = caller.hear(wire.Latched)
        assert (latched.held, latched.by) == (False, "Anna Rossi")
        wait_until(lambda: not keeper.board.level(MAIN_LOCK) and keeper.board.level(BACK_LOCK), "doors secured")
    with running_keeper(config):
        assert Caller(config.socket).welcome.latches == ()


def test_fire_already_burning_at_the_start_releases_and_latches(tmp_path: Path) -> None:
    config = keeper_config(tmp_path)
    with running_keeper(config) as keeper:
        keeper.board.set_input(FIRE, level=True)
        caller = Caller(config.socket)
        wait_until((config.state_directory / "latch-fire.json").exists, "the latch on disk")
        assert caller.welcome.fire_input
        assert keeper.board.level(MAIN_LOCK)


def test_evacuation_is_set_over_the_socket_and_reset_without_the_gateway(tmp_path: Path) -> None:
    config = keeper_config(tmp_path)
    with running_keeper(config) as keeper:
        caller = Caller(config.socket)
        caller.client.send(wire.SetLatch(LatchName.EVACUATION, "Luca"))
        caller.hear(wire.Latched)
        wait_until((config.state_directory / "latch-evacuation.json").exists, "the latch on disk")
        caller.client.close()
        keeper.kill_keeper()
        Caller(config.socket).client.close()
        assert keeper.board.level(MAIN_LOCK)
        answer = ask_once(config.socket, wire.ResetLatch(LatchName.EVACUATION, "Anna"), WAIT_MS)
        assert isinstance(answer, wire.Latched)
        assert not keeper.board.level(MAIN_LOCK)


def test_a_disk_that_cannot_be_written_opens_in_a_fire_all_the_same_and_says_so(tmp_path: Path) -> None:
    config = keeper_config(tmp_path)
    config.state_directory.write_text("a file where the directory should be")
    with running_keeper(config) as keeper:
        caller = Caller(config.socket)
        assert "cannot read its latches" in caller.welcome.fault
        keeper.board.set_input(FIRE, level=True)
        alarm = caller.hear(wire.Alarm)
        assert "cannot write its latches" in alarm.why
        assert keeper.board.level(MAIN_LOCK)
        keeper.kill_keeper()
        caller.client.close()
        caller.connect()
        assert keeper.board.level(MAIN_LOCK), "the fire input itself holds what the disk did not take"
        assert keeper.board.releases(MAIN_LOCK) == 1
        config.state_directory.unlink()
        config.state_directory.mkdir()
        wait_until((config.state_directory / "latch-fire.json").exists, "the latch on the mended disk")


def test_a_disk_that_hangs_in_an_evacuation_does_not_get_the_keeper_killed(tmp_path: Path) -> None:
    config = keeper_config(tmp_path)
    config.state_directory.mkdir()
    hanging = config.state_directory / "latch-evacuation.new"
    os.mkfifo(hanging)
    with running_keeper(config) as keeper:
        caller = Caller(config.socket)
        pid, began_ms = keeper.keeper_pid(), system_mono_ms()
        caller.client.send(wire.SetLatch(LatchName.EVACUATION, "Luca"))
        caller.hear(wire.Latched)
        wait_until(lambda: system_mono_ms() > began_ms + HANG_MS + 500, "longer than a hang")
        assert Path(f"/proc/{pid}").exists()
        assert keeper.board.level(MAIN_LOCK)
        with hanging.open("rb"):
            hanging.unlink()
            assert "cannot write its latches" in caller.hear(wire.Alarm).why
        wait_until((config.state_directory / "latch-evacuation.json").exists, "the latch on the mended disk")
        assert keeper.keeper_pid() == pid
