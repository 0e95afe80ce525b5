"""The folds as a checkpoint stores them, and a site's state as its log rebuilds it: a restart gives equal numbers."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from access import denials, walk_ins
from access import occupancy as occ
from access.clock import Now
from access.cursor import Cursor
from access.desk import DeskState
from access.door import DoorState
from access.facts import Checkpoint, Fact
from access.free_passage import first_look_ms
from access.hours import next_local_minute
from access.replica import Replica
from access.site import Site
from access.state import PinTries, SiteState, onward_of
from access.told import Told
from access.turn import Turn
from access.watch import Watch

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
            "staff_came": turn.staff_came,
            "pins": [_tries_to_stored(turn.now, badge, tries) for badge, tries in sorted(turn.pins.items())],
            "checked_in": sorted(turn.checked_in),
            "released": sorted(turn.released),
            "settled_ms": turn.watch.settled_ms,
            "since_ms": turn.watch.since_ms,
            "free": sorted(turn.free),
            "full": sorted(turn.full),
            "minors_alone": sorted(turn.minors_alone),
            "minors_why": turn.minors_why,
            "denials": denials.to_stored(turn.denials),
            "revocations": list(turn.revocations),
            "walk_ins": walk_ins.to_stored(walk_ins.lasting(turn.walk_ins, turn.replica, turn.now.wall_ms)),
            "applied": list(turn.applied),
        },
    )


def _tries_to_stored(now: Now, badge: str, tries: PinTries) -> list[str | int]:
    """A badge's wrong PINs, and until when it is blocked on the wall clock: the monotonic one begins with each run."""
    until = [] if tries.blocked_until_ms is None else [now.wall_ms + tries.blocked_until_ms - now.mono_ms]
    return [badge, tries.wrong, *until]


def _door_to_stored(state: DoorState) -> dict[str, Any]:
    return {"open": bool(state.open), "held": state.held, "forced": state.forced}


def _desk_to_stored(state: DeskState) -> dict[str, Any]:
    # A level that is not known is "": what is hashed holds no null.
    levels = [[sensor, "" if level is None else level] for sensor, level in sorted(state.levels.items())]
    kept = {"kept": sorted(state.kept)} if state.kept else {}
    return {"use": str(state.use), "since_ms": state.since_ms, "levels": levels, **kept}


def begin(
    site: Site,
    replica: Replica,
    epoch: int,
    seq: int,
    history: Iterable[Logged],
    cursors: Mapping[str, tuple[Cursor, ...]],
    refusals: Mapping[str, int],
    now: Now,
    replica_age_ms: int = 0,
) -> SiteState:
    """The state at a start: the log's facts since its last checkpoint, folded; no grant of an earlier run waits (D2).

    Desk sensors keep the level they said last until they fall silent; door contacts until the keeper tells them. What
    is waited for (a hole, a desk's hold, a door that stands open) is waited for anew. ``replica_age_ms`` is how long
    ago the registry confirmed the replica. One that is older than the log's word was put back from an old copy: nobody
    is let in by it (S10), and a later one is waited for.
    """
    zone = ZoneInfo(site.timezone)
    told = Told(site, now)
    for at_ms, fact in history:
        told.take(fact, at_ms)
    return SiteState(
        site,
        zone,
        onward_of(site),
        epoch,
        seq,
        day_ends_ms=_day_ends(site, zone, told.first_ms, now),
        replica=Replica() if went_back(told.applied, replica) else replica,
        cursors={device: _anew(held, now) for device, held in cursors.items() if device in site.devices},
        refusals=refusals,
        heard=dict.fromkeys(site.devices, now.day_ms),
        doors={door: told.door(door) for door in site.doors},
        desks={desk: told.desk(desk) for desk in site.desks},
        occupancy=told.occupancy,
        lockdown=told.lockdown,
        fire=told.fire,
        evacuation=told.evacuation,
        confirmed_ms=now.day_ms - replica_age_ms,
        staff_came=told.staff_came,
        pins=told.pins(),
        checked_in=frozenset(told.checked_in),
        released=frozenset(told.released),
        free=frozenset(told.free & site.doors.keys()),
        full=frozenset(zone.id for zone in site.zones.values() if zone.id in told.full and zone.capacity is not None),
        minors_alone=frozenset(told.minors_alone),
        minors_why=told.minors_why,
        minors_due_ms=0,
        free_due_ms=first_look_ms(site),
        watch=Watch(settled_ms=told.settled_ms, since_ms=told.since_ms),
        began_ms=now.day_ms,
        denials=told.denials,
        applied=told.applied if went_back(told.applied, replica) else (replica.generation, replica.version),
        revocations=told.revocations,
        walk_ins=told.walk_ins,
    )


def went_back(applied: tuple[str, int], replica: Replica) -> bool:
    """Whether the site has decided by a later version than this replica is."""
    generation, version = applied
    return replica.version < version and replica.generation in {generation, ""}


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
