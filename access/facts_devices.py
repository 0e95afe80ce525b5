"""What devices said, as facts of the log (``access.facts``)."""

from dataclasses import dataclass
from typing import ClassVar

from access.fact import Fact


@dataclass(frozen=True, slots=True)
class Sensed(Fact):
    """A desk sensor's level changed; ``present`` None: it does not know. ``age_known`` False: the broker kept it."""

    KIND: ClassVar[str] = "presence"
    sensor: str
    desk: str
    present: bool | None = None
    age_known: bool = True


@dataclass(frozen=True, slots=True)
class DeskMoved(Fact):
    """A desk became occupied, vacant or unknown."""

    KIND: ClassVar[str] = "desk"
    desk: str
    use: str


@dataclass(frozen=True, slots=True)
class Counted(Fact):
    """A people counter's numbers of one message."""

    KIND: ClassVar[str] = "count"
    counter: str
    zone: str
    entered: int
    left: int


@dataclass(frozen=True, slots=True)
class DeviceMoved(Fact):
    """A device is online, offline (its will says so) or silent (it has said nothing for too long)."""

    KIND: ClassVar[str] = "device"
    device: str
    link: str
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BatteryLow(Fact):
    """A device's battery fell to the limit at which staff are told."""

    KIND: ClassVar[str] = "battery"
    device: str
    percent: int


@dataclass(frozen=True, slots=True)
class DeviceGap(Fact):
    """Messages ``first`` to ``last`` of a device's boot will not come (interfaces: ack)."""

    KIND: ClassVar[str] = "device-gap"
    device: str
    boot: str
    first: int
    last: int
    zones: tuple[str, ...] = ()
