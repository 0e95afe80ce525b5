"""The doorkeeper as a real process: leases, inputs, bad lines, its socket, and systemd."""

import json
import os
import signal
import socket
from pathlib import Path

import pytest

from devices import keeper_wire as wire
from devices.doorkeeper.client import KeeperClient, KeeperGoneError, system_mono_ms
from devices.keeper_wire import LINE_MAX, LatchName
from tests.support.keepers import (
    CONTACT,
    FIRE,
    MAIN_LOCK,
    REX,
    Caller,
    keeper_config,
    running_keeper,
    wait_until,
)

WAIT_MS = 10_000


def test_a_pulse_lasts_what_was_asked_and_everything_is_told(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        caller = Caller(keeper.config.socket)
        caller.lease("g1", ms=200)
        leased = caller.hear(wire.Leased)
        assert leased.ends_ms == leased.mono_ms + 200
        assert leased.mono_ms <= system_mono_ms()
        ended = caller.hear(wire.Ended)
        assert (ended.grant, ended.cause) == ("g1", "due")
        line = caller.hear(wire.Line)
        assert (line.door, line.released) == ("main", False)
        held_ns = keeper.board.changed_ns(MAIN_LOCK) - keeper.board.released_ns(MAIN_LOCK)
        assert 199_000_000 <= held_ns <= 400_000_000
        assert keeper.board.releases(MAIN_LOCK) == 1


def test_contact_button_and_fire_input_are_told_as_they_move(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        caller = Caller(keeper.config.socket)
        keeper.board.set_input(CONTACT, level=True)
        contact = caller.hear(wire.Contact)
        assert contact.open
        keeper.board.press(REX)
        caller.hear(wire.Rex)
        assert keeper.board.releases(MAIN_LOCK) == 0, "the button explains an opening and never drives a lock"
        keeper.board.set_input(FIRE, level=True)
        latched = caller.hear(wire.Latched)
        assert (latched.latch, latched.held) == (LatchName.FIRE, True)


def test_garbage_long_lines_and_floods_are_answered_counted_and_harmless(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        caller = Caller(keeper.config.socket)
        caller.lease("g1", ms=10_000)
        caller.hear(wire.Line)
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stranger:
            stranger.connect(str(keeper.config.socket))
            stranger.sendall(b"\x00\xff\n[[[[\n" + b"x" * (3 * LINE_MAX) + b"\n" + b'{"type":"ask-state"}\n')
            answers = [json.loads(line) for line in _lines(stranger, 4)]
        assert [answer["type"] for answer in answers] == ["bad", "bad", "bad", "welcome"]
        assert [answer["count"] for answer in answers[:3]] == [1, 2, 3]
        assert "longer than 4096 bytes" in answers[2]["why"]
        assert keeper.board.level(MAIN_LOCK)
        assert keeper.board.releases(MAIN_LOCK) == 1


def _lines(connection: socket.socket, count: int) -> list[bytes]:
    connection.settimeout(10)
    got = b""
    while got.count(b"\n") < count:
        got += connection.recv(65_536)
    return got.split(b"\n")[:count]


def test_a_stranger_who_floods_is_turned_out_and_the_door_still_answers(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        caller = Caller(keeper.config.socket)
        run = caller.welcome.run
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stranger:
            stranger.connect(str(keeper.config.socket))
            stranger.settimeout(10)
            with pytest.raises((BrokenPipeError, ConnectionResetError)):
                stranger.sendall(b"garbage\n" * 1_000_000)
        caller.lease("g1", ms=100)
        caller.hear(wire.Leased)
        assert caller.welcome.run == run, "the keeper never restarted"


def test_idle_strangers_do_not_keep_the_gateway_out(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        Caller(keeper.config.socket).client.close()
        idle = [KeeperClient(keeper.config.socket) for _ in range(30)]
        for client in idle:
            wait_until(client.connect, "a connection")
        caller = Caller(keeper.config.socket)
        caller.lease("g1", ms=100)
        caller.hear(wire.Leased)
        for client in idle:
            client.close()


def test_a_second_gateway_takes_over_and_the_first_is_told(tmp_path: Path) -> None:
    with running_keeper(keeper_config(tmp_path)) as keeper:
        first = Caller(keeper.config.socket, "run-a")
        first.lease("g1", ms=10_000)
        first.hear(wire.Line)
        second = Caller(keeper.config.socket, "run-b")
        assert second.welcome.displaced == "run-a"
        displaced = first.hear(wire.Displaced)
        assert displaced.by == "run-b"
        with pytest.raises(KeeperGoneError):
            first.hear(wire.Line)
        assert not keeper.board.level(MAIN_LOCK)


def test_the_socket_is_the_groups_alone(tmp_path: Path) -> None:
    config = keeper_config(tmp_path, socket=tmp_path / "run" / "k.sock")
    with running_keeper(config):
        Caller(config.socket).client.close()
        assert config.socket.stat().st_mode & 0o777 == 0o660
        assert config.socket.parent.stat().st_mode & 0o777 == 0o750


def test_a_second_doorkeeper_disturbs_neither_the_first_nor_its_doors(tmp_path: Path) -> None:
    config = keeper_config(tmp_path)
    with running_keeper(config) as first:
        caller = Caller(config.socket)
        caller.lease("g1", ms=10_000)
        caller.hear(wire.Line)
        with running_keeper(config) as second:
            assert second.supervisor.stderr is not None
            said = second.supervisor.stderr.readline()
            assert b"GPIO" in said
            assert b"held by another process" in said
        assert first.board.level(MAIN_LOCK)
        assert caller.client.receive() == ()


def test_systemd_hears_ready_then_the_watchdog_then_stopping(tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(20)
        with running_keeper(keeper_config(tmp_path), {"NOTIFY_SOCKET": str(tmp_path / "notify")}) as keeper:
            heard = [systemd.recv(100)]
            while b"READY=1" not in heard or heard.count(b"WATCHDOG=1") < 5:
                heard.append(systemd.recv(100))
            pid = keeper.keeper_pid()
            os.kill(pid, signal.SIGSTOP)
            keeper.supervisor.terminate()
            while b"STOPPING=1" not in heard:
                heard.append(systemd.recv(100))
            keeper.supervisor.wait(20)
        assert not Path(f"/proc/{pid}").exists()
