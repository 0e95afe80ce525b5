"""OpenMQTTGateway: ``<base>/<gateway>/BTtoMQTT/<MAC>`` for Bluetooth sensors, its own inputs, ``…/LWT``.

``cont`` says that a sensor advertises continuously; it is no contact. ``open`` is true when open; the contact sensors
of one maker say it in words. A gateway's own input is high when open. An encrypted advertisement says nothing.
"""

from collections.abc import Callable, Mapping

from devices.drivers import fields
from devices.drivers import payload as bodies
from devices.drivers.driver import Driver, Faulty, Filter, Found, Said
from devices.readings import ContactReading, Ignored, Rejected

CONTACT_WORDS: Mapping[str, bool] = {"open": True, "timeout not closed": True, "closed": False}
INPUT_WORDS: Mapping[str, bool] = {"HIGH": True, "LOW": False}
PERSON_FIELDS = ("presence", "occupancy", "motion")
BATTERY_FIELDS = ("batt", "battery")

COMMAND = Ignored("it is a command to the gateway, not a message of it")
PLAIN = Ignored("the gateway speaks of itself")
ENCRYPTED = Ignored("the advertisement is encrypted, and the gateway has not opened it")
NOTHING = Ignored("it carries no reading of a person, a door or a battery")


def read(topic: str, payload: bytes) -> Said:
    """All that one message of the gateway says."""
    segments = topic.split("/")
    if segments[-1] == "LWT":
        text = bodies.text_of(payload)
        return fields.link(text, "online", "offline") if isinstance(text, str) else text
    if any("MQTTto" in one for one in segments) or "commands" in segments:
        return COMMAND
    message = bodies.object_of(payload)
    if isinstance(message, Rejected) and not any(one.endswith("toMQTT") for one in segments):
        return PLAIN
    return message if isinstance(message, Ignored | Rejected) else _sensed(message)


def _sensed(message: Mapping[str, object]) -> Said:
    found = fields.together(part(message) for part in PARTS)
    if found:
        return found
    return ENCRYPTED if "cipher" in message else NOTHING


def _person(message: Mapping[str, object]) -> tuple[Found, ...]:
    held = [name for name in PERSON_FIELDS if name in message]
    return fields.presence(message[held[0]], held[0]) if held else ()


def _open(message: Mapping[str, object]) -> tuple[Found, ...]:
    return fields.contact_open(message.get("open"), "open")


def _contact(message: Mapping[str, object]) -> tuple[Found, ...]:
    return _worded(message.get("contact"), CONTACT_WORDS, "contact")


def _input(message: Mapping[str, object]) -> tuple[Found, ...]:
    return _worded(message.get("gpio"), INPUT_WORDS, "gpio")


def _worded(value: object, words: Mapping[str, bool], field: str) -> tuple[Found, ...]:
    if value is None:
        return ()
    is_open = words.get(value) if isinstance(value, str) else None
    return (
        Faulty(ContactReading, f"{field} is no state of a contact") if is_open is None else ContactReading(is_open),
    )


def _battery(message: Mapping[str, object]) -> tuple[Found, ...]:
    held = [name for name in BATTERY_FIELDS if name in message]
    return fields.battery(message[held[0]], held[0]) if held else ()


PARTS: tuple[Callable[[Mapping[str, object]], tuple[Found, ...]], ...] = (_person, _open, _contact, _input, _battery)


def filters(topic: str) -> tuple[Filter, ...]:
    """For a sensor declared by its topic (``home/OpenMQTTGateway/BTtoMQTT/AABBCCDDEEFF``), or for the gateway itself
    with a PIR or a contact on its pins (``home/OpenMQTTGateway``).
    """
    base = topic.rstrip("/").removesuffix("/LWT")
    segments = base.split("/")
    at = next((place for place, one in enumerate(segments) if one.endswith("toMQTT")), None)
    if at is not None:
        return Filter(base), Filter("/".join([*segments[:at], "LWT"]))
    return Filter(f"{base}/HCSR501toMQTT"), Filter(f"{base}/GPIOInputtoMQTT"), Filter(f"{base}/LWT")


DRIVER = Driver("openmqttgateway", read, filters)
