"""One mock line: its level in a file of 64 bytes, which outlives the process that set it, as the Pi's kernel keeps a
released line's level.

Eight unsigned 64-bit numbers. ``begun`` and ``ended`` bracket each change, so that a reader in another process can
tell that it read in the middle of one. The ``idle`` level is the line at rest: a lock's secured level, an input
nobody moves; each departure from it counts as one release, and ``left_ns`` says when the last one was.
Times are CLOCK_MONOTONIC in nanoseconds.
"""

import fcntl
import mmap
import os
import select
import time
from dataclasses import dataclass
from pathlib import Path

SIZE = 64
READS_MAX = 1_000
PAUSE_S = 0.000_1
_BEGUN, _LEVEL, _IDLE, _CHANGED_NS, _CHANGES, _RELEASES, _LEFT_NS, _ENDED = range(8)


@dataclass(frozen=True, slots=True)
class LineReading:
    """A line at one moment: level (True is high), last change, changes in all, releases in all, last release."""

    level: bool
    changed_ns: int
    changes: int
    releases: int
    left_ns: int


class LineFile:
    """One line's file, mapped. A missing file is a line nobody has touched: low."""

    def __init__(self, path: Path) -> None:
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o660)
        if os.fstat(self._descriptor).st_size < SIZE:
            os.ftruncate(self._descriptor, SIZE)
        self._map = mmap.mmap(self._descriptor, SIZE)
        self._numbers = memoryview(self._map).cast("Q")

    def claim(self) -> bool:
        """Hold the line for this process alone until ``close`` or its death; False if another holds it."""
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        self._numbers[_ENDED] = self._numbers[_BEGUN]
        return True

    def rest_at(self, *, idle: bool) -> None:
        """Say which level is rest."""
        self._numbers[_IDLE] = idle

    def settle(self) -> None:
        """Bring a line that nobody has touched to rest, without counting a change."""
        if self._numbers[_CHANGED_NS] == 0:
            self._numbers[_LEVEL] = self._numbers[_IDLE]

    def level(self) -> bool:
        """The level now, True for high."""
        return bool(self._numbers[_LEVEL])

    def drive(self, *, level: bool) -> None:
        """Bring the line to a level; the level it has already is no change."""
        numbers = self._numbers
        if bool(numbers[_LEVEL]) == level:
            return
        now_ns = time.monotonic_ns()
        numbers[_BEGUN] += 1
        numbers[_LEVEL], numbers[_CHANGED_NS] = level, now_ns
        numbers[_CHANGES] += 1
        if level != bool(numbers[_IDLE]):
            numbers[_RELEASES] += 1
            numbers[_LEFT_NS] = now_ns
        numbers[_ENDED] = numbers[_BEGUN]

    def read(self) -> LineReading:
        """The line as one consistent whole. A writer killed in the middle of a change leaves what it wrote."""
        for _ in range(READS_MAX):
            ended = self._numbers[_ENDED]
            _, level, _, changed_ns, changes, releases, left_ns, _ = self._numbers.tolist()
            if ended == self._numbers[_BEGUN]:
                break
            select.select((), (), (), PAUSE_S)
        return LineReading(bool(level), changed_ns, changes, releases, left_ns)

    def close(self) -> None:
        """Let go of the file; the level stays."""
        self._numbers.release()
        self._map.close()
        os.close(self._descriptor)
