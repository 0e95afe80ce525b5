"""Everything that can come in: what devices, the keeper, the registry's link, staff and time tell the core.

The shell has parsed, bounded and authenticated it; raw UIDs are hashed before they get here. One event is one input.
"""

from dataclasses import dataclass

from access.replica import Replica
from access.stamp import Card, Stamp


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
    """A card at a reader; ``stamp`` None: a maker's reader, which proves no age."""

    device: str
    card: Card
    stamp: Stamp | None = None
    retained: bool = False


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


@dataclass(frozen=True, slots=True)
class KeeperFound:
    """The doorkeeper answered; ``contacts`` are door → open of the doors it watches."""

    run: str
    contacts: dict[str, bool]
    fire: bool
    evacuation: bool = False


@dataclass(frozen=True, slots=True)
class KeeperLost:
    """The doorkeeper does not answer."""


@dataclass(frozen=True, slots=True)
class KeeperMovedLine:
    """A lock's line changed, for this grant where it was one."""

    door: str
    released: bool
    cause: str
    grant: str = ""


@dataclass(frozen=True, slots=True)
class KeeperRefused:
    """The keeper did not take a lease, and why."""

    door: str
    grant: str
    why: str


@dataclass(frozen=True, slots=True)
class KeeperSawContact:
    """A door's contact on the keeper's own line."""

    door: str
    open: bool


@dataclass(frozen=True, slots=True)
class KeeperSawExit:
    """The exit button on the keeper's own line."""

    door: str


@dataclass(frozen=True, slots=True)
class KeeperSawFire:
    """The fire input's latch changed."""

    active: bool


@dataclass(frozen=True, slots=True)
class KeeperSawEvacuation:
    """The latch that staff set for an evacuation changed."""

    active: bool


@dataclass(frozen=True, slots=True)
class ReplicaArrived:
    """The link to the registry holds a later version, whole and on disk."""

    replica: Replica


@dataclass(frozen=True, slots=True)
class LockdownAsked:
    """Staff lock down or release."""

    active: bool
    author: str
    note: str


@dataclass(frozen=True, slots=True)
class OpenAsked:
    """Staff open a door once, by hand."""

    door: str
    author: str
    note: str


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
    | LockdownAsked
    | OpenAsked
)
