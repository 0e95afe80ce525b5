"""The native wire, version 1, as readings: ``hubout/<site>/<device>/<leaf>``, parsed by the wire's own codec.

The gateway takes native messages whole (:mod:`devices.wire`), for their freshness and their number are part of what
they say; a reading has neither. So this serves ``hubout decode`` and whoever tries a device.
"""

from devices.drivers.driver import Driver, Filter, Found, Said
from devices.drivers.payload import EMPTY
from devices.readings import (
    BatteryReading,
    ContactReading,
    Ignored,
    LinkReading,
    PresenceReading,
    Rejected,
    TapReading,
)
from devices.wire import LARGEST_BYTES, BadMessage, parse
from devices.wire_messages import Contact, Count, Heartbeat, Message, Presence, Status, Tap
from devices.wire_topics import GATEWAY, SAID_LEAVES, TOLD_LEAVES, BadTopic, parse_topic

SENT_BY_GATEWAY = Ignored("it is sent by the gateway, not by a device")
COUNT = Ignored("how many came and went since the last message is no number of people now; the gateway adds it up")
NOTHING = Ignored("it carries no card and no level")


def read(topic: str, payload: bytes) -> Said:
    """All that one native message says."""
    try:
        parts = parse_topic(topic)
        if parts.device == GATEWAY or parts.leaf in TOLD_LEAVES:
            return SENT_BY_GATEWAY
        return _said(parse(parts.leaf, payload)) if payload else EMPTY
    except BadTopic as bad:
        return Rejected(str(bad))
    except BadMessage as bad:
        return Rejected(bad.sentence)


def _said(message: Message) -> Said:
    match message:
        case Tap(uid=uid):
            return (TapReading(uid),)
        case Status(state=state, battery_pct=percent):
            return (LinkReading(state == "online"), *_battery(percent))
        case Presence(present=present, battery_pct=percent):
            return (PresenceReading(present), *_battery(percent))
        case Contact(open=is_open):
            return (ContactReading(is_open),)
        case Heartbeat():
            return _heartbeat(message) or NOTHING
        case Count():
            return COUNT
    return NOTHING


def _heartbeat(message: Heartbeat) -> tuple[Found, ...]:
    """A heartbeat without a level (a reader's) and one of a sensor that does not know look the same: neither says."""
    present = () if message.present is None else (PresenceReading(message.present),)
    is_open = () if message.open is None else (ContactReading(message.open),)
    return (*present, *is_open, *_battery(message.battery_pct))


def _battery(percent: int | None) -> tuple[Found, ...]:
    return () if percent is None else (BatteryReading(percent),)


def filters(topic: str) -> tuple[Filter, ...]:
    """For a device by its subtree, ``hubout/<site>/<device>``."""
    base = topic.rstrip("/")
    return tuple(Filter(f"{base}/{leaf}", taps=leaf == "tap") for leaf in sorted(SAID_LEAVES))


DRIVER = Driver("hubout", read, filters, LARGEST_BYTES)
