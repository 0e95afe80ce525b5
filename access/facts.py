"""What happened: the facts that are logged, folded and synced. Frozen values of integers, strings, booleans and lists.

``KIND`` is a fact's name in the log's header, which names no person; the fact itself is the row's erasable body.
``zones`` of a fact are those whose count it leaves estimated: people may have passed there whom nothing counted.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar


@dataclass(frozen=True, slots=True)
class Fact:
    """The base of all facts."""

    KIND: ClassVar[str]


@dataclass(frozen=True, slots=True)
class Started(Fact):
    """A run of the gateway began. Grants of earlier runs count as entered no more."""

    KIND: ClassVar[str] = "started"
    software: str


@dataclass(frozen=True, slots=True)
class Judged(Fact):
    """A door answered. A grant's id is this row's event id. ``tag`` tells strangers' cards apart for a day (P2);
    ``case`` holds the facts judged on; ``author`` is who opened by hand, with their ``note``.
    """

    KIND: ClassVar[str] = "verdict"
    door: str
    reader: str
    direction: str
    granted: bool
    reason: str
    rule: str
    person: str = ""
    badge: str = ""
    booking: str = ""
    until_ms: int | None = None
    age_ms: int | None = None
    tag: str = ""
    author: str = ""
    note: str = ""
    case: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lapsed(Fact):
    """A grant was not pulsed, and why: it was too old, or the keeper did not take it."""

    KIND: ClassVar[str] = "grant-lapsed"
    grant: str
    door: str
    why: str


@dataclass(frozen=True, slots=True)
class Entered(Fact):
    """A person went through a door on a grant, from ``outer`` ("" is outside) into ``zone``. ``estimated``: the door
    has no contact to show it.
    """

    KIND: ClassVar[str] = "entered"
    person: str
    door: str
    zone: str
    grant: str
    estimated: bool = False
    outer: str = ""


@dataclass(frozen=True, slots=True)
class Left(Fact):
    """Somebody went out through a door, ``person`` "" where nobody knows who; ``to`` "" is outside."""

    KIND: ClassVar[str] = "left"
    door: str
    zone: str
    to: str
    person: str = ""
    at_ms: int | None = None


@dataclass(frozen=True, slots=True)
class DoorMoved(Fact):
    """A door opened or closed; ``cause`` of an opening is one of those that ``access.door`` tells."""

    KIND: ClassVar[str] = "door"
    door: str
    open: bool
    cause: str = ""
    zones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class HeldOpen(Fact):
    """A door stood open beyond its limit, or no longer does."""

    KIND: ClassVar[str] = "held-open"
    door: str
    held: bool


@dataclass(frozen=True, slots=True)
class LineMoved(Fact):
    """The keeper says that a lock's line changed: released or secured, and for what."""

    KIND: ClassVar[str] = "line"
    door: str
    released: bool
    cause: str
    grant: str = ""


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


@dataclass(frozen=True, slots=True)
class Refusals(Fact):
    """How many messages were refused or passed over since the last such fact, by reason."""

    KIND: ClassVar[str] = "refused-messages"
    counts: dict[str, int]


@dataclass(frozen=True, slots=True)
class ReplicaApplied(Fact):
    """From here on the site decides by this version."""

    KIND: ClassVar[str] = "replica"
    generation: str
    version: int


@dataclass(frozen=True, slots=True)
class LockdownSet(Fact):
    """Staff locked the site down, or released it."""

    KIND: ClassVar[str] = "lockdown"
    active: bool
    author: str
    note: str


@dataclass(frozen=True, slots=True)
class FireChanged(Fact):
    """The fire input released the doors, or was reset by hand."""

    KIND: ClassVar[str] = "fire"
    active: bool


@dataclass(frozen=True, slots=True)
class EvacuationChanged(Fact):
    """Staff released every door for an evacuation, or ended it by hand."""

    KIND: ClassVar[str] = "evacuation"
    active: bool


@dataclass(frozen=True, slots=True)
class KeeperChanged(Fact):
    """The doorkeeper was found or lost."""

    KIND: ClassVar[str] = "keeper"
    present: bool
    run: str


@dataclass(frozen=True, slots=True)
class DayClosed(Fact):
    """The site's day ended; ``persons`` had not left as far as anybody knows, and are closed by system."""

    KIND: ClassVar[str] = "day-closed"
    persons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Checkpoint(Fact):
    """The folds as they stand, so that a restart needs nothing older."""

    KIND: ClassVar[str] = "checkpoint"
    occupancy: dict[str, Any]
    site: dict[str, Any]


FACTS: dict[str, type[Fact]] = {cls.KIND: cls for cls in Fact.__subclasses__() if "__slots__" in vars(cls)}
"""Every fact by its name. A class with slots is made anew from one without, which is no fact of ours."""
