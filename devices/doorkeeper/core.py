"""The doorkeeper's core: what happens in, what is to be done out. Pure; ``now_ms`` is CLOCK_MONOTONIC.

Theory of operation. A door's line has no state of its own: it is released while a latch is set or a lease runs, and
secured otherwise. Every step first ends the leases that are over, then takes the event, then compares the doors
released before and after; each difference is one ``Drive``, and drives come before everything else that the step asks
for, the disk last. So no path can forget to secure a door, and no slow disk delays a release.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from devices import keeper_wire as wire
from devices import leases
from devices.doorkeeper import sayings
from devices.doorkeeper.state import (
    Close,
    Connected,
    ContactRead,
    Drive,
    Effects,
    Event,
    FireRead,
    ForgetLatch,
    Gone,
    KeeperState,
    LatchForgotten,
    LatchStored,
    RexRead,
    Said,
    SaidBadly,
    Send,
    Stop,
    StoreLatch,
    Tick,
)
from devices.doorkeeper.talk import end_leases, refuse, tell

CLIENTS_MAX = 8
RETRY_MS = 1_000

Stepped = tuple[KeeperState, Effects]


def step(state: KeeperState, event: Event, now_ms: int) -> Stepped:
    """Take one event at ``now_ms`` and say what is to be done, in that order."""
    expired, ended = end_leases(state, lambda lease: lease.is_over(now_ms), "due", now_ms)
    retried, stores = _retry(expired, now_ms)
    after, effects = _HANDLERS[type(event)](retried, event, now_ms)
    return after, _ordered(state, after, (*ended, *stores, *effects), now_ms)


def next_deadline(state: KeeperState) -> int | None:
    """When ``step`` must be called next (with ``Tick``), or None while nothing is due."""
    moments = (leases.next_end_ms(state.table), state.retry_ms)
    return min((moment for moment in moments if moment is not None), default=None)


def _ordered(before: KeeperState, after: KeeperState, effects: Effects, now_ms: int) -> Effects:
    was, now = before.released(), after.released()
    changed = [door for door in after.caps_ms if (door in was) != (door in now)]
    if not changed:
        return effects
    drives = tuple(Drive(door, released=door in now) for door in changed)
    moves = [(door, *_cause(after, door, effects)) for door in changed]
    lines = tuple(
        effect
        for door, cause, lease in moves
        for effect in tell(after, wire.Line(door, door in now, cause, now_ms, lease))
    )
    disk = tuple(effect for effect in effects if isinstance(effect, StoreLatch | ForgetLatch))
    rest = tuple(effect for effect in effects if not isinstance(effect, StoreLatch | ForgetLatch))
    return (*drives, *rest, *lines, *disk)


def _cause(after: KeeperState, door: str, effects: Effects) -> tuple[str, str]:
    """Why a door's line moved, and the grant of the lease that moved it, or empty."""
    held = next((latch for latch in wire.LatchName if latch in after.latches), None)
    if held is not None:
        return held, ""
    running = [lease.grant for lease in after.table.running.values() if lease.door == door]
    if running:
        return "lease", running[-1]
    said = [effect.message for effect in effects if isinstance(effect, Send)]
    ended = [message for message in said if isinstance(message, wire.Ended) and message.door == door]
    return (ended[-1].cause, ended[-1].grant) if ended else ("reset", "")


def _retry(state: KeeperState, now_ms: int) -> Stepped:
    if state.retry_ms is None or now_ms < state.retry_ms:
        return state, ()
    stores = tuple(StoreLatch(state.latches[latch]) for latch in sorted(state.unstored))
    return replace(state, retry_ms=now_ms + RETRY_MS), stores


def _connected(state: KeeperState, event: Connected, now_ms: int) -> Stepped:
    idle = [client for client in state.clients if client != state.gateway]
    full = len(state.clients) >= CLIENTS_MAX
    state, effects = sayings.drop(state, idle[0], "", now_ms) if full else (state, ())
    joined = {**state.clients, event.client: sayings.newcomer(now_ms)}
    return replace(state, clients=joined), effects


def _gone(state: KeeperState, event: Gone, now_ms: int) -> Stepped:
    after, effects = sayings.drop(state, event.client, "gateway-gone", now_ms)
    return after, tuple(effect for effect in effects if not isinstance(effect, Close))


def _contact(state: KeeperState, event: ContactRead, now_ms: int) -> Stepped:
    if state.contacts.get(event.door) == event.open:
        return state, ()
    after = replace(state, contacts={**state.contacts, event.door: event.open})
    return after, tell(after, wire.Contact(event.door, event.open, now_ms))


def _rex(state: KeeperState, event: RexRead, now_ms: int) -> Stepped:
    pressed = state.pressed | {event.door} if event.pressed else state.pressed - {event.door}
    newly = event.pressed and event.door not in state.pressed
    after = replace(state, pressed=pressed)
    return after, tell(after, wire.Rex(event.door, now_ms)) if newly else ()


def _fire(state: KeeperState, event: FireRead, now_ms: int) -> Stepped:
    if state.fire_input == event.active:
        return state, ()
    after = replace(state, fire_input=event.active)
    told = tell(after, wire.FireInput(event.active, now_ms))
    if not event.active:
        return after, told
    latched, effects = sayings.latch(after, wire.Signed(wire.LatchName.FIRE, wire.FIRE_INPUT, ""), now_ms)
    return latched, (*told, *effects)


def _stored(state: KeeperState, event: LatchStored, now_ms: int) -> Stepped:
    if event.fault:
        unstored = state.unstored | {event.latch}
        after = replace(state, unstored=unstored, fault=event.fault, retry_ms=state.retry_ms or now_ms + RETRY_MS)
        return after, () if state.fault == event.fault else tell(after, wire.Alarm(event.fault, now_ms))
    unstored = state.unstored - {event.latch}
    if unstored:
        return replace(state, unstored=unstored), ()
    return replace(state, unstored=unstored, fault="", retry_ms=None), ()


def _forgotten(state: KeeperState, event: LatchForgotten, now_ms: int) -> Stepped:
    reset = event.signed
    if event.fault:
        return state, refuse(event.client, reset.latch, "disk", event.fault, now_ms)
    latches = {latch: signed for latch, signed in state.latches.items() if latch != reset.latch}
    unstored = state.unstored - {reset.latch}
    after = replace(state, latches=latches, resets={**state.resets, reset.latch: reset}, unstored=unstored)
    after = after if unstored else replace(after, retry_ms=None, fault="")
    news = sayings.latched(reset, held=False, now_ms=now_ms)
    to_asker = (Send(event.client, news),) if event.client in state.clients and event.client != state.gateway else ()
    return after, (*tell(after, news), *to_asker)


def _stop(state: KeeperState, _event: Stop, now_ms: int) -> Stepped:
    return end_leases(replace(state, stopping=True), lambda _lease: True, "stopping", now_ms)


def _tick(state: KeeperState, _event: Tick, _now_ms: int) -> Stepped:
    return state, ()


_HANDLERS: Mapping[type[Event], Callable[[KeeperState, Any, int], Stepped]] = {
    Connected: _connected,
    Gone: _gone,
    Said: sayings.said,
    SaidBadly: sayings.said_badly,
    ContactRead: _contact,
    RexRead: _rex,
    FireRead: _fire,
    LatchStored: _stored,
    LatchForgotten: _forgotten,
    Tick: _tick,
    Stop: _stop,
}
