"""What is asked at a door, and the facts its verdict is judged on: complete, and small enough to log.

A verdict's log row holds its case, so that explain and replay need no old replica (guarantee S4).
"""

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from access.clock import DAY_MS, MINUTE_MS
from access.records import Badge, Booking, Pass, Person
from access.site import Door, Passback, Proof, WhenFull, Zone


class Age(StrEnum):
    """What is known of a tap's age (guarantee D7)."""

    FRESH = "fresh"
    STALE = "stale"
    UNPROVED = "unproved"


class Pin(StrEnum):
    """What came of asking for a PIN."""

    NOT_ASKED = "not-asked"
    MISSING = "missing"
    WRONG = "wrong"
    RIGHT = "right"


@dataclass(frozen=True, slots=True)
class Terms:
    """What a door and the zone behind it ask of whoever enters: settings of the site file."""

    asks_pin: bool = False
    first_in: bool = False
    capacity: int | None = None
    when_full: WhenFull = WhenFull.WARN
    passback: Passback = Passback.OFF


class Bounds(Protocol):
    """The policy's numbers that rules compare with: the policy itself, or as a log row holds them."""

    @property
    def dated_age_ms(self) -> int:
        """See ``access.site.Policy``, like the others."""

    @property
    def booking_age_ms(self) -> int:
        """Of bookings."""

    @property
    def standing_age_ms(self) -> int:
        """Of standing rights."""

    @property
    def clock_unsure_ms(self) -> int:
        """Of the clock."""


@dataclass(frozen=True, slots=True)
class Limits:
    """The policy's numbers that rules compare with, by themselves."""

    dated_age_ms: int = 1 * DAY_MS
    booking_age_ms: int = 7 * DAY_MS
    standing_age_ms: int = 30 * DAY_MS
    clock_unsure_ms: int = 10 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds at the site at the moment of a tap, beside the replica.

    ``headcount`` is that of the zone behind the door; ``inside``: the person is believed to be there, or further in.
    ``staff_present``: staff are on the site now; ``staff_came``: they came since the day began. ``released`` are the
    bookings that nobody came for. ``denied``: the badge, person, bookings and passes that are barred, each as one word
    (``access.denials``). ``replica_age_ms`` and ``clock_unsure_ms``: see guarantees, age of the replica.
    """

    lockdown: bool = False
    fire: bool = False
    evacuation: bool = False
    free_passage: bool = False
    headcount: int = 0
    inside: bool = False
    staff_present: bool = True
    staff_came: bool = True
    pin_blocked_until_ms: int | None = None
    released: frozenset[str] = frozenset()
    replica_age_ms: int = 0
    clock_unsure_ms: int = 0
    denied: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks to pass a door.

    ``zone`` is where the door leads, ``onward`` that zone and all that are reached through it: a booking further in
    is a reason to pass here. ``accepts_unproved`` is the door's own setting for makers' readers. ``pin`` is the keyed
    hash of the PIN that was typed with the card, b"" where none was.
    """

    door: str
    zone: str
    onward: frozenset[str]
    credential: bytes
    age: Age = Age.FRESH
    repeated: bool = False
    accepts_unproved: bool = False
    conditions: Conditions = Conditions()
    terms: Terms = Terms()
    pin: bytes = b""


@dataclass(frozen=True, slots=True)
class Window:
    """A pass with the span of it that runs, or comes next; ``opens_ms`` None: none does."""

    held: Pass
    opens_ms: int | None
    closes_ms: int

    @property
    def as_staff(self) -> bool:
        """Whether it makes its holder staff while it is open."""
        return self.held.as_staff


@dataclass(frozen=True, slots=True)
class Case:
    """All that a rule may look at. ``bookings`` are those that matter at the moment, here or further in, by start: the
    person's own and their groups'. ``minor_from_ms``: from when a minor may be here at this time of day; None where
    this is no minor, or never. ``forgiven_ms`` is when the day ends; None where no rule asks.
    """

    at_ms: int
    door: str
    zone: str
    onward: frozenset[str]
    age: Age
    repeated: bool
    accepts_unproved: bool
    conditions: Conditions
    badge: Badge | None
    person: Person | None
    bookings: tuple[Booking, ...]
    closed: bool
    opens_ms: int | None
    grace_before_ms: int
    passes: tuple[Window, ...] = ()
    terms: Terms = Terms()
    limits: Bounds = Limits()
    pin: Pin = Pin.NOT_ASKED
    minor_from_ms: int | None = None
    forgiven_ms: int | None = None

    @property
    def standing(self) -> bool:
        """Whether the person may be here, or further in, at any time, by their role."""
        return self.person is not None and not self.onward.isdisjoint(self.person.standing)

    @property
    def on_duty(self) -> bool:
        """Whether a pass makes them staff at this moment: a duty, or a role held between dates."""
        return any(
            window.as_staff and window.opens_ms is not None and window.opens_ms <= self.at_ms for window in self.passes
        )

    @property
    def emergency(self) -> bool:
        """Whether it is one of the site's sealed cards."""
        return self.badge is not None and self.badge.emergency

    @property
    def as_staff(self) -> bool:
        """Whether opening hours, capacity and the like do not bind them (domain: capacity)."""
        return self.standing or self.on_duty or self.emergency or (self.person is not None and self.person.staff)


def terms_of(door: Door, zone: Zone) -> Terms:
    """What a door and the zone behind it ask."""
    return Terms(door.asks_pin, door.first_in, zone.capacity, zone.when_full, zone.passback)


def request_at(door: Door, zone: Zone, onward: frozenset[str], credential: bytes) -> Request:
    """A fresh request at a door of a site, under no conditions; what differs is for the caller to replace."""
    unproved = door.proof is Proof.UNPROVED
    return Request(door.id, door.zone, onward, credential, accepts_unproved=unproved, terms=terms_of(door, zone))
