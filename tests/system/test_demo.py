"""``hubout demo`` as anybody runs it: a day of both sites on real programs, counted, and an end in order."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest

from hubout.ports import free_port
from tests.support.parts import wait_until

DAY_S, FEWEST_REASONS = 30, 6
WITHIN_S = 110
WRONG_USE = 2
pytestmark = pytest.mark.timeout(240)


class Demo:
    """One run in a terminal of its own: what it has said so far is in ``words``."""

    def __init__(self, folder: Path, *words: str | Path) -> None:
        self._out = folder / "demo.out"
        with self._out.open("wb") as out:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "hubout", "demo", *words],
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )

    @property
    def words(self) -> str:
        """What it has said."""
        return self._out.read_text()

    def until(self, pattern: str) -> None:
        """Wait until it has said something."""
        wait_until(
            lambda: re.search(pattern, self.words) or self.process.poll() is not None,
            f"{pattern!r} of the demo",
            WITHIN_S,
            lambda: self.words,
        )

    def ended(self) -> int:
        """Its exit code."""
        return self.process.wait(WITHIN_S)


@contextmanager
def demo(folder: Path, *words: str | Path) -> Iterator[Demo]:
    """A demo that ends with the block."""
    running = Demo(folder, *words)
    try:
        yield running
    finally:
        if running.process.poll() is None:
            running.process.send_signal(signal.SIGTERM)
            running.process.wait(60)


def programs_in(folder: Path) -> list[str]:
    """The programs that run with a file of this folder among their words."""
    found = []
    for line in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = line.read_bytes().decode(errors="replace").replace("\0", " ")
        except OSError:
            continue
        if str(folder) in words and "pytest" not in words:
            found.append(words)
    return found


def test_a_day_of_both_sites_ends_with_everything_counted_and_equal(tmp_path: Path) -> None:
    report, keep = tmp_path / "r.json", tmp_path / "kept"
    with demo(tmp_path, "--for", str(DAY_S), "--report", report, "--keep", keep) as running:
        assert running.ended() == 0, running.words
    said = json.loads(report.read_text())
    assert said["ok"]
    assert said["events_logged"] == said["events_synced"] > 100
    assert said["chain_ok"]
    assert said["registry_equal"]
    assert said["trouble"] == said["unsettled"] == []
    assert said["visits"] == 2
    assert min(said["no_shows"], said["checked_in"]) >= 1
    assert len(said["refusals"]) >= FEWEST_REASONS, said["refusals"]
    assert said["taps"] == said["grants"] + sum(said["refusals"].values())
    assert min(said["taps"], said["grants"], said["entries"], said["desk_changes"]) > 0
    assert set(said["sites"]) == {"cinisello", "matera"}
    assert len(set(re.findall(r"http://127\.0\.0\.1:\d+/", running.words))) == 3, "two sites and the registry"
    assert "log verified; registry equal to the gateways" in running.words
    assert programs_in(keep) == []
    for site in said["sites"]:
        words = ["log", "verify", str(keep / site / "state" / "log.db")]
        verified = subprocess.run([sys.executable, "-m", "hubout", *words], check=False, capture_output=True, text=True)
        assert verified.returncode == 0, verified.stderr
    again = subprocess.run(
        [sys.executable, "-m", "hubout", "demo", "--keep", str(keep)], check=False, capture_output=True, text=True
    )
    assert again.returncode == WRONG_USE
    assert f"the folder {keep} is not empty; name a new one for --keep" in again.stderr
    assert len(again.stderr.splitlines()) == 1


def test_ctrl_c_ends_it_in_order_and_it_still_counts(tmp_path: Path) -> None:
    port, keep = free_port(), tmp_path / "kept"
    with demo(tmp_path, "--speed", "120", "--port", str(port), "--keep", keep) as running:
        running.until(r"\d\d:\d\d  Hubout Cinisello")
        assert f"registry: http://127.0.0.1:{port}/" in running.words
        for page in (port + 1, port + 2):
            with urlopen(f"http://127.0.0.1:{page}/healthz", timeout=5) as answer:
                assert answer.status == 200
        os.killpg(running.process.pid, signal.SIGINT)
        assert running.ended() == 0, running.words
        assert "registry equal to the gateways" in running.words
        assert "Traceback" not in running.words
    assert programs_in(keep) == []


def test_a_program_of_it_that_dies_ends_it_with_that_programs_name(tmp_path: Path) -> None:
    keep = tmp_path / "kept"
    with demo(tmp_path, "--speed", "60", "--keep", keep) as running:
        running.until(r"\d\d:\d\d  Hubout Cinisello")
        (pid,) = [
            int(line.parent.name)
            for line in Path("/proc").glob("[0-9]*/cmdline")
            if f"gateway\0--config\0{keep}/matera" in line.read_text(errors="replace")
        ]
        os.kill(pid, signal.SIGKILL)
        assert running.ended() == 1
        assert "hubout demo: gateway-matera ended with -9" in running.words
    assert programs_in(keep) == []
