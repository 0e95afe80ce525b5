"""The site, people and moments that the core's tests speak of."""

from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from access.clock import HOUR_MS, MINUTE_MS, Now
from access.cursor import Cursor
from access.facts import Fact
from access.hours import unix_ms
from access.records import Badge, Booking, Person, Record
from access.replica import Put, Replica, apply
from access.site import Desk, Device, Direction, Door, ExitBy, GpioLines, Proof, Site, StandsFor, Zone
from access.state import SiteState
from access.stored import begin

ROME = ZoneInfo("Europe/Rome")
READER, SENSOR, CONTACT, COUNTER, LOCK = (
    StandsFor.READER,
    StandsFor.DESK_SENSOR,
    StandsFor.CONTACT,
    StandsFor.PEOPLE_COUNTER,
    StandsFor.DOOR,
)


def rome(text: str) -> int:
    """Unix milliseconds of a local time written ``2026-06-01 09:00``; a trailing ``'`` is the second of two."""
    later = text.endswith("'")
    moment = datetime.fromisoformat(text.rstrip("'")).replace(tzinfo=ROME, fold=int(later))
    return unix_ms(moment)


NINE = rome("2026-06-01 09:00")


def at(mono_ms: int, *, trusted: bool = True) -> Now:
    """A moment of a run that began at nine."""
    return Now(NINE + mono_ms, mono_ms, mono_ms, trusted)


def device(
    ident: str, stands_for: StandsFor, ref: str, driver: str = "hubout", way: Direction = Direction.IN
) -> Device:
    """A device."""
    return Device(ident, driver, stands_for, ref, None if driver == "hubout" else f"x/{ident}", way)


def _named(*things: Zone | Door | Desk | Device) -> dict[str, object]:
    return {thing.id: thing for thing in things}


DOORS = (
    Door("front", "Front", "hall", gpio=GpioLines(1, 2, 3), has_contact=True),
    Door("gate", "Gate", "hall", exit_by=ExitBy.READER, out_releases=True, gpio=GpioLines(4, 5), has_contact=True),
    Door("store", "Store", "store", outer="hall", exit_by=ExitBy.BUTTON, controller="lock", has_contact=True),
    Door("side", "Side", "hall", gpio=GpioLines(7), proof=Proof.UNPROVED),
    Door("free", "Free", "hall"),
)
DEVICES = (
    device("in", READER, "front"),
    device("out", READER, "front", way=Direction.OUT),
    device("wall", READER, "front", "tasmota"),
    device("gate-in", READER, "gate"),
    device("gate-out", READER, "gate", way=Direction.OUT),
    device("store-in", READER, "store"),
    device("side-in", READER, "side", "tasmota"),
    device("side-out", READER, "side", "tasmota", Direction.OUT),
    device("free-in", READER, "free"),
    device("free-out", READER, "free", way=Direction.OUT),
    device("lock", LOCK, "store"),
    device("button", CONTACT, "gate"),
    device("reed", CONTACT, "gate", "zigbee2mqtt"),
    device("s1", SENSOR, "d1"),
    device("s2", SENSOR, "d1", "zigbee2mqtt"),
    device("s3", SENSOR, "d2"),
    device("counter", COUNTER, "hall"),
)
SITE = Site(
    "matera",
    "Matera",
    "Europe/Rome",
    _named(Zone("hall", "Hall", 40), Zone("store", "Store")),  # type: ignore[arg-type]
    _named(*DOORS),  # type: ignore[arg-type]
    _named(Desk("d1", "Desk 1", "hall"), Desk("d2", "Desk 2", "hall")),  # type: ignore[arg-type]
    _named(*DEVICES),  # type: ignore[arg-type]
)

PATIENT = replace(SITE, policy=replace(SITE.policy, silent_after_ms=10**9))
"""The same site, where no device of ours falls silent."""


def card(name: str) -> bytes:
    """The credential of a named card."""
    return name.encode().ljust(32, b".")


def badge(name: str, person: str | None = None, **fields: object) -> Badge:
    """A badge that is called as its card and, unless told, as its person."""
    return Badge(name, person or name, (card(name),), **fields)  # type: ignore[arg-type]


def person(name: str, **fields: object) -> Person:
    """A person who may enter the hall and the store, with a reason."""
    return Person(name, name.title(), frozenset({"hall", "store"}), **fields)  # type: ignore[arg-type]


def booking(who: str, start_ms: int, end_ms: int, zone: str = "hall", ident: str = "") -> Booking:
    """A booking of desk d1."""
    return Booking(ident or f"{who}-{start_ms}", who, zone, "d1", start_ms, end_ms)


def held(who: str, ident: str, start: str = "09:00", end: str = "11:00", **fields: object) -> Booking:
    """A booking on the first of June that is released a quarter of an hour after its start."""
    start_ms, end_ms = rome(f"2026-06-01 {start}"), rome(f"2026-06-01 {end}")
    fields = {"resource": "d2", "release_ms": start_ms + 15 * MINUTE_MS} | fields
    return Booking(ident, who, "hall", start_ms=start_ms, end_ms=end_ms, **fields)  # type: ignore[arg-type]


PEOPLE: tuple[Record, ...] = (
    person("anna"),
    badge("anna"),
    badge("anna-two", "anna"),
    booking("anna", NINE, NINE + 2 * HOUR_MS, ident="anna-nine"),
    person("bruno"),
    badge("bruno", long_pulse=True),
    booking("bruno", NINE, NINE + 2 * HOUR_MS, ident="bruno-nine"),
    person("carla"),
    badge("carla"),
    booking("carla", NINE + 30 * MINUTE_MS, NINE + 60 * MINUTE_MS, ident="carla-half"),
    person("sara", standing=frozenset({"hall", "store"})),
    badge("sara"),
    badge("orphan", "nobody"),
)


def replica_of(*records: Record, version: int = 1) -> Replica:
    """The replica that holds these records."""
    return apply(Replica(), "g", version, map(Put, records))


PEOPLE_REPLICA = replica_of(*PEOPLE)


def begun(
    history: tuple[tuple[int, Fact], ...] = (),
    cursors: dict[str, tuple[Cursor, ...]] | None = None,
    *,
    now: Now | None = None,
    seq: int = 0,
    replica: Replica = PEOPLE_REPLICA,
    site: Site = SITE,
) -> SiteState:
    """The site at a start."""
    return begin(site, replica, 1, seq, history, cursors or {}, {}, now or at(0))
