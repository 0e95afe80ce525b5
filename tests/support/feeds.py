"""Records and steps of the replica's feed for tests, as the registry would send them."""

import json
from collections.abc import Iterable

from access.codec import record_kind, record_to_json
from access.records import Badge, Booking, Closure, Opening, Person, Record
from access.replica import Put, Replica, apply
from gateway.link.step import Changed, Step

START_MS = 1_795_431_600_000
HALF_HOUR_MS = 1_800_000

PERSON = Person("p1", "Zoë Ferri", frozenset({"hall", "lab"}), frozenset({"hall"}), valid_until_ms=START_MS)
BADGE = Badge("b1", "p1", (b"\x01" * 32, b"\x02" * 32), long_pulse=True)
BOOKING = Booking("k1", "p1", "hall", "desk-1", START_MS, START_MS + HALF_HOUR_MS)
CLOSURE = Closure("c1", START_MS, START_MS + HALF_HOUR_MS, "Santa Bruna, 2 luglio")
OPENING = Opening("o1", 0, 540, 1_080)
ONE_OF_EACH: tuple[Record, ...] = (PERSON, BADGE, BOOKING, CLOSURE, OPENING)


def text_of(record: Record) -> str:
    """A record's JSON as the link stores it."""
    return json.dumps(record_to_json(record), separators=(",", ":"))


def put(record: Record) -> Changed:
    """The change that puts it."""
    return Changed(record_kind(record), record.id, text_of(record))


def dropped(record: Record) -> Changed:
    """The change that drops it."""
    return Changed(record_kind(record), record.id, None)


def snapshot(version: int, records: Iterable[Record], generation: str = "g1") -> Step:
    """A step from nothing."""
    return Step(generation, version, True, [put(record) for record in records])


def change(version: int, *changes: Changed, generation: str = "g1") -> Step:
    """A step from the version before."""
    return Step(generation, version, False, list(changes))


def replica_of(version: int, records: Iterable[Record], generation: str = "g1") -> Replica:
    """What a site holds after that."""
    return apply(Replica(), generation, version, map(Put, records))


def site_of(persons: int, badges: int, bookings: int) -> list[Record]:
    """A site's records, so many of each."""
    made: list[Record] = [Person(f"p{n}", f"Persona {n}", frozenset({"hall", "lab"})) for n in range(persons)]
    made += [Badge(f"b{n}", f"p{n % persons}", (n.to_bytes(32, "big"),)) for n in range(badges)]
    for n in range(bookings):
        start_ms = START_MS + (n % 2_880) * HALF_HOUR_MS
        made.append(Booking(f"k{n}", f"p{n % persons}", "lab", f"desk-{n % 200}", start_ms, start_ms + HALF_HOUR_MS))
    return made
