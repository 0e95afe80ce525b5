"""The folds as a checkpoint stores them, and a site's state as its log rebuilds it: a restart gives equal numbers."""

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
    EvacuationChanged,
    Fact,
    FireChanged,
    HeldOpen,
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
            "evacuation": turn.evacuation,
            "doors": {door: _door_to_stored(state) for door, state in turn.doors.items() if state.open is not None},
            "desks": {desk: _desk_to_stored(state) for desk, state in turn.desks.items()},
        },
    )


def _door_to_stored(state: DoorState) -> dict[str, Any]:
    return {"open": bool(state.open), "held": state.held, "forced": state.forced}


def _desk_to_stored(state: DeskState) -> dict[str, Any]:
    # A level that is not known is "": what is hashed holds no null.
    levels = [[sensor, "" if level is None else level] for sensor, level in sorted(state.levels.items())]
    return {"use": str(state.use), "since_ms": state.since_ms, "levels": levels}


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

    Desk sensors keep the level they said last until they fall silent; door contacts until the keeper tells them. What
    is waited for (a hole, a desk's hold, a door that stands open) is waited for anew.
    """
    zone = ZoneInfo(site.timezone)
    told = _Told(site, now)
    for at_ms, fact in history:
        told.take(fact, at_ms)
    return SiteState(
        site,
        zone,
        onward_of(site),
        epoch,
        seq,
        day_ends_ms=_day_ends(site, zone, told.first_ms, now),
        replica=replica,
        cursors={device: _anew(held, now) for device, held in cursors.items() if device in site.devices},
        refusals=refusals,
        heard=dict.fromkeys(site.devices, now.day_ms),
        doors={door: told.door(door) for door in site.doors},
        desks={desk: told.desk(desk) for desk in site.desks},
        occupancy=told.occupancy,
        lockdown=told.lockdown,
        fire=told.fire,
        evacuation=told.evacuation,
    )


def _day_ends(site: Site, zone: ZoneInfo, first_ms: int | None, now: Now) -> int:
    """When the day ends that the log's facts begin: at the first tick where that was while nobody ran. A clock that
    nobody trusts shortens no day.
    """
    ends = next_local_minute(now.wall_ms, site.policy.day_ends_minute, zone)
    if first_ms is None:
        return ends
    ended = next_local_minute(first_ms, site.policy.day_ends_minute, zone)
    return min(ended, ends) if now.trusted else ended


def _anew(held: tuple[Cursor, ...], now: Now) -> tuple[Cursor, ...]:
    return tuple(replace(cursor, hole_ms=now.mono_ms if cursor.beyond else None) for cursor in held)


class _Told:
    """What a log tells of a site, fact by fact; it may be a whole day's, so nothing is copied."""

    def __init__(self, site: Site, now: Now) -> None:
        self._site, self._now = site, now
        self._doors: dict[str, DoorState] = {}
        self._desks: dict[str, DeskState] = {}
        self._empty_ms: dict[str, int] = {}
        self.occupancy = occ.Occupancy()
        self.lockdown = self.fire = self.evacuation = False
        self.first_ms: int | None = None

    def take(self, fact: Fact, at_ms: int) -> None:
        """Fold one fact of ``at_ms``."""
        self.first_ms = at_ms if self.first_ms is None else self.first_ms
        self.occupancy = occ.fold(self.occupancy, fact, at_ms)
        match fact:
            case Checkpoint(site=stored):
                self._checkpoint(stored, at_ms)
            case DoorMoved(door=door):
                self._doors[door] = DoorState(open=fact.open, forced=fact.cause == "forced")
            case HeldOpen(door=door):
                self._doors[door] = replace(self._doors.get(door, DoorState()), held=fact.held)
            case Sensed(desk=desk):
                state = self._desks.get(desk, DeskState())
                self._desks[desk] = replace(state, levels={**state.levels, fact.sensor: fact.present})
                self._empty_ms[desk] = at_ms
            case DeskMoved(desk=desk):
                state = self._desks.get(desk, DeskState())
                self._desks[desk] = replace(state, use=Use(fact.use), since_ms=at_ms)
            case LockdownSet():
                self.lockdown = fact.active
            case FireChanged():
                self.fire = fact.active
            case EvacuationChanged():
                self.evacuation = fact.active

    def _checkpoint(self, stored: Mapping[str, Any], at_ms: int) -> None:
        self.lockdown, self.fire = stored["lockdown"], stored["fire"]
        self.evacuation = stored.get("evacuation", False)
        self._doors = {door: DoorState(**fields) for door, fields in stored["doors"].items()}
        self._desks = {desk: _desk_from_stored(fields) for desk, fields in stored["desks"].items()}
        self._empty_ms = dict.fromkeys(self._desks, at_ms)

    def door(self, door: str) -> DoorState:
        """A door as it was left; one that stands open has its time from now on."""
        state = self._doors.get(door, DoorState())
        if not state.open or state.held:
            return state
        return replace(state, held_due_ms=self._now.mono_ms + self._site.doors[door].held_open_ms)

    def desk(self, desk: str) -> DeskState:
        """A desk as it was left, with what is left of its hold where it had become empty."""
        state = self._desks.get(desk, DeskState())
        levels = set(state.levels.values())
        if state.use is not Use.OCCUPIED or True in levels or False not in levels:
            return state
        hold_ms = self._site.policy.desk_hold_ms
        left_ms = min(max(hold_ms - (self._now.wall_ms - self._empty_ms[desk]), 0), hold_ms)
        return replace(state, vacant_due_ms=self._now.day_ms + left_ms)


def _desk_from_stored(stored: Mapping[str, Any]) -> DeskState:
    levels = {sensor: None if level == "" else level for sensor, level in stored["levels"]}
    return DeskState(Use(stored["use"]), stored["since_ms"], levels)
