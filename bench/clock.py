"""The bench's clocks: the wall for bookings, CLOCK_MONOTONIC for spans, and waiting."""

import threading
import time
from collections.abc import Callable

_PAUSE = threading.Event()


def wall_ms() -> int:
    """Unix milliseconds."""
    return time.time_ns() // 1_000_000


def mono_ns() -> int:
    """CLOCK_MONOTONIC in nanoseconds: one clock for all processes of this machine."""
    return time.monotonic_ns()


def pause_until(at_ns: int) -> None:
    """Wait until that moment of ``mono_ns``."""
    while (left_ns := at_ns - mono_ns()) > 0:
        _PAUSE.wait(left_ns / 1e9)


def holds_within(holds: Callable[[], bool], within_s: float, every_s: float = 0.02) -> bool:
    """Whether a condition comes to hold in so many seconds."""
    end_ns = mono_ns() + round(within_s * 1e9)
    while not holds():
        if mono_ns() >= end_ns:
            return False
        _PAUSE.wait(every_s)
    return True
