"""The facts one verdict is judged on, gathered once, complete and small enough to log.

A verdict's log row holds its case, so that explain and replay need no old replica (guarantee S4).
"""

from dataclasses import dataclass, replace
from enum import StrEnum
from hmac import compare_digest
from zoneinfo import ZoneInfo

from access.clock import DAY_MS, MINUTE_MS, Now
from access.diary import that_matter
from access.hours import closed_until, daily, window
from access.records import Badge, Booking, Membership, Pass, PassKind, Person
from access.replica import Replica
from access.site import Door, Passback, Policy, Proof, WhenFull, Zone


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


@dataclass(frozen=True, slots=True)
class Limits:
    """The policy's numbers that rules compare with; see ``access.site.Policy``."""

    dated_age_ms: int = 1 * DAY_MS
    booking_age_ms: int = 7 * DAY_MS
    standing_age_ms: int = 30 * DAY_MS
    clock_unsure_ms: int = 10 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds at the site at the moment of a tap, beside the replica.

    ``headcount`` is that of the zone behind the door; ``inside``: the person is believed to be there, or further in.
    ``staff_present``: staff are on the site now; ``staff_came``: they came since the day began. ``released`` are the
    bookings that nobody came for. ``replica_age_ms`` and ``clock_unsure_ms``: see guarantees, age of the replica.
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


@dataclass(frozen=True, slots=True)
class Case:
    """All that a rule may look at. ``bookings`` are those that matter at the moment, here or further in, by start: the
    person's own and their groups'. ``minor_from_ms``: from when a minor may be here at this time of day; None where
    this is no minor, or never.
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
    limits: Limits = Limits()
    pin: Pin = Pin.NOT_ASKED
    minor_from_ms: int | None = None

    @property
    def standing(self) -> bool:
        """Whether the person may be here, or further in, at any time, by their role."""
        return self.person is not None and not self.onward.isdisjoint(self.person.standing)

    @property
    def on_duty(self) -> bool:
        """Whether a pass makes them staff at this moment: a duty, or a role held between dates."""
        return any(
            window.held.kind is not PassKind.GUEST and window.opens_ms is not None and window.opens_ms <= self.at_ms
            for window in self.passes
        )

    @property
    def as_staff(self) -> bool:
        """Whether opening hours, capacity and the like do not bind them (domain: capacity)."""
        return self.standing or self.on_duty or (self.person is not None and self.person.staff)


def terms_of(door: Door, zone: Zone) -> Terms:
    """What a door and the zone behind it ask."""
    return Terms(door.asks_pin, door.first_in, zone.capacity, zone.when_full, zone.passback)


def request_at(door: Door, zone: Zone, onward: frozenset[str], credential: bytes) -> Request:
    """A fresh request at a door of a site, under no conditions; what differs is for the caller to replace."""
    unproved = door.proof is Proof.UNPROVED
    return Request(door.id, door.zone, onward, credential, accepts_unproved=unproved, terms=terms_of(door, zone))


def limits_of(policy: Policy) -> Limits:
    """The policy's numbers that rules compare with."""
    return Limits(policy.dated_age_ms, policy.booking_age_ms, policy.standing_age_ms, policy.clock_unsure_ms)


def gather(replica: Replica, policy: Policy, zone: ZoneInfo, request: Request, now: Now) -> Case:
    """The case of one request: every fact that bears on it, as the replica holds it now."""
    badge = replica.badge_of.get(request.credential)
    person = None if badge is None else replica.persons.get(badge.person)
    audiences = frozenset[str]() if person is None else person.audiences
    closed, opens_ms = closed_until(replica.openings.values(), replica.closures.values(), now.wall_ms, zone, audiences)
    return Case(
        at_ms=now.wall_ms,
        door=request.door,
        zone=request.zone,
        onward=request.onward,
        age=request.age,
        repeated=request.repeated,
        accepts_unproved=request.accepts_unproved,
        conditions=request.conditions,
        badge=badge,
        person=person,
        bookings=() if person is None else _bookings(replica, person, policy, request, now.wall_ms),
        closed=closed,
        opens_ms=opens_ms,
        grace_before_ms=policy.grace_before_ms,
        passes=() if person is None else _passes(replica, person.id, request.onward, now.wall_ms, zone),
        terms=request.terms,
        limits=limits_of(policy),
        pin=_pin(request, badge),
        minor_from_ms=_minor_from(person, policy, now.wall_ms, zone),
    )


def _bookings(replica: Replica, person: Person, policy: Policy, request: Request, at_ms: int) -> tuple[Booking, ...]:
    grace_ms, onward = policy.grace_before_ms, request.onward
    own = that_matter(replica.of_holder.get(person.id), at_ms, grace_ms, onward)
    if not person.groups:
        return own
    found = list(own)
    for member in person.groups:
        held = that_matter(replica.of_holder.get(member.group), at_ms, grace_ms, onward)
        found += [within for one in held if (within := _while_in(one, member)) is not None]
    return tuple(sorted(found, key=lambda booking: (booking.start_ms, booking.id)))


def _while_in(booking: Booking, member: Membership) -> Booking | None:
    """What of a group's booking falls in somebody's time there; None: nothing."""
    start_ms = max(booking.start_ms, member.from_ms)
    end_ms = booking.end_ms if member.until_ms is None else min(booking.end_ms, member.until_ms)
    if (start_ms, end_ms) == (booking.start_ms, booking.end_ms):
        return booking
    return replace(booking, start_ms=start_ms, end_ms=end_ms) if start_ms < end_ms else None


def _passes(replica: Replica, person: str, onward: frozenset[str], at_ms: int, zone: ZoneInfo) -> tuple[Window, ...]:
    windows = []
    for held in that_matter(replica.passes_of.get(person), at_ms, 0, onward):
        span = window(held, at_ms, zone)
        windows.append(Window(held, *(span or (None, held.end_ms))))
    return tuple(windows)


def _pin(request: Request, badge: Badge | None) -> Pin:
    if not request.terms.asks_pin or badge is None:
        return Pin.NOT_ASKED
    if not request.pin:
        return Pin.MISSING
    # Every hash is compared, whichever matches: how long it takes tells nothing.
    matches = [compare_digest(request.pin, pin) for pin in badge.pins]
    return Pin.RIGHT if any(matches) else Pin.WRONG


def _minor_from(person: Person | None, policy: Policy, at_ms: int, zone: ZoneInfo) -> int | None:
    if person is None or not person.minor:
        return None
    return daily(policy.minor_from_minute, policy.minor_until_minute, at_ms, zone)
