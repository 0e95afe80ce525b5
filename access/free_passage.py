"""Scheduled free passage: in these hours a door stands released (domain: door access).

The keeper holds the lock: leases of a few seconds, renewed while they run under one standing grant, so that free
passage ends with the gateway. Where a site waits for its first staff it begins with them; a lockdown ends it, and so
does a clock that nobody can rely on. A lock on a network controller has no such lease, and is never in free passage.
"""

from access.clock import HOUR_MS, MINUTE_MS, SECOND_MS, Now
from access.effects import FreeEnd, FreeLease
from access.facts import FreePassage
from access.hours import closed_until, next_local_minute
from access.records import Opening
from access.site import Door, Policy, Site
from access.state import FreeHold
from access.turn import Turn
from access.watch import NEVER_MS

RENEW_MS = 2 * SECOND_MS
"""A standing lease runs 3 s (architecture: keeper), or the door's own maximum where that is less."""


def is_sure(now: Now, policy: Policy) -> bool:
    """Whether what is due by the clock may be done by it."""
    return now.trusted and now.unsure_ms <= policy.clock_unsure_ms


def first_look_ms(site: Site) -> int:
    """When to look for free passage first: at once, or never where no door has any."""
    return 0 if any(door.free and door.controller is None for door in site.doors.values()) else NEVER_MS


def look(turn: Turn) -> None:
    """Time passed: hours may have begun or ended, and leases run out."""
    wall_ms = turn.now.wall_ms
    if turn.free_due_ms == NEVER_MS:
        return
    lost = bool(turn.free) and not is_sure(turn.now, turn.policy)
    if lost or not wall_ms < turn.free_due_ms <= wall_ms + HOUR_MS:
        settle(turn)
    if turn.holds:
        _renew(turn)


def settle(turn: Turn) -> None:
    """Begin or end free passage, door by door, as things stand now."""
    if turn.free_due_ms == NEVER_MS:
        return
    wall_ms = turn.now.wall_ms
    turn.free_due_ms = wall_ms + HOUR_MS if is_sure(turn.now, turn.policy) else wall_ms + MINUTE_MS
    for door in turn.site.doors.values():
        if not door.free or door.controller is not None:
            continue
        free, next_ms = _by_hours(turn, door)
        turn.free_due_ms = min(turn.free_due_ms, next_ms)
        if free and _may(turn, door):
            _begin(turn, door)
        elif door.id in turn.free:
            end(turn, door)
    if turn.holds:
        _renew(turn)


def _by_hours(turn: Turn, door: Door) -> tuple[bool, int]:
    """Whether a door's hours hold, and the moment at which that may change."""
    wall_ms, zone = turn.now.wall_ms, turn.before.zone
    openings = tuple(Opening("", span.weekday, span.from_minute, span.to_minute) for span in door.free)
    closed, opens_ms = closed_until(openings, (), wall_ms, zone)
    if closed:
        return False, wall_ms + HOUR_MS if opens_ms is None else opens_ms
    return True, min(next_local_minute(wall_ms, span.to_minute, zone) for span in door.free)


def _may(turn: Turn, door: Door) -> bool:
    waits = door.first_in and not turn.staff_came
    return is_sure(turn.now, turn.policy) and not turn.lockdown and not waits


def _begin(turn: Turn, door: Door) -> None:
    if door.id in turn.free and (door.gpio is None or door.id in turn.holds):
        return
    # A hold of an earlier run ended with it: this one has a grant of its own.
    turn.free |= {door.id}
    turn.log(FreePassage(door.id, active=True))
    if door.gpio is not None:
        turn.holds = {**turn.holds, door.id: FreeHold(turn.event_id(turn.seq), turn.now.mono_ms)}


def end(turn: Turn, door: Door) -> None:
    """End a door's free passage, and have its lock secured."""
    turn.free -= {door.id}
    turn.log(FreePassage(door.id, active=False))
    hold = turn.holds.get(door.id)
    if hold is not None:
        turn.holds = {ident: held for ident, held in turn.holds.items() if ident != door.id}
        turn.effects.append(FreeEnd(hold.grant, door.id))


def _renew(turn: Turn) -> None:
    mono_ms = turn.now.mono_ms
    for ident, hold in turn.holds.items():
        if mono_ms >= hold.due_ms and turn.keeper_run:
            every_ms = min(RENEW_MS, turn.site.doors[ident].max_lease_ms // 2)
            turn.holds = {**turn.holds, ident: FreeHold(hold.grant, mono_ms + every_ms)}
            turn.effects.append(FreeLease(hold.grant, ident, mono_ms, turn.keeper_run))
