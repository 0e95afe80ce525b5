"""One device: what of it stays while it is off, and its life from one boot to the next."""

from dataclasses import dataclass, field

from access.clock import MINUTE_MS
from access.freshness import Heard
from firmware_sim.battery import Battery
from firmware_sim.link import Link
from firmware_sim.outbox import Outbox
from firmware_sim.part import Moment, Part

HEARTBEAT_MS = 1 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Life:
    """What a device knows from one boot to its end. ``beacon`` is the last heard, ``beacon_ms`` when."""

    boot: str
    booted_ms: int
    link: Link = field(default_factory=Link)
    seq: int = 0
    outbox: Outbox = field(default_factory=Outbox)
    beacon: str = ""
    beacon_ms: int = 0
    heartbeat_due_ms: int | None = None

    def heard(self, now_ms: int) -> Heard | None:
        """What a message written now tells of the gateway's beacon."""
        return Heard(self.beacon, now_ms - self.beacon_ms) if self.beacon else None

    def moment(self, now_ms: int) -> Moment:
        """Now, in this life."""
        return Moment(now_ms, self.boot, now_ms - self.booted_ms, self.seq + 1)


@dataclass(frozen=True, slots=True)
class Device:
    """One device. ``life`` None: it is off. ``wifi``: whether a network is in reach. No ``battery``: on the mains."""

    id: str
    part: Part
    firmware: str = "hubout-sim 1"
    heartbeat_ms: int = HEARTBEAT_MS
    battery: Battery | None = None
    wifi: bool = True
    life: Life | None = None

    @property
    def battery_pct(self) -> int | None:
        """What its messages tell of its battery."""
        return None if self.battery is None else self.battery.percent

    @property
    def alive(self) -> Life:
        """Its life. Raises ValueError where it is off."""
        if self.life is None:
            raise ValueError(f"{self.id} is off")
        return self.life
