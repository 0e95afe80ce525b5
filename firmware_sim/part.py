"""What makes a device the device it is: its part. The rest of the firmware is the same for all.

A part sees what happens and gives back itself as it is after, what it says, and what it does. It outlives a power cut,
because it also holds what is true of the world around it (a taken seat, an open door).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Self, TypedDict, TypeVar

from access.freshness import Heard
from devices.wire_messages import Contact, Count, ExitRequest, Kind, Presence, Tap, Told
from firmware_sim.doings import Doing
from firmware_sim.happenings import World

P = TypeVar("P", bound="Part")
Numbered = Tap | Presence | Count | Contact | ExitRequest
Saying = Callable[[str, int, int, Heard | None], Numbered]
"""A message that still lacks its boot, number, uptime and heard beacon."""
Outcome = tuple[P, tuple[Saying, ...], tuple[Doing, ...]]


@dataclass(frozen=True, slots=True)
class Moment:
    """When, and in which life, something happens; ``next_seq`` is the number that the next saying will get."""

    now_ms: int
    boot: str
    uptime_ms: int
    next_seq: int


class Level(TypedDict, total=False):
    """What a heartbeat tells of the device's level."""

    present: bool | None
    open: bool | None


@dataclass(frozen=True, slots=True)
class Part:
    """A kind of device (``kind`` as births tell it) to which nothing means anything; each kind says what does."""

    kind: ClassVar[Kind]

    @property
    def due_ms(self) -> int | None:
        """When time alone changes something."""
        return None

    def level(self) -> Level:
        """What the next heartbeat tells."""
        return {}

    def booted(self) -> Outcome[Self]:
        """After power came on: nothing is remembered but the world."""
        return self, (), ()

    def cut(self) -> Outcome[Self]:
        """After power was lost."""
        return self, (), ()

    def met(self, event: World, moment: Moment) -> Outcome[Self]:
        """After something happened in the world, with power on."""
        del event, moment
        return self, (), ()

    def missed(self, event: World) -> Self:
        """After the same without power: the world has changed, and nobody noticed."""
        del event
        return self

    def told(self, message: Told, moment: Moment) -> Outcome[Self]:
        """After the gateway said something to this device (never a retained message: no firmware follows those)."""
        del message, moment
        return self, (), ()

    def ticked(self, now_ms: int) -> Outcome[Self]:
        """After time passed."""
        del now_ms
        return self, (), ()
