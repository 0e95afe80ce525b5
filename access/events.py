"""Everything that can come in: what devices, the keeper, the registry's link, staff and time tell the core.

The shell has parsed, bounded and authenticated it; raw UIDs are hashed before they get here. One event is one input.
"""

from dataclasses import dataclass

from access.events_asked import (
    CallsTold,
    CheckpointAsked,
    ClockWasSet,
    DenialsTold,
    DenyAsked,
    EpochGiven,
    LockdownAsked,
    OpenAsked,
    ReplicaAged,
    ReplicaArrived,
    ReplicaConfirmed,
    RevocationsTold,
    RowsGone,
    StaffActed,
    VisitAsked,
    VisitEndAsked,
    WalkInAsked,
    WitnessTold,
)
from access.events_keeper import (
    By,
    KeeperFound,
    KeeperLost,
    KeeperMovedLine,
    KeeperRefused,
    KeeperSawContact,
    KeeperSawEvacuation,
    KeeperSawExit,
    KeeperSawFire,
)
from access.stamp import Card, Stamp

__all__ = [
    "BatterySaid",
    "Begun",
    "By",
    "CallsTold",
    "CheckpointAsked",
    "ClockWasSet",
    "ContactSaid",
    "CountSaid",
    "DenialsTold",
    "DenyAsked",
    "EpochGiven",
    "Event",
    "ExitAsked",
    "HeartbeatSaid",
    "KeeperFound",
    "KeeperLost",
    "KeeperMovedLine",
    "KeeperRefused",
    "KeeperSawContact",
    "KeeperSawEvacuation",
    "KeeperSawExit",
    "KeeperSawFire",
    "LinkSaid",
    "LockdownAsked",
    "OpenAsked",
    "PresenceSaid",
    "Refused",
    "ReplicaAged",
    "ReplicaArrived",
    "ReplicaConfirmed",
    "RevocationsTold",
    "RowsGone",
    "StaffActed",
    "StatusSaid",
    "Subscribed",
    "Tapped",
    "Ticked",
    "VisitAsked",
    "VisitEndAsked",
    "WalkInAsked",
    "WitnessTold",
]


@dataclass(frozen=True, slots=True)
class Begun:
    """A run of the gateway begins, with this software."""

    software: str


@dataclass(frozen=True, slots=True)
class Ticked:
    """Time passed. ``nonce`` becomes the next beacon where one is due: unguessable, new each time."""

    nonce: str


@dataclass(frozen=True, slots=True)
class Tapped:
    """A card at a reader, with the keyed hash of the PIN that was typed (b"": none); ``stamp`` None: a maker's reader,
    which proves no age.
    """

    device: str
    card: Card
    stamp: Stamp | None = None
    retained: bool = False
    pin: bytes = b""


@dataclass(frozen=True, slots=True)
class PresenceSaid:
    """A desk sensor's level."""

    device: str
    present: bool | None
    stamp: Stamp | None = None
    retained: bool = False


@dataclass(frozen=True, slots=True)
class ContactSaid:
    """A door's contact through a device."""

    device: str
    open: bool
    stamp: Stamp | None = None
    retained: bool = False


@dataclass(frozen=True, slots=True)
class CountSaid:
    """How many entered and left since the counter's last message."""

    device: str
    entered: int
    left: int
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class ExitAsked:
    """An exit button on a device: it explains an opening and never drives a lock."""

    device: str
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class StatusSaid:
    """A native device's birth, or its will. ``conn`` counts connections within a boot."""

    device: str
    online: bool
    boot: str
    conn: int
    battery_pct: int | None = None


@dataclass(frozen=True, slots=True)
class HeartbeatSaid:
    """A native device lives: its last number (not consumed), and its level where it has one."""

    device: str
    boot: str
    last_seq: int
    uptime_ms: int
    present: bool | None = None
    open: bool | None = None
    battery_pct: int | None = None


@dataclass(frozen=True, slots=True)
class LinkSaid:
    """A maker's device is connected or not."""

    device: str
    online: bool


@dataclass(frozen=True, slots=True)
class BatterySaid:
    """A maker's device tells its battery."""

    device: str
    percent: int


@dataclass(frozen=True, slots=True)
class Refused:
    """A message could not be used; ``why`` is a short code that is counted. Where its number could still be read,
    ``stamp`` lets the device stop sending it.
    """

    why: str
    device: str | None = None
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Subscribed:
    """We (re)subscribed: ``native`` devices want a beacon, makers' retained events come again."""

    native: bool


Event = (
    Begun
    | Ticked
    | Tapped
    | PresenceSaid
    | ContactSaid
    | CountSaid
    | ExitAsked
    | StatusSaid
    | HeartbeatSaid
    | LinkSaid
    | BatterySaid
    | Refused
    | Subscribed
    | KeeperFound
    | KeeperLost
    | KeeperMovedLine
    | KeeperRefused
    | KeeperSawContact
    | KeeperSawExit
    | KeeperSawFire
    | KeeperSawEvacuation
    | ReplicaArrived
    | ReplicaConfirmed
    | ReplicaAged
    | DenialsTold
    | CallsTold
    | DenyAsked
    | EpochGiven
    | CheckpointAsked
    | RevocationsTold
    | RowsGone
    | WitnessTold
    | VisitAsked
    | VisitEndAsked
    | WalkInAsked
    | StaffActed
    | ClockWasSet
    | LockdownAsked
    | OpenAsked
)
