"""What a site's log tells of it, fact by fact: the folds from which a restart gives equal numbers."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from access import denials, walk_ins
from access import occupancy as occ
from access.case import Pin
from access.clock import Now
from access.desk import DeskState, Use, kept_after
from access.door import DoorState
from access.facts import (
    CheckedIn,
    Checkpoint,
    DayClosed,
    DenialLifted,
    Denied,
    DeskMoved,
    DoorMoved,
    EvacuationChanged,
    Fact,
    FireChanged,
    FreePassage,
    HeldOpen,
    Judged,
    LockdownSet,
    MinorsAlone,
    NoShow,
    ReplicaApplied,
    RevocationsRead,
    Sensed,
    StaffCame,
    WalkedIn,
    ZoneFilled,
)
from access.records import LONGEST_BOOKING_MS, Booking
from access.site import Site
from access.state import PinTries

Tries = tuple[int, int | None]
"""Wrong PINs since the last right one, and until when the badge is blocked (Unix ms)."""


class Told:
    """What a log tells of a site, fact by fact; it may be a whole day's, so nothing is copied."""

    def __init__(self, site: Site, now: Now) -> None:
        self._site, self._now = site, now
        self._doors: dict[str, DoorState] = {}
        self._desks: dict[str, DeskState] = {}
        self._empty_ms: dict[str, int] = {}
        self.occupancy = occ.Occupancy()
        self.lockdown = self.fire = self.evacuation = self.staff_came = False
        self.first_ms: int | None = None
        self.since_ms, self.settled_ms = now.wall_ms, now.wall_ms - LONGEST_BOOKING_MS
        self.checked_in, self.released = set[str](), set[str]()
        self.free, self.full = set[str](), set[str]()
        self.minors_alone: tuple[str, ...] = ()
        self.minors_why = ""
        self._tries: dict[str, Tries] = {}
        self.denials: dict[denials.Key, denials.Denial] = {}
        self.revocations = self.applied = ("", 0)
        self.walk_ins: dict[str, Booking] = {}

    def take(self, fact: Fact, at_ms: int) -> None:
        """Fold one fact of ``at_ms``."""
        if self.first_ms is None:
            self.first_ms = self.since_ms = at_ms
            self.settled_ms = at_ms - LONGEST_BOOKING_MS
        self.occupancy = occ.fold(self.occupancy, fact, at_ms)
        match fact:
            case Checkpoint(site=stored):
                self._checkpoint(stored, at_ms)
            case Judged() if fact.case:
                self._judged(fact, at_ms)
            case DoorMoved() | HeldOpen() | Sensed() | DeskMoved():
                self._thing(fact, at_ms)
            case LockdownSet():
                self.lockdown = fact.active
            case FireChanged():
                self.fire = fact.active
            case EvacuationChanged():
                self.evacuation = fact.active
            case Denied() | DenialLifted() | RevocationsRead() | ReplicaApplied():
                self._right(fact)
            case _:
                self._follows(fact)

    def _right(self, fact: Denied | DenialLifted | RevocationsRead | ReplicaApplied) -> None:
        match fact:
            case Denied():
                denial = denials.of_fact(fact)
                self.denials[denial.key] = denial
            case DenialLifted():
                self.denials.pop((fact.what, fact.id), None)
            case RevocationsRead():
                self.revocations = (fact.generation, fact.version)
            case ReplicaApplied():
                self.applied = (fact.generation, fact.version)

    def _thing(self, fact: DoorMoved | HeldOpen | Sensed | DeskMoved, at_ms: int) -> None:
        match fact:
            case DoorMoved(door=door):
                self._doors[door] = DoorState(open=fact.open, forced=fact.cause == "forced")
            case HeldOpen(door=door):
                self._doors[door] = replace(self._doors.get(door, DoorState()), held=fact.held)
            case Sensed(desk=desk):
                state = self._desks.get(desk, DeskState())
                if state.levels.get(fact.sensor) != fact.present:
                    self._empty_ms[desk] = at_ms
                levels = {**state.levels, fact.sensor: fact.present}
                self._desks[desk] = replace(state, levels=levels, kept=kept_after(state.kept, fact))
            case DeskMoved(desk=desk):
                state = self._desks.get(desk, DeskState())
                self._desks[desk] = replace(state, use=Use(fact.use), since_ms=at_ms)

    def _follows(self, fact: Fact) -> None:
        match fact:
            case CheckedIn():
                self.checked_in.add(fact.booking)
            case WalkedIn():
                self.walk_ins[fact.booking] = walk_ins.of_fact(fact)
            case NoShow():
                self.released.add(fact.booking)
            case StaffCame():
                self.staff_came = True
            case DayClosed():
                self.staff_came = False
            case ZoneFilled():
                _set(self.full, fact.zone, held=fact.full)
            case FreePassage():
                _set(self.free, fact.door, held=fact.active)
            case MinorsAlone():
                self.minors_alone, self.minors_why = fact.persons, fact.why
            case _:
                pass

    def _judged(self, fact: Judged, at_ms: int) -> None:
        """Count a wrong PIN as ``access.conditions.pin_typed`` did."""
        pin, blocked = fact.case.get("pin"), "pin_blocked_until_ms" in fact.case.get("conditions", {})
        if pin not in {Pin.RIGHT, Pin.WRONG} or blocked:
            return
        wrong = self._tries.pop(fact.badge, (0, None))[0] + 1
        if pin == Pin.WRONG:
            full = wrong >= self._site.policy.pin_tries
            self._tries[fact.badge] = (0, at_ms + self._site.policy.pin_block_ms) if full else (wrong, None)

    def _checkpoint(self, stored: Mapping[str, Any], at_ms: int) -> None:
        """A checkpoint, this version's or an earlier one's, which told less."""
        self.lockdown, self.fire = stored["lockdown"], stored["fire"]
        self.evacuation = stored.get("evacuation", False)
        self._doors = {door: DoorState(**fields) for door, fields in stored["doors"].items()}
        self._desks = {desk: _desk_from_stored(fields) for desk, fields in stored["desks"].items()}
        self._empty_ms = dict.fromkeys(self._desks, at_ms)
        self.staff_came = stored.get("staff_came", False)
        self._tries = {badge: (wrong, *until, None)[:2] for badge, wrong, *until in stored.get("pins", ())}
        self.checked_in, self.released = set(stored.get("checked_in", ())), set(stored.get("released", ()))
        self.since_ms = stored.get("since_ms", at_ms)
        self.settled_ms = stored.get("settled_ms", at_ms - LONGEST_BOOKING_MS)
        self.free, self.full = set(stored.get("free", ())), set(stored.get("full", ()))
        self.minors_alone, self.minors_why = tuple(stored.get("minors_alone", ())), stored.get("minors_why", "")
        self.denials = denials.from_stored(stored.get("denials", []))
        self.revocations = _version(stored.get("revocations"))
        self.applied = _version(stored.get("applied"))
        self.walk_ins = walk_ins.from_stored(stored.get("walk_ins", ()))

    def pins(self) -> dict[str, PinTries]:
        """The wrong PINs; a block lasts what is left of it, and never longer than blocks do."""
        return {badge: self._tries_of(*tries) for badge, tries in self._tries.items()}

    def _tries_of(self, wrong: int, until_ms: int | None) -> PinTries:
        if until_ms is None:
            return PinTries(wrong)
        left_ms = min(until_ms - self._now.wall_ms, self._site.policy.pin_block_ms)
        return PinTries(wrong, self._now.mono_ms + left_ms)

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


def _version(stored: list[Any] | None) -> tuple[str, int]:
    generation, version = stored or ("", 0)
    return str(generation), int(version)


def _desk_from_stored(stored: Mapping[str, Any]) -> DeskState:
    levels = {sensor: None if level == "" else level for sensor, level in stored["levels"]}
    return DeskState(Use(stored["use"]), stored["since_ms"], levels, kept=frozenset(stored.get("kept", ())))


def _set(held_now: set[str], ident: str, *, held: bool) -> None:
    if held:
        held_now.add(ident)
    else:
        held_now.discard(ident)
