"""Days out of the log: when desks and zones were in use, and how many people were here in each hour. Without a name.

A fold over facts with their times, a bounded step at a time. What it gives are pieces of local days: a stretch that
lasts beyond midnight is one of each day. Where nobody watched (the gateway was off, rows are gone) nothing is claimed.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from access import occupancy as occ
from access.clock import HOUR_MS, MINUTE_MS
from access.desk import Use
from access.facts import Checkpoint, DayClosed, DeskMoved, Fact, NoShow, Started
from access.hours import day_start_ms, local
from access.occupancy import Occupancy

OFF_MS = 10 * MINUTE_MS
"""A run that begins so long after the last fact began after a time that nobody watched."""
LONGEST_MS = 48 * HOUR_MS
"""No site is quiet for longer: what lies between is the clock's jump."""
IN_USE, UNKNOWN = "occupied", "unknown"
SPAN, RELEASED = "span", "released"


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one local day (``2026-11-23``), Unix ms: a resource (``desk:d1``, ``zone:hall``) was in use or
    unknown; or a booking of it was released at ``from_ms``.
    """

    day: str
    resource: str
    what: str
    from_ms: int
    to_ms: int


@dataclass(slots=True)
class Hours:
    """Of one local hour: people times milliseconds, and the milliseconds that were watched."""

    person_ms: int = 0
    watched_ms: int = 0


@dataclass(slots=True)
class Fold:
    """Where the fold stands. ``open`` are the stretches that last: resource → (what, since). ``since_ms``: from when
    on anything is known.
    """

    zone: ZoneInfo
    at_ms: int = 0
    since_ms: int = 0
    occupancy: Occupancy = field(default_factory=Occupancy)
    open: dict[str, tuple[str, int]] = field(default_factory=dict)
    pieces: list[Piece] = field(default_factory=list)
    hours: dict[tuple[str, int], Hours] = field(default_factory=dict)

    def take(self, at_ms: int, fact: Fact | None) -> None:
        """One row of the log, in its order; None where its body is no more, or says nothing here."""
        if not self.since_ms:
            self.since_ms = self.at_ms = at_ms
        off = isinstance(fact, Started) and at_ms - self.at_ms > OFF_MS
        if off or not 0 <= at_ms - self.at_ms <= LONGEST_MS:
            self.unwatched(at_ms)
        self._advance(at_ms)
        if fact is not None:
            self._fold(at_ms, fact)

    def unwatched(self, until_ms: int) -> None:
        """From the last fact to this moment nobody watched: nothing that lasted is claimed for it."""
        for resource, (what, since_ms) in list(self.open.items()):
            self._close(resource, what, since_ms, self.at_ms)
            self.open[resource] = (what, until_ms)
        self.at_ms = until_ms

    def lost(self) -> None:
        """Rows are gone here: what is in use is not known, until it is said again."""
        for resource, (what, since_ms) in list(self.open.items()):
            self._close(resource, what, since_ms, self.at_ms)
            del self.open[resource]
        self.occupancy = Occupancy()

    def _advance(self, at_ms: int) -> None:
        total = self.occupancy.total()
        for day, hour, from_ms, to_ms in by_hour(self.at_ms, at_ms, self.zone):
            held = self.hours.setdefault((day, hour), Hours())
            held.person_ms += total * (to_ms - from_ms)
            held.watched_ms += to_ms - from_ms
        self.at_ms = at_ms

    def _fold(self, at_ms: int, fact: Fact) -> None:
        before = self.occupancy
        self.occupancy = occ.fold(before, fact, at_ms)
        match fact:
            case DeskMoved(desk=desk, use=use):
                self._uses(f"desk:{desk}", use, at_ms)
            case Checkpoint(site=stored):
                self._from_checkpoint(stored, at_ms)
            case NoShow(resource=resource):
                self.pieces.append(Piece(day_of(at_ms, self.zone), resource, RELEASED, at_ms, at_ms))
            case _:
                pass
        if self.occupancy is not before:
            self._zones(before, at_ms)

    def _from_checkpoint(self, stored: Mapping[str, Any], at_ms: int) -> None:
        desks = stored.get("desks", {})
        for resource in [one for one in self.open if one.startswith("desk:") and one[5:] not in desks]:
            self._uses(resource, Use.VACANT, at_ms)
        for desk, held in desks.items():
            self._uses(f"desk:{desk}", held["use"], at_ms)

    def _zones(self, before: Occupancy, at_ms: int) -> None:
        for zone in _zones_of(before) | _zones_of(self.occupancy):
            use = Use.OCCUPIED if self.occupancy.headcount(zone) else Use.VACANT
            self._uses(f"zone:{zone}", use, at_ms)

    def _uses(self, resource: str, use: str, at_ms: int) -> None:
        now = {Use.OCCUPIED: IN_USE, Use.UNKNOWN: UNKNOWN}.get(Use(use)) if use in list(Use) else UNKNOWN
        lasting = self.open.get(resource)
        if lasting is not None and lasting[0] != now:
            self._close(resource, *lasting, at_ms)
            del self.open[resource]
        if now is not None and resource not in self.open:
            self.open[resource] = (now, at_ms)

    def _close(self, resource: str, what: str, since_ms: int, at_ms: int) -> None:
        self.pieces += pieces(resource, what, since_ms, at_ms, self.zone)


def _zones_of(occupancy: Occupancy) -> set[str]:
    named = {one.zone for one in occupancy.stays.values()} | {one.zone for one in occupancy.visits.values()}
    return named | set(occupancy.anonymous)


TAKEN: frozenset[str] = frozenset(
    {
        *(kind.KIND for kind in (Started, DeskMoved, Checkpoint, NoShow, DayClosed)),
        *("entered", "left", "visit", "visit-ended", "went-elsewhere"),
    }
)
"""The kinds of facts that say anything here; of the others the time alone counts."""


def day_of(at_ms: int, zone: ZoneInfo) -> str:
    """The local day of a moment."""
    return local(at_ms, zone).date().isoformat()


def bounds(day: str, zone: ZoneInfo) -> tuple[int, int]:
    """When a local day begins and ends, Unix ms; 23 to 25 hours. Raises ValueError for what is no day."""
    begin = date.fromisoformat(day)
    return day_start_ms(begin, zone), day_start_ms(begin + timedelta(days=1), zone)


def pieces(resource: str, what: str, from_ms: int, to_ms: int, zone: ZoneInfo) -> Iterator[Piece]:
    """A stretch, cut at each local midnight; nothing of one that does not last or lasts beyond all measure."""
    if to_ms - from_ms > 400 * 24 * HOUR_MS:
        return
    while from_ms < to_ms:
        day = day_of(from_ms, zone)
        end_ms = min(to_ms, bounds(day, zone)[1])
        yield Piece(day, resource, what, from_ms, end_ms)
        from_ms = end_ms


def by_hour(from_ms: int, to_ms: int, zone: ZoneInfo) -> Iterator[tuple[str, int, int, int]]:
    """A stretch, cut at each full hour: (local day, hour, from, to). Zones of ours stand whole quarters off UTC, and
    hours are cut there, so that each part lies in one local hour.
    """
    while from_ms < to_ms:
        at = local(from_ms, zone)
        end_ms = min(to_ms, (from_ms // (15 * MINUTE_MS) + 1) * 15 * MINUTE_MS)
        yield at.date().isoformat(), at.hour, from_ms, end_ms
        from_ms = end_ms
