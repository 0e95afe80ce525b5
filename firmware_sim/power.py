"""Current, battery and air: what a device meets whether it is on or off."""

from dataclasses import replace

from firmware_sim import happenings as h
from firmware_sim import link as links
from firmware_sim.battery import charged, drained
from firmware_sim.device import Device, Life
from firmware_sim.doings import Cut, Doing, Publish
from firmware_sim.link import Way
from firmware_sim.talk import Step, ask, say


def powered(device: Device, event: h.Happening, now_ms: int) -> Step | None:
    """The device after such a happening; None: it was none of these."""
    match event:
        case h.PowerOn(boot):
            return _boot(device, boot, now_ms)
        case h.PowerCut():
            return _off(device)
        case h.BatterySet(percent) if device.battery is not None:
            return replace(device, battery=charged(device.battery, percent, now_ms)), ()
        case h.WifiLost():
            return _wifi_lost(device)
        case h.WifiBack():
            return _wifi_back(device)
    return None


def spent(device: Device, doings: tuple[Doing, ...], now_ms: int) -> Step:
    """The device after its battery paid for these doings; a flat one ends it."""
    if device.battery is None or device.life is None:
        return device, doings
    said = sum(isinstance(doing, Publish) for doing in doings)
    after = replace(device, battery=drained(device.battery, now_ms, said))
    if after.battery is None or not after.battery.flat:
        return after, doings
    dead, last = _off(after)
    return dead, (*doings, *last)


def _boot(device: Device, boot: str, now_ms: int) -> Step:
    if device.battery is not None and device.battery.flat:
        return device, ()
    off, last = _off(device)
    battery = None if off.battery is None else replace(off.battery, at_ms=now_ms)
    part, says, doings = off.part.booted()
    alive = replace(off, part=part, battery=battery, life=Life(boot, now_ms))
    joined, asks = ask(alive) if alive.wifi else (alive, ())
    said, _ = say(joined, says, now_ms)
    return said, (*last, *asks, *doings)


def _off(device: Device) -> Step:
    if device.life is None:
        return device, ()
    part, _, doings = device.part.cut()
    return replace(device, part=part, life=None), (*doings, *_cut(device.life))


def _wifi_lost(device: Device) -> Step:
    if device.life is None:
        return replace(device, wifi=False), ()
    life = replace(device.life, link=links.without_wifi(device.life.link))
    return replace(device, wifi=False, life=life), _cut(device.life)


def _wifi_back(device: Device) -> Step:
    near = replace(device, wifi=True)
    if near.life is None or near.life.link.way is not Way.NO_WIFI:
        return near, ()
    return ask(near)


def _cut(life: Life) -> tuple[Doing, ...]:
    return (Cut(),) if life.link.way in {Way.UP, Way.ASKING} else ()
