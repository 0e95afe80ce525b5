"""ESPHome over MQTT: ``<prefix>/<component>/<object id>/state``, ``<prefix>/status``, and what the owner publishes.

A reader's cards come by ``mqtt.publish`` in its ``on_tag``, on a topic of the owner's choice: RC522 and PN532 print
hyphened hex, RDM6300 and Wiegand decimals. Entities are told apart by the words of their object id, for the message
holds nothing but ON, OFF or a number. Everything ESPHome publishes is retained unless its owner says otherwise.
"""

import re
from collections.abc import Callable, Mapping

from devices.drivers import esphome_words as words_of
from devices.drivers import fields
from devices.drivers import payload as bodies
from devices.drivers.driver import Driver, Faulty, Filter, Found, Said
from devices.readings import Ignored, Rejected, TapReading
from devices.uid import tap_from_decimal, tap_from_hex, tap_from_number

CARD_FIELDS = ("uid", "tag", "tag_id", "card", "card_id")
BARE_UID = re.compile("[0-9A-Fa-f]{2}([-:]?[0-9A-Fa-f]{2}){3,9}|[0-9]{6,20}")
HYPHENED_UID = re.compile("[0-9A-Fa-f]{2}(-[0-9A-Fa-f]{2}){3,9}")

DISCOVERY = Ignored("discovery describes a device and says nothing of what it senses")
COMMAND = Ignored("it is a command to the device, not a message of it")
LOG = Ignored("it is a line of the device's log")
REMOVED = Ignored("a tag's removal is no tap")
SECRET = Ignored("what a keypad sends is a PIN, never a UID")
KNOWN_TAG = Ignored("a sensor bound to one known tag tells no UID: publish it in on_tag")
MEASURE = Ignored("a measurement or a control is no reading of a person or a door")
EVENT = Ignored("an event entity tells a kind of event and no card")
NO_TAG = Ignored("there is no card at the reader")


def read(topic: str, payload: bytes) -> Said:
    """All that one message of an ESPHome node says."""
    segments = topic.split("/")
    if segments[0] == "homeassistant" or segments[:2] == ["esphome", "discover"]:
        return DISCOVERY
    if segments[-1] in LAST_SEGMENTS:
        return LAST_SEGMENTS[segments[-1]]
    text = bodies.text_of(payload)
    if not isinstance(text, str):
        return text
    if segments[-1] == "status":
        return fields.link(text, "online", "offline")
    if segments[-1] == "state" and len(segments) > 3:
        component = COMPONENTS.get(segments[-3])
        return component(_words(segments[-2]), text) if component else MEASURE
    return _published(_words(topic), _words(segments[-1]), text)


LAST_SEGMENTS: Mapping[str, Ignored] = {
    "debug": LOG,
    "log": LOG,
    "command": COMMAND,
    "set": COMMAND,
    "config": DISCOVERY,
}


def _words(name: str) -> frozenset[str]:
    return frozenset(re.split("[^a-z0-9]+", name.lower()))


def _binary(words: frozenset[str], text: str) -> Said:
    if words & words_of.PERSON_WORDS:
        return fields.presence(text, "the sensor's state")
    if words & words_of.CARD_WORDS:
        return KNOWN_TAG
    if words & words_of.OTHER_WORDS:
        return MEASURE
    if words & words_of.DOOR_WORDS:
        return fields.contact_open(text, "the sensor's state")
    return fields.level(text, "the sensor's state")


def _sensor(words: frozenset[str], text: str) -> Said:
    if words & words_of.SECRET_WORDS:
        return SECRET
    if words & words_of.COUNT_WORDS and words & words_of.COUNTED_WORDS and not words & words_of.PART_OF_COUNT_WORDS:
        return fields.people(fields.number_text(text), "the counter's state") or MEASURE
    if "battery" in words:
        return _battery(words, text)
    return MEASURE if words & words_of.UNCOUNTED_WORDS else _perhaps_card(words, words, text)


def _battery(words: frozenset[str], text: str) -> Said:
    """A battery's percentage; its voltage comes under the same word, but with decimals or named so."""
    percent = fields.number_text(text)
    named = bool(words & {"level", "percent", "percentage", "soc", "charge"})
    if percent is None or words & {"voltage", "volt", "v"} or not (named or text.isdecimal()):
        return MEASURE
    return fields.battery(percent, "the battery's state")


def _event(_: frozenset[str], text: str) -> Said:
    return EVENT if text.startswith("{") else bodies.NOT_JSON


COMPONENTS: Mapping[str, Callable[[frozenset[str], str], Said]] = {
    "binary_sensor": _binary,
    "sensor": _sensor,
    "text_sensor": _sensor,
    "number": _sensor,
    "event": _event,
}


def _published(words: frozenset[str], last: frozenset[str], text: str) -> Said:
    """What the owner publishes by hand: a card where the topic's words say so, or where it can be nothing else."""
    if last & words_of.REMOVED_WORDS:
        return REMOVED
    if last & words_of.SECRET_WORDS:
        return SECRET
    return _perhaps_card(words, last, text)


def _perhaps_card(words: frozenset[str], last: frozenset[str], text: str) -> Said:
    if last & words_of.CARD_ALONE_WORDS:
        return _card(words, text)
    likely = BARE_UID if words & words_of.CARD_WORDS else HYPHENED_UID
    return fields.tap(_spelled(words, text)) if likely.fullmatch(text) else MEASURE


def _card(words: frozenset[str], text: str) -> Said:
    if text.lower() in words_of.NO_CARD:
        return NO_TAG
    if text.startswith("{"):
        return _card_object(words, bodies.object_of(text.encode()))
    return fields.tap(_spelled(words, text))


def _card_object(words: frozenset[str], message: Mapping[str, object] | Ignored | Rejected) -> Said:
    if isinstance(message, Ignored | Rejected):
        return message
    return fields.together(_card_value(words, message[name]) for name in CARD_FIELDS if name in message) or NO_TAG


def _card_value(words: frozenset[str], value: object) -> tuple[Found, ...]:
    if isinstance(value, str):
        return fields.tap(_spelled(words, value))
    if isinstance(value, int) and not isinstance(value, bool):
        return fields.tap(tap_from_number(value))
    return (Faulty(TapReading, "the card's UID is neither text nor a whole number"),)


def _spelled(words: frozenset[str], text: str) -> TapReading | Rejected:
    """Bare digits are a decimal, which is how ESPHome prints what it has as a number, unless the reader prints hex."""
    bare = text.strip()
    in_hex = bool(words & words_of.HEX_READERS) and len(bare) % 2 == 0
    if bare.isdecimal() and not in_hex:
        return tap_from_decimal(bare)
    return tap_from_hex(bare)


def filters(topic: str) -> tuple[Filter, ...]:
    """For a node declared by its prefix (``door-1``), by one entity's topic (``desk-1/binary_sensor/has_target/state``)
    or by the topic on which its owner publishes cards (``rc522/tag``).
    """
    base = topic.rstrip("/")
    segments = base.split("/")
    if segments[-1] == "state" and len(segments) > 3:
        return Filter(base, taps=True), Filter("/".join([*segments[:-3], "status"]))
    if len(segments) > 1 and _words(segments[-1]) & words_of.CARD_WORDS:
        return Filter(base, taps=True), Filter("/".join([*segments[:-1], "status"]))
    return Filter(base, taps=True), Filter(f"{base}/+", taps=True), Filter(f"{base}/+/+/state", taps=True)


DRIVER = Driver("esphome", read, filters)
