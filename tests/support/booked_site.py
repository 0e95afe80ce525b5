"""A site whose bookings a test makes by hand, at a time that it sets: the registry's store, without HTTP."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from typing import Any

from sqlalchemy import insert, update

from access.records import Booking, Person
from registry.bookings import bookings, waiting
from registry.bookings.bookings import Change, Wanted
from registry.bookings.resources import Resource
from registry.bookings.waiting import Hope
from registry.edit import Edit, editing
from registry.people import people
from registry.problems import Problem
from registry.setup import Registry
from registry.tables import core as t
from registry.tables.bookings import STATES
from tests.support.feed_reader import FeedReader

MINUTE_MS, HOUR_MS, DAY_MS = 60_000, 3_600_000, 86_400_000
NINE_MS = 1_795_420_800_000
"""Monday 2026-11-23, 09:00 at Rome."""
DAY_BEFORE_MS = NINE_MS - DAY_MS
SITE = "matera"


def hours(number: float) -> int:
    """A moment in hours from that nine o'clock."""
    return NINE_MS + round(number * HOUR_MS)


@dataclass(slots=True)
class BookedSite:
    """Matera with the desks d1 to d3, a room r1 and a hall of three places, and Anna, Bruno and Carla who may enter."""

    registry: Registry
    now_ms: int = DAY_BEFORE_MS
    numbers: Iterator[int] = field(default_factory=lambda: count(1))

    @contextmanager
    def edit(self) -> Iterator[Edit]:
        """An edit at this moment."""
        with editing(self.registry.database, self.now_ms) as made:
            yield made

    def fresh(self) -> str:
        """An id that was never used."""
        return f"k{next(self.numbers)}"

    def book(self, start: float, end: float, resource: str = "d1", person: str = "anna", **more: Any) -> str:  # noqa: ANN401 -- what else is wanted
        """Book in hours from nine, and give the id."""
        ident = self.fresh()
        with self.edit() as made:
            bookings.book(made, SITE, ident, Wanted(resource, person, hours(start), hours(end), **more))
        return ident

    def refused(self, start: float, end: float, resource: str = "d1", person: str = "anna", **more: Any) -> Problem:  # noqa: ANN401 -- the same
        """The refusal of a booking."""
        try:
            self.book(start, end, resource, person, **more)
        except Problem as problem:
            return problem
        raise AssertionError("it was booked")

    def change(self, ident: str, **wanted: Any) -> dict[str, Any]:  # noqa: ANN401 -- what is to change
        """Change a booking."""
        with self.edit() as made:
            return bookings.change(made, SITE, ident, Change(**wanted))

    def cancel(self, ident: str) -> None:
        """Cancel a booking."""
        with self.edit() as made:
            bookings.cancel(made, SITE, ident)

    def wait(self, start: float, end: float, person: str = "bruno", **where: str) -> str:
        """Stand in line in hours from nine, and give the id."""
        ident = self.fresh()
        with self.edit() as made:
            hope = Hope(person, "", hours(start), hours(end), **(where or {"resource": "d1"}))
            waiting.join(made, SITE, ident, hope, "staff")
        return ident

    def settle(self) -> None:
        """Let what has run out by now be gone."""
        waiting.settle_now(self.registry.database, SITE, self.now_ms)

    def line(self, ident: str) -> dict[str, Any]:
        """A booking's row."""
        with self.registry.database.read() as connection:
            return bookings.line_of(connection, SITE, ident, STATES)

    def turn(self, ident: str) -> str:
        """How an entry of the waiting list stands."""
        with self.registry.database.read() as connection:
            return str(waiting.one_waiting(connection, SITE, ident).state)

    def told(self) -> dict[str, Booking]:
        """The bookings that the site's gateway holds."""
        reader = FeedReader(SITE)
        assert reader.pull(self.registry, 1_000)
        return dict(reader.replica.bookings)

    def known_as(self, person: str, **other: Any) -> None:  # noqa: ANN401 -- what is told
        """Tell the site of a person otherwise than their rights say."""
        with self.edit() as made:
            made.publish(SITE, replace(Person(person, person.title(), frozenset({"hall"})), **other))

    def setting(self, **values: int) -> None:
        """Set some of the site's columns."""
        with self.edit() as made:
            made.connection.execute(update(t.site).values(**values))

    def close(self, start: float, end: float, **which: str) -> None:
        """Close the site, or what is named, in hours from nine."""
        with self.edit() as made:
            values = {"audience": "", "resource": "", "source": ""} | which
            span = {"start_ms": hours(start), "end_ms": hours(end)}
            row = {"site": SITE, "id": self.fresh(), "why": "works", **span, **values}
            made.connection.execute(insert(t.closure).values(row))

    def open_weekly(self, weekday: int, from_minute: int, to_minute: int, audience: str = "") -> None:
        """Open the site each week."""
        with self.edit() as made:
            row = {"weekday": weekday, "from_minute": from_minute, "to_minute": to_minute, "audience": audience}
            made.connection.execute(insert(t.opening).values(site=SITE, id=self.fresh(), **row))


def booked_site(registry: Registry) -> BookedSite:
    """Such a site in a new registry."""
    registry.add_site(SITE, "Matera")
    for ident, kind in (("d1", "desk"), ("d2", "desk"), ("d3", "desk"), ("r1", "room")):
        registry.add_resource(SITE, Resource(ident, kind, ident.upper(), "hall"))
    registry.add_resource(SITE, Resource("hall", "zone", "Hall", "hall", 3))
    for person in ("anna", "bruno", "carla"):
        registry.add_person(people.Profile(person.title()), person)
        registry.set_rights(SITE, person, people.Rights(frozenset({"hall"})))
    return BookedSite(registry)
