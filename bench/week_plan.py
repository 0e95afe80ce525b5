"""What happens on one day of a measured site: who comes to which desk, sits, fidgets and goes, and who is let in."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random

from access import events
from access.clock import HOUR_MS, MINUTE_MS, SECOND_MS
from access.credential import daily_tag, keyed_hash
from access.records import Booking
from access.site import Site, StandsFor
from access.stamp import Card
from bench.population import uid

ZONE, DOOR = "hall", "ingresso"
READER_IN, READER_OUT = "mt-lettore-ingresso", "mt-lettore-uscita"
SHIFTS_H, SHIFT_H = (9, 14), 4
RELEASE_MS = 15 * MINUTE_MS
EARLY_MS, LATE_MS = 10 * MINUTE_MS, 12 * MINUTE_MS
STAYS_AWAY, UNKNOWN, VISIT = 0.05, 0.05, 0.05
"""So many of those who have a booking do not come; so many strangers try a card, or are let in, for each who does."""
FIDGETS = (8, 20)
AWAY_MS = (20 * SECOND_MS, 8 * MINUTE_MS)
STRANGER = 1 << 40

At = tuple[int, events.Event]
"""When something happens (Unix ms), and what."""


@dataclass(frozen=True, slots=True)
class Scene:
    """What the days of a site have in common."""

    site: Site
    key: bytes
    chance: Random

    def tap(self, reader: str, number: int, at_ms: int) -> At:
        """A badge is shown at a reader."""
        shown = uid(number)
        return at_ms, events.Tapped(reader, Card(keyed_hash(self.key, shown), daily_tag(self.key, shown, at_ms)))


def person_of(number: int) -> str:
    """The id of a person; their badge has the same number."""
    return f"p{number:06}"


def booked(site: Site, midnight_ms: int, day: int) -> list[Booking]:
    """Whose desk is whose on one day: a morning's and an afternoon's person for each."""
    return [
        Booking(
            f"k{day:03}-{shift}-{desk}",
            person_of(number * len(SHIFTS_H) + shift),
            ZONE,
            desk,
            midnight_ms + hour * HOUR_MS,
            midnight_ms + (hour + SHIFT_H) * HOUR_MS,
            release_ms=midnight_ms + hour * HOUR_MS + RELEASE_MS,
        )
        for shift, hour in enumerate(SHIFTS_H)
        for number, desk in enumerate(site.desks)
    ]


def happens(scene: Scene, bookings: Iterable[Booking]) -> Iterator[At]:
    """All that happens on the day of these bookings, in no order."""
    sensors = {d.ref: d.id for d in scene.site.devices.values() if d.stands_for is StandsFor.DESK_SENSOR}
    for booking in bookings:
        if scene.chance.random() >= STAYS_AWAY:
            yield from _stay(scene, booking, sensors[booking.resource])
        if scene.chance.random() < UNKNOWN:
            yield scene.tap(READER_IN, STRANGER + scene.chance.randrange(9), booking.start_ms + 40 * MINUTE_MS)
        if scene.chance.random() < VISIT:
            yield from _visit(booking)


def _stay(scene: Scene, booking: Booking, sensor: str) -> Iterator[At]:
    chance = scene.chance
    number = int(booking.person[1:])
    comes_ms = booking.start_ms + chance.randrange(-EARLY_MS, LATE_MS)
    goes_ms = booking.end_ms - chance.randrange(LATE_MS)
    yield scene.tap(READER_IN, number, comes_ms)
    yield comes_ms + MINUTE_MS, events.PresenceSaid(sensor, present=True)
    moves = sorted(chance.randrange(comes_ms + 2 * MINUTE_MS, goes_ms) for _ in range(chance.randint(*FIDGETS)))
    for at_ms in moves:
        yield at_ms, events.PresenceSaid(sensor, present=False)
        yield at_ms + chance.randrange(*AWAY_MS), events.PresenceSaid(sensor, present=True)
    yield goes_ms + 10 * MINUTE_MS, events.PresenceSaid(sensor, present=False)
    yield scene.tap(READER_OUT, number, goes_ms + 11 * MINUTE_MS)
    yield from passing(goes_ms + 11 * MINUTE_MS)


def _visit(booking: Booking) -> Iterator[At]:
    visit = f"v-{booking.id}"
    yield booking.start_ms + HOUR_MS, events.VisitAsked(visit, ZONE, booking.person)
    yield booking.start_ms + 2 * HOUR_MS, events.VisitEndAsked(visit, booking.person)


def passing(at_ms: int) -> Iterator[At]:
    """The door opens and shuts for somebody who taps at this moment."""
    yield at_ms + SECOND_MS // 2, events.KeeperSawContact(DOOR, open=True)
    yield at_ms + 2 * SECOND_MS, events.KeeperSawContact(DOOR, open=False)
