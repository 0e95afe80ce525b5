"""How old is what a device says? Shown by the gateway's own beacons, never by a device's clock (interfaces: freshness).

Age = the gateway's monotonic now − when it sent the beacon that the device heard last − the device's own time since.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from access.case import Age
from access.clock import SECOND_MS

BEACON_EVERY_MS = 5 * SECOND_MS
BEACON_GAP_MS = 1 * SECOND_MS
REMEMBERED_MS = 90 * SECOND_MS
HEARD_AT_MOST_MS = 60 * SECOND_MS
AHEAD_AT_MOST_MS = 250


@dataclass(frozen=True, slots=True)
class Heard:
    """What a device wrote when its event happened: the last beacon it had heard, and how long ago on its own clock."""

    beacon: str
    ms_ago: int


@dataclass(frozen=True, slots=True)
class Beacons:
    """The beacons of the last 90 s of this run: value → when it was sent, in monotonic milliseconds."""

    sent: Mapping[str, int] = field(default_factory=dict)
    last_ms: int = -BEACON_EVERY_MS
    wanted: bool = False

    @property
    def due_ms(self) -> int:
        """When the next one is to be sent: every 5 s, or a second after the last where a birth or connect asks."""
        return self.last_ms + (BEACON_GAP_MS if self.wanted else BEACON_EVERY_MS)


def sent(beacons: Beacons, beacon: str, mono_ms: int) -> Beacons:
    """The beacons after one more was sent; those past remembering are forgotten."""
    kept = {value: at for value, at in beacons.sent.items() if at > mono_ms - REMEMBERED_MS}
    return Beacons({**kept, beacon: mono_ms}, mono_ms, wanted=False)


def age_of(beacons: Beacons, heard: Heard | None, mono_ms: int, max_age_ms: int) -> tuple[Age, int | None]:
    """What is known of an event's age, and the age in milliseconds where it can be shown at all."""
    at = None if heard is None else beacons.sent.get(heard.beacon)
    if heard is None or at is None or at <= mono_ms - REMEMBERED_MS or not 0 <= heard.ms_ago <= HEARD_AT_MOST_MS:
        return Age.STALE, None
    age_ms = mono_ms - at - heard.ms_ago
    if age_ms < -AHEAD_AT_MOST_MS:
        return Age.STALE, None
    return (Age.FRESH if age_ms <= max_age_ms else Age.STALE), max(0, age_ms)
