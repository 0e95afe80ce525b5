"""Real doorkeepers for tests: a configuration of two mock doors, and the processes that serve it."""

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from threading import Event
from time import monotonic, monotonic_ns
from typing import TypeVar

from access.site import GpioLines, LockSense
from devices import keeper_wire as wire
from devices.doorkeeper.client import KeeperClient, KeeperGoneError, system_mono_ms
from devices.doorkeeper.config import KeeperConfig, KeeperDoor, to_json
from devices.doorkeeper.mock_pins import MockBoard

MAIN_LOCK, CONTACT, REX, BACK_LOCK, FIRE = 17, 27, 22, 18, 5
PATIENCE_S = 60.0
ENDS_AFTER_S = 10.0
Heard = TypeVar("Heard", bound=wire.FromKeeper)

MAIN = KeeperDoor("main", LockSense.FAIL_SECURE, GpioLines(MAIN_LOCK, CONTACT, REX), 10_000)
BACK = KeeperDoor("back", LockSense.FAIL_SAFE, GpioLines(BACK_LOCK), 10_000)


def keeper_config(folder: Path, **changes: object) -> KeeperConfig:
    """A strike (main, with contact and button), a magnet (back) and a fire input, on mock pins under ``folder``."""
    config = KeeperConfig(
        socket=folder / "k.sock",
        state_directory=folder / "state",
        doors=(MAIN, BACK),
        pins="mock",
        mock_directory=folder / "pins",
        fire_pin=FIRE,
    )
    return replace(config, **changes)  # type: ignore[arg-type]


def wait_until(holds: Callable[[], bool], what: str, patience_s: float = PATIENCE_S) -> None:
    """Wait for a condition, looking every millisecond; an AssertionError that says what did not come."""
    deadline, never = monotonic() + patience_s, Event()
    while not holds():
        assert monotonic() < deadline, f"{what}: not within {patience_s} s"
        never.wait(0.001)


class RunningKeeper:
    """A supervisor with its keeper, as ``hubout doorkeeper`` leaves them running."""

    def __init__(self, config: KeeperConfig, environment: dict[str, str] | None = None) -> None:
        self.config = config
        self.callers: list[Caller] = []
        assert config.mock_directory is not None
        self.board = MockBoard(config.mock_directory)
        descriptor = os.memfd_create("keeper-config", 0)
        os.write(descriptor, to_json(config))
        words = [sys.executable, "-P", "-m", "devices.doorkeeper", "supervise", str(descriptor)]
        self.supervisor = subprocess.Popen(
            words, pass_fds=(descriptor,), env={**os.environ, **(environment or {})}, stderr=subprocess.PIPE
        )
        os.close(descriptor)

    def keeper_pid(self) -> int:
        """The keeper behind the socket."""
        with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as asking:
            asking.connect(str(self.config.socket))
            credentials = asking.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12)
        return int.from_bytes(credentials[:4], sys.byteorder)

    def kill_keeper(self) -> int:
        """SIGKILL the keeper; returns when, in CLOCK_MONOTONIC nanoseconds."""
        pid = self.keeper_pid()
        killed_ns = monotonic_ns()
        os.kill(pid, signal.SIGKILL)
        return killed_ns

    def stop(self) -> int:
        """SIGTERM the supervisor and wait; returns its exit code."""
        self.supervisor.terminate()
        return self.supervisor.wait(ENDS_AFTER_S)

    def errors(self) -> str:
        """What was written to standard error; once the processes have ended."""
        assert self.supervisor.stderr is not None
        return self.supervisor.stderr.read().decode()


@contextmanager
def running_keeper(config: KeeperConfig, environment: dict[str, str] | None = None) -> Iterator[RunningKeeper]:
    """A supervisor and its keeper, both gone at the end."""
    running = RunningKeeper(config, environment)
    try:
        yield running
    finally:
        with suppress(ProcessLookupError):
            running.supervisor.send_signal(signal.SIGCONT)
        if running.supervisor.poll() is None:
            running.supervisor.terminate()
            running.supervisor.wait(ENDS_AFTER_S)
        running.board.close()


def stop(*pids: int) -> None:
    """Have processes stand still, one after the other; each does when the next is stopped."""
    for pid in pids:
        os.kill(pid, signal.SIGSTOP)
        wait_until(partial(_stands_still, pid), "a process to stand still")


def _stands_still(pid: int) -> bool:
    """Whether each of a process's threads is stopped: a signal is on its way until then."""
    states = [stat.read_text().rpartition(")")[2].split()[0] for stat in Path(f"/proc/{pid}/task").glob("*/stat")]
    return set(states) == {"T"}


class Caller:
    """A client that waits: says hello, asks, and hears until what it expects has come."""

    def __init__(self, path: Path, run: str = "gateway-1") -> None:
        self.client = KeeperClient(path)
        self.heard: list[wire.FromKeeper] = []
        self.run = run
        self.welcome = self.connect()

    def connect(self) -> wire.Welcome:
        """Connect as soon as a keeper answers, and say hello."""
        self.heard.clear()
        wait_until(self._greeted, "a keeper's welcome")
        welcome = self.heard[0]
        assert isinstance(welcome, wire.Welcome)
        self.welcome = welcome
        return welcome

    def _greeted(self) -> bool:
        try:
            if not self.client.connected:
                self.heard.clear()
                if not self.client.connect():
                    return False
                self.client.send(wire.Hello(wire.VERSION, self.run))
            self.heard += self.client.receive()
        except KeeperGoneError:
            return False
        return bool(self.heard)

    def lease(self, grant: str, door: str = "main", ms: int = 10_000, *, standing: bool = False) -> None:
        """Ask for a lease decided now."""
        asked = wire.TakeLease(grant, door, ms, self.welcome.run, system_mono_ms(), standing)
        self.client.send(asked)

    def hear(self, kind: type[Heard]) -> Heard:
        """Wait for a message of this kind; earlier ones of other kinds are passed over."""
        found: list[Heard] = []

        def come() -> bool:
            self.heard += self.client.receive()
            while self.heard and not found:
                message = self.heard.pop(0)
                if isinstance(message, kind):
                    found.append(message)
            return bool(found)

        wait_until(come, f"a {kind.__name__}")
        return found[0]
