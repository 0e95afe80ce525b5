"""Messages of the broker as events of the core: parsed and bounded here, and nowhere deeper.

A raw UID or PIN lives no longer than it takes to hash it, or to seal it for the registry where staff called on the
reader (guarantees P2, P3). What cannot be used becomes ``Refused``
with a short code that is counted, so that it is acknowledged like any other message (guarantees D10, S12).
"""

import secrets
from collections.abc import Callable
from functools import lru_cache

from paho.mqtt.client import topic_matches_sub

from access import events
from access.credential import NONCE_BYTES, BadUid, daily_tag, keyed_hash, pin_hash, sealed
from access.site import Device, Site, StandsFor
from access.stamp import Card, Stamp
from devices import readings, uid, wire
from devices import wire_messages as say
from devices.drivers import DRIVERS, Filter
from devices.wire_topics import QOS_0_LEAVES, SAID_LEAVES, said_filter, topic
from gateway.mqtt.messages import Arrived, Wish

UNKNOWN_TOPIC = "unknown-device"


def nobody_called(_reader: str) -> bool:
    """No reader is called on."""
    return False


class Inward:
    """Reads what a site's devices say, with the site's key for credentials; ``is_called`` says of a reader whether
    staff call on it now.
    """

    def __init__(self, site: Site, key: bytes, is_called: Callable[[str], bool] = nobody_called) -> None:
        self._site, self._key, self._is_called = site, key, is_called
        self._said = {
            topic(site.id, device.id, leaf): (device, leaf)
            for device in site.devices.values()
            if device.native
            for leaf in SAID_LEAVES
        }
        self._filters = [
            (one.pattern, device) for device in site.devices.values() if not device.native for one in _filters(device)
        ]
        self._heard_by = lru_cache(maxsize=4096)(self._devices_of)

    def native_wishes(self) -> list[Wish]:
        """What to subscribe over the durable session."""
        return [Wish(said_filter(self._site.id, leaf), int(leaf not in QOS_0_LEAVES)) for leaf in sorted(SAID_LEAVES)]

    def maker_wishes(self) -> list[Wish]:
        """What to subscribe over the clean session: kept events are not asked for, kept states are."""
        wishes: dict[str, Wish] = {}
        for device in self._site.devices.values():
            for one in () if device.native else _filters(device):
                event = one.taps and device.stands_for is StandsFor.READER
                kept_too = not event and wishes.get(one.pattern, Wish("")).kept_too
                wishes[one.pattern] = Wish(one.pattern, 1, kept_too)
        return list(wishes.values())

    def native(self, arrived: Arrived, wall_ms: int) -> events.Event:
        """The event in a message of wire version 1."""
        known = self._said.get(arrived.topic)
        if known is None:
            return events.Refused(UNKNOWN_TOPIC)
        device, leaf = known
        try:
            message = wire.parse(leaf, arrived.payload)
        except wire.BadMessage as error:
            return events.Refused(error.code, device.id, error.stamp)
        return NATIVE[type(message)](self, device, message, arrived, wall_ms)

    def maker(self, arrived: Arrived, wall_ms: int) -> list[events.Event]:
        """The events in a maker's message: one topic may be several devices', one message several readings."""
        heard_by = self._heard_by(arrived.topic)
        if not heard_by:
            return [events.Refused(UNKNOWN_TOPIC)]
        said: list[events.Event] = []
        for device in heard_by:
            said += self._decoded(device, arrived, wall_ms)
        return said

    def _devices_of(self, text: str) -> tuple[Device, ...]:
        matching = (device for pattern, device in self._filters if topic_matches_sub(pattern, text))
        return tuple(dict.fromkeys(matching))

    def _decoded(self, device: Device, arrived: Arrived, wall_ms: int) -> list[events.Event]:
        match DRIVERS[device.driver].decode(arrived.topic, arrived.payload, device.stands_for):
            case readings.Rejected():
                return [events.Refused("maker-message", device.id)]
            case readings.Ignored():
                return []
            case found:
                return [self._said_by_maker(device, reading, arrived, wall_ms) for reading in found]

    def _said_by_maker(self, device: Device, reading: readings.Reading, arrived: Arrived, wall_ms: int) -> events.Event:
        match reading:
            case readings.TapReading():
                return self._tapped(device, reading, None, arrived, wall_ms)
            case readings.PresenceReading(present=present):
                return events.PresenceSaid(device.id, present, None, arrived.retained)
            case readings.ContactReading(open=is_open):
                return events.ContactSaid(device.id, is_open, None, arrived.retained)
            case readings.LinkReading(online=online):
                return events.LinkSaid(device.id, online)
            case readings.BatteryReading(percent=percent):
                return events.BatterySaid(device.id, percent)
            case readings.PeopleReading():
                # A maker's counter tells a level, which is no passage: it says only that the counter lives.
                return events.LinkSaid(device.id, online=True)

    def _tapped(
        self,
        device: Device,
        tap: readings.TapReading,
        stamp: Stamp | None,
        arrived: Arrived,
        wall_ms: int,
        pin: str | None = None,
    ) -> events.Event:
        form = uid.canonical(tap, device.uid_form)
        if isinstance(form, readings.Rejected):
            return events.Refused("bad-uid", device.id, stamp)
        try:
            card = Card(keyed_hash(self._key, form), daily_tag(self._key, form, wall_ms), self._sealed(device, form))
        except BadUid:
            return events.Refused("bad-uid", device.id, stamp)
        typed = b"" if pin is None else pin_hash(self._key, card.credential, pin)
        return events.Tapped(device.id, card, stamp, arrived.retained, typed)

    def _sealed(self, device: Device, form: str) -> bytes:
        return sealed(self._key, form, secrets.token_bytes(NONCE_BYTES)) if self._is_called(device.id) else b""

    def tapped(self, device: Device, m: say.Tap, arrived: Arrived, wall_ms: int) -> events.Event:
        """A native reader's tap, with the PIN that was typed on it."""
        return self._tapped(device, readings.TapReading(m.uid), m.stamp, arrived, wall_ms, m.pin)


def _filters(device: Device) -> tuple[Filter, ...]:
    return DRIVERS[device.driver].filters(device.topic or "")


def _presence(_: Inward, device: Device, m: say.Presence, arrived: Arrived, _wall_ms: int) -> events.Event:
    return events.PresenceSaid(device.id, m.present, m.stamp, arrived.retained)


def _contact(_: Inward, device: Device, m: say.Contact, arrived: Arrived, _wall_ms: int) -> events.Event:
    return events.ContactSaid(device.id, m.open, m.stamp, arrived.retained)


def _count(_: Inward, device: Device, m: say.Count, arrived: Arrived, _wall_ms: int) -> events.Event:
    if arrived.retained:
        return events.Refused("retained-event")
    return events.CountSaid(device.id, m.entered, m.left, m.stamp)


def _exit(_: Inward, device: Device, m: say.ExitRequest, arrived: Arrived, _wall_ms: int) -> events.Event:
    return events.Refused("retained-event") if arrived.retained else events.ExitAsked(device.id, m.stamp)


def _status(_: Inward, device: Device, m: say.Status, _arrived: Arrived, _wall_ms: int) -> events.Event:
    return events.StatusSaid(device.id, m.state == "online", m.boot, m.conn, m.battery_pct)


def _heartbeat(_: Inward, device: Device, m: say.Heartbeat, arrived: Arrived, _wall_ms: int) -> events.Event:
    if arrived.retained:
        return events.Refused("retained-event")
    return events.HeartbeatSaid(device.id, m.boot, m.last_seq, m.uptime_ms, m.present, m.open, m.battery_pct)


NATIVE: dict[type, Callable[..., events.Event]] = {
    say.Tap: Inward.tapped,
    say.Presence: _presence,
    say.Contact: _contact,
    say.Count: _count,
    say.ExitRequest: _exit,
    say.Status: _status,
    say.Heartbeat: _heartbeat,
}
