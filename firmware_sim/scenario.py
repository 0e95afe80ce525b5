"""A day at a site as plain data: who there is, what they booked, and what happens in the world, in site time.

Nothing here says how a door answers: acts are what people set out to do, and ``firmware_sim.crowd`` lets them react.
Raw UIDs stand here alone: the simulation's cards are the only ones whose numbers anybody may know.
"""

from dataclasses import dataclass

from access.records import Badge, Booking, Opening, Person
from firmware_sim.happenings import BatterySet, PowerOn, WifiBack, WifiLost

VISITORS = "visitors"


@dataclass(frozen=True, slots=True)
class Card:
    """A badge with the number that its card shows; its record has no credentials, which only a key can make."""

    badge: Badge
    uid: str


@dataclass(frozen=True, slots=True)
class Comes:
    """Somebody shows a card at a reader that leads in, and enters if it lets them. ``who`` "" is a stranger."""

    who: str
    uid: str
    reader: str


@dataclass(frozen=True, slots=True)
class Goes:
    """Somebody leaves the zone that a door leads into: by its handle, its button, or their card at its out-reader."""

    who: str
    uid: str
    door: str


@dataclass(frozen=True, slots=True)
class Sits:
    """Somebody who is inside takes a seat."""

    who: str
    sensor: str


@dataclass(frozen=True, slots=True)
class Fidgets:
    """Somebody who sits keeps so still, or leans so far, that the sensor loses them for a moment of site time."""

    who: str
    sensor: str
    for_ms: int


@dataclass(frozen=True, slots=True)
class Rises:
    """Somebody leaves their seat, and stays inside."""

    who: str
    sensor: str


@dataclass(frozen=True, slots=True)
class LetsIn:
    """A host who is inside opens a door by hand for VISITORS, who have no badge."""

    host: str
    door: str


@dataclass(frozen=True, slots=True)
class Befalls:
    """Something befalls a device."""

    device: str
    what: BatterySet | WifiLost | WifiBack | PowerOn


Act = Comes | Goes | Sits | Fidgets | Rises | LetsIn | Befalls


@dataclass(frozen=True, slots=True)
class Planned:
    """An act and when it is set out for, in Unix milliseconds of site time."""

    at_ms: int
    act: Act


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One day of one site. ``expected`` are the reasons of refusals that its acts should meet."""

    site: str
    people: tuple[Person, ...]
    badges: tuple[Card, ...]
    bookings: tuple[Booking, ...]
    openings: tuple[Opening, ...]
    world_events: tuple[Planned, ...]
    expected: frozenset[str]

    @property
    def begins_ms(self) -> int:
        """When the first act is."""
        return self.world_events[0].at_ms

    @property
    def ends_ms(self) -> int:
        """When the last act is."""
        return self.world_events[-1].at_ms
