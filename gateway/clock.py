"""The gateway's clocks: the one place in it where time is read.

How sure the wall clock is: wholly while NTP disciplines it; after that by 100 ppm of the time since, over restarts and
over boots of a machine whose clock has a battery; not at all after a boot that had neither (guarantees: age of the
replica). Staff may set it; the machine's own where this process may, else an offset of ours that lies beside the log.
"""

import ctypes
import platform
import time
from dataclasses import dataclass
from pathlib import Path

from access.clock import MINUTE_MS, Now
from access.timed import Deadline

UNBOUNDED_MS = 1 << 52
"""By how much a clock is unsure of which nothing is known."""
DRIFT_PPM = 100
TRUSTED_WITHIN_MS = 10 * MINUTE_MS
"""A clock that is unsure by no more is trusted, to end days and to wait for wall times."""
_MILLION = 1_000_000
_TIMEX_BYTES = 512
_TIMEX_STATUS_WORD = 10
_STA_UNSYNC = 0x0040
_NS_PER_MS = 1_000_000
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
REAL_TIME_CLOCKS = Path("/sys/class/rtc")
_PC = frozenset({"x86_64", "i686", "i386", "AMD64"})


def kernel_is_synchronised() -> bool:
    """Whether the kernel says that NTP disciplines its clock (adjtimex without STA_UNSYNC); False where it cannot."""
    timex = (ctypes.c_int * (_TIMEX_BYTES // 4))()
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.adjtimex(ctypes.byref(timex)) < 0:
        return False
    return not timex[_TIMEX_STATUS_WORD] & _STA_UNSYNC


def keeps_time_when_off(clocks: Path, architecture: str) -> bool:
    """Whether a clock with a battery gave this boot its wall time: the kernel set itself by one of ``clocks``
    (``hctosys``), or it is a PC, whose kernel reads the board's or the hypervisor's clock before any of those is there.
    """
    if architecture in _PC:
        return True
    return any(_said(one / "hctosys") == "1" for one in sorted(clocks.glob("rtc*")))


def _said(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""


class Machine:
    """This one. A test has its own."""

    def __init__(self) -> None:
        self.boot = _said(BOOT_ID)
        """Which boot this is; "" where the machine does not say."""
        self.keeps_time = keeps_time_when_off(REAL_TIME_CLOCKS, platform.machine())
        """Whether its wall clock goes on while it is off."""

    def wall_ms(self) -> int:
        """What the machine's clock shows, Unix milliseconds."""
        return time.time_ns() // _NS_PER_MS

    def up_ms(self) -> int:
        """Milliseconds since it booted, those asleep included."""
        return time.clock_gettime_ns(time.CLOCK_BOOTTIME) // _NS_PER_MS

    def synchronised(self) -> bool:
        """Whether NTP disciplines its clock."""
        return kernel_is_synchronised()

    def set_wall(self, wall_ms: int) -> bool:
        """Set the machine's clock; False where this process may not."""
        try:
            time.clock_settime_ns(time.CLOCK_REALTIME, wall_ms * _NS_PER_MS)
        except OSError:
            return False
        return True


class ClockNotSet(ValueError):
    """The clock is not to be set by hand; the message says why, and what to do."""


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
    """One run's clocks. Without a ``day`` the wall clock is the ``machine``'s and the site's day is real."""

    def __init__(self, day: DayAt | None = None, machine: Machine | None = None) -> None:
        """Begin this run, knowing of the wall clock what the machine says; ``gateway.timekeeping`` remembers more."""
        self.day = day
        self.machine = Machine() if machine is None else machine
        self.speed = 1.0 if day is None else day.speed
        self.base_ms = time.monotonic_ns() // _NS_PER_MS
        self._begun_ms: int | None = None
        self._synchronised, self._asked_ms = False, -MINUTE_MS
        self.offset_ms = 0
        """What the site's wall clock is ahead of the machine's."""
        self.sure_ms: int | None = -self.machine.up_ms() if self.machine.keeps_time else None
        """When the wall clock was last known to be right, on this run's clock; None: nobody knows."""

    def mono_ms(self) -> int:
        """Real milliseconds since this run began."""
        return time.monotonic_ns() // _NS_PER_MS - self.base_ms

    def now(self) -> Now:
        """This moment on all three clocks."""
        mono_ms = self.mono_ms()
        if self.day is None:
            unsure_ms = self._unsure_ms(mono_ms)
            wall_ms = self.machine.wall_ms() + self.offset_ms
            return Now(wall_ms, mono_ms, mono_ms, unsure_ms <= TRUSTED_WITHIN_MS, unsure_ms)
        if self._begun_ms is None:
            self._begun_ms = self.day.begun_ms()
        real_ms = 0 if self._begun_ms is None else max(0, self.base_ms + mono_ms - self._begun_ms)
        day_ms = int(real_ms * self.day.speed)
        return Now(self.day.wall_ms + day_ms, mono_ms, day_ms, trusted=True)

    def _unsure_ms(self, mono_ms: int) -> int:
        if self.synchronised(mono_ms):
            return 0
        return UNBOUNDED_MS if self.sure_ms is None else (mono_ms - self.sure_ms) * DRIFT_PPM // _MILLION

    def synchronised(self, mono_ms: int) -> bool:
        """Whether NTP disciplines the clock, asked once a minute; then it is right, and no offset is wanted."""
        if mono_ms - self._asked_ms >= MINUTE_MS:
            self._synchronised, self._asked_ms = self.machine.synchronised(), mono_ms
            if self._synchronised:
                self.sure_ms, self.offset_ms = mono_ms, 0
        return self._synchronised

    def set_wall(self, wall_ms: int) -> int:
        """Set the wall clock as staff say; what it showed before. Raises ClockNotSet."""
        mono_ms = self.mono_ms()
        if self.day is not None:
            raise ClockNotSet("this is a demo's day, whose clock is its own; nothing was set")
        if self.synchronised(mono_ms):
            raise ClockNotSet("the network's time (NTP) sets this clock already; nothing was set")
        was_ms = self.machine.wall_ms() + self.offset_ms
        self.offset_ms = 0 if self.machine.set_wall(wall_ms) else wall_ms - self.machine.wall_ms()
        self.sure_ms = mono_ms
        return was_ms

    def seconds_until(self, deadline: Deadline, longest_s: float) -> float:
        """Real seconds until the first of a deadline's moments, from 0 to ``longest_s``."""
        now = self.now()
        waits: list[float] = [deadline.mono_ms - now.mono_ms]
        if now.trusted:
            waits.append((deadline.wall_ms - now.wall_ms) / self.speed)
        if deadline.day_ms is not None:
            waits.append((deadline.day_ms - now.day_ms) / self.speed)
        return min(max(min(waits) / 1_000, 0.0), longest_s)
