"""The small moves that the core's other parts share: telling the gateway, refusing, ending leases, welcoming."""

from collections.abc import Callable
from dataclasses import replace

from devices import keeper_wire as wire
from devices import leases
from devices.doorkeeper.state import Effects, KeeperState, Send


def tell(state: KeeperState, message: wire.FromKeeper) -> Effects:
    """Say it to the gateway, if one is there."""
    return () if state.gateway is None else (Send(state.gateway, message),)


def refuse(client: int, what: str, reason: str, why: str, now_ms: int) -> Effects:
    """Answer a request for ``what`` with the code and the sentence of its refusal."""
    return (Send(client, wire.Refused(what, reason, why, now_ms)),)


def end_leases(
    state: KeeperState, chosen: Callable[[leases.Lease], bool], cause: str, now_ms: int
) -> tuple[KeeperState, Effects]:
    """End the chosen leases and tell the gateway which, and by what cause."""
    table, ended = leases.end(state.table, chosen)
    if not ended:
        return state, ()
    news = [wire.Ended(lease.grant, lease.door, cause, now_ms) for lease in ended]
    return replace(state, table=table), tuple(effect for message in news for effect in tell(state, message))


def welcome(state: KeeperState, displaced: str, now_ms: int) -> wire.Welcome:
    """How everything stands now; ``displaced`` is the other gateway's run that this welcome put out, or empty."""
    released = state.released()
    doors = tuple(wire.DoorLevels(door, door in released, state.contacts.get(door)) for door in state.caps_ms)
    return wire.Welcome(
        v=wire.VERSION,
        run=state.run,
        doors=doors,
        latches=tuple(sorted(state.latches)),
        fire_input=state.fire_input,
        gateway=state.gateway_run,
        displaced=displaced,
        fault=state.fault,
        mono_ms=now_ms,
        signed=tuple({**state.resets, **state.latches}.values()),
    )
