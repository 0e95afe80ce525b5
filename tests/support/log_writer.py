"""A nursery of processes that commit to logs and say what they have committed, until they are killed.

It reads lines of ``LOG ROWS_A_BATCH OPERATIONS`` and forks a process for each, whose number it prints, and its exit
status once it has ended. Batch n has its rows, a cursor that stands at n and a tally of n; each n is written to the
pipe LOG.said once its commit returned. After so many operations of SQLite's machine (0: never), somewhere within a
transaction, the process ends itself.
"""

import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from access.cursor import Cursor
from tests.support.house import ROOT
from tests.support.logs import numbered, opened

DEVICE, BOOT, WHY = "reader-1", "aa", "stale"
ENDED_ITSELF = 9


def commit_on(path: Path, rows_a_batch: int, operations: int) -> None:
    """Commit batch after batch."""
    store, chain = opened(path)
    said = os.open(pipe_of(path), os.O_WRONLY)
    batch = chain.seq // rows_a_batch
    if operations:
        driver = store._driver
        assert driver is not None
        driver.set_progress_handler(lambda: os._exit(ENDED_ITSELF), operations)
    while True:
        batch += 1
        chain, rows = numbered(chain, rows_a_batch)
        store.commit(rows, [(DEVICE, Cursor(BOOT, batch))], {WHY: batch})
        os.write(said, f"{batch}\n".encode())
        if batch % 50 == 0:
            store._checkpoint()


def pipe_of(path: Path) -> Path:
    """Where a process says what it has committed to this log."""
    return path.with_name(f"{path.name}.said")


@dataclass(frozen=True, slots=True)
class Writer:
    """One process of the nursery."""

    pid: int
    path: Path


class Nursery:
    """The nursery as a test drives it."""

    def __init__(self, running: subprocess.Popen[str]) -> None:
        self._running = running

    def writer(self, path: Path, rows_a_batch: int, operations: int = 0) -> Writer:
        """Begin a process on this log; its pipe waits for a reader."""
        if not pipe_of(path).exists():
            os.mkfifo(pipe_of(path))
        assert self._running.stdin is not None
        self._running.stdin.write(f"{path} {rows_a_batch} {operations}\n")
        self._running.stdin.flush()
        return Writer(int(self._line()), path)

    def ended(self) -> int:
        """How the process ended: its exit code, or minus the signal."""
        return int(self._line())

    def _line(self) -> str:
        assert self._running.stdout is not None
        return self._running.stdout.readline()


@contextmanager
def nursery() -> Iterator[Nursery]:
    """Give a nursery, and end it."""
    command = [sys.executable, "-m", "tests.support.log_writer"]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT) as running:
        yield Nursery(running)
        if running.stdin is not None:
            running.stdin.close()


if __name__ == "__main__":
    for line in sys.stdin:
        name, rows, steps = line.split()
        child = os.fork()
        if child == 0:
            commit_on(Path(name), int(rows), int(steps))
        print(child, flush=True)  # noqa: T201 -- what the test reads
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)  # noqa: T201
