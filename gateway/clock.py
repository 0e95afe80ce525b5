"""The gateway's clocks: the one place in it where time is read."""

import ctypes
import time
from dataclasses import dataclass

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


@dataclass
class Clock:
    """One run's clocks. At ``speed`` 1 the wall clock is the system's; above it, the demo's day runs from
    ``begins_wall_ms`` while the monotonic clock stays real."""

    speed: float = 1.0
    begins_wall_ms: int | None = None
    always_trusted: bool = False

    def __post_init__(self) -> None:
        """Begin this run."""
        self.base_ms = time.monotonic_ns() // _NS_PER_MS
        self._trusted, self._asked_ms = False, -MINUTE_MS

    def mono_ms(self) -> int:
        """Real milliseconds since this run began."""
        return time.monotonic_ns() // _NS_PER_MS - self.base_ms

    def now(self) -> Now:
        """This moment on all three clocks."""
        mono_ms = self.mono_ms()
        day_ms = mono_ms if self.speed == 1 else int(mono_ms * self.speed)
        wall_ms = time.time_ns() // _NS_PER_MS if self.begins_wall_ms is None else self.begins_wall_ms + day_ms
        return Now(wall_ms, mono_ms, day_ms, self._is_trusted(mono_ms))

    def _is_trusted(self, mono_ms: int) -> bool:
        if self.always_trusted or self.begins_wall_ms is not None:
            return True
        if mono_ms - self._asked_ms >= MINUTE_MS:
            self._trusted, self._asked_ms = kernel_is_synchronised(), mono_ms
        return self._trusted

    def seconds_until(self, deadline: Deadline, longest_s: float) -> float:
        """Real seconds until the first of a deadline's moments, from 0 to ``longest_s``."""
        now = self.now()
        waits = [deadline.mono_ms - now.mono_ms, (deadline.wall_ms - now.wall_ms) / self.speed]
        if deadline.day_ms is not None:
            waits.append((deadline.day_ms - now.day_ms) / self.speed)
        return min(max(min(waits) / 1_000, 0.0), longest_s)
