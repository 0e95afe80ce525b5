"""What a site is made of: zones, doors, desks and devices, and the policy they are judged by.

Plain values. The site file (TOML) is read into them by ``devices.sitefile``; nothing here reads a file.
Ids match ``ID_PATTERN``; ``gateway`` and ``live`` are reserved (interfaces: device messages).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS

ID_PATTERN = r"^[a-z0-9-]{1,32}$"
RESERVED_IDS = frozenset({"gateway", "live"})


class ExitBy(StrEnum):
    """How people leave through a door; exit never depends on software."""

    HANDLE = "handle"
    BUTTON = "button"
    READER = "reader"


class LockSense(StrEnum):
    """What the lock does without current: a fail-secure lock stays shut, a fail-safe one opens."""

    FAIL_SECURE = "fail-secure"
    FAIL_SAFE = "fail-safe"


class Proof(StrEnum):
    """Whether a door opens only to taps whose age is proved by the beacon (guarantee D7)."""

    PROVED = "proved"
    UNPROVED = "unproved"


class WhenFull(StrEnum):
    """What a zone does that holds as many people as it may: staff are warned, or entry is refused too."""

    WARN = "warn"
    REFUSE = "refuse"


class Passback(StrEnum):
    """Whether somebody who is believed to be inside may enter once more: unasked, with a warning to staff, or not."""

    OFF = "off"
    SOFT = "soft"
    HARD = "hard"


class StandsFor(StrEnum):
    """What a device stands for in the site."""

    READER = "reader"
    DESK_SENSOR = "desk-sensor"
    CONTACT = "contact"
    PEOPLE_COUNTER = "people-counter"
    DOOR = "door"


class Direction(StrEnum):
    """Which way a reader leads."""

    IN = "in"
    OUT = "out"


class UidForm(StrEnum):
    """How a reader spells a card's UID, so that one card is one credential whichever reader it meets."""

    AS_SENT = "as-sent"
    REVERSED = "reversed"
    DECIMAL = "decimal"
    WIEGAND26 = "wiegand26"


@dataclass(frozen=True, slots=True)
class Rectangle:
    """A part of the plan, in plan units from the upper left."""

    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Zone:
    """An area whose presence is counted. ``capacity`` is in people; None means not limited. ``at`` is its part of the
    plan; None draws it around its desks.
    """

    id: str
    name: str
    capacity: int | None = None
    when_full: WhenFull = WhenFull.WARN
    passback: Passback = Passback.OFF
    at: Rectangle | None = None


@dataclass(frozen=True, slots=True)
class Room:
    """A room within a zone, which bookings and sessions may name by its id. ``at``: its part of the plan."""

    id: str
    name: str
    zone: str
    at: Rectangle | None = None


@dataclass(frozen=True, slots=True)
class FreeSpan:
    """Free passage each week in local minutes from midnight: the door stands released (domain: door access)."""

    weekday: int
    from_minute: int
    to_minute: int


@dataclass(frozen=True, slots=True)
class GpioLines:
    """BCM pin numbers of one door on this Pi; ``lock_active_high`` says which level energises the lock's relay."""

    lock: int
    contact: int | None = None
    rex: int | None = None
    lock_active_high: bool = True


@dataclass(frozen=True, slots=True)
class Door:
    """One door. It leads from ``outer`` (None: outside) into ``zone``.

    Its lock is on GPIO lines of this Pi (``gpio``), on a network controller (``controller``, a device id), or it has
    none that we drive (both None: it only records). ``pulse_ms`` is one grant's pulse, ``max_lease_ms`` what no lease
    exceeds, ``held_open_ms`` when an open door alarms; all real milliseconds. ``asks_pin``: a badge's PIN is asked with
    it. ``first_in``: only after staff came that day does it let others in, or stand free in its ``free`` hours. ``x``
    and ``y`` are its place on the plan, in plan units; None: it is not drawn.
    """

    id: str
    name: str
    zone: str
    outer: str | None = None
    exit_by: ExitBy = ExitBy.HANDLE
    sense: LockSense = LockSense.FAIL_SECURE
    pulse_ms: int = 3_000
    max_lease_ms: int = 10_000
    held_open_ms: int = 30_000
    proof: Proof = Proof.PROVED
    out_releases: bool = False
    gpio: GpioLines | None = None
    controller: str | None = None
    has_contact: bool = False
    asks_pin: bool = False
    first_in: bool = False
    free: tuple[FreeSpan, ...] = ()
    x: int | None = None
    y: int | None = None


@dataclass(frozen=True, slots=True)
class Desk:
    """A desk and its place on the plan, in plan units from the upper left; None places it on a plain grid."""

    id: str
    name: str
    zone: str
    x: int | None = None
    y: int | None = None


@dataclass(frozen=True, slots=True)
class Device:
    """One device and what it stands for.

    ``driver`` is ``hubout`` (wire version 1, its topic follows from its id) or a maker's driver with its ``topic``.
    ``ref`` names the door (reader, contact, door), desk (desk-sensor) or zone (people-counter) it stands for.
    """

    id: str
    driver: str
    stands_for: StandsFor
    ref: str
    topic: str | None = None
    direction: Direction = Direction.IN
    uid_form: UidForm = UidForm.AS_SENT

    @property
    def native(self) -> bool:
        """Whether the device speaks our wire, and so proves the age of what it says."""
        return self.driver == "hubout"


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers that rules are judged by; every one is a setting of the site file with this default.

    A minor may be here from ``minor_from_minute`` to ``minor_until_minute`` of the local day. So many wrong PINs
    (``pin_tries``) of a badge block it for ``pin_block_ms``. The last four are the age of the replica (guarantees):
    dated rights hold up to the first, bookings to the second, standing rights to the third; and by how much the clock
    may be unsure before booking windows count no more.
    """

    grace_before_ms: int = 15 * MINUTE_MS
    tap_max_age_ms: int = 5 * SECOND_MS
    entry_window_ms: int = 5 * SECOND_MS
    grant_max_age_ms: int = 2 * SECOND_MS
    exit_request_ms: int = 10 * SECOND_MS
    tap_interval_ms: int = 1 * SECOND_MS
    card_repeat_ms: int = 3 * SECOND_MS
    desk_hold_ms: int = 5 * MINUTE_MS
    silent_after_ms: int = 3 * MINUTE_MS
    maker_silent_after_ms: int = 26 * HOUR_MS
    hole_ms: int = 60 * SECOND_MS
    day_ends_minute: int = 4 * 60
    minor_from_minute: int = 7 * 60
    minor_until_minute: int = 21 * 60
    pin_tries: int = 3
    pin_block_ms: int = 5 * MINUTE_MS
    no_show_ms: int = 15 * MINUTE_MS
    dated_age_ms: int = 1 * DAY_MS
    booking_age_ms: int = 7 * DAY_MS
    standing_age_ms: int = 30 * DAY_MS
    clock_unsure_ms: int = 10 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Site:
    """One site, whole. Mappings are by id and in the file's order."""

    id: str
    name: str
    timezone: str
    zones: Mapping[str, Zone]
    doors: Mapping[str, Door]
    desks: Mapping[str, Desk] = field(default_factory=dict)
    devices: Mapping[str, Device] = field(default_factory=dict)
    policy: Policy = field(default_factory=Policy)
    rooms: Mapping[str, Room] = field(default_factory=dict)
