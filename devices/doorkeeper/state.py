"""What the doorkeeper knows, what can happen to it, and what it can have done: the vocabulary of its core.

Connections are named by a number that the shell never uses twice.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from devices.keeper_wire import FromKeeper, LatchName, Signed, ToKeeper
from devices.leases import LeaseTable, released_doors


@dataclass(frozen=True, slots=True)
class Connected:
    """Somebody opened the socket."""

    client: int


@dataclass(frozen=True, slots=True)
class Gone:
    """A connection ended from the other side, or could not be written to."""

    client: int


@dataclass(frozen=True, slots=True)
class Said:
    """A connection sent a message."""

    client: int
    message: ToKeeper


@dataclass(frozen=True, slots=True)
class SaidBadly:
    """A connection sent a line that is no message; ``why`` is one sentence."""

    client: int
    why: str


@dataclass(frozen=True, slots=True)
class ContactRead:
    """A door's contact was read (an edge, or the regular look at the level)."""

    door: str
    open: bool


@dataclass(frozen=True, slots=True)
class RexRead:
    """A door's exit button was read."""

    door: str
    pressed: bool


@dataclass(frozen=True, slots=True)
class FireRead:
    """The fire input was read."""

    active: bool


@dataclass(frozen=True, slots=True)
class LatchStored:
    """The disk's answer to ``StoreLatch``: ``fault`` is empty, or one sentence."""

    latch: LatchName
    fault: str


@dataclass(frozen=True, slots=True)
class LatchForgotten:
    """The disk's answer to ``ForgetLatch``: ``fault`` is empty, or one sentence."""

    signed: Signed
    client: int
    fault: str


@dataclass(frozen=True, slots=True)
class Tick:
    """Time has passed."""


@dataclass(frozen=True, slots=True)
class Stop:
    """The keeper was told to end."""


Event = (
    Connected | Gone | Said | SaidBadly | ContactRead | RexRead | FireRead | LatchStored | LatchForgotten | Tick | Stop
)


@dataclass(frozen=True, slots=True)
class Drive:
    """Bring a door's line to released or secured."""

    door: str
    released: bool


@dataclass(frozen=True, slots=True)
class Send:
    """Say something to a connection."""

    client: int
    message: FromKeeper


@dataclass(frozen=True, slots=True)
class Close:
    """Close a connection after what was said to it."""

    client: int


@dataclass(frozen=True, slots=True)
class StoreLatch:
    """Put a latch on disk; answered by ``LatchStored``. The doors are released before, whatever the disk says."""

    signed: Signed


@dataclass(frozen=True, slots=True)
class ForgetLatch:
    """Take a latch off the disk; answered by ``LatchForgotten``, which is what resets it."""

    signed: Signed
    client: int


Effect = Drive | Send | Close | StoreLatch | ForgetLatch
Effects = tuple[Effect, ...]


@dataclass(frozen=True, slots=True)
class Client:
    """One connection: its lines in the running second (since ``window_ms``), and its bad lines in all."""

    window_ms: int
    lines: int = 0
    bad: int = 0


@dataclass(frozen=True, slots=True)
class KeeperState:
    """Everything. ``caps_ms`` is each door's longest lease; ``gateway`` the connection that holds the right to leases.

    ``latches`` are those that are set, ``resets`` who reset each last; ``unstored`` the latches that the disk has not
    taken yet, tried again at ``retry_ms``; ``fault`` what is wrong with the disk.
    """

    run: str
    caps_ms: Mapping[str, int]
    table: LeaseTable = field(default_factory=LeaseTable)
    latches: Mapping[LatchName, Signed] = field(default_factory=dict)
    resets: Mapping[LatchName, Signed] = field(default_factory=dict)
    unstored: frozenset[LatchName] = frozenset()
    retry_ms: int | None = None
    fault: str = ""
    contacts: Mapping[str, bool] = field(default_factory=dict)
    pressed: frozenset[str] = frozenset()
    fire_input: bool | None = None
    clients: Mapping[int, Client] = field(default_factory=dict)
    gateway: int | None = None
    gateway_run: str = ""
    stopping: bool = False

    def released(self) -> frozenset[str]:
        """The doors whose lines are released: all of them under a latch, else those with a running lease."""
        return frozenset(self.caps_ms) if self.latches else released_doors(self.table)
