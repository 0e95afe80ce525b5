"""A desk as transitions: what its sensors say, held so that a person who sits still is not lost.

Occupied at once; vacant after a hold (default 5 min of the site's day); "null" is unknown, not free; a silent sensor
is unknown (domain: occupancy).
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

from access.facts import DeskMoved, Fact, Sensed
from access.records import Booking


class Use(StrEnum):
    """What sensors say of a desk."""

    OCCUPIED = "occupied"
    VACANT = "vacant"
    UNKNOWN = "unknown"


class DeskShown(StrEnum):
    """The states staff see: what sensors say, fused with the bookings (domain: occupancy)."""

    FREE = "free"
    BOOKED = "booked"
    OCCUPIED = "occupied"
    OCCUPIED_UNBOOKED = "occupied-without-booking"
    BOOKED_EMPTY = "booked-but-empty"
    OUT_OF_SERVICE = "out-of-service"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class DeskState:
    """``levels`` by sensor; ``vacant_due_ms``: when the hold of an empty desk ends (day clock). ``kept``: sensors of
    whose level only the broker's copy is known, of whatever age.
    """

    use: Use = Use.UNKNOWN
    since_ms: int = 0
    levels: Mapping[str, bool | None] = field(default_factory=dict)
    vacant_due_ms: int | None = None
    kept: frozenset[str] = frozenset()

    @property
    def seen(self) -> bool:
        """Whether a sensor says that somebody sits here now; a kept level does not say so."""
        return any(level and sensor not in self.kept for sensor, level in self.levels.items())


Outcome = tuple[DeskState, tuple[Fact, ...]]


def sensed(state: DeskState, reading: Sensed, wall_ms: int, day_ms: int, hold_ms: int) -> Outcome:
    """After one of its sensors said something; only a change is a fact."""
    known = reading.sensor in state.levels
    was_kept = reading.sensor in state.kept
    if known and state.levels[reading.sensor] == reading.present and not (was_kept and reading.age_known):
        return state, ()
    levels = {**state.levels, reading.sensor: reading.present}
    # Written out, here and below, because it is the hot path: ``replace`` costs as much as all the rest.
    told = DeskState(state.use, state.since_ms, levels, state.vacant_due_ms, kept_after(state.kept, reading))
    after, moved = _settle(told, reading.desk, wall_ms, day_ms, hold_ms)
    return after, (reading, *moved)


def kept_after(kept: frozenset[str], reading: Sensed) -> frozenset[str]:
    """The sensors of whose level only a kept copy is known, after one said something."""
    if reading.present is not None and not reading.age_known:
        return kept | {reading.sensor}
    return kept - {reading.sensor} if reading.sensor in kept else kept


def _settle(state: DeskState, desk: str, wall_ms: int, day_ms: int, hold_ms: int) -> Outcome:
    levels = set(state.levels.values())
    if True in levels:
        held = DeskState(state.use, state.since_ms, state.levels, None, state.kept)
        return _move(held, desk, Use.OCCUPIED, wall_ms)
    if False not in levels:
        return _move(replace(state, vacant_due_ms=None), desk, Use.UNKNOWN, wall_ms)
    if state.use is Use.OCCUPIED:
        due_ms = day_ms + hold_ms if state.vacant_due_ms is None else state.vacant_due_ms
        return DeskState(state.use, state.since_ms, state.levels, due_ms, state.kept), ()
    return _move(state, desk, Use.VACANT, wall_ms)


def passed_time(state: DeskState, desk: str, wall_ms: int, day_ms: int) -> Outcome:
    """After time went by: an empty desk becomes vacant when its hold ends."""
    if state.vacant_due_ms is None or day_ms < state.vacant_due_ms:
        return state, ()
    return _move(replace(state, vacant_due_ms=None), desk, Use.VACANT, wall_ms)


def silent(state: DeskState, sensor: str, desk: str, wall_ms: int, day_ms: int, hold_ms: int) -> Outcome:
    """After a sensor fell silent, or went offline: what it said last is no longer known to hold."""
    if state.levels.get(sensor) is None:
        return state, ()
    levels = {**state.levels, sensor: None}
    reading = Sensed(sensor, desk, None, age_known=False)
    gone = replace(state, levels=levels, kept=kept_after(state.kept, reading))
    after, moved = _settle(gone, desk, wall_ms, day_ms, hold_ms)
    return after, (reading, *moved)


def _move(state: DeskState, desk: str, use: Use, wall_ms: int) -> Outcome:
    if state.use is use:
        return state, ()
    return replace(state, use=use, since_ms=wall_ms), (DeskMoved(desk, use),)


def shown(use: Use, booking: Booking | None, *, booked_seen: bool, out_of_service: bool = False) -> DeskShown:
    """The state staff see of a desk with its running booking, if any. ``booked_seen``: whether that booking's person
    has been here for it, so that an empty desk may be called booked but empty.
    """
    if out_of_service:
        return DeskShown.OUT_OF_SERVICE
    if use is Use.UNKNOWN:
        return DeskShown.UNKNOWN
    if use is Use.OCCUPIED:
        return DeskShown.OCCUPIED_UNBOOKED if booking is None else DeskShown.OCCUPIED
    if booking is None:
        return DeskShown.FREE
    return DeskShown.BOOKED_EMPTY if booked_seen else DeskShown.BOOKED
