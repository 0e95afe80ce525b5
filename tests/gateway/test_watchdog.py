"""What systemd is told, on a real datagram socket."""

import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import cast

import pytest

from gateway.loop import Loop
from gateway.watchdog import Watchdog

NO_LOOP = cast("Loop", None)


@pytest.fixture(params=["file", "abstract"])
def listening(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[str, socket.socket]]:
    with closing(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)) as told:
        told.bind(str(tmp_path / "notify") if request.param == "file" else f"\0{tmp_path}")
        told.settimeout(5)
        name = told.getsockname()
        yield (name if isinstance(name, str) else "@" + name[1:].decode()), told


def test_it_says_when_the_loop_is_ready_that_it_lives_and_that_it_ends(listening: tuple[str, socket.socket]) -> None:
    address, told = listening
    watchdog = Watchdog(address)
    for mono_ms in (0, 100, 1_999, 2_000, 2_250, 4_100):
        watchdog.tend(NO_LOOP, mono_ms)
    watchdog.close()
    assert [told.recv(64) for _ in range(4)] == [b"READY=1", b"WATCHDOG=1", b"WATCHDOG=1", b"STOPPING=1"]
    told.setblocking(False)
    with pytest.raises(BlockingIOError):
        told.recv(64)


def test_without_systemd_it_tells_nobody() -> None:
    watchdog = Watchdog(None)
    watchdog.tend(NO_LOOP, 0)
    watchdog.note(())
    watchdog.close()
    assert (watchdog.filenos(), watchdog.ready()) == ((), [])


def test_a_systemd_that_does_not_listen_stops_nothing(tmp_path: Path) -> None:
    watchdog = Watchdog(str(tmp_path / "nobody"))
    watchdog.tend(NO_LOOP, 0)
    watchdog.close()
