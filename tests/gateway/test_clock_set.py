"""A gateway whose machine has no clock to believe: staff set it from the pages' socket, and it holds over a restart."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from time import time_ns
from typing import Any

import pytest

from access.facts import ClockSet
from gateway.clock import UNBOUNDED_MS, Clock, Machine
from gateway.compose import Gateway, compose
from gateway.timekeeping import Times, read_times
from hubout.ports import free_port
from tests.support.inner_site import PLAN, write_site
from tests.support.parts import wait_until
from tests.support.site_books import SiteLog
from tests.support.site_toml import SITE

BEHIND_MS = 400 * 86_400_000


class Clockless(Machine):
    """This machine as if it had booted with neither NTP nor a battery, more than a year behind; nobody may set it."""

    def __init__(self) -> None:
        super().__init__()
        self.keeps_time = False

    def wall_ms(self) -> int:
        """Far behind."""
        return super().wall_ms() - BEHIND_MS

    def synchronised(self) -> bool:
        """Never."""
        return False

    def set_wall(self, wall_ms: int) -> bool:
        """Never: a test sets no real clock."""
        del wall_ms
        return False


@contextmanager
def run(site_file: Path) -> Iterator[Gateway]:
    gateway = compose(site_file, Clock(machine=Clockless()))
    thread = Thread(target=gateway.run, name="a gateway without a clock")
    thread.start()
    try:
        yield gateway
    finally:
        gateway.loop.stop()
        thread.join(10)
        assert not thread.is_alive()


@pytest.fixture
def site_file(tmp_path: Path) -> Path:
    return write_site(tmp_path, PLAN, free_port(), free_port())


def asked(folder: Path, gateway: Gateway, ask: dict[str, Any]) -> dict[str, Any]:
    """Ask as the pages do, and read the answer, past the snapshots."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as pages:
        pages.settimeout(10)
        pages.connect(str(folder / "state" / "feed.sock"))
        line = json.dumps({"id": "1", "at_ms": gateway.loop.clock.mono_ms(), **ask}).encode() + b"\n"
        pages.sendall(line)
        with pages.makefile("rb") as lines:
            return next(said for said in map(json.loads, lines) if "answer" in said)


def noted(folder: Path) -> Times:
    times = read_times(folder / "state" / "times.json")
    assert times is not None
    return times


def test_staff_set_the_clock_and_it_holds_over_a_restart(site_file: Path, tmp_path: Path) -> None:
    log, right_ms = SiteLog(tmp_path / "state" / "log.db", SITE), time_ns() // 1_000_000
    ask = {"do": "clock", "wall_ms": right_ms, "author": "Paola", "note": "Orologio fermo"}
    with run(site_file) as gateway:
        before = gateway.loop.clock.now()
        assert (before.unsure_ms, before.trusted) == (UNBOUNDED_MS, False)
        assert asked(tmp_path, gateway, ask) == {"answer": "1", "accepted": True}
        wait_until(lambda: any(entry.fact.KIND == "clock-set" for entry in log.entries()), "the fact")
        after = gateway.loop.clock.now()
        assert abs(after.wall_ms - right_ms) < 60_000
        assert after.trusted
        wait_until(lambda: noted(tmp_path).offset_ms > 0, "the note")
    (fact,) = [entry.fact for entry in log.entries() if isinstance(entry.fact, ClockSet)]
    assert (fact.author, fact.note) == ("Paola", "Orologio fermo")
    assert abs(fact.set_ms - fact.was_ms - BEHIND_MS) < 60_000
    with run(site_file) as again:
        now = again.loop.clock.now()
        assert abs(now.wall_ms - right_ms) < 120_000
        assert now.trusted


def test_a_time_of_another_century_is_refused(site_file: Path, tmp_path: Path) -> None:
    ask = {"do": "clock", "wall_ms": 1, "author": "Paola", "note": "Orologio fermo"}
    with run(site_file) as gateway:
        said = asked(tmp_path, gateway, ask)
    assert (said["accepted"], "wall_ms" in said["why"]) == (False, True)
