"""What a device says: events once, kept until answered; births, wills and heartbeats."""

from dataclasses import replace
from typing import Literal

from devices.wire import encode
from devices.wire_messages import LEAF_OF, Heartbeat, Presence, Status
from firmware_sim import link as links
from firmware_sim import outbox as boxes
from firmware_sim.device import Device
from firmware_sim.doings import Connect, Doing, Publish
from firmware_sim.part import Saying

RSSI_DBM = -58
Step = tuple[Device, tuple[Doing, ...]]


def say(device: Device, says: tuple[Saying, ...], now_ms: int) -> Step:
    """Write each message once, keep it, and send it if it can arrive."""
    if not says:
        return device, ()
    life, sent = device.alive, []
    for saying in says:
        message = saying(life.boot, life.seq + 1, now_ms - life.booted_ms, life.heard(now_ms))
        if isinstance(message, Presence):
            message = replace(message, battery_pct=device.battery_pct)
        leaf, payload = LEAF_OF[type(message)], encode(message)
        life = replace(life, seq=message.seq, outbox=boxes.put(life.outbox, message.seq, leaf, payload, now_ms))
        if life.link.up:
            sent.append(Publish(leaf, payload))
    return replace(device, life=life), tuple(sent)


def resend(device: Device, now_ms: int) -> Step:
    """Say again what is due, as it was written."""
    life = device.alive
    box, again = boxes.due(life.outbox, now_ms)
    if box is life.outbox:
        return device, ()
    return replace(device, life=replace(life, outbox=box)), tuple(Publish(w.leaf, w.payload) for w in again)


def ask(device: Device) -> Step:
    """Ask for a connection, with the will that it gets."""
    life = device.alive
    will = _status(device, "offline", life.link.conn + 1)
    return replace(device, life=replace(life, link=links.asking(life.link))), (Connect(will),)


def birth(device: Device) -> Publish:
    """The birth of this connection; the broker keeps it, and the will replaces it."""
    return Publish("status", _status(device, "online", device.alive.link.conn))


def _status(device: Device, state: Literal["online", "offline"], conn: int) -> bytes:
    return encode(Status(state, device.alive.boot, conn, device.part.kind, device.firmware, device.battery_pct))


def heartbeat(device: Device, now_ms: int) -> Publish:
    """The device lives, and this is its level."""
    life = device.alive
    beat = Heartbeat(
        life.boot,
        life.seq,
        now_ms - life.booted_ms,
        life.heard(now_ms),
        **device.part.level(),
        battery_pct=device.battery_pct,
        rssi_dbm=RSSI_DBM,
    )
    return Publish("heartbeat", encode(beat))
