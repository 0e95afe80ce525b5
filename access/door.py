"""A door as transitions: grants that wait for it to open, openings and what explains them, standing open too long.

Granted is not entered: a grant counts when the door opens, or already stands open, before its pulse's end + 5 s;
several grants under one opening all count; a door without a contact counts a grant at once, marked estimated
(domain: occupancy). Every duration here is real monotonic time.

=============  ==========================================  ======================================================
an opening     when                                        means
=============  ==========================================  ======================================================
``grant``      a grant waits                               every waiting grant's person entered
``override``   staff opened by hand                        somebody may have passed, nobody counted them
``free``       fire, evacuation or free passage holds it   the same
``exit``       an exit was asked for, or tapped, just now  somebody left; unnamed unless the tap named them
``handle``     the door has a handle on the inside         an unnamed person left
``forced``     none of these                               alarm; somebody may have passed
``found``      the contact was not seen to open            somebody may have passed
=============  ==========================================  ======================================================
"""

from dataclasses import dataclass, replace

from access.facts import DoorMoved, Entered, Fact, HeldOpen, Left
from access.site import Door, ExitBy


@dataclass(frozen=True, slots=True)
class Waiting:
    """A grant whose person has not been seen to enter; counts until ``until_ms`` (monotonic). ``person`` "": staff
    opened by hand, for somebody whom nobody names.
    """

    grant: str
    person: str
    until_ms: int


@dataclass(frozen=True, slots=True)
class DoorState:
    """``open`` None: no contact has said. ``exit_until_ms``: until when an exit that was asked for explains an
    opening; ``exit_named``: that exit is recorded already. ``held_due_ms``: when a standing door alarms.
    ``counted``: grants that were counted under this opening, so that a second tap of the same person counts nobody.
    """

    open: bool | None = None
    waiting: tuple[Waiting, ...] = ()
    counted: tuple[Waiting, ...] = ()
    exit_until_ms: int | None = None
    exit_named: bool = False
    held_due_ms: int | None = None
    held: bool = False
    forced: bool = False
    released: bool = False


Facts = tuple[Fact, ...]
Outcome = tuple[DoorState, Facts]


def granted(state: DoorState, door: Door, waiting: Waiting, mono_ms: int) -> Outcome:
    """After a grant to enter, or staff's opening by hand."""
    if door.has_contact and not state.open:
        return replace(state, waiting=(*state.waiting, waiting)), ()
    return _counted(state, door, (waiting,), mono_ms)


def _counted(state: DoorState, door: Door, passing: tuple[Waiting, ...], mono_ms: int) -> Outcome:
    """After these grants' people passed; a person with two grants under one opening enters once."""
    known = {w.person for w in state.counted if mono_ms <= w.until_ms}
    entered: list[Waiting] = []
    for waiting in passing:
        if waiting.person and waiting.person not in known:
            known.add(waiting.person)
            entered.append(waiting)
    facts = tuple(
        Entered(w.person, door.id, door.zone, w.grant, not door.has_contact, door.outer or "") for w in entered
    )
    return replace(state, counted=(*state.counted, *entered)), facts


def exit_asked(state: DoorState, until_ms: int, *, named: bool) -> DoorState:
    """After the exit button, or a tap at the out-reader (``named``: that exit is recorded by itself, and needs no
    opening where the door stands open already).
    """
    if named and state.open:
        return state
    return replace(state, exit_until_ms=until_ms, exit_named=named)


def is_leaving(state: DoorState, mono_ms: int) -> bool:
    """Whether somebody tapped out just now and has not been seen to pass: the same card again is the same exit."""
    return state.exit_named and state.exit_until_ms is not None and mono_ms <= state.exit_until_ms


def opened(state: DoorState, door: Door, mono_ms: int, *, released: bool) -> Outcome:
    """After the contact opened."""
    if state.open:
        return state, ()
    in_time = _in_time(state.waiting, mono_ms)
    state = replace(state, open=True, waiting=(), counted=(), held_due_ms=mono_ms + door.held_open_ms)
    if not in_time:
        return _opened_without_grant(state, door, mono_ms, released=released)
    state, entered = _counted(state, door, in_time, mono_ms)
    by_hand = any(not w.person for w in in_time)
    return state, (_uncounted(door, "override") if by_hand else DoorMoved(door.id, open=True, cause="grant"), *entered)


def _opened_without_grant(state: DoorState, door: Door, mono_ms: int, *, released: bool) -> Outcome:
    unnamed = Left(door.id, door.zone, door.outer or "")
    if released:
        return state, (_uncounted(door, "free"),)
    if state.exit_until_ms is not None and mono_ms <= state.exit_until_ms:
        passed = replace(state, exit_until_ms=None, exit_named=False)
        return passed, (DoorMoved(door.id, open=True, cause="exit"), *(() if state.exit_named else (unnamed,)))
    if door.exit_by is ExitBy.HANDLE:
        return state, (DoorMoved(door.id, open=True, cause="handle"), unnamed)
    return replace(state, forced=True), (_uncounted(door, "forced"),)


def _uncounted(door: Door, cause: str) -> DoorMoved:
    """An opening through which people may have passed whom nothing counted."""
    return DoorMoved(door.id, open=True, cause=cause, zones=sides(door))


def sides(door: Door) -> tuple[str, ...]:
    """The zones on both sides of a door."""
    return (door.zone,) if door.outer is None else (door.zone, door.outer)


def closed(state: DoorState, door: Door) -> Outcome:
    """After the contact closed."""
    if state.open is False:
        return state, ()
    shut = replace(state, open=False, counted=(), held_due_ms=None, held=False, forced=False)
    moved: Facts = (DoorMoved(door.id, open=False),) if state.open else ()
    return shut, (*moved, *((HeldOpen(door.id, held=False),) if state.held else ()))


def found(state: DoorState, door: Door, mono_ms: int, *, open_now: bool) -> Outcome:
    """After the contact's level became known without our having seen it move (a start, a kept or late message)."""
    if state.open is open_now:
        return state, ()
    if not open_now:
        return closed(state, door)
    moved = replace(state, open=True, held_due_ms=mono_ms + door.held_open_ms)
    return moved, (_uncounted(door, "found"),)


def grant_lapsed(state: DoorState, door: Door, grant: str) -> Outcome:
    """After a grant was not pulsed: nobody enters on it. Whom a door without a contact counted already is out again."""
    after = replace(
        state,
        waiting=tuple(w for w in state.waiting if w.grant != grant),
        counted=tuple(w for w in state.counted if w.grant != grant),
    )
    wrongly = () if door.has_contact else tuple(w for w in state.counted if w.grant == grant)
    return after, tuple(Left(door.id, door.zone, door.outer or "", w.person) for w in wrongly)


def passed_time(state: DoorState, door: Door, mono_ms: int) -> Outcome:
    """After time went by: a door that stands open too long alarms once; grants that nobody used are forgotten."""
    if any(mono_ms > w.until_ms for w in (*state.waiting, *state.counted)):
        state = replace(state, waiting=_in_time(state.waiting, mono_ms), counted=_in_time(state.counted, mono_ms))
    if state.held_due_ms is None or mono_ms < state.held_due_ms:
        return state, ()
    return replace(state, held_due_ms=None, held=True), (HeldOpen(door.id, held=True),)


def _in_time(grants: tuple[Waiting, ...], mono_ms: int) -> tuple[Waiting, ...]:
    return tuple(w for w in grants if mono_ms <= w.until_ms)
