"""A day at a site as plain data: who there is, what they booked, and what happens in the world, in site time.

Nothing here says how a door answers: acts are what people set out to do, and ``firmware_sim.crowd`` lets them react.
Raw UIDs stand here alone: the simulation's cards are the only ones whose numbers anybody may know.
"""

from dataclasses import dataclass

from access.records import Badge, Booking, BookingKind, Opening, Pass, Person, Record
from firmware_sim.happenings import BatterySet, PowerOn, WifiBack, WifiLost

VISITORS = "visitors"


@dataclass(frozen=True, slots=True)
class Card:
    """A badge with the number that its card shows, and the PIN that its holder knows; its record has neither
    credentials nor PINs, which only a key can make.
    """

    badge: Badge
    uid: str
    pin: str = ""


@dataclass(frozen=True, slots=True)
class Comes:
    """Somebody shows a card at a reader that leads in, and enters if it lets them. ``who`` "" is a stranger; ``pin`` is
    what they type where the reader has a keypad.
    """

    who: str
    uid: str
    reader: str
    pin: str | None = None


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
class SeesOff:
    """A host says that the VISITORS of a zone have gone."""

    host: str
    zone: str


@dataclass(frozen=True, slots=True)
class Befalls:
    """Something befalls a device."""

    device: str
    what: BatterySet | WifiLost | WifiBack | PowerOn


Act = Comes | Goes | Sits | Fidgets | Rises | LetsIn | SeesOff | Befalls


@dataclass(frozen=True, slots=True)
class Planned:
    """An act and when it is set out for, in Unix milliseconds of site time."""

    at_ms: int
    act: Act


@dataclass(frozen=True, slots=True)
class Room:
    """A room of a zone that can be booked as a whole; doors and sensors know nothing of it."""

    id: str
    name: str
    zone: str


@dataclass(frozen=True, slots=True)
class PlannedSession:
    """A session of the day, in a zone, for a cohort or team, held by a trainer."""

    id: str
    title: str
    zone: str
    start_ms: int
    end_ms: int
    group: str
    trainer: str

    def bookings(self) -> tuple[Booking, Booking]:
        """What a site is told of it: a booking of the group, and one of the trainer."""
        where = (self.zone, self.zone, self.start_ms, self.end_ms, BookingKind.SESSION)
        return Booking(self.id, "", *where, self.group), Booking(f"{self.id}-t", self.trainer, *where)


@dataclass(frozen=True, slots=True)
class DayPlan:
    """One day of one site. ``expected`` are the reasons of refusals that its acts should meet, ``no_shows`` the
    bookings for which nobody comes in time, ``traveller`` somebody who can go to another site afterwards ("": nobody).
    """

    site: str
    people: tuple[Person, ...]
    badges: tuple[Card, ...]
    bookings: tuple[Booking, ...]
    openings: tuple[Opening, ...]
    world_events: tuple[Planned, ...]
    expected: frozenset[str]
    passes: tuple[Pass, ...] = ()
    sessions: tuple[PlannedSession, ...] = ()
    rooms: tuple[Room, ...] = ()
    no_shows: frozenset[str] = frozenset()
    traveller: str = ""

    @property
    def begins_ms(self) -> int:
        """When the first act is."""
        return self.world_events[0].at_ms

    @property
    def ends_ms(self) -> int:
        """When the last act is."""
        return self.world_events[-1].at_ms

    @property
    def records(self) -> tuple[Record, ...]:
        """What the site is to be told of the day, but for the badges."""
        sessions = (booking for session in self.sessions for booking in session.bookings())
        return (*self.people, *self.bookings, *sessions, *self.passes, *self.openings)

    def left_ms(self, who: str) -> int:
        """When somebody sets out to leave for the last time. Raises ValueError for whom no way out is planned."""
        return max(planned.at_ms for planned in self.world_events if _is_going(planned.act, who))


def _is_going(act: Act, who: str) -> bool:
    return isinstance(act, Goes) and act.who == who
