"""The demo's child processes: each with its own log file, ended in the reverse order of their start."""

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

STOP_WITHIN_S = 6.0
POLL_S = 0.05


class ChildFailed(Exception):
    """A program of the demo did not come up, or ended; the message holds the end of what it wrote."""


class Children:
    """Starts ``hubout`` subcommands; a context manager that ends them all."""

    def __init__(self, folder: Path) -> None:
        """``folder`` receives one log file a child."""
        self._folder = folder
        self._running: list[tuple[str, subprocess.Popen[bytes]]] = []
        self._pause = threading.Event()

    def start(self, name: str, arguments: Sequence[str]) -> None:
        """Start ``hubout`` with these arguments, its output in ``name``.log."""
        with self.log_of(name).open("ab") as log:
            child = subprocess.Popen(
                [sys.executable, "-m", "hubout", *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,  # Ctrl-C is the demo's own: it ends its programs in order.
                env={**os.environ, "PYTHONUNBUFFERED": "1"},
            )
        self._running.append((name, child))

    def log_of(self, name: str) -> Path:
        """The file that holds what a child wrote."""
        return self._folder / f"{name}.log"

    def wait_until(self, what: str, holds: Callable[[], bool], within_s: float) -> None:
        """Wait until a condition holds. Raises ChildFailed when a child ends first, or time is over."""
        polls = int(within_s / POLL_S)
        for _ in range(polls):
            self.check()
            if holds():
                return
            self._pause.wait(POLL_S)
        raise ChildFailed(f"{what} within {within_s:g} s did not happen; see the logs in {self._folder}")

    def check(self) -> None:
        """Raise ChildFailed when a child has ended."""
        for name, child in self._running:
            if child.poll() is not None:
                wrote = self.log_of(name).read_text(encoding="utf-8", errors="replace")[-2_000:]
                raise ChildFailed(f"{name} ended with {child.returncode}: {wrote}")

    def stop(self) -> None:
        """End every child, the last started first."""
        while self._running:
            _, child = self._running.pop()
            child.terminate()
            try:
                child.wait(STOP_WITHIN_S)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self.stop()
