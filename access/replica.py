"""The replica of people, badges and bookings that a site decides from: immutable, versioned, indexed for lookup.

A replica is always exactly some version of the registry's (guarantee S10): ``apply`` takes a whole step from one
version to a later one and refuses to go back. Looking up a card or a person's bookings is O(log n).
"""

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from access.records import KIND_OF_RECORD, LONGEST_BOOKING_MS, RECORD_KINDS, Badge, Booking, Closure, Opening, Person, Record


class ReplicaRefused(ValueError):
    """The step cannot be applied to this replica; the message says why."""


@dataclass(frozen=True, slots=True)
class Put:
    """The record as it is from this version on."""

    record: Record


@dataclass(frozen=True, slots=True)
class Drop:
    """The record is no more."""

    kind: str
    id: str


Change = Put | Drop
Index = Mapping[str, tuple[Booking, ...]]


@dataclass(frozen=True, slots=True)
class Replica:
    """One version. ``generation`` names the registry's own history: versions of two generations do not compare."""

    generation: str = ""
    version: int = 0
    badges: Mapping[str, Badge] = field(default_factory=dict)
    persons: Mapping[str, Person] = field(default_factory=dict)
    bookings: Mapping[str, Booking] = field(default_factory=dict)
    closures: Mapping[str, Closure] = field(default_factory=dict)
    openings: Mapping[str, Opening] = field(default_factory=dict)
    badge_of: Mapping[bytes, Badge] = field(default_factory=dict)
    of_person: Index = field(default_factory=dict)
    of_resource: Index = field(default_factory=dict)

    def records(self) -> Iterable[Record]:
        """Every record, in no promised order."""
        for kind in RECORD_KINDS:
            yield from table(self, kind).values()


TABLE = {"badge": "badges", "person": "persons", "booking": "bookings", "closure": "closures", "opening": "openings"}


def table(replica: Replica, kind: str) -> Mapping[str, Record]:
    """The records of one kind, by id."""
    return getattr(replica, TABLE[kind])  # type: ignore[no-any-return]


def apply(replica: Replica, generation: str, version: int, changes: Iterable[Change]) -> Replica:
    """The replica after one whole step to ``version``.

    Raises ReplicaRefused when the step belongs to another generation or would go back (S10).
    """
    if replica.version and generation != replica.generation:
        raise ReplicaRefused("the changes belong to another generation of the registry; a snapshot is needed")
    if version < replica.version:
        raise ReplicaRefused(f"version {version} is older than {replica.version}, which this site already holds")
    tables = {kind: dict(table(replica, kind)) for kind in RECORD_KINDS}
    touched: dict[str, set[str]] = {"person": set(), "resource": set()}
    badge_of = dict(replica.badge_of)
    for change in changes:
        _apply_one(tables, badge_of, touched, change)
    return _indexed(replica, generation, version, tables, badge_of, touched)


def _apply_one(
    tables: dict[str, dict[str, Record]], badge_of: dict[bytes, Badge], touched: dict[str, set[str]], change: Change
) -> None:
    match change:
        case Put(record):
            kind, ident = KIND_OF_RECORD[type(record)], record.id
            old, new = tables[kind].get(ident), record
            tables[kind][ident] = record
        case Drop(kind, ident):
            old, new = tables[kind].pop(ident, None), None
    for record_ in (old, new):
        if isinstance(record_, Booking):
            touched["person"].add(record_.person)
            touched["resource"].add(record_.resource)
    if isinstance(old, Badge):
        for credential in old.credentials:
            if (held := badge_of.get(credential)) is not None and held.id == old.id:
                del badge_of[credential]
    if isinstance(new, Badge):
        badge_of.update(dict.fromkeys(new.credentials, new))


def _indexed(
    replica: Replica,
    generation: str,
    version: int,
    tables: dict[str, dict[str, Record]],
    badge_of: dict[bytes, Badge],
    touched: dict[str, set[str]],
) -> Replica:
    bookings: dict[str, Booking] = tables["booking"]  # type: ignore[assignment]
    return Replica(
        generation,
        version,
        badge_of=badge_of,
        of_person=_reindex(replica.of_person, bookings.values(), "person", touched["person"]),
        of_resource=_reindex(replica.of_resource, bookings.values(), "resource", touched["resource"]),
        **{TABLE[kind]: records for kind, records in tables.items()},  # type: ignore[arg-type]
    )


def _reindex(index: Index, bookings: Iterable[Booking], by: str, touched: set[str]) -> Index:
    if not touched:
        return index
    fresh = {key: span for key, span in index.items() if key not in touched}
    grouped: dict[str, list[Booking]] = {}
    for booking in bookings:
        key = getattr(booking, by)
        if key in touched:
            grouped.setdefault(key, []).append(booking)
    for key, group in grouped.items():
        fresh[key] = tuple(sorted(group, key=_order))
    return fresh


def _order(booking: Booking) -> tuple[int, str]:
    return (booking.start_ms, booking.id)


def _start(booking: Booking) -> int:
    return booking.start_ms


def around(bookings: tuple[Booking, ...], at_ms: int, grace_ms: int) -> tuple[Booking, ...]:
    """What matters of one person's (or resource's) bookings at a moment, by start.

    All that are current (from ``grace_ms`` before their start), the last one that ended, and the next one to come.
    O(log n) and a walk over at most LONGEST_BOOKING_MS of bookings.
    """
    begun = bisect_right(bookings, at_ms + grace_ms, key=_start)
    ended: Booking | None = None
    current: list[Booking] = []
    for booking in _back(bookings, begun, at_ms):
        if booking.end_ms > at_ms:
            current.append(booking)
        elif ended is None or booking.end_ms > ended.end_ms:
            ended = booking
    current.reverse()
    before = () if ended is None else (ended,)
    return (*before, *current, *bookings[begun : begun + 1])


def _back(bookings: tuple[Booking, ...], begun: int, at_ms: int) -> Iterable[Booking]:
    for index in range(begun - 1, -1, -1):
        if bookings[index].start_ms <= at_ms - LONGEST_BOOKING_MS:
            return
        yield bookings[index]
