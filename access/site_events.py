"""What the doorkeeper, the registry's link, staff and the broker's connection tell the core."""

from dataclasses import replace

from access import door as doors
from access.barring import settle
from access.events import (
    Begun,
    By,
    ClockWasSet,
    KeeperFound,
    KeeperLost,
    KeeperMovedLine,
    KeeperRefused,
    KeeperSawContact,
    KeeperSawEvacuation,
    KeeperSawExit,
    KeeperSawFire,
    LockdownAsked,
    ReplicaAged,
    ReplicaConfirmed,
    StaffActed,
    Subscribed,
)
from access.facts import (
    ClockSet,
    EvacuationChanged,
    FireChanged,
    KeeperChanged,
    Lapsed,
    LineMoved,
    LockdownSet,
    StaffDid,
    Started,
)
from access.freshness import BEACON_GAP_MS
from access.sensing import door_moved, exit_explained
from access.turn import Turn


def on_begun(turn: Turn, event: Begun) -> None:
    """A run begins: the log says so."""
    turn.log(Started(event.software))
    settle(turn)


def on_keeper_found(turn: Turn, event: KeeperFound) -> None:
    """The keeper answered: leases name its run from now on; its contacts are as it says."""
    if turn.keeper_run != event.run:
        turn.keeper_run = event.run
        turn.log(KeeperChanged(present=True, run=event.run))
    for door, is_open in event.contacts.items():
        if door in turn.site.doors:
            door_moved(turn, door, open_now=is_open, seen=False)
    _set_fire(turn, event.fire_by, active=event.fire)
    _set_evacuation(turn, event.evacuation_by, active=event.evacuation)


def on_keeper_lost(turn: Turn, _event: KeeperLost) -> None:
    """The keeper is gone: no lease is asked for until it is found again; it secures by itself."""
    if turn.keeper_run:
        turn.log(KeeperChanged(present=False, run=turn.keeper_run))
        turn.keeper_run = ""


def on_line(turn: Turn, event: KeeperMovedLine) -> None:
    """A lock's line changed; logged, for whatever cause."""
    if event.door in turn.site.doors:
        turn.doors[event.door] = replace(turn.doors[event.door], released=event.released)
        turn.log(LineMoved(event.door, event.released, event.cause, event.grant))


def on_keeper_refused(turn: Turn, event: KeeperRefused) -> None:
    """A grant was not pulsed: nobody enters on it."""
    if event.door in turn.site.doors:
        turn.log(Lapsed(event.grant, event.door, event.why))
        state, door = turn.doors[event.door], turn.site.doors[event.door]
        turn.door_outcome(event.door, doors.grant_lapsed(state, door, event.grant))


def on_keeper_contact(turn: Turn, event: KeeperSawContact) -> None:
    """A door opened or closed on the keeper's own line, just now."""
    if event.door in turn.site.doors:
        door_moved(turn, event.door, open_now=event.open, seen=True)


def on_keeper_exit(turn: Turn, event: KeeperSawExit) -> None:
    """The exit button on the keeper's own line; it is wired to the lock, and only explains to us."""
    if event.door in turn.site.doors:
        exit_explained(turn, event.door)


def on_keeper_fire(turn: Turn, event: KeeperSawFire) -> None:
    """The fire latch changed (guarantee D6): the keeper has acted already."""
    _set_fire(turn, event.by, active=event.active)


def on_keeper_evacuation(turn: Turn, event: KeeperSawEvacuation) -> None:
    """The evacuation latch changed: the keeper has acted already."""
    _set_evacuation(turn, event.by, active=event.active)


def _set_evacuation(turn: Turn, by: By, *, active: bool) -> None:
    if turn.evacuation is not active:
        turn.evacuation = active
        turn.log(EvacuationChanged(active, by.author, by.note))


def _set_fire(turn: Turn, by: By, *, active: bool) -> None:
    if turn.fire is not active:
        turn.fire = active
        turn.log(FireChanged(active, by.author, by.note))


def on_replica_confirmed(turn: Turn, event: ReplicaConfirmed) -> None:
    """The registry confirmed what the site decides by; an answer that comes late makes nothing older."""
    turn.confirmed_ms = max(turn.confirmed_ms, turn.now.day_ms - event.ago_ms)


def on_replica_aged(turn: Turn, event: ReplicaAged) -> None:
    """The replica is older than a run knew that began after a boot without a clock; nothing makes it younger."""
    turn.confirmed_ms = min(turn.confirmed_ms, turn.now.day_ms - event.age_ms)


def on_clock_set(turn: Turn, event: ClockWasSet) -> None:
    """Staff set the clock: the log says who, and from what to what."""
    turn.log(ClockSet(event.author, event.note, event.was_ms, event.set_ms))


def on_staff_acted(turn: Turn, event: StaffActed) -> None:
    """Staff did something that no door looks at: the log says who (guarantee P6)."""
    turn.log(StaffDid(event.what, event.author, event.note))


def on_lockdown(turn: Turn, event: LockdownAsked) -> None:
    """Staff lock down or release, with their name and reason; no exit is touched."""
    if turn.lockdown is not event.active:
        turn.lockdown = event.active
        turn.log(LockdownSet(event.active, event.author, event.note))


def on_subscribed(turn: Turn, event: Subscribed) -> None:
    """We are (re)subscribed: native devices want a beacon; what makers' topics bring next may be old."""
    if event.native:
        # At once: what was sent while nobody could hear it does not count.
        turn.beacons = replace(turn.beacons, wanted=True, last_ms=turn.now.mono_ms - BEACON_GAP_MS)
    else:
        turn.subscribed_ms = turn.now.mono_ms
