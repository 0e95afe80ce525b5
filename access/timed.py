"""What happens because time passed: beacons, held-open doors, desk holds, silences, holes, bookings that nobody came
for, free passage, the curfew, the end of the day.
"""

from dataclasses import dataclass

from access import checkin, free_passage, freshness, presence
from access import desk as desks
from access import door as doors
from access.clock import MINUTE_MS, SECOND_MS, Now
from access.conditions import forget_tries
from access.effects import SendBeacon
from access.events import Ticked
from access.facts import DayClosed, Refusals
from access.hours import next_local_minute
from access.numbering import give_up_holes
from access.sensing import fell_silent
from access.state import SiteState
from access.stored import checkpoint
from access.turn import Turn
from access.visits import end_visits

LOOK_EVERY_MS = 1 * SECOND_MS
TELL_REFUSALS_EVERY_MS = 1 * MINUTE_MS


@dataclass(frozen=True, slots=True)
class Deadline:
    """The next moment at which time alone changes something, on each clock; None: on that one, nothing."""

    mono_ms: int
    day_ms: int | None
    wall_ms: int


def next_deadline(state: SiteState) -> Deadline:
    """When the core wants its next tick; a beacon, at the latest."""
    held = [door.held_due_ms for door in state.doors.values() if door.held_due_ms is not None]
    holds = [desk.vacant_due_ms for desk in state.desks.values() if desk.vacant_due_ms is not None]
    renewals = [hold.due_ms for hold in state.holds.values()] if state.keeper_run else []
    mono_ms = min([state.beacons.due_ms, state.silence_due_ms, *held, *renewals])
    wall_ms = min(state.day_ends_ms, state.watch.look_ms, state.free_due_ms, state.minors_due_ms)
    return Deadline(mono_ms, min(holds, default=None), wall_ms)


def is_due(deadline: Deadline, now: Now) -> bool:
    """Whether one of a deadline's moments has come."""
    on_day = deadline.day_ms is not None and now.day_ms >= deadline.day_ms
    return on_day or now.mono_ms >= deadline.mono_ms or (now.trusted and now.wall_ms >= deadline.wall_ms)


def on_tick(turn: Turn, event: Ticked) -> None:
    """Do whatever is due."""
    now = turn.now
    if now.mono_ms >= turn.beacons.due_ms:
        turn.beacons = freshness.sent(turn.beacons, event.nonce, now.mono_ms)
        turn.effects.append(SendBeacon(event.nonce))
    for door_id, door in turn.doors.items():
        if door.held_due_ms is not None or door.waiting or door.counted:
            turn.door_outcome(door_id, doors.passed_time(door, turn.site.doors[door_id], now.mono_ms))
    for desk_id, desk in turn.desks.items():
        if desk.vacant_due_ms is not None and now.day_ms >= desk.vacant_due_ms:
            turn.desk_outcome(desk_id, desks.passed_time(desk, desk_id, now.wall_ms, now.day_ms))
    if now.mono_ms >= turn.silence_due_ms:
        turn.silence_due_ms = now.mono_ms + LOOK_EVERY_MS
        fell_silent(turn)
        give_up_holes(turn)
        presence.look_for_staff(turn)
    _tell_refusals(turn)
    checkin.look(turn)
    if now.trusted and now.wall_ms >= turn.day_ends_ms:
        close_day(turn)
    presence.look_for_minors(turn)
    free_passage.look(turn)


def _tell_refusals(turn: Turn) -> None:
    if turn.refusals and turn.now.mono_ms >= turn.refusals_due_ms:
        turn.log(Refusals(dict(turn.refusals)))
        turn.refusals = {}
        turn.refusals_due_ms = turn.now.mono_ms + TELL_REFUSALS_EVERY_MS


def close_day(turn: Turn) -> None:
    """End the site's day: whoever has not left is closed by system, visibly, so that it never flips a later entry."""
    end_visits(turn)
    stays = turn.occupancy.stays
    if stays or turn.occupancy.anonymous or turn.occupancy.estimated:
        turn.log(DayClosed(tuple(sorted(stays))))
        presence.counted(turn)
    turn.staff_came = False
    free_passage.settle(turn)
    checkin.forget(turn)
    forget_tries(turn)
    turn.log(checkpoint(turn))
    turn.day_ends_ms = day_end_after(turn.now, turn.before)


def day_end_after(now: Now, state: SiteState) -> int:
    """The next end of the site's day, Unix milliseconds."""
    return next_local_minute(now.wall_ms, state.site.policy.day_ends_minute, state.zone)
