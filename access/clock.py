"""Time as an argument.

Three clocks, because three things must not be confused (guarantees D3, S11):

- ``wall_ms``: what people mean by the time, Unix milliseconds, UTC. It may jump; bookings are read on it.
- ``mono_ms``: real elapsed milliseconds since this run began. It never jumps and never scales; freshness, pulses,
  leases and door contacts are measured on it.
- ``day_ms``: elapsed milliseconds of the site's day since this run began. It is ``mono_ms`` times the demo's speed;
  desk holds and silences are measured on it.
"""

from dataclasses import dataclass

SECOND_MS = 1_000
MINUTE_MS = 60 * SECOND_MS
HOUR_MS = 60 * MINUTE_MS
DAY_MS = 24 * HOUR_MS


@dataclass(frozen=True, slots=True)
class Now:
    """One moment on all three clocks, and whether the wall clock is trusted (set by NTP, an RTC or staff).

    ``unsure_ms``: by how much the wall clock may be wrong at most, as far as is known (guarantees: age of the replica).
    """

    wall_ms: int
    mono_ms: int
    day_ms: int
    trusted: bool = True
    unsure_ms: int = 0
