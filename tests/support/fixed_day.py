"""The day on which tests happen: Saturday 2026-11-28 from noon at Rome, whatever the day is on which they are run.

Tests name dates, of sessions and ages and ends of programmes. Against the day they are run on they would begin to fail
by themselves, one by one, as those dates pass.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from types import SimpleNamespace

import pytest

NOON_MS = 1_795_863_600_000
"""Saturday 2026-11-28, 12:00 at Rome."""
_BEGAN_NS = time.monotonic_ns()


def wall_ms() -> int:
    """Unix milliseconds, UTC: noon of that day, and what has passed since this process began."""
    return NOON_MS + (time.monotonic_ns() - _BEGAN_NS) // 1_000_000


@contextmanager
def for_commands() -> Iterator[None]:
    """Commands that are run within this process read this day from the registry's clock as well."""
    with pytest.MonkeyPatch.context() as patch:
        read = SimpleNamespace(time_ns=lambda: wall_ms() * 1_000_000, monotonic=time.monotonic)
        patch.setattr("registry.clock.time", read)
        yield
