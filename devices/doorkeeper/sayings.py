"""What the doorkeeper does with each message of a connection. Pure; part of the core's ``step``.

One connection at a time holds the right to leases: the one that said hello last. A newer hello wins, because a
gateway that hangs half-dead on the socket must not keep its successor out; the older one is told, its leases end at
once and its connection is closed. Where the two are different runs, both sides hear of it: two gateways are a conflict
for staff. Anyone who may open the socket may ask for the state and reset a latch by hand, so that neither needs a
living gateway.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from devices import keeper_wire as wire
from devices import leases
from devices.doorkeeper.state import Client, Close, Effects, ForgetLatch, KeeperState, Said, SaidBadly, Send, StoreLatch
from devices.doorkeeper.talk import end_leases, refuse, tell, welcome
from devices.leases import Why

Stepped = tuple[KeeperState, Effects]

WINDOW_MS = 1_000
LINES_MAX = 500
BAD_MAX = 100

SENTENCES: Mapping[Why, str] = {
    Why.OTHER_RUN: "The lease names another run of the keeper; take the run from its welcome and decide again.",
    Why.NOT_HOLDER: "This connection does not hold the right to leases; say hello first.",
    Why.NO_SUCH_DOOR: "The keeper has no lock line for that door; name a door of its welcome.",
    Why.BAD_LENGTH: "A lease lasts at least 1 ms; ask for more.",
    Why.STALE: "The grant was decided more than 2 s ago; a late grant is never pulsed.",
    Why.AHEAD: "The grant was decided in the future; send decided_ms as CLOCK_MONOTONIC milliseconds.",
    Why.REPEATED: "The grant had its lease already; every grant has at most one.",
    Why.FULL: "Too many grants within 2 s; slow down.",
    Why.NOT_RUNNING: "No such lease runs on this connection; it may have ended.",
    Why.STOPPING: "The keeper is stopping; connect to the next one.",
}


def newcomer(now_ms: int) -> Client:
    """A connection that has said nothing yet."""
    return Client(window_ms=now_ms)


def drop(state: KeeperState, client: int, cause: str, now_ms: int) -> Stepped:
    """Forget a connection, close it, and end at once the leases that it held."""
    if client not in state.clients:
        return state, ()
    clients = {other: known for other, known in state.clients.items() if other != client}
    after = replace(state, clients=clients)
    if state.gateway == client:
        after = replace(after, gateway=None, gateway_run="")
    ended, effects = end_leases(after, lambda lease: lease.holder == client, cause, now_ms)
    return ended, (*effects, Close(client))


def latch(state: KeeperState, signed: wire.Signed, now_ms: int) -> Stepped:
    """Set a latch: in force at once, then on disk. Setting it twice changes nothing."""
    if signed.latch in state.latches:
        return state, ()
    after = replace(state, latches={**state.latches, signed.latch: signed})
    return after, (*tell(after, latched(signed, held=True, now_ms=now_ms)), StoreLatch(signed))


def latched(signed: wire.Signed, *, held: bool, now_ms: int) -> wire.Latched:
    """The news of a latch that was set or reset."""
    return wire.Latched(signed.latch, held, signed.by, now_ms, signed.note)


def said(state: KeeperState, event: Said, now_ms: int) -> Stepped:
    """Take one message, if its connection is known and keeps to the rate."""
    counted, over = _counted(state, event.client, now_ms)
    if over:
        return _turned_out(counted, event.client, f"More than {LINES_MAX} lines in a second.", now_ms)
    if event.client not in counted.clients:
        return counted, ()
    return _SAYINGS[type(event.message)](counted, event.client, event.message, now_ms)


def said_badly(state: KeeperState, event: SaidBadly, now_ms: int) -> Stepped:
    """Count a line that is no message, answer with one sentence, and after ``BAD_MAX`` close the connection."""
    counted, over = _counted(state, event.client, now_ms)
    known = counted.clients.get(event.client)
    if known is None:
        return counted, ()
    worse = replace(known, bad=known.bad + 1)
    after = replace(counted, clients={**counted.clients, event.client: worse})
    if over or worse.bad >= BAD_MAX:
        return _turned_out(after, event.client, f"Too many lines that cannot be used ({worse.bad}).", now_ms)
    return after, (Send(event.client, wire.Bad(event.why, worse.bad, now_ms)),)


def _counted(state: KeeperState, client: int, now_ms: int) -> tuple[KeeperState, bool]:
    """The state with one more line of this connection counted, and whether that is too many."""
    known = state.clients.get(client)
    if known is None:
        return state, False
    same_window = 0 <= now_ms - known.window_ms < WINDOW_MS
    lines = known.lines + 1 if same_window else 1
    counted = replace(known, window_ms=known.window_ms if same_window else now_ms, lines=lines)
    return replace(state, clients={**state.clients, client: counted}), lines > LINES_MAX


def _turned_out(state: KeeperState, client: int, why: str, now_ms: int) -> Stepped:
    bad = wire.Bad(f"{why} The connection is closed.", state.clients[client].bad, now_ms)
    after, effects = drop(state, client, "gateway-gone", now_ms)
    return after, (Send(client, bad), *effects)


def _hello(state: KeeperState, client: int, message: wire.Hello, now_ms: int) -> Stepped:
    if message.v != wire.VERSION:
        why = f"The keeper speaks version {wire.VERSION}, not {message.v}; install the same release."
        return _turned_out(state, client, why, now_ms)
    other = state.gateway if state.gateway != client else None
    displaced = state.gateway_run if other is not None and state.gateway_run != message.run else ""
    after = replace(state, gateway=client, gateway_run=message.run)
    if other is None:
        return after, (Send(client, welcome(after, "", now_ms)),)
    after, ended = drop(after, other, "displaced", now_ms)
    news = Send(other, wire.Displaced(message.run, now_ms))
    return after, (Send(client, welcome(after, displaced, now_ms)), news, *ended)


def _lease(state: KeeperState, client: int, message: wire.TakeLease, now_ms: int) -> Stepped:
    why = _not_entitled(state, client, message)
    if why is not None:
        return state, refuse(client, message.grant, why, SENTENCES[why], now_ms)
    asked = leases.Asked(
        message.grant, message.door, message.ms, message.decided_ms, holder=client, standing=message.standing
    )
    return _answered(state, message.grant, leases.take(state.table, asked, now_ms, state.caps_ms[message.door]), now_ms)


def _not_entitled(state: KeeperState, client: int, message: wire.TakeLease) -> Why | None:
    if state.stopping:
        return Why.STOPPING
    if state.gateway != client:
        return Why.NOT_HOLDER
    if message.run != state.run:
        return Why.OTHER_RUN
    return None if message.door in state.caps_ms else Why.NO_SUCH_DOOR


def _answered(
    state: KeeperState, grant: str, outcome: tuple[leases.LeaseTable, leases.Lease | Why], now_ms: int
) -> Stepped:
    table, lease = outcome
    after = replace(state, table=table)
    if isinstance(lease, leases.Lease):
        return after, tell(after, wire.Leased(grant, lease.door, lease.ends_ms, now_ms))
    return after, tell(after, wire.Refused(grant, lease, SENTENCES[lease], now_ms))


def _renew(state: KeeperState, client: int, message: wire.Renew, now_ms: int) -> Stepped:
    running = state.table.running.get(message.grant)
    if state.gateway != client or running is None or message.run != state.run:
        return state, refuse(client, message.grant, Why.NOT_RUNNING, SENTENCES[Why.NOT_RUNNING], now_ms)
    cap_ms = state.caps_ms[running.door]
    return _answered(state, message.grant, leases.renew(state.table, message.grant, client, now_ms, cap_ms), now_ms)


def _end_grant(state: KeeperState, client: int, message: wire.EndGrant, now_ms: int) -> Stepped:
    if state.gateway != client or message.grant not in state.table.running:
        return state, refuse(client, message.grant, Why.NOT_RUNNING, SENTENCES[Why.NOT_RUNNING], now_ms)
    return end_leases(state, lambda lease: lease.grant == message.grant, "asked", now_ms)


def _end_door(state: KeeperState, client: int, message: wire.EndDoor, now_ms: int) -> Stepped:
    if state.gateway != client:
        return state, refuse(client, message.door, Why.NOT_HOLDER, SENTENCES[Why.NOT_HOLDER], now_ms)
    return end_leases(state, lambda lease: lease.door == message.door, "asked", now_ms)


def _set_latch(state: KeeperState, client: int, message: wire.SetLatch, now_ms: int) -> Stepped:
    if state.gateway != client:
        return state, refuse(client, message.latch, Why.NOT_HOLDER, SENTENCES[Why.NOT_HOLDER], now_ms)
    if message.latch is wire.LatchName.FIRE:
        why = "The fire latch is set by the fire input alone; set evacuation."
        return state, refuse(client, message.latch, "input-only", why, now_ms)
    if message.latch in state.latches:
        return state, tell(state, latched(state.latches[message.latch], held=True, now_ms=now_ms))
    return latch(state, wire.Signed(message.latch, message.by, message.note), now_ms)


def _reset_latch(state: KeeperState, client: int, message: wire.ResetLatch, now_ms: int) -> Stepped:
    if message.latch not in state.latches:
        return state, refuse(client, message.latch, "not-latched", "That latch is not set.", now_ms)
    if message.latch is wire.LatchName.FIRE and state.fire_input:
        why = "The fire input is still active; clear the fire panel first, then reset."
        return state, refuse(client, message.latch, "input-active", why, now_ms)
    return state, (ForgetLatch(wire.Signed(message.latch, message.by, message.note), client),)


def _ask_state(state: KeeperState, client: int, _message: wire.AskState, now_ms: int) -> Stepped:
    return state, (Send(client, welcome(state, "", now_ms)),)


_SAYINGS: Mapping[type[wire.ToKeeper], Callable[[KeeperState, int, Any, int], Stepped]] = {
    wire.Hello: _hello,
    wire.TakeLease: _lease,
    wire.Renew: _renew,
    wire.EndGrant: _end_grant,
    wire.EndDoor: _end_door,
    wire.SetLatch: _set_latch,
    wire.ResetLatch: _reset_latch,
    wire.AskState: _ask_state,
}
