"""The site's pages as a child: started, started again later and later while they die, and ended with the gateway."""

import logging
import os
import signal
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import cast
from urllib.request import urlopen

import pytest

from gateway.loop import Loop
from gateway.pages.process import PagesProcess
from hubout.ports import free_port
from tests.support.inner_site import PLAN, write_site
from tests.support.parts import wait_until

NO_LOOP = cast("Loop", None)


class Desk:
    """Pages of a site file; time is moved by hand."""

    def __init__(self, folder: Path) -> None:
        self.port = free_port()
        self.site_file = write_site(folder, PLAN, 1_883, self.port)
        self.pages = PagesProcess(self.site_file)
        self.mono_ms = 0

    def tend(self, after_ms: int = 0) -> None:
        self.mono_ms += after_ms
        self.pages.tend(NO_LOOP, self.mono_ms)

    @property
    def pid(self) -> int | None:
        return None if self.pages._child is None else self.pages._child.pid

    def answers(self) -> bool:
        with suppress(OSError), urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
        return False

    def dies(self) -> None:
        """Wait for the child's end, and see it."""
        child = self.pages._child
        assert child is not None
        wait_until(lambda: child.poll() is not None, "the end of the pages")
        self.tend()
        assert self.pid is None


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    made = Desk(tmp_path)
    yield made
    made.pages.close()


def test_nothing_runs_before_the_first_turn_and_then_the_pages_answer(desk: Desk) -> None:
    assert desk.pid is None
    desk.tend()
    wait_until(desk.answers, "the pages")


def test_pages_that_were_killed_start_again_after_a_second(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.tend()
    wait_until(desk.answers, "the pages")
    first = desk.pid
    assert first is not None
    os.kill(first, signal.SIGKILL)
    desk.dies()
    desk.tend(999)
    assert desk.pid is None
    desk.tend(1)
    assert desk.pid not in {None, first}
    wait_until(desk.answers, "the pages again")
    assert "the pages ended with -9; they start again in 1 s" in caplog.text


def test_pages_that_keep_dying_are_started_later_and_later(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.site_file.write_text("this is no site file")
    waits = []
    for _ in range(8):
        desk.tend()
        desk.dies()
        waits.append(desk.pages._due_ms - desk.mono_ms)
        desk.mono_ms = desk.pages._due_ms
    assert waits == [1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]
    assert "start again in 60 s" in caplog.text


def test_pages_that_lived_for_a_minute_are_started_soon_again(desk: Desk) -> None:
    desk.site_file.write_text("this is no site file")
    for _ in range(3):
        desk.tend()
        desk.dies()
        desk.mono_ms = desk.pages._due_ms
    desk.tend()
    desk.mono_ms += 60_000
    desk.dies()
    assert desk.pages._due_ms - desk.mono_ms == 1_000


def test_pages_end_with_the_gateway_and_by_force_where_they_must(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    desk.tend()
    wait_until(desk.answers, "the pages")
    assert desk.pid is not None
    monkeypatch.setattr("gateway.pages.process.STOP_WITHIN_S", 0.2)
    os.kill(desk.pid, signal.SIGSTOP)
    child = desk.pages._child
    assert child is not None
    desk.pages.close()
    assert child.returncode == -signal.SIGKILL
    assert not desk.answers()


def test_pages_that_cannot_be_started_stop_nothing(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    desk.pages._command = [str(desk.site_file)]
    desk.tend()
    assert desk.pid is None
    assert "the pages cannot be started" in caplog.text
    caplog.clear()
    caplog.set_level(logging.INFO)
    desk.tend(59_999)
    assert caplog.text == ""
    desk.pages.close()
