"""What the gateway and the doorkeeper say to each other, over a Unix stream socket.

One message is one line of JSON, written and read by ``devices.keeper_codec``. Lines to the keeper are at most
``LINE_MAX`` bytes, lines from it ``REPLY_MAX``.

Times named ``…_ms`` are CLOCK_MONOTONIC in milliseconds. On Linux that clock is one for the whole system, so both
sides may compare their readings of it (``access.clock`` counts from the run's start: add the run's base).
"""

from dataclasses import dataclass
from enum import StrEnum

VERSION = 2
LINE_MAX = 4_096
REPLY_MAX = 16_384
FIRE_INPUT = "fire input"
"""Who set the fire latch where nobody did: ``by`` of ``Latched`` and ``Signed``."""


class LatchName(StrEnum):
    """What can hold every door released until somebody resets it by hand."""

    FIRE = "fire"
    EVACUATION = "evacuation"


@dataclass(frozen=True, slots=True)
class Hello:
    """The first message of a gateway, naming its run: from now on this connection holds the right to leases."""

    v: int
    run: str


@dataclass(frozen=True, slots=True)
class TakeLease:
    """Release ``door`` for ``ms`` (the keeper caps it) for ``grant``, decided at ``decided_ms``.

    ``run`` is the keeper's run as it said in ``Welcome``. ``standing`` asks for a lease that ``Renew`` prolongs.
    """

    grant: str
    door: str
    ms: int
    run: str
    decided_ms: int
    standing: bool = False


@dataclass(frozen=True, slots=True)
class Renew:
    """Let a standing lease run its 3 s again."""

    grant: str
    run: str


@dataclass(frozen=True, slots=True)
class EndGrant:
    """End the lease of one grant now."""

    grant: str


@dataclass(frozen=True, slots=True)
class EndDoor:
    """End every lease of a door now."""

    door: str


@dataclass(frozen=True, slots=True)
class SetLatch:
    """Release every door until the latch is reset, as ``by`` says with this ``note``; answered by ``Latched`` also
    where it was set already. The fire latch is set by its input alone.
    """

    latch: LatchName
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ResetLatch:
    """Reset a latch by hand; ``by`` is the person who did it. Refused while the fire input is active."""

    latch: LatchName
    by: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class AskState:
    """Ask for a ``Welcome`` again; anyone who may open the socket may ask."""


@dataclass(frozen=True, slots=True)
class DoorLevels:
    """A door now: whether its line is released, and whether it stands open (None: it has no contact)."""

    door: str
    released: bool
    contact_open: bool | None


@dataclass(frozen=True, slots=True)
class Signed:
    """Who set a latch that is set, or who reset it last, with their note."""

    latch: LatchName
    by: str
    note: str


@dataclass(frozen=True, slots=True)
class Welcome:
    """How everything stands. ``displaced`` is the run of another gateway that this hello put out, or empty: two
    gateways are a conflict to alarm. ``fault`` says what is wrong with the keeper's disk, or is empty. ``gateway`` is
    the run that holds the right to leases, or empty. ``signed`` tells by whom each latch that was ever set or reset
    was so last, for a gateway that was away then.
    """

    v: int
    run: str
    doors: tuple[DoorLevels, ...]
    latches: tuple[LatchName, ...]
    fire_input: bool | None
    gateway: str
    displaced: str
    fault: str
    mono_ms: int
    signed: tuple[Signed, ...] = ()


@dataclass(frozen=True, slots=True)
class Leased:
    """The lease runs (or was renewed) and ends by itself at ``ends_ms``."""

    grant: str
    door: str
    ends_ms: int
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Ended:
    """The lease has ended; ``cause`` is due, asked, gateway-gone, displaced or stopping."""

    grant: str
    door: str
    cause: str
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Refused:
    """No lease, no renewal or no reset: ``what`` is the grant or latch, ``reason`` a code, ``why`` one sentence."""

    what: str
    reason: str
    why: str
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Line:
    """A lock's line changed; ``cause`` is lease, fire, evacuation, reset, or what ended the last lease. ``lease`` is
    the grant of the lease that released the door, or whose end secured it; else empty.
    """

    door: str
    released: bool
    cause: str
    mono_ms: int
    lease: str = ""


@dataclass(frozen=True, slots=True)
class Contact:
    """A door's contact changed."""

    door: str
    open: bool
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Rex:
    """The exit button of a door was pressed. It explains an opening; the wiring opened the door."""

    door: str
    mono_ms: int


@dataclass(frozen=True, slots=True)
class FireInput:
    """The fire input's level changed. The latch does not follow it back."""

    active: bool
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Latched:
    """A latch was set (``held``) or reset, by whom, and with which note."""

    latch: LatchName
    held: bool
    by: str
    mono_ms: int
    note: str = ""


@dataclass(frozen=True, slots=True)
class Alarm:
    """Something that staff must know: the keeper's disk, two gateways at once."""

    why: str
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Bad:
    """A line that could not be used, the ``count``-th of this connection; it changed nothing."""

    why: str
    count: int
    mono_ms: int


@dataclass(frozen=True, slots=True)
class Displaced:
    """Another gateway (``by``, its run) took over; this connection is closed. Alarm, and wait 60 s."""

    by: str
    mono_ms: int


ToKeeper = Hello | TakeLease | Renew | EndGrant | EndDoor | SetLatch | ResetLatch | AskState
FromKeeper = Welcome | Leased | Ended | Refused | Line | Contact | Rex | FireInput | Latched | Alarm | Bad | Displaced
