"""The gateway's clocks: the one place in it where time is read."""

import ctypes
import time
from dataclasses import dataclass
from pathlib import Path

from access.clock import MINUTE_MS, Now
from access.timed import Deadline

_TIMEX_BYTES = 512
_TIMEX_STATUS_WORD = 10
_STA_UNSYNC = 0x0040
_NS_PER_MS = 1_000_000


def kernel_is_synchronised() -> bool:
    """Whether the kernel says that NTP disciplines its clock (adjtimex without STA_UNSYNC); False where it cannot."""
    timex = (ctypes.c_int * (_TIMEX_BYTES // 4))()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.adjtimex(ctypes.byref(timex)) < 0:
        return False
    return not timex[_TIMEX_STATUS_WORD] & _STA_UNSYNC


@dataclass(frozen=True, slots=True)
class DayAt:
    """The demo's day: ``speed`` times real time from ``wall_ms`` on. It stands at its beginning until ``begun_file`` is
    there, which holds what CLOCK_MONOTONIC showed when it began, in milliseconds. That clock is one for the whole
    system, so several programs can live the same day, and begin it together.
    """

    speed: float
    wall_ms: int
    begun_file: Path

    def begun_ms(self) -> int | None:
        """When the day began, on CLOCK_MONOTONIC; None while it has not."""
        try:
            return int(self.begun_file.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None


class Clock:
    """One run's clocks. Without a ``day`` the wall clock is the system's and the site's day is real."""

    def __init__(self, day: DayAt | None = None) -> None:
        """Begin this run."""
        self.day = day
        self.speed = 1.0 if day is None else day.speed
        self.base_ms = time.monotonic_ns() // _NS_PER_MS
        self._begun_ms: int | None = None
        self._trusted, self._asked_ms = False, -MINUTE_MS

    def mono_ms(self) -> int:
        """Real milliseconds since this run began."""
        return time.monotonic_ns() // _NS_PER_MS - self.base_ms

    def now(self) -> Now:
        """This moment on all three clocks."""
        mono_ms = self.mono_ms()
        if self.day is None:
            return Now(time.time_ns() // _NS_PER_MS, mono_ms, mono_ms, self._is_trusted(mono_ms))
        if self._begun_ms is None:
            self._begun_ms = self.day.begun_ms()
        real_ms = 0 if self._begun_ms is None else max(0, self.base_ms + mono_ms - self._begun_ms)
        day_ms = int(real_ms * self.day.speed)
        return Now(self.day.wall_ms + day_ms, mono_ms, day_ms, trusted=True)

    def _is_trusted(self, mono_ms: int) -> bool:
        if mono_ms - self._asked_ms >= MINUTE_MS:
            self._trusted, self._asked_ms = kernel_is_synchronised(), mono_ms
        return self._trusted

    def seconds_until(self, deadline: Deadline, longest_s: float) -> float:
        """Real seconds until the first of a deadline's moments, from 0 to ``longest_s``."""
        now = self.now()
        waits: list[float] = [deadline.mono_ms - now.mono_ms]
        if now.trusted:
            waits.append((deadline.wall_ms - now.wall_ms) / self.speed)
        if deadline.day_ms is not None:
            waits.append((deadline.day_ms - now.day_ms) / self.speed)
        return min(max(min(waits) / 1_000, 0.0), longest_s)
