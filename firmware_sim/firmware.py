"""The firmware of a device: ``step(device, event, now_ms, chance)`` and ``next_deadline(device)``.

Pure. ``now_ms`` is any monotonic clock; the device's own uptime counts from its boot. ``chance`` is drawn anew for
each step, 0 to below 1. Every numbered message is written once, when its event happens, and kept until answered:
what is sent again is byte-identical.

    off --power on--> alive (link, outbox, number, beacon) --power cut, flat battery--> off
"""

from dataclasses import replace

from devices.wire_messages import Ack, Beacon
from firmware_sim import happenings as h
from firmware_sim import link as links
from firmware_sim import outbox as boxes
from firmware_sim.device import Device
from firmware_sim.doings import Doing, Refused
from firmware_sim.link import Way
from firmware_sim.part import Part, Saying
from firmware_sim.power import powered, spent
from firmware_sim.talk import Step, ask, birth, heartbeat, resend, say


def step(device: Device, event: h.Happening, now_ms: int, chance: float) -> Step:
    """The device after one happening, and what it does."""
    moved = powered(device, event, now_ms)
    if moved is None:
        moved = _off(device, event, now_ms) if device.life is None else _alive(device, event, now_ms, chance)
    return spent(*moved, now_ms)


def next_deadline(device: Device) -> int | None:
    """When the device wants its next tick; None: never, until something happens."""
    life, times = device.life, [device.part.due_ms]
    if life is not None and life.link.up:
        times += [boxes.next_due_ms(life.outbox), life.heartbeat_due_ms]
    elif life is not None and life.link.way is Way.WAITING:
        times.append(life.link.retry_due_ms)
    return min((at for at in times if at is not None), default=None)


def _off(device: Device, event: h.Happening, now_ms: int) -> Step:
    """Without power the world still moves, a door falls shut, and nobody notices."""
    if isinstance(event, h.World):
        return replace(device, part=device.part.missed(event)), ()
    if isinstance(event, h.Ticked):
        part, _, doings = device.part.ticked(now_ms)
        return replace(device, part=part), doings
    return device, ()


def _alive(device: Device, event: h.Happening, now_ms: int, chance: float) -> Step:
    match event:
        case h.Ticked():
            return _ticked(device, now_ms)
        case h.ToldBy():
            return _told(device, event, now_ms)
        case h.Connected():
            return _connected(device, now_ms, chance)
        case h.ConnectionLost():
            lost = links.lost(device.alive.link, now_ms, chance)
            return replace(device, life=replace(device.alive, link=lost)), ()
    if isinstance(event, h.World):
        return _then(device, device.part.met(event, device.alive.moment(now_ms)), now_ms)
    return device, ()


def _then(device: Device, outcome: tuple[Part, tuple[Saying, ...], tuple[Doing, ...]], now_ms: int) -> Step:
    part, says, doings = outcome
    moved = device if part is device.part else replace(device, part=part)
    said, sent = say(moved, says, now_ms)
    return said, (*doings, *sent)


def _told(device: Device, event: h.ToldBy, now_ms: int) -> Step:
    life = device.alive
    if event.retained:
        return device, (Refused("retained"),)
    match event.message:
        case Beacon(beacon):
            return replace(device, life=replace(life, beacon=beacon, beacon_ms=now_ms)), ()
        case Ack(boot, upto):
            box = boxes.answered(life.outbox, upto) if boot == life.boot else life.outbox
            return (device if box is life.outbox else replace(device, life=replace(life, outbox=box))), ()
    return _then(device, device.part.told(event.message, life.moment(now_ms)), now_ms)


def _connected(device: Device, now_ms: int, chance: float) -> Step:
    """Birth, all that waits, then the level; further heartbeats begin by chance within their interval."""
    life = device.alive
    up = replace(
        life,
        link=links.connected(life.link),
        outbox=boxes.all_due(life.outbox, now_ms),
        heartbeat_due_ms=now_ms + round(chance * device.heartbeat_ms),
    )
    born = replace(device, life=up)
    again, sent = resend(born, now_ms)
    return again, (birth(born), *sent, heartbeat(again, now_ms))


def _ticked(device: Device, now_ms: int) -> Step:
    after, doings = _then(device, device.part.ticked(now_ms), now_ms)
    if after.alive.link.way is Way.WAITING and now_ms >= after.alive.link.retry_due_ms:
        asking, asks = ask(after)
        return asking, (*doings, *asks)
    if not after.alive.link.up:
        return after, doings
    again, sent = resend(after, now_ms)
    beating, beats = _beat(again, now_ms)
    return beating, (*doings, *sent, *beats)


def _beat(device: Device, now_ms: int) -> Step:
    due_ms = device.alive.heartbeat_due_ms
    if due_ms is None or now_ms < due_ms:
        return device, ()
    life = replace(device.alive, heartbeat_due_ms=now_ms + device.heartbeat_ms)
    return replace(device, life=life), (heartbeat(device, now_ms),)
