"""The registry's clocks: the one place that reads them. Everything else takes time as an argument."""

import time


def wall_ms() -> int:
    """Unix milliseconds, UTC."""
    return time.time_ns() // 1_000_000


def mono_s() -> float:
    """Monotonic seconds, for rates and durations."""
    return time.monotonic()
