"""Who is here and how many: a fold over facts, the same on the gateway and on the registry (guarantee S5).

*Present* is a person between a recognised entry and exit. ``anonymous`` is what a zone's headcount differs from its
named people by: exits that nobody can put a name to lower it, and mark the count estimated. They close no stay and
take no name off the muster list (domain: occupancy). It never takes a headcount below nobody.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from access.facts import Checkpoint, Counted, DayClosed, DeviceGap, DeviceMoved, DoorMoved, Entered, Fact, Left


@dataclass(frozen=True, slots=True)
class Stay:
    """One person's presence: where now, since when, and whether their entry or an earlier exit was only estimated."""

    zone: str
    since_ms: int
    estimated: bool = False


@dataclass(frozen=True, slots=True)
class Occupancy:
    """Stays by person; ``anonymous`` by zone; the zones whose count is estimated."""

    stays: Mapping[str, Stay] = field(default_factory=dict)
    anonymous: Mapping[str, int] = field(default_factory=dict)
    estimated: frozenset[str] = frozenset()

    def headcount(self, zone: str) -> int:
        """How many people are in a zone, as well as is known; never below nobody."""
        named = sum(stay.zone == zone for stay in self.stays.values())
        return max(0, named + self.anonymous.get(zone, 0))

    def total(self) -> int:
        """How many people are on the site."""
        zones = {stay.zone for stay in self.stays.values()} | set(self.anonymous)
        return sum(map(self.headcount, zones))


def fold(occupancy: Occupancy, fact: Fact, at_ms: int) -> Occupancy:
    """The occupancy after one fact of the log, which happened at ``at_ms``."""
    match fact:
        case Entered():
            return _entered(occupancy, fact, at_ms)
        case Left(person=""):
            return _left_unnamed(occupancy, fact)
        case Left():
            return _left(occupancy, fact, at_ms)
        case Counted(zone=zone):
            return replace(occupancy, estimated=occupancy.estimated | {zone})
        case DoorMoved(zones=zones) | DeviceMoved(zones=zones) | DeviceGap(zones=zones) if zones:
            return replace(occupancy, estimated=occupancy.estimated | set(zones))
        case DayClosed():
            return Occupancy()
        case Checkpoint(occupancy=stored):
            return from_stored(stored)
        case _:
            return occupancy


def _entered(occupancy: Occupancy, fact: Entered, at_ms: int) -> Occupancy:
    before, believed = _where(occupancy, fact.person)
    missed = believed != fact.outer
    anonymous = _named_now(occupancy.anonymous, left=believed, reached=fact.outer) if missed else occupancy.anonymous
    since_ms = at_ms if before is None or missed else before.since_ms
    stays = {**occupancy.stays, fact.person: Stay(fact.zone, since_ms, fact.estimated or missed)}
    marked = ({believed, fact.outer} if missed else set()) | ({fact.zone} if fact.estimated else set())
    return Occupancy(stays, _clamped(anonymous, stays), occupancy.estimated | marked - {""})


def _left(occupancy: Occupancy, fact: Left, at_ms: int) -> Occupancy:
    before, believed = _where(occupancy, fact.person)
    missed = believed != fact.zone
    anonymous = _named_now(occupancy.anonymous, left=believed, reached=fact.zone) if missed else occupancy.anonymous
    stays = {who: stay for who, stay in occupancy.stays.items() if who != fact.person}
    if fact.to:
        since_ms = at_ms if before is None or missed else before.since_ms
        stays[fact.person] = Stay(fact.to, since_ms, missed or (before is not None and before.estimated))
    marked = {believed, fact.zone} if missed else set()
    return Occupancy(stays, _clamped(anonymous, stays), occupancy.estimated | marked - {""})


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
    return Occupancy(occupancy.stays, _clamped(anonymous, occupancy.stays), occupancy.estimated | marked)


def _clamped(anonymous: Mapping[str, int], stays: Mapping[str, Stay]) -> dict[str, int]:
    """No zone lacks more people than it has by name: what exceeds that was an exit counted twice."""
    named: dict[str, int] = {}
    for stay in stays.values() if anonymous else ():
        named[stay.zone] = named.get(stay.zone, 0) + 1
    clamped = {zone: max(count, -named.get(zone, 0)) for zone, count in anonymous.items()}
    return {zone: count for zone, count in clamped.items() if count}


def to_stored(occupancy: Occupancy) -> dict[str, object]:
    """The occupancy as a checkpoint or a projection stores it: lists, integers, strings and booleans only."""
    return {
        "stays": [[who, s.zone, s.since_ms, s.estimated] for who, s in sorted(occupancy.stays.items())],
        "anonymous": [[zone, count] for zone, count in sorted(occupancy.anonymous.items())],
        "estimated": sorted(occupancy.estimated),
    }


def from_stored(stored: Mapping[str, object]) -> Occupancy:
    """The occupancy that ``to_stored`` wrote."""
    stays: list[tuple[str, str, int, bool]] = stored["stays"]  # type: ignore[assignment]
    anonymous: list[tuple[str, int]] = stored["anonymous"]  # type: ignore[assignment]
    estimated: list[str] = stored["estimated"]  # type: ignore[assignment]
    return Occupancy(
        {who: Stay(zone, since_ms, flag) for who, zone, since_ms, flag in stays},
        {zone: count for zone, count in anonymous},  # noqa: C416 -- the pairs are lists
        frozenset(estimated),
    )
