"""What happened: the facts that are logged, folded and synced. Frozen values of integers, strings, booleans and lists.

``KIND`` is a fact's name in the log's header, which names no person; the fact itself is the row's erasable body.
``zones`` of a fact are those whose count it leaves estimated: people may have passed there whom nothing counted.
"""

from dataclasses import dataclass, field
from typing import Any, ClassVar

from access.fact import Fact
from access.facts_denials import DenialLifted, Denied, RevocationsRead
from access.facts_devices import (
    BatteryLow,
    Counted,
    DeskMoved,
    DeviceGap,
    DeviceMoved,
    Sensed,
)
from access.facts_log import EpochBegan, RowsLost, Witnessed
from access.facts_people import (
    BadgeRead,
    CheckedIn,
    DayClosed,
    Entered,
    Left,
    MinorsAlone,
    NoShow,
    StaffCame,
    StaffDid,
    VisitBegan,
    VisitEnded,
    WalkedIn,
    WentElsewhere,
    ZoneFilled,
)

__all__ = [
    "FACTS",
    "BadgeRead",
    "BatteryLow",
    "CheckedIn",
    "Checkpoint",
    "ClockSet",
    "Counted",
    "DayClosed",
    "DenialLifted",
    "Denied",
    "DeskMoved",
    "DeviceGap",
    "DeviceMoved",
    "DoorMoved",
    "Entered",
    "EpochBegan",
    "EvacuationChanged",
    "Fact",
    "FireChanged",
    "FreePassage",
    "HeldOpen",
    "Judged",
    "KeeperChanged",
    "Lapsed",
    "Left",
    "LineMoved",
    "LockdownSet",
    "MinorsAlone",
    "NoShow",
    "Refusals",
    "ReplicaApplied",
    "RevocationsRead",
    "RowsLost",
    "Sensed",
    "StaffCame",
    "StaffDid",
    "Started",
    "VisitBegan",
    "VisitEnded",
    "WalkedIn",
    "WentElsewhere",
    "Witnessed",
    "ZoneFilled",
]


@dataclass(frozen=True, slots=True)
class Started(Fact):
    """A run of the gateway began. Grants of earlier runs count as entered no more."""

    KIND: ClassVar[str] = "started"
    software: str


@dataclass(frozen=True, slots=True)
class Judged(Fact):
    """A door answered. A grant's id is this row's event id. ``tag`` tells strangers' cards apart for a day (P2);
    ``case`` holds the facts judged on; ``author`` is who opened by hand, with their ``note``; ``warned`` is what staff
    are told beside a grant.
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
    warned: tuple[str, ...] = ()
    case: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Lapsed(Fact):
    """A grant was not pulsed, and why: it was too old, or the keeper did not take it."""

    KIND: ClassVar[str] = "grant-lapsed"
    grant: str
    door: str
    why: str


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
    """The fire input released the doors, or ``author`` reset it by hand, with their ``note``."""

    KIND: ClassVar[str] = "fire"
    active: bool
    author: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class EvacuationChanged(Fact):
    """``author`` released every door for an evacuation, or ended it, with their ``note``."""

    KIND: ClassVar[str] = "evacuation"
    active: bool
    author: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class KeeperChanged(Fact):
    """The doorkeeper was found or lost."""

    KIND: ClassVar[str] = "keeper"
    present: bool
    run: str


@dataclass(frozen=True, slots=True)
class FreePassage(Fact):
    """A door's scheduled free passage began, or ended."""

    KIND: ClassVar[str] = "free-passage"
    door: str
    active: bool


@dataclass(frozen=True, slots=True)
class ClockSet(Fact):
    """Staff set the gateway's clock: it stood at ``was_ms``, and stands at ``set_ms``."""

    KIND: ClassVar[str] = "clock-set"
    author: str
    note: str
    was_ms: int
    set_ms: int


@dataclass(frozen=True, slots=True)
class Checkpoint(Fact):
    """The folds as they stand, so that a restart needs nothing older."""

    KIND: ClassVar[str] = "checkpoint"
    occupancy: dict[str, Any]
    site: dict[str, Any]


FACTS: dict[str, type[Fact]] = {cls.KIND: cls for cls in Fact.__subclasses__() if "__slots__" in vars(cls)}
"""Every fact by its name. A class with slots is made anew from one without, which is no fact of ours."""
