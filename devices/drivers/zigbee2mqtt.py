"""Zigbee2MQTT: ``<root>/<friendly name>`` with the device's whole state, ``…/availability``, ``<root>/bridge/state``.

Null is "never reported", not "no". ``contact: true`` means that the contact is closed. The presence of a radar is
its ``presence``; distances and movements stay behind after it has ended. What a keypad sends is a PIN.
"""

from collections.abc import Mapping

from devices.drivers import fields
from devices.drivers import payload as bodies
from devices.drivers.driver import Driver, Faulty, Filter, Found, Said
from devices.readings import ContactReading, Ignored, PresenceReading, Rejected

ROOT = "zigbee2mqtt"
COMMANDS = ("set", "get")

COMMAND = Ignored("it is a command to the device, not a message of it")
BRIDGE = Ignored("the bridge speaks of itself, not of the device")
ATTRIBUTE = Ignored("this single attribute is no reading of a person or a door")
ACTION = Ignored("an action is no reading, and a keypad's code is a PIN, never a UID")
NOTHING = Ignored("it carries no reading of a person or a door")

NOBODY = ("none", "absent", "absence", "no_presence")
PRESENCE_FIELDS = ("presence", "occupancy", "motion", "pir_detection", "vibration")
"""In order of trust: the first that the message holds and that is known says whether somebody is there."""
PEOPLE_FIELDS = ("people_count", "people", "person_count", "number_of_people", "target_count", "occupants")
DOOR_STATES: Mapping[str, bool] = {"open": True, "opened": True, "closed": False}


def read(topic: str, payload: bytes) -> Said:
    """All that one message of Zigbee2MQTT says of a device."""
    segments = topic.split("/")
    last = segments[-1]
    if last in COMMANDS or (len(segments) > 2 and segments[-2] in COMMANDS):
        return COMMAND
    if "bridge" in segments[1:-1]:
        return _link(payload) if segments[-2:] == ["bridge", "state"] else BRIDGE
    if last == "availability":
        return _link(payload)
    if last == "action" and len(segments) > 2:
        return ACTION
    return _device(payload, last if len(segments) > 2 else "")


def _link(payload: bytes) -> Said:
    text = bodies.text_of(payload)
    if isinstance(text, str) and text.startswith("{"):
        message = bodies.object_of(payload)
        return message if isinstance(message, Rejected | Ignored) else fields.link(message.get("state"), *LINK_WORDS)
    return fields.link(text, *LINK_WORDS) if isinstance(text, str) else text


LINK_WORDS = ("online", "offline")


def _device(payload: bytes, attribute: str) -> Said:
    message = bodies.json_of(payload)
    if isinstance(message, dict):
        return _state(message)
    if attribute and not isinstance(message, Ignored):
        return _attribute(attribute, payload, message)
    return message if isinstance(message, Ignored | Rejected) else bodies.NOT_OBJECT


def _attribute(name: str, payload: bytes, value: object) -> Said:
    text = bodies.text_of(payload)
    if not isinstance(text, str):
        return text
    if text.startswith(("{", "[")):
        return value if isinstance(value, Rejected) else bodies.NOT_OBJECT
    if name not in ATTRIBUTES:
        return ATTRIBUTE
    return _state({name: text if isinstance(value, Rejected) else value})


def _state(message: Mapping[str, object]) -> Said:
    found = (*_presence(message), *_contact(message), *_people(message), *_battery(message))
    if found:
        return found
    return ACTION if "action" in message or "pin_code" in message else NOTHING


def _presence(message: Mapping[str, object]) -> tuple[Found, ...]:
    held = [name for name in PRESENCE_FIELDS if name in message]
    known = [name for name in held if message[name] is not None]
    if known:
        return fields.presence(_flag(message[known[0]]), known[0])
    if "presence_state" in message:
        return _presence_state(message["presence_state"])
    return (PresenceReading(None),) if held else ()


def _presence_state(value: object) -> tuple[Found, ...]:
    if value is None:
        return (PresenceReading(None),)
    if not isinstance(value, str):
        return (Faulty(PresenceReading, "presence_state is no text"),)
    return (PresenceReading(value.lower() not in NOBODY),)


def _contact(message: Mapping[str, object]) -> tuple[Found, ...]:
    if "contact" in message:
        return fields.contact_closed(_flag(message["contact"]), "contact")
    state = message.get("door_state")
    is_open = DOOR_STATES.get(state.lower()) if isinstance(state, str) else None
    return () if is_open is None else (ContactReading(is_open),)


def _flag(value: object) -> object:
    """Zigbee2MQTT's flags are JSON's own; what else stands in their place is no flag."""
    return value if value is None or isinstance(value, bool) else bodies.NO_VALUE


def _people(message: Mapping[str, object]) -> tuple[Found, ...]:
    held = [name for name in PEOPLE_FIELDS if message.get(name) is not None]
    return fields.people(message[held[0]], held[0]) if held else ()


def _battery(message: Mapping[str, object]) -> tuple[Found, ...]:
    return fields.battery(message.get("battery"), "battery")


ATTRIBUTES = (*PRESENCE_FIELDS, *PEOPLE_FIELDS, "presence_state", "contact", "door_state", "battery")
"""What may come alone, on a topic of its own, where the installation publishes attribute by attribute."""


def filters(topic: str) -> tuple[Filter, ...]:
    """For a device declared by the topic of its state, ``zigbee2mqtt/desk-01``."""
    base = topic.rstrip("/").removesuffix("/availability")
    root = ROOT if base.startswith(f"{ROOT}/") else base.rpartition("/")[0]
    bridge = (Filter(f"{root}/bridge/state"),) if root else ()
    return Filter(base), Filter(f"{base}/+"), *bridge


DRIVER = Driver("zigbee2mqtt", read, filters)
