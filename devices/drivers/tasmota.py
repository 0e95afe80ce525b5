"""Tasmota: ``tele/<topic>/SENSOR`` and its kin, prefix and suffix where the node's FullTopic puts them.

What a node senses comes in SENSOR (cards too, the moment they are shown), again in the answer STATUS8 or STATUS10
(where a UID would be an old one), and a detached switch's change in RESULT or in a suffix of its own. Commands and
relays are not sensors. The sensors themselves are in :mod:`devices.drivers.tasmota_sensors`.
"""

import re
from collections.abc import Mapping

from devices.drivers import fields
from devices.drivers import payload as bodies
from devices.drivers.driver import Driver, Filter, Said
from devices.drivers.tasmota_sensors import DOOR_WORDS, PERSON_WORDS, SWITCH_WORDS, sensed, sensed_now
from devices.readings import Ignored, Rejected

PREFIXES = ("cmnd", "tele", "stat")
PREFIX_PLACE = "%prefix%"
JSON_SUFFIX = re.compile(r"SENSOR|RESULT|STATE|STATUS\d*|INFO\d|DEEPSLEEP")
ASKED_SUFFIX = re.compile(r"STATUS(8|10)")
ONE_SENSOR = re.compile(rf"({PERSON_WORDS}|{DOOR_WORDS}|{SWITCH_WORDS})\d*", re.IGNORECASE)
KNOWN_SUFFIX = re.compile(rf"{JSON_SUFFIX.pattern}|LWT|POWER\d*")

COMMAND = Ignored("it is a command to the device, not a message of it")
RELAY = Ignored("it tells a relay's state, which is no sensor's")
ABOUT_ITSELF = Ignored("the node speaks of itself, not of what it senses")


def read(topic: str, payload: bytes) -> Said:
    """All that one message of a Tasmota node says."""
    prefix, suffix = _parts(topic)
    if prefix == "cmnd":
        return COMMAND
    if suffix.startswith("POWER"):
        return RELAY
    if suffix == "LWT":
        text = bodies.text_of(payload)
        return fields.link(text, "online", "offline") if isinstance(text, str) else text
    if ONE_SENSOR.fullmatch(suffix):
        return _one_sensor(suffix, payload)
    message = bodies.object_of(payload)
    if isinstance(message, dict):
        return _object(prefix, suffix, message)
    return message if JSON_SUFFIX.fullmatch(suffix) and isinstance(message, Ignored | Rejected) else ABOUT_ITSELF


def _object(prefix: str, suffix: str, message: Mapping[str, object]) -> Said:
    inner = message.get("StatusSNS")
    if suffix == "SENSOR" and prefix != "stat":
        return sensed_now(message)
    if suffix == "RESULT":
        return sensed(message)
    return sensed(inner) if ASKED_SUFFIX.fullmatch(suffix) and isinstance(inner, dict) else ABOUT_ITSELF


def _parts(topic: str) -> tuple[str, str]:
    segments = topic.split("/")
    prefix = next((one for one in segments[:-1] if one in PREFIXES), "")
    return prefix, segments[-1]


def _one_sensor(suffix: str, payload: bytes) -> Said:
    text = bodies.text_of(payload)
    if not isinstance(text, str):
        return text
    if not text.startswith("{"):
        return sensed({suffix.upper(): text})
    message = bodies.object_of(payload)
    if isinstance(message, Ignored | Rejected):
        return message
    return sensed({suffix.upper(): message} if "Action" in message else message)


def filters(topic: str) -> tuple[Filter, ...]:
    """For a node declared by its topic (``rfid-1``), by any topic it publishes (``tele/rfid-1/SENSOR``), or by its
    FullTopic (``home/%prefix%/rfid-1``).
    """
    segments = [one for one in topic.split("/") if one]
    if segments and KNOWN_SUFFIX.fullmatch(segments[-1]) and len(segments) > 1:
        segments.pop()
    segments = [PREFIX_PLACE if one in PREFIXES else one for one in segments]
    if PREFIX_PLACE not in segments:
        segments.insert(0, PREFIX_PLACE)
    base = "/".join(segments)
    tele, stat = base.replace(PREFIX_PLACE, "tele"), base.replace(PREFIX_PLACE, "stat")
    return Filter(f"{tele}/SENSOR", taps=True), Filter(f"{tele}/LWT"), Filter(f"{stat}/+")


DRIVER = Driver("tasmota", read, filters)
