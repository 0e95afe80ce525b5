"""What a site looks like from its log, beside occupancy: doors, desks, devices, the replica it decides by. A fold."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from access.clock import DAY_MS
from access.facts import (
    CheckedIn,
    Checkpoint,
    DayClosed,
    DeskMoved,
    DeviceMoved,
    DoorMoved,
    EvacuationChanged,
    Fact,
    FireChanged,
    FreePassage,
    HeldOpen,
    KeeperChanged,
    LockdownSet,
    NoShow,
    ReplicaApplied,
    StaffCame,
)
from access.records import LONGEST_BOOKING_MS

Seen = Mapping[str, tuple[str, int]]
"""What was last said of each thing by its id, and when (Unix ms)."""
FORCED, HELD = "forced", "held-open"
"""Why a door alarms."""
MOST_NAMES = 5_000
"""Things of one kind that are kept: a log can name no more."""
SETTLED_KEPT_MS = LONGEST_BOOKING_MS + DAY_MS
"""No booking that was released, or checked in for, lasts longer."""


@dataclass(frozen=True, slots=True)
class Overview:
    """A site as its log last left it; ``keeper`` is its doorkeeper's presence.

    ``staff_came``: since the day began. ``free`` are the doors in free passage, ``released`` the bookings that nobody
    came for, ``checked_in`` those that somebody did; ``doubted`` who is present by an entry under a clock that was not
    trusted. ``ajar`` are the doors that were forced, or stand open too long.
    """

    doors: Seen = field(default_factory=dict)
    desks: Seen = field(default_factory=dict)
    devices: Seen = field(default_factory=dict)
    generation: str = ""
    version: int = 0
    lockdown: bool = False
    fire: bool = False
    keeper: bool = False
    evacuation: bool = False
    staff_came: bool = False
    free: Seen = field(default_factory=dict)
    released: Seen = field(default_factory=dict)
    checked_in: Seen = field(default_factory=dict)
    doubted: Seen = field(default_factory=dict)
    ajar: Seen = field(default_factory=dict)


def fold(overview: Overview, fact: Fact, at_ms: int) -> Overview:
    """The overview after one fact of the log, which happened at ``at_ms``."""
    match fact:
        case DoorMoved() | HeldOpen() | DeskMoved() | DeviceMoved():
            return _thing(overview, fact, at_ms)
        case ReplicaApplied(generation=generation, version=version):
            return replace(overview, generation=generation, version=version)
        case Checkpoint(site=stored):
            return _from_checkpoint(overview, stored, at_ms)
        case NoShow(booking=booking):
            return replace(overview, released=_said(overview.released, booking, fact.KIND, at_ms))
        case CheckedIn(booking=booking):
            return replace(overview, checked_in=_said(overview.checked_in, booking, fact.KIND, at_ms))
        case FreePassage(door=door):
            others = {name: said for name, said in overview.free.items() if name != door}
            return replace(overview, free=_said(others, door, fact.KIND, at_ms) if fact.active else others)
        case DayClosed():
            released, checked_in = _recent(overview.released, at_ms), _recent(overview.checked_in, at_ms)
            return replace(overview, staff_came=False, released=released, checked_in=checked_in)
        case _:
            return _condition(overview, fact)


def _recent(seen: Seen, at_ms: int) -> Seen:
    return {name: said for name, said in seen.items() if said[1] > at_ms - SETTLED_KEPT_MS}


def _thing(overview: Overview, fact: DoorMoved | HeldOpen | DeskMoved | DeviceMoved, at_ms: int) -> Overview:
    match fact:
        case DoorMoved(door=door):
            ajar = _ajar(overview.ajar, door, FORCED if fact.open and fact.cause == FORCED else "", at_ms)
            return replace(overview, doors=_said(overview.doors, door, _door(fact.open), at_ms), ajar=ajar)
        case HeldOpen(door=door, held=held):
            return replace(overview, ajar=_ajar(overview.ajar, door, HELD if held else "", at_ms))
        case DeskMoved(desk=desk, use=use):
            return replace(overview, desks=_said(overview.desks, desk, use, at_ms))
        case DeviceMoved(device=device, link=link):
            return replace(overview, devices=_said(overview.devices, device, link, at_ms))


def _condition(overview: Overview, fact: Fact) -> Overview:
    match fact:
        case LockdownSet(active=active):
            return replace(overview, lockdown=active)
        case FireChanged(active=active):
            return replace(overview, fire=active)
        case KeeperChanged(present=present):
            return replace(overview, keeper=present)
        case EvacuationChanged(active=active):
            return replace(overview, evacuation=active)
        case StaffCame():
            return replace(overview, staff_came=True)
        case _:
            return overview


def _ajar(seen: Seen, door: str, why: str, at_ms: int) -> Seen:
    """The doors that alarm once one does for this reason, or no more; a forced one does so until it shuts."""
    if not why:
        return {name: said for name, said in seen.items() if name != door} if door in seen else seen
    return seen if seen.get(door, ("", 0))[0] in {why, FORCED} else _said(seen, door, why, at_ms)


def _door(is_open: bool) -> str:  # noqa: FBT001 -- a fact's own value, not a switch
    return "open" if is_open else "closed"


def _said(seen: Seen, name: str, what: str, at_ms: int) -> Seen:
    if name not in seen and len(seen) >= MOST_NAMES:
        return seen
    return {**seen, name: (what, at_ms)}


def _is_open(stored: bool | Mapping[str, Any]) -> bool:  # noqa: FBT001 -- as checkpoints of two versions have it
    return stored if isinstance(stored, bool) else bool(stored["open"])


def _why(stored: bool | Mapping[str, Any]) -> str:  # noqa: FBT001 -- the same
    if isinstance(stored, bool) or not stored["open"]:
        return ""
    return FORCED if stored.get("forced") is True else HELD if stored.get("held") is True else ""


def _from_checkpoint(overview: Overview, stored: Mapping[str, Any], at_ms: int) -> Overview:
    doors = {str(door): (_door(_is_open(state)), at_ms) for door, state in stored["doors"].items()}
    desks = {str(desk): (str(state["use"]), int(state["since_ms"])) for desk, state in stored["desks"].items()}
    kept = {door: said for door, said in overview.doors.items() if said[0] == doors.get(door, ("", 0))[0]}
    why = {str(door): _why(state) for door, state in stored["doors"].items()}
    ajar = {door: overview.ajar.get(door, (said, at_ms)) for door, said in why.items() if said}
    lockdown, fire, evacuation = (bool(stored.get(name, False)) for name in ("lockdown", "fire", "evacuation"))
    holds = replace(overview, lockdown=lockdown, fire=fire, evacuation=evacuation)
    return replace(
        holds,
        doors={**doors, **kept},
        desks=desks,
        ajar=ajar,
        staff_came=bool(stored.get("staff_came", overview.staff_came)),
        free=_listed(overview.free, stored.get("free"), at_ms),
        released=_listed(overview.released, stored.get("released"), at_ms),
        checked_in=_listed(overview.checked_in, stored.get("checked_in"), at_ms),
    )


def _listed(seen: Seen, stored: object, at_ms: int) -> Seen:
    """What a checkpoint lists, with what was known of it; one of an earlier version that does not changes nothing."""
    if not isinstance(stored, list):
        return seen
    return {str(name): seen.get(str(name), ("checkpoint", at_ms)) for name in stored[:MOST_NAMES]}


def to_stored(overview: Overview) -> dict[str, Any]:
    """The overview as a projection stores it."""
    return {
        "doors": overview.doors,
        "desks": overview.desks,
        "devices": overview.devices,
        "generation": overview.generation,
        "version": overview.version,
        "lockdown": overview.lockdown,
        "fire": overview.fire,
        "keeper": overview.keeper,
        "evacuation": overview.evacuation,
        "staff_came": overview.staff_came,
        "free": overview.free,
        "released": overview.released,
        "checked_in": overview.checked_in,
        "doubted": overview.doubted,
        "ajar": overview.ajar,
    }


def from_stored(stored: Mapping[str, Any]) -> Overview:
    """The overview that ``to_stored`` wrote."""
    seen = {
        name: {key: (what, at) for key, (what, at) in stored.get(name, {}).items()}
        for name in ("doors", "desks", "devices", "free", "released", "checked_in", "doubted", "ajar")
    }
    return Overview(**{**stored, **seen})
