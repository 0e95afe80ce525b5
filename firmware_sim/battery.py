"""A battery: it drains with time and with every message, and a flat one ends the device."""

from dataclasses import dataclass, replace

from access.clock import HOUR_MS

FULL_PPM = 1_000_000
PPM_PER_PERCENT = 10_000


@dataclass(frozen=True, slots=True)
class Battery:
    """Charge in parts per million of a full one, as of ``at_ms``; the drains are in the same unit."""

    charge_ppm: int = FULL_PPM
    at_ms: int = 0
    per_hour_ppm: int = 100
    per_message_ppm: int = 2

    @property
    def percent(self) -> int:
        """What a message tells of it."""
        return self.charge_ppm // PPM_PER_PERCENT

    @property
    def flat(self) -> bool:
        """Whether nothing is left."""
        return self.charge_ppm == 0


def drained(battery: Battery, now_ms: int, messages: int) -> Battery:
    """The battery after this time and these messages; what is less than one part waits for the next time."""
    spent_ppm = battery.per_hour_ppm * (now_ms - battery.at_ms) // HOUR_MS
    at_ms = now_ms if spent_ppm else battery.at_ms
    left_ppm = max(0, battery.charge_ppm - spent_ppm - messages * battery.per_message_ppm)
    return replace(battery, charge_ppm=left_ppm, at_ms=at_ms)


def charged(battery: Battery, percent: int, now_ms: int) -> Battery:
    """The battery with this much in it."""
    return replace(battery, charge_ppm=percent * PPM_PER_PERCENT, at_ms=now_ms)
