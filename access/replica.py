"""The replica of people, badges and bookings that a site decides from: immutable, versioned, indexed for lookup.

A replica is always exactly some version of the registry's (guarantee S10): ``apply`` takes a whole step from one
version to a later one and refuses to go back. Looking up a card or a person's bookings is O(log n).
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from functools import lru_cache
from operator import attrgetter
from sys import intern
from typing import Any

from access.clock import DAY_MS
from access.diary import Diary, around, diary_of
from access.records import (
    KIND_OF_RECORD,
    RECORD_KINDS,
    Badge,
    Booking,
    Closure,
    Elsewhere,
    Opening,
    Pass,
    Person,
    Record,
)
from access.staff import Staff

__all__ = ["Change", "Drop", "Put", "Replica", "ReplicaRefused", "apply", "around", "table"]


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


Index = Mapping[str, Diary[Any]]
Moved = tuple[Record | None, Record | None]
"""A booking or a pass before and after a step."""


@dataclass(frozen=True, slots=True)
class Replica:
    """One version. ``generation`` names the registry's own history: versions of two generations do not compare.

    ``badge_of`` is by credential, ``of_holder`` a person's or a group's bookings, ``passes_of`` a person's passes,
    ``by_release`` the bookings that are released as no-shows, by the day of that moment (days since 1970, UTC).
    """

    generation: str = ""
    version: int = 0
    badges: Mapping[str, Badge] = field(default_factory=dict)
    persons: Mapping[str, Person] = field(default_factory=dict)
    bookings: Mapping[str, Booking] = field(default_factory=dict)
    closures: Mapping[str, Closure] = field(default_factory=dict)
    openings: Mapping[str, Opening] = field(default_factory=dict)
    passes: Mapping[str, Pass] = field(default_factory=dict)
    elsewhere: Mapping[str, Elsewhere] = field(default_factory=dict)
    staff: Mapping[str, Staff] = field(default_factory=dict)
    badge_of: Mapping[bytes, Badge] = field(default_factory=dict)
    of_holder: Mapping[str, Diary[Booking]] = field(default_factory=dict)
    of_resource: Mapping[str, Diary[Booking]] = field(default_factory=dict)
    passes_of: Mapping[str, Diary[Pass]] = field(default_factory=dict)
    by_release: Mapping[str, Diary[Booking]] = field(default_factory=dict)

    def records(self) -> Iterable[Record]:
        """Every record, in no promised order."""
        for kind in RECORD_KINDS:
            yield from table(self, kind).values()


TABLE = {
    "badge": "badges",
    "person": "persons",
    "booking": "bookings",
    "pass": "passes",
    "closure": "closures",
    "opening": "openings",
    "elsewhere": "elsewhere",
    "staff": "staff",
}


def _release_day(booking: Booking) -> str | None:
    return None if booking.release_ms is None else str(booking.release_ms // DAY_MS)


INDEXES: tuple[tuple[str, str, Callable[[Any], str | None]], ...] = (
    ("booking", "of_holder", attrgetter("holder")),
    ("booking", "of_resource", attrgetter("resource")),
    ("booking", "by_release", _release_day),
    ("pass", "passes_of", attrgetter("person")),
)
"""Kind of record, index, and by what it is found there (None: it is not)."""


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
    draft = _Draft(replica)
    for change in changes:
        if isinstance(change, Drop):
            draft.change(change.kind, change.id, None)
        else:
            draft.change(KIND_OF_RECORD[type(change.record)], change.record.id, _shared(change.record))
    return draft.done(generation, version)


def _shared(record: Record) -> Record:
    """The record, its ids, zones and times the same objects as in all records that name them: a site holds many
    thousand records, and a door finds faster what lies in one place.
    """
    if isinstance(record, Booking):
        person, zone, resource = intern(record.person), intern(record.zone), intern(record.resource)
        times = _one_time(record.start_ms), _one_time(record.end_ms)
        release_ms = None if record.release_ms is None else _one_time(record.release_ms)
        group = intern(record.group)
        return Booking(record.id, person, zone, resource, *times, record.kind, group, release_ms, record.waiting)
    if isinstance(record, Badge):
        return replace(record, person=intern(record.person))
    if isinstance(record, Person):
        return replace(record, id=intern(record.id), zones=_one_set(record.zones), standing=_one_set(record.standing))
    return record


@lru_cache(maxsize=256)
def _one_set(zones: frozenset[str]) -> frozenset[str]:
    return zones


@lru_cache(maxsize=4096)
def _one_time(at_ms: int) -> int:
    return at_ms


class _Draft:
    """A step under way: a table is copied when the first change touches it, and indexed again when all are in."""

    def __init__(self, replica: Replica) -> None:
        self._replica = replica
        self._tables: dict[str, dict[str, Record]] = {}
        self._credentials: set[bytes] = set()
        self._moved: dict[str, dict[str, Moved]] = {"booking": {}, "pass": {}}

    def change(self, kind: str, ident: str, new: Record | None) -> None:
        """Put the record, or drop it where there is none."""
        if kind not in self._tables:
            self._tables[kind] = dict(table(self._replica, kind))
        records = self._tables[kind]
        old = records.pop(ident, None)
        if new is not None:
            records[ident] = new
        if (moved := self._moved.get(kind)) is not None:
            moved[ident] = (moved[ident][0] if ident in moved else old, new)
        elif kind == "badge":
            for badge in (old, new):
                self._credentials.update(badge.credentials if isinstance(badge, Badge) else ())

    def done(self, generation: str, version: int) -> Replica:
        """The replica after the step."""
        changed: dict[str, Any] = {TABLE[kind]: records for kind, records in self._tables.items()}
        if self._credentials:
            changed["badge_of"] = _badge_index(self._replica.badge_of, changed["badges"].values(), self._credentials)
        for kind, index, owner_of in INDEXES:
            if moved := self._moved[kind].values():
                changed[index] = _reindexed(getattr(self._replica, index), moved, owner_of)
        return replace(self._replica, generation=generation, version=version, **changed)


def _badge_index(index: Mapping[bytes, Badge], badges: Iterable[Badge], touched: set[bytes]) -> dict[bytes, Badge]:
    holders: dict[bytes, list[Badge]] = {credential: [] for credential in touched}
    for badge in badges:
        for credential in badge.credentials:
            if credential in holders:
                holders[credential].append(badge)
    fresh = {credential: badge for credential, badge in index.items() if credential not in touched}
    for credential, held in holders.items():
        if (owner := _owner(held)) is not None:
            fresh[credential] = owner
    return fresh


def _owner(holders: list[Badge]) -> Badge | None:
    """Whose card it is: of several badges one in use, the first by id; nobody's where two people use it (D10)."""
    in_use = [badge for badge in holders if not badge.revoked]
    if len({badge.person for badge in in_use}) > 1:
        return None
    return min(in_use or holders, key=attrgetter("id"), default=None)


def _reindexed(index: Index, moved: Iterable[Moved], owner_of: Callable[[Any], str | None]) -> Index:
    gone: dict[str, set[str]] = {}
    come: dict[str, list[Any]] = {}
    for old, new in moved:
        if old is not None and (owner := owner_of(old)) is not None:
            gone.setdefault(owner, set()).add(old.id)
        if new is not None and (owner := owner_of(new)) is not None:
            come.setdefault(owner, []).append(new)
    fresh = dict(index)
    for owner in gone.keys() | come.keys():
        held = fresh.pop(owner).bookings if owner in fresh else ()
        left = [booking for booking in held if booking.id not in gone.get(owner, ())]
        if bookings := (*left, *come.get(owner, ())):
            fresh[owner] = diary_of(sorted(bookings, key=attrgetter("start_ms", "id")))
    return fresh
