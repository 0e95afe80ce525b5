"""Who is here and how many: a fold over facts, the same on the gateway and on the registry (guarantee S5).

*Present* is a person between a recognised entry and exit. ``anonymous`` is what a zone's headcount differs from its
named people and visitors by: exits that nobody can put a name to lower it, and mark the count estimated. They close no
stay and take no name off the muster list (domain: occupancy). It never takes a headcount below nobody. A *visit* is
somebody without a badge: counted, and on the muster list with their host.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from access.facts import (
    Checkpoint,
    Counted,
    DayClosed,
    DeviceGap,
    DeviceMoved,
    DoorMoved,
    Entered,
    Fact,
    Left,
    VisitBegan,
    VisitEnded,
    WentElsewhere,
)


@dataclass(frozen=True, slots=True)
class Stay:
    """One person's presence: where now, since when, and whether their entry or an earlier exit was only estimated.
    ``moved_ms`` is when they came into the zone they are in, None where they have been in no other.
    """

    zone: str
    since_ms: int
    estimated: bool = False
    moved_ms: int | None = None

    @property
    def here_ms(self) -> int:
        """Since when they are in this zone."""
        return self.since_ms if self.moved_ms is None else self.moved_ms


@dataclass(frozen=True, slots=True)
class Visit:
    """Somebody without a badge: where, since when, and the person who let them in."""

    zone: str
    since_ms: int
    host: str


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Stays by person; ``anonymous`` by zone; the zones whose count is estimated; visits by id."""

    stays: Mapping[str, Stay] = field(default_factory=dict)
    anonymous: Mapping[str, int] = field(default_factory=dict)
    estimated: frozenset[str] = frozenset()
    visits: Mapping[str, Visit] = field(default_factory=dict)

    def headcount(self, zone: str) -> int:
        """How many people are in a zone, as well as is known; never below nobody."""
        named = sum(stay.zone == zone for stay in self.stays.values())
        visiting = sum(visit.zone == zone for visit in self.visits.values())
        return max(0, named + visiting + self.anonymous.get(zone, 0))

    def total(self) -> int:
        """How many people are on the site."""
        zones = {stay.zone for stay in self.stays.values()} | {visit.zone for visit in self.visits.values()}
        return sum(map(self.headcount, zones | set(self.anonymous)))


def fold(occupancy: Occupancy, fact: Fact, at_ms: int) -> Occupancy:
    """The occupancy after one fact of the log, which happened at ``at_ms``."""
    match fact:
        case Entered():
            return _entered(occupancy, fact, at_ms)
        case Left():
            return _left(occupancy, fact, at_ms) if fact.person else _left_unnamed(occupancy, fact)
        case Counted(zone=zone):
            return replace(occupancy, estimated=occupancy.estimated | {zone})
        case DoorMoved(zones=zones) | DeviceMoved(zones=zones) | DeviceGap(zones=zones) if zones:
            return replace(occupancy, estimated=occupancy.estimated | set(zones))
        case DayClosed():
            return Occupancy()
        case Checkpoint(occupancy=stored):
            return from_stored(stored)
        case VisitBegan() | VisitEnded() | WentElsewhere():
            return _told(occupancy, fact, at_ms)
        case _:
            return occupancy


def _told(occupancy: Occupancy, fact: VisitBegan | VisitEnded | WentElsewhere, at_ms: int) -> Occupancy:
    match fact:
        case VisitBegan():
            visits = {**occupancy.visits, fact.visit: Visit(fact.zone, at_ms, fact.host)}
            return replace(occupancy, visits=visits)
        case VisitEnded():
            return _visit_ended(occupancy, fact.visit)
        case WentElsewhere():
            return _elsewhere(occupancy, fact)


def _visit_ended(occupancy: Occupancy, ended: str) -> Occupancy:
    visit = occupancy.visits.get(ended)
    if visit is None:
        return occupancy
    visits = {ident: one for ident, one in occupancy.visits.items() if ident != ended}
    # Who has no badge leaves as nobody: an exit that was counted so may have been theirs.
    anonymous = _named_now(occupancy.anonymous, left=visit.zone, reached="")
    return replace(occupancy, visits=visits, anonymous=_clamped(anonymous, occupancy.stays, visits))


def _elsewhere(occupancy: Occupancy, fact: WentElsewhere) -> Occupancy:
    """Who came to another site has left this one, unless they passed a door here after that (domain: transfer)."""
    stay = occupancy.stays.get(fact.person)
    if stay is None or stay.here_ms >= fact.at_ms:
        return occupancy
    stays = {who: one for who, one in occupancy.stays.items() if who != fact.person}
    anonymous = _clamped(_named_now(occupancy.anonymous, left=stay.zone, reached=""), stays, occupancy.visits)
    return replace(occupancy, stays=stays, anonymous=anonymous, estimated=occupancy.estimated | {stay.zone})


def _entered(occupancy: Occupancy, fact: Entered, at_ms: int) -> Occupancy:
    before, believed = _where(occupancy, fact.person)
    missed = believed != fact.outer
    anonymous = _named_now(occupancy.anonymous, left=believed, reached=fact.outer) if missed else occupancy.anonymous
    stay = Stay(fact.zone, at_ms) if before is None or missed else Stay(fact.zone, before.since_ms, moved_ms=at_ms)
    stays = {**occupancy.stays, fact.person: replace(stay, estimated=fact.estimated or missed)}
    marked = ({believed, fact.outer} if missed else set()) | ({fact.zone} if fact.estimated else set())
    anonymous = _clamped(anonymous, stays, occupancy.visits)
    return Occupancy(stays, anonymous, occupancy.estimated | marked - {""}, occupancy.visits)


def _left(occupancy: Occupancy, fact: Left, at_ms: int) -> Occupancy:
    before, believed = _where(occupancy, fact.person)
    missed = believed != fact.zone
    anonymous = _named_now(occupancy.anonymous, left=believed, reached=fact.zone) if missed else occupancy.anonymous
    stays = {who: stay for who, stay in occupancy.stays.items() if who != fact.person}
    if fact.to:
        then_ms = at_ms if fact.at_ms is None else fact.at_ms
        stay = Stay(fact.to, then_ms) if before is None or missed else replace(before, zone=fact.to, moved_ms=then_ms)
        stays[fact.person] = replace(stay, estimated=stay.estimated or missed)
    marked = {believed, fact.zone} if missed else set()
    anonymous = _clamped(anonymous, stays, occupancy.visits)
    return Occupancy(stays, anonymous, occupancy.estimated | marked - {""}, occupancy.visits)


def _where(occupancy: Occupancy, person: str) -> tuple[Stay | None, str]:
    """A person's stay, and the zone they are believed to be in; "" is outside."""
    stay = occupancy.stays.get(person)
    return stay, "" if stay is None else stay.zone


def _named_now(anonymous: Mapping[str, int], left: str, reached: str) -> Mapping[str, int]:
    """Take back a nameless passing from ``left`` to ``reached``, as far as one was counted: it is known now whose it
    was.
    """
    after = dict(anonymous)
    if after.get(left, 0) < 0:
        after[left] += 1
    if after.get(reached, 0) > 0:
        after[reached] -= 1
    return after


def _left_unnamed(occupancy: Occupancy, fact: Left) -> Occupancy:
    anonymous = dict(occupancy.anonymous)
    if occupancy.headcount(fact.zone) > 0:
        anonymous[fact.zone] = anonymous.get(fact.zone, 0) - 1
        if fact.to:
            anonymous[fact.to] = anonymous.get(fact.to, 0) + 1
    marked = {fact.zone, fact.to} - {""}
    anonymous = _clamped(anonymous, occupancy.stays, occupancy.visits)
    return Occupancy(occupancy.stays, anonymous, occupancy.estimated | marked, occupancy.visits)


def _clamped(anonymous: Mapping[str, int], stays: Mapping[str, Stay], visits: Mapping[str, Visit]) -> dict[str, int]:
    """No zone lacks more people than it has by name or visiting: what exceeds that was an exit counted twice."""
    known: dict[str, int] = {}
    if not anonymous:
        return {}
    for zone in (*(stay.zone for stay in stays.values()), *(visit.zone for visit in visits.values())):
        known[zone] = known.get(zone, 0) + 1
    clamped = {zone: max(count, -known.get(zone, 0)) for zone, count in anonymous.items()}
    return {zone: count for zone, count in clamped.items() if count}


def to_stored(occupancy: Occupancy) -> dict[str, object]:
    """The occupancy as a checkpoint or a projection stores it: lists, integers, strings and booleans only."""
    return {
        "stays": [_stay_to_stored(who, stay) for who, stay in sorted(occupancy.stays.items())],
        "anonymous": [[zone, count] for zone, count in sorted(occupancy.anonymous.items())],
        "estimated": sorted(occupancy.estimated),
        "visits": [[ident, v.zone, v.since_ms, v.host] for ident, v in sorted(occupancy.visits.items())],
    }


def _stay_to_stored(who: str, stay: Stay) -> list[str | int]:
    moved = [] if stay.moved_ms is None else [stay.moved_ms]
    return [who, stay.zone, stay.since_ms, stay.estimated, *moved]


def from_stored(stored: Mapping[str, Any]) -> Occupancy:
    """The occupancy that ``to_stored`` wrote, this version's or one's before visits and moves were told."""
    return Occupancy(
        {who: Stay(*members) for who, *members in stored["stays"]},
        {zone: count for zone, count in stored["anonymous"]},  # noqa: C416 -- the pairs are lists
        frozenset(stored["estimated"]),
        {ident: Visit(*members) for ident, *members in stored.get("visits", ())},
    )
