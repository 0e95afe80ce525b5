"""A door as transitions: grants that wait for it to open, openings and what explains them, standing open too long.

Granted is not entered: a grant counts when the door opens, or already stands open, before its pulse's end + 5 s;
several grants under one opening all count; a door without a contact counts a grant at once, marked estimated
(domain: occupancy). Every duration here is real monotonic time.

=============  ==========================================  ======================================================
an opening     when                                        means
=============  ==========================================  ======================================================
``grant``      a grant waits                               every waiting grant's person entered
``exit``       an exit was asked for, or tapped, just now  somebody left; unnamed unless the tap named them
``free``       fire holds the door released                nothing is known of who passed, or which way
``handle``     the door has a handle on the inside         an unnamed person left
``forced``     none of these                               alarm
``found``      the contact was not seen to open            nothing is known of who passed
=============  ==========================================  ======================================================
"""

from dataclasses import dataclass, replace

from access.facts import DoorMoved, Entered, Fact, HeldOpen, Left
from access.site import Door, ExitBy


@dataclass(frozen=True, slots=True)
class Waiting:
    """A grant whose person has not been seen to enter; counts until ``until_ms`` (monotonic)."""

    grant: str
    person: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class DoorState:
    """``open`` None: no contact has said. ``exit_until_ms``: until when an exit that was asked for explains an
    opening; ``exit_named``: that exit is recorded already. ``held_due_ms``: when a standing door alarms."""

    open: bool | None = None
    waiting: tuple[Waiting, ...] = ()
    exit_until_ms: int = 0
    exit_named: bool = False
    held_due_ms: int | None = None
    held: bool = False
    forced: bool = False
    released: bool = False


Facts = tuple[Fact, ...]
Outcome = tuple[DoorState, Facts]


def granted(state: DoorState, door: Door, waiting: Waiting) -> Outcome:
    """After a grant to enter."""
    if not door.has_contact or state.open:
        return state, (_entered(door, waiting, estimated=not door.has_contact),)
    others = tuple(other for other in state.waiting if other.person != waiting.person)
    return replace(state, waiting=(*others, waiting)), ()


def exit_asked(state: DoorState, until_ms: int, *, named: bool) -> DoorState:
    """After the exit button, or a tap at the out-reader (``named``: that exit is recorded by itself)."""
    return replace(state, exit_until_ms=until_ms, exit_named=named)


def opened(state: DoorState, door: Door, mono_ms: int, *, fire: bool) -> Outcome:
    """After the contact opened."""
    if state.open:
        return state, ()
    state = replace(state, open=True, held_due_ms=mono_ms + door.held_open_ms)
    entered = tuple(_entered(door, w, estimated=False) for w in state.waiting if mono_ms <= w.until_ms)
    if entered:
        return replace(state, waiting=()), (DoorMoved(door.id, open=True, cause="grant"), *entered)
    return _opened_without_grant(replace(state, waiting=()), door, mono_ms, fire=fire)


def _opened_without_grant(state: DoorState, door: Door, mono_ms: int, *, fire: bool) -> Outcome:
    unnamed = Left(door.id, door.zone, door.outer or "")
    if fire:
        return state, (DoorMoved(door.id, open=True, cause="free"),)
    if mono_ms <= state.exit_until_ms:
        passed = replace(state, exit_until_ms=0, exit_named=False)
        return passed, (DoorMoved(door.id, open=True, cause="exit"), *(() if state.exit_named else (unnamed,)))
    if door.exit_by is ExitBy.HANDLE:
        return state, (DoorMoved(door.id, open=True, cause="handle"), unnamed)
    return replace(state, forced=True), (DoorMoved(door.id, open=True, cause="forced"),)


def closed(state: DoorState, door: Door) -> Outcome:
    """After the contact closed."""
    if state.open is False:
        return state, ()
    shut = replace(state, open=False, held_due_ms=None, held=False, forced=False)
    moved: Facts = (DoorMoved(door.id, open=False),) if state.open else ()
    return shut, (*moved, *((HeldOpen(door.id, held=False),) if state.held else ()))


def found(state: DoorState, door: Door, mono_ms: int, *, open_now: bool) -> Outcome:
    """After the contact's level became known without our having seen it move (a start, a kept or late message)."""
    if state.open is open_now:
        return state, ()
    if not open_now:
        return closed(state, door)
    moved = replace(state, open=True, held_due_ms=mono_ms + door.held_open_ms)
    return moved, (DoorMoved(door.id, open=True, cause="found"),)


def grant_lapsed(state: DoorState, grant: str) -> DoorState:
    """After a grant was not pulsed: nobody enters on it."""
    return replace(state, waiting=tuple(w for w in state.waiting if w.grant != grant))


def passed_time(state: DoorState, door: Door, mono_ms: int) -> Outcome:
    """After time went by: a door that stands open too long alarms once; grants that nobody used are forgotten."""
    if state.waiting and any(mono_ms > w.until_ms for w in state.waiting):
        state = replace(state, waiting=tuple(w for w in state.waiting if mono_ms <= w.until_ms))
    if state.held_due_ms is None or mono_ms < state.held_due_ms:
        return state, ()
    return replace(state, held_due_ms=None, held=True), (HeldOpen(door.id, held=True),)


def _entered(door: Door, waiting: Waiting, *, estimated: bool) -> Entered:
    return Entered(waiting.person, door.id, door.zone, waiting.grant, estimated)
