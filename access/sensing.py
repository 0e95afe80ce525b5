"""What sensors, contacts, counters and the devices themselves say of the site and of their own health."""

from dataclasses import replace

from access import desk as desks
from access import door as doors
from access.case import Age
from access.events import (
    BatterySaid,
    ContactSaid,
    CountSaid,
    ExitAsked,
    HeartbeatSaid,
    LinkSaid,
    PresenceSaid,
    Refused,
    StatusSaid,
)
from access.facts import BatteryLow, Counted, Sensed
from access.freshness import age_of
from access.numbering import all_taken, overtaken, taken
from access.site import Device, StandsFor
from access.stamp import Stamp
from access.state import Link
from access.turn import Turn

BATTERY_LOW_PCT = 15


def _speaker(turn: Turn, device: str, stamp: Stamp | None, *roles: StandsFor) -> Device | None:
    """The device, if it may say this and has not said it before."""
    known = turn.site.devices.get(device)
    if known is None or known.stands_for not in roles:
        turn.refuse("not-its-role")
        return None
    if stamp is not None and not taken(turn, device, stamp):
        turn.refuse("repeated")
        return None
    return known


def on_presence(turn: Turn, event: PresenceSaid) -> None:
    """A desk sensor's level; a kept one tells the level but not since when, nor that the sensor still lives."""
    if event.retained and event.stamp is not None:
        return turn.refuse("retained-event")
    late = overtaken(turn, event.device, event.stamp)
    device = _speaker(turn, event.device, event.stamp, StandsFor.DESK_SENSOR)
    if device is None:
        return None
    if not event.retained:
        turn.hear(device.id)
    if late:
        return turn.refuse("overtaken")
    _desk_sensed(turn, Sensed(device.id, device.ref, event.present, age_known=not event.retained))
    return None


def _desk_sensed(turn: Turn, reading: Sensed) -> None:
    state = turn.desks[reading.desk]
    now = turn.now
    outcome = desks.sensed(state, reading, now.wall_ms, now.day_ms, turn.policy.desk_hold_ms)
    if outcome[0] is not state:
        turn.desk_outcome(reading.desk, outcome)


def on_contact(turn: Turn, event: ContactSaid) -> None:
    """A door's contact; only a fresh opening can be matched with grants and exits."""
    if event.retained and event.stamp is not None:
        return turn.refuse("retained-event")
    late = overtaken(turn, event.device, event.stamp)
    device = _speaker(turn, event.device, event.stamp, StandsFor.CONTACT, StandsFor.DOOR)
    if device is None:
        return None
    if not event.retained:
        turn.hear(device.id)
    if late:
        return turn.refuse("overtaken")
    fresh = not event.retained and _fresh(turn, event.stamp)
    if fresh:
        _note_uptime(turn, device.id, event.stamp)
    door_moved(turn, device.ref, open_now=event.open, seen=fresh)
    return None


def _fresh(turn: Turn, stamp: Stamp | None) -> bool:
    if stamp is None:
        return True
    return age_of(turn.beacons, stamp.heard, turn.now.mono_ms, turn.policy.tap_max_age_ms)[0] is Age.FRESH


def door_moved(turn: Turn, door_id: str, *, open_now: bool, seen: bool) -> None:
    """A door's contact moved (``seen``), or its level became known."""
    state, door, mono_ms = turn.doors[door_id], turn.site.doors[door_id], turn.now.mono_ms
    if not seen:
        outcome = doors.found(state, door, mono_ms, open_now=open_now)
    elif open_now:
        outcome = doors.opened(state, door, mono_ms, released=turn.fire or turn.evacuation or door_id in turn.free)
    else:
        outcome = doors.closed(state, door)
    turn.door_outcome(door_id, outcome)


def on_exit_asked(turn: Turn, event: ExitAsked) -> None:
    """An exit button on a device: it explains an opening, and drives nothing."""
    device = _speaker(turn, event.device, event.stamp, StandsFor.DOOR, StandsFor.CONTACT, StandsFor.READER)
    if device is None:
        return
    turn.hear(device.id)
    if _fresh(turn, event.stamp):
        _note_uptime(turn, device.id, event.stamp)
        exit_explained(turn, device.ref)


def exit_explained(turn: Turn, door_id: str) -> None:
    """Whoever opens this door from now on was let out by its button."""
    until_ms = turn.now.mono_ms + turn.policy.exit_request_ms
    turn.doors[door_id] = doors.exit_asked(turn.doors[door_id], until_ms, named=False)


def on_count(turn: Turn, event: CountSaid) -> None:
    """A people counter's numbers."""
    device = _speaker(turn, event.device, event.stamp, StandsFor.PEOPLE_COUNTER)
    if device is not None:
        turn.hear(device.id)
        turn.log(Counted(device.id, device.ref, event.entered, event.left))


def on_status(turn: Turn, event: StatusSaid) -> None:
    """A birth or a will; an older connection's will is passed over (interfaces: status)."""
    if event.device not in turn.site.devices:
        return turn.refuse("unknown-device")
    state = turn.device(event.device)
    older = event.boot == state.boot and event.conn < state.conn
    if older or (not event.online and state.boot not in {"", event.boot}):
        return turn.refuse("older-status")
    if event.boot != state.boot:
        state = replace(state, uptime_ms=None)
    turn.devices[event.device] = replace(state, boot=event.boot, conn=event.conn)
    if event.battery_pct is not None:
        battery(turn, event.device, event.battery_pct)
    if not event.online:
        return _gone(turn, event.device, Link.OFFLINE)
    turn.hear(event.device)
    turn.beacons = replace(turn.beacons, wanted=True)
    return None


def on_heartbeat(turn: Turn, event: HeartbeatSaid) -> None:
    """A device lives; its level counts only when none of its numbered messages is still on the way."""
    device = turn.site.devices.get(event.device)
    if device is None:
        return turn.refuse("unknown-device")
    turn.hear(device.id)
    _note_uptime(turn, device.id, Stamp(event.boot, event.last_seq, event.uptime_ms, None))
    if event.battery_pct is not None:
        battery(turn, device.id, event.battery_pct)
    if all_taken(turn, device.id, event.boot, event.last_seq):
        _level(turn, device, event)
    return None


def _level(turn: Turn, device: Device, event: HeartbeatSaid) -> None:
    if device.stands_for is StandsFor.DESK_SENSOR and event.present is not None:
        _desk_sensed(turn, Sensed(device.id, device.ref, event.present))
    elif device.stands_for in {StandsFor.CONTACT, StandsFor.DOOR} and event.open is not None:
        door_moved(turn, device.ref, open_now=event.open, seen=False)


def _note_uptime(turn: Turn, device: str, stamp: Stamp | None) -> None:
    """Remember a controller's own clock: its commands carry a time on it after which they are refused. What comes late
    tells less than what is known already.
    """
    if stamp is None or turn.site.devices[device].stands_for is not StandsFor.DOOR:
        return
    state, mono_ms = turn.device(device), turn.now.mono_ms
    if state.boot != stamp.boot:
        state = replace(state, boot=stamp.boot, conn=0)
    elif state.uptime_ms is not None and state.uptime_ms + mono_ms - state.uptime_at_ms >= stamp.uptime_ms:
        return
    turn.devices[device] = replace(state, uptime_ms=stamp.uptime_ms, uptime_at_ms=mono_ms)


def on_link(turn: Turn, event: LinkSaid) -> None:
    """A maker's device is connected or not; a reconnected reader may deliver old taps for a while."""
    if event.device not in turn.site.devices:
        return turn.refuse("unknown-device")
    turn.link_told(event.device)
    if event.online:
        return turn.hear(event.device)
    return _gone(turn, event.device, Link.OFFLINE)


def _gone(turn: Turn, device: str, link: Link) -> None:
    turn.set_link(device, link)
    known = turn.site.devices[device]
    if known.stands_for is StandsFor.DESK_SENSOR:
        state = turn.desks[known.ref]
        now, hold_ms = turn.now, turn.policy.desk_hold_ms
        turn.desk_outcome(known.ref, desks.silent(state, device, known.ref, now.wall_ms, now.day_ms, hold_ms))


def fell_silent(turn: Turn) -> None:
    """Find the devices that have said nothing for too long: their readings are no longer known to hold."""
    for device in turn.site.devices.values():
        limit_ms = turn.policy.silent_after_ms if device.native else turn.policy.maker_silent_after_ms
        state = turn.device(device.id)
        if state.link in {Link.UNKNOWN, Link.ONLINE} and turn.now.day_ms - turn.heard.get(device.id, 0) >= limit_ms:
            _gone(turn, device.id, Link.SILENT)


def on_battery(turn: Turn, event: BatterySaid) -> None:
    """A maker's device tells its battery."""
    if event.device not in turn.site.devices:
        return turn.refuse("unknown-device")
    turn.hear(event.device)
    return battery(turn, event.device, event.percent)


def battery(turn: Turn, device: str, percent: int) -> None:
    """Note a battery; falling to the limit is a fact, once."""
    state = turn.device(device)
    was_low = state.battery_pct is not None and state.battery_pct <= BATTERY_LOW_PCT
    turn.devices[device] = replace(state, battery_pct=percent)
    if percent <= BATTERY_LOW_PCT and not was_low:
        turn.log(BatteryLow(device, percent))


def on_refused(turn: Turn, event: Refused) -> None:
    """A message could not be used: counted, and where its number could be read the device may stop sending it."""
    turn.refuse(event.why)
    if event.stamp is not None and event.device is not None and event.device in turn.site.devices:
        taken(turn, event.device, event.stamp)
