"""The folds as a checkpoint stores them, and a site's state as its log rebuilds it: a restart gives the same numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from access import occupancy as occ
from access.clock import Now
from access.cursor import Cursor
from access.desk import DeskState, Use
from access.door import DoorState
from access.facts import (
    Checkpoint,
    DeskMoved,
    DoorMoved,
    Fact,
    FireChanged,
    LockdownSet,
    Sensed,
)
from access.hours import next_local_minute
from access.replica import Replica
from access.site import Site
from access.state import SiteState, onward_of
from access.turn import Turn

Logged = tuple[int, Fact]
"""A fact of the log with its wall time, Unix milliseconds."""


def checkpoint(turn: Turn) -> Checkpoint:
    """The folds as they stand in this turn."""
    return Checkpoint(
        occ.to_stored(turn.occupancy),
        {
            "lockdown": turn.lockdown,
            "fire": turn.fire,
            "doors": {door: state.open for door, state in turn.doors.items() if state.open is not None},
            "desks": {desk: _desk_to_stored(state) for desk, state in turn.desks.items()},
        },
    )


def _desk_to_stored(state: DeskState) -> dict[str, Any]:
    # A level that is not known is "": what is hashed holds no null.
    levels = [[sensor, "" if level is None else level] for sensor, level in sorted(state.levels.items())]
    return {"use": str(state.use), "since_ms": state.since_ms, "levels": levels}


def _desk_from_stored(stored: Mapping[str, Any]) -> DeskState:
    levels = {sensor: None if level == "" else level for sensor, level in stored["levels"]}
    return DeskState(Use(stored["use"]), stored["since_ms"], levels)


def begin(
    site: Site,
    replica: Replica,
    epoch: int,
    seq: int,
    history: Iterable[Logged],
    cursors: Mapping[str, tuple[Cursor, ...]],
    refusals: Mapping[str, int],
    now: Now,
) -> SiteState:
    """The state at a start: the log's facts since its last checkpoint, folded; no grant of an earlier run waits (D2).

    Desk sensors keep the level they said last until they fall silent; door contacts until the keeper tells them.
    """
    zone = ZoneInfo(site.timezone)
    state = SiteState(
        site,
        zone,
        onward_of(site),
        epoch,
        seq,
        day_ends_ms=next_local_minute(now.wall_ms, site.policy.day_ends_minute, zone),
        replica=replica,
        cursors=cursors,
        refusals=refusals,
        heard=dict.fromkeys(site.devices, now.day_ms),
        doors={door: DoorState() for door in site.doors},
        desks={desk: DeskState() for desk in site.desks},
    )
    last_ms = now.wall_ms
    for at_ms, fact in history:
        state, last_ms = _refold(state, fact, at_ms, now), at_ms
    return _day_missed(state, last_ms, now)


def _day_missed(state: SiteState, last_ms: int, now: Now) -> SiteState:
    """A day that ended while nobody ran is closed at the first tick."""
    ended = next_local_minute(last_ms, state.site.policy.day_ends_minute, state.zone)
    return replace(state, day_ends_ms=ended) if ended <= now.wall_ms else state


def _refold(state: SiteState, fact: Fact, at_ms: int, now: Now) -> SiteState:
    state = replace(state, occupancy=occ.fold(state.occupancy, fact, at_ms))
    match fact:
        case Checkpoint(site=stored):
            return _from_checkpoint(state, stored)
        case DoorMoved(door=door) if door in state.doors:
            return replace(state, doors={**state.doors, door: DoorState(open=fact.open)})
        case Sensed(desk=desk) if desk in state.desks:
            return _with_desk(state, desk, _resensed(state.desks[desk], fact, at_ms, now, state.site))
        case DeskMoved(desk=desk) if desk in state.desks:
            moved = replace(state.desks[desk], use=Use(fact.use), since_ms=at_ms)
            return _with_desk(state, desk, replace(moved, vacant_due_ms=None) if fact.use == Use.VACANT else moved)
        case LockdownSet():
            return replace(state, lockdown=fact.active)
        case FireChanged():
            return replace(state, fire=fact.active)
        case _:
            return state


def _with_desk(state: SiteState, desk: str, desk_state: DeskState) -> SiteState:
    return replace(state, desks={**state.desks, desk: desk_state})


def _resensed(state: DeskState, fact: Sensed, at_ms: int, now: Now, site: Site) -> DeskState:
    """The desk after a sensor's level, with what is left of its hold where it had become empty."""
    levels = {**state.levels, fact.sensor: fact.present}
    empty = True not in levels.values() and False in levels.values()
    if not empty or state.use is not Use.OCCUPIED:
        return replace(state, levels=levels, vacant_due_ms=None)
    left_ms = min(max(site.policy.desk_hold_ms - (now.wall_ms - at_ms), 0), site.policy.desk_hold_ms)
    return replace(state, levels=levels, vacant_due_ms=now.day_ms + left_ms)


def _from_checkpoint(state: SiteState, stored: Mapping[str, Any]) -> SiteState:
    doors = {door: DoorState(open=stored["doors"].get(door)) for door in state.doors}
    desks = {d: _desk_from_stored(stored["desks"][d]) if d in stored["desks"] else s for d, s in state.desks.items()}
    return replace(state, doors=doors, desks=desks, lockdown=stored["lockdown"], fire=stored["fire"])
