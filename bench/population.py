"""People, badges and bookings in any number, and a gateway's ``link.db`` that holds them already.

Bookings collide nowhere: a desk has one at a time, half a day each. Every size has the same shape, so that a verdict
meets the same: everybody is in a cohort and a team, whose bookings are theirs too; one person in five has a booking of
their own that runs now, the others theirs before and after.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from access.clock import HOUR_MS
from access.codec import canonical, record_kind, record_to_json
from access.credential import keyed_hash
from access.records import Badge, Booking, Membership, Person, Record
from gateway.link.step import Changed, Step
from gateway.link.store import LinkStore

SLOTS = 50
"""Half days with bookings, around now."""
SLOT_MS = 12 * HOUR_MS
NOW_SINCE_MS = 1 * HOUR_MS
LINK_FILE = "link.db"
COHORT, TEAM = 20, 4
"""People in one."""
OF_TEAMS = 5
"""So many of the slots are booked by teams, the farthest from now."""


@dataclass(frozen=True, slots=True)
class Size:
    """How many of each; bookings in whole fifties."""

    people: int
    badges: int
    bookings: int

    @property
    def desks(self) -> int:
        """How many desks these bookings need."""
        return self.bookings // SLOTS

    @property
    def booked_now(self) -> int:
        """So many people, from number 0 on, have a running booking."""
        return min(self.desks, self.people)


NORMAL = Size(500, 500, 5_000)
LARGE = Size(10_000, 20_000, 100_000)


def uid(badge: int) -> str:
    """The UID of a badge by its number; a person's first badge has the person's own number."""
    return f"04{badge:012X}"


def records(size: Size, key: bytes, now_ms: int) -> Iterator[Record]:
    """Every record of a site of that size, around this moment."""
    sala = frozenset({"sala"})
    for number in range(size.people):
        groups = (Membership(f"cohort-{number // COHORT}"), Membership(f"team-{number // TEAM}"))
        yield Person(f"p{number:06}", f"Persona {number}", sala, groups=groups)
    for number in range(size.badges):
        yield Badge(f"b{number:06}", f"p{number % size.people:06}", (keyed_hash(key, uid(number)),))
    for number in range(size.bookings):
        slot, desk = divmod(number, size.desks)
        # The slot that runs now, then days before and after it in turn.
        start_ms = now_ms - NOW_SINCE_MS + (slot // 2 if slot % 2 == 0 else -(slot + 1) // 2) * SLOT_MS
        person = number % size.people
        whose = ("", f"team-{person // TEAM}") if slot >= SLOTS - OF_TEAMS else (f"p{person:06}", "")
        where = ("sala", f"d{desk:03}", start_ms, start_ms + SLOT_MS)
        yield Booking(f"k{number:06}", whose[0], *where, group=whose[1])


def fill(state: Path, size: Size, key: bytes, now_ms: int) -> None:
    """Make the gateway's link database as a registry's snapshot would have left it."""
    store = LinkStore.open(state / LINK_FILE)
    changes = [
        Changed(record_kind(record), record.id, canonical(record_to_json(record)).decode())
        for record in records(size, key, now_ms)
    ]
    store.keep(Step("bench", 1, snapshot=True, changes=changes))
    store.close()
