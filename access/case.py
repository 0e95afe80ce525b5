"""The facts one verdict is judged on, gathered once, complete and small enough to log.

A verdict's log row holds its case, so that explain and replay need no old replica (guarantee S4).
"""

from dataclasses import dataclass
from enum import StrEnum
from zoneinfo import ZoneInfo

from access.clock import Now
from access.diary import that_matter
from access.hours import closed_until
from access.records import Badge, Booking, Person
from access.replica import Replica
from access.site import Policy


class Age(StrEnum):
    """What is known of a tap's age (guarantee D7)."""

    FRESH = "fresh"
    STALE = "stale"
    UNPROVED = "unproved"


@dataclass(frozen=True, slots=True)
class Conditions:
    """What holds at the site at the moment of a tap, beside the replica."""

    lockdown: bool = False


@dataclass(frozen=True, slots=True)
class Request:
    """Somebody asks to pass a door.

    ``zone`` is where the door leads, ``onward`` that zone and all that are reached through it: a booking further in
    is a reason to pass here. ``accepts_unproved`` is the door's own setting for makers' readers.
    """

    door: str
    zone: str
    onward: frozenset[str]
    credential: bytes
    age: Age = Age.FRESH
    repeated: bool = False
    accepts_unproved: bool = False
    conditions: Conditions = Conditions()


@dataclass(frozen=True, slots=True)
class Case:
    """All that a rule may look at. ``bookings`` are those that matter at the moment, here or further in, by start."""

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

    @property
    def standing(self) -> bool:
        """Whether the person may be here, or further in, at any time, by their role."""
        return self.person is not None and not self.onward.isdisjoint(self.person.standing)


def gather(replica: Replica, policy: Policy, zone: ZoneInfo, request: Request, now: Now) -> Case:
    """The case of one request: every fact that bears on it, as the replica holds it now."""
    badge = replica.badge_of.get(request.credential)
    person = None if badge is None else replica.persons.get(badge.person)
    held = () if person is None else replica.of_person.get(person.id, ())
    closed, opens_ms = closed_until(replica.openings.values(), replica.closures.values(), now.wall_ms, zone)
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
        bookings=that_matter(held, now.wall_ms, policy.grace_before_ms, request.onward),
        closed=closed,
        opens_ms=opens_ms,
        grace_before_ms=policy.grace_before_ms,
    )
