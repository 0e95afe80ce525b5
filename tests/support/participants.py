"""A centre with a clock of its own and two participants' browsers: Monday 2026-11-23, 09:00 at Rome, at first."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import select

from registry.tables import core as t
from tests.support.centres import NINE_MS, Centre, centre
from tests.support.databases import database_url
from tests.support.faces import Reader, account, reader

HOUR_MS = 3_600_000


@dataclass(slots=True)
class Clock:
    """Unix ms, set by hand."""

    at_ms: int = NINE_MS

    def __call__(self) -> int:
        """The time."""
        return self.at_ms


@dataclass(slots=True)
class School:
    """Two sites, Anna and Bruno at Cinisello, each signed in; ``ids`` are the persons'."""

    centre: Centre
    clock: Clock
    ids: dict[str, str] = field(default_factory=dict)
    readers: dict[str, Reader] = field(default_factory=dict)

    @property
    def anna(self) -> Reader:
        """Anna's browser."""
        return self.readers["anna"]

    @property
    def bruno(self) -> Reader:
        """Bruno's."""
        return self.readers["bruno"]

    def booked(self, who: str, start: float, end: float, resource: str = "d1", **more: object) -> str:
        """A booking of somebody's, hours from nine o'clock; its id."""
        span = {"start_ms": NINE_MS + int(start * HOUR_MS), "end_ms": NINE_MS + int(end * HOUR_MS)}
        holder = {} if "group" in more else {"person": self.ids[who]}
        ident: str = self.centre.made("/sites/cinisello/bookings", {"resource": resource, **holder, **span, **more})[
            "id"
        ]
        return ident

    def lines(self, **where: object) -> list[dict[str, Any]]:
        """The bookings that there are, by start."""
        b = t.booking.c
        with self.centre.database.read() as connection:
            rows = connection.execute(select(t.booking).order_by(b.start_ms, b.id)).mappings()
            return [dict(row) for row in rows if all(row[name] == value for name, value in where.items())]


def span(start: float, end: float) -> str:
    """What a button of a time sends, hours from nine o'clock."""
    return f"{NINE_MS + int(start * HOUR_MS)}-{NINE_MS + int(end * HOUR_MS)}"


@contextmanager
def clocked(folder: Path) -> Iterator[tuple[Centre, Clock]]:
    """A running registry on SQLite whose time is set by hand."""
    clock = Clock()
    with database_url("sqlite", folder, None) as url, centre(url, folder / "keys", wall_ms=clock) as running:
        yield running, clock


@contextmanager
def school(running: Centre, clock: Clock) -> Iterator[School]:
    """Begin anew."""
    running.wipe()
    clock.at_ms = NINE_MS
    running.add_site("cinisello")
    running.add_site("matera")
    found = School(running, clock)
    with reader(running) as anna, reader(running) as bruno:
        for name, browser in (("anna", anna), ("bruno", bruno)):
            found.ids[name] = running.admit("cinisello", name.title())
            account(running, name, person=found.ids[name])
            browser.signed_in(name)
            found.readers[name] = browser
        yield found
