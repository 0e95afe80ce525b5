"""One real program of a site as a test runs it: started, killed, stopped, frozen, and its words in a file."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Event
from time import monotonic, monotonic_ns

WITHIN_S = 120.0
LOOK_EVERY_S = 0.01
STOPS_WITHIN_S = 60.0
TAIL_CHARACTERS = 3_000


def wait_until(
    holds: Callable[[], object],
    what: str,
    within_s: float = WITHIN_S,
    words: Callable[[], str] = str,
    every_s: float = LOOK_EVERY_S,
) -> None:
    """Wait for a condition; an AssertionError that says what did not come, with ``words`` on how things stand."""
    deadline, never = monotonic() + within_s, Event()
    while not holds():
        if monotonic() >= deadline:
            raise AssertionError(f"waited {within_s} s for {what}\n{words()}")
        never.wait(every_s)


def stays(holds: Callable[[], object], what: str, for_s: float) -> None:
    """Watch that a condition holds for so long; an AssertionError the moment it does not."""
    deadline, never = monotonic() + for_s, Event()
    while monotonic() < deadline:
        assert holds(), f"no longer: {what}"
        never.wait(LOOK_EVERY_S)


class Part:
    """One program, ``python -m hubout`` with these words; every run appends to one log."""

    def __init__(self, name: str, folder: Path, words: Sequence[str | Path]) -> None:
        """Prepare it; nothing runs yet."""
        self.name, self.log = name, folder / f"{name}.log"
        self.under: Sequence[str | Path] = ()
        """What the next start puts before the program: one that watches it from outside."""
        self._command = [sys.executable, "-m", "hubout", *words]
        self._folder = folder
        self._process: subprocess.Popen[bytes] | None = None
        self._groups: list[int] = []

    @property
    def running(self) -> bool:
        """Whether it lives."""
        return self._process is not None and self._process.poll() is None

    @property
    def pid(self) -> int:
        """Its process."""
        assert self._process is not None, f"{self.name} was not started"
        return self._process.pid

    def start(self) -> None:
        """Start it, in a session of its own, so that what it starts can be ended with it."""
        assert not self.running, f"{self.name} runs already"
        with self.log.open("ab") as log:
            self._process = subprocess.Popen(
                [*self.under, *self._command],
                cwd=self._folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
        self._groups.append(self._process.pid)

    def kill(self) -> int:
        """End it as a power cut does; when, on CLOCK_MONOTONIC in nanoseconds."""
        killed_ns = monotonic_ns()
        os.kill(self.pid, signal.SIGKILL)
        self.ended()
        return killed_ns

    def stop(self) -> int:
        """Ask it to end, and give its exit code."""
        os.kill(self.pid, signal.SIGTERM)
        return self.ended()

    def freeze(self) -> None:
        """Let it stand still."""
        os.kill(self.pid, signal.SIGSTOP)

    def thaw(self) -> None:
        """Let it go on."""
        os.kill(self.pid, signal.SIGCONT)

    def ended(self) -> int:
        """Wait for its end, and give its exit code."""
        assert self._process is not None
        return self._process.wait(STOPS_WITHIN_S)

    def end_all(self) -> None:
        """End it and whatever it started, by force."""
        for group in self._groups:
            with suppress(ProcessLookupError):
                os.killpg(group, signal.SIGKILL)
        if self._process is not None:
            self._process.wait(STOPS_WITHIN_S)
        self._groups.clear()

    def others(self) -> list[int]:
        """The processes that it started and that still live, with or without it."""
        groups = {int(path.name): path for path in Path("/proc").iterdir() if path.name.isdigit()}
        return [pid for pid, path in groups.items() if pid not in self._groups and _group(path) in self._groups]

    def said(self, pattern: str) -> list[str]:
        """The lines of its log in which a pattern is found."""
        return [line for line in self.words().splitlines() if re.search(pattern, line)]

    def words(self) -> str:
        """All that it wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace") if self.log.exists() else ""

    def tail(self) -> str:
        """The end of what it wrote, under its name."""
        state = "runs" if self.running else "does not run"
        return f"--- {self.name} ({state})\n{self.words()[-TAIL_CHARACTERS:]}"


def _group(process: Path) -> int:
    """A process's group, 0 of one that has ended meanwhile."""
    try:
        fields = (process / "stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return 0
    return 0 if fields[0] == "Z" else int(fields[2])
