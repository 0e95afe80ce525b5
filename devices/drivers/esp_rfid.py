"""esp-rfid: everything under one base topic: ``/send`` or ``/tag`` (cards), ``/io/door`` (ON is open), ``/avty``.

The board judges cards by a list of its own; a card it does not know is a tap to us like any other. Its Wiegand reader
prints decimals, the others hex, and nothing in the message tells which: the site file does. A board that takes PINs
alone sends them as uids, which are too short for cards where they have fewer than six digits.
"""

from collections.abc import Mapping

from devices.drivers import fields
from devices.drivers import payload as bodies
from devices.drivers.driver import Driver, Faulty, Filter, Found, Said
from devices.readings import ContactReading, Ignored, Rejected, TapReading
from devices.uid import tap_from_number, tap_from_text

SUFFIXES = ("send", "tag", "avty", "cmd", "sync", "accesslist")
DOOR_EVENTS: Mapping[str, bool] = {"door open": True, "door closed": False}

COMMAND = Ignored("it is a command to the board, not a message of it")
NOT_THE_DOOR = Ignored("a lock, a doorbell or a tamper alarm is not the door's contact")
NO_CARD = Ignored("the door was opened by a command, without a card")
EVENT = Ignored("an event of the board that is no card and no door contact")
LISTS = Ignored("it carries the board's own list of users, which is not ours")


def read(topic: str, payload: bytes) -> Said:
    """All that one message of an esp-rfid board says."""
    segments = topic.split("/")
    last = segments[-1]
    if last == "cmd":
        return COMMAND
    if last in ("sync", "accesslist"):
        return LISTS
    if last == "avty":
        text = bodies.text_of(payload)
        return fields.link(text, "online", "offline") if isinstance(text, str) else text
    if len(segments) > 1 and segments[-2] == "io":
        return _pin(last, payload)
    message = bodies.object_of(payload)
    return message if isinstance(message, Ignored | Rejected) else _event(message, last)


def _pin(name: str, payload: bytes) -> Said:
    text = bodies.text_of(payload)
    if not isinstance(text, str):
        return text
    return fields.contact_open(text, "the door") if name == "door" else NOT_THE_DOOR


def _event(message: Mapping[str, object], last: str) -> Said:
    if message.get("type") == "access" or (last == "tag" and "type" not in message):
        return _access(message)
    text = message.get("desc")
    if message.get("src") == "door" and isinstance(text, str) and text.strip().lower() in DOOR_EVENTS:
        return (ContactReading(DOOR_EVENTS[text.strip().lower()]),)
    return fields.battery(message.get("battery"), "battery") or EVENT


def _access(message: Mapping[str, object]) -> Said:
    uid = message.get("uid")
    if isinstance(uid, str) and not uid.strip():
        return NO_CARD
    return (*_card(uid), *fields.battery(message.get("battery"), "battery"))


def _card(uid: object) -> tuple[Found, ...]:
    if isinstance(uid, str):
        return fields.tap(tap_from_text(uid))
    if isinstance(uid, int) and not isinstance(uid, bool):
        return fields.tap(tap_from_number(uid))
    return (Faulty(TapReading, "an access without a uid of text or a whole number"),)


def filters(topic: str) -> tuple[Filter, ...]:
    """For a board declared by its base topic, ``/rfid``, or by one of the topics below it."""
    base, _, last = topic.rstrip("/").rpartition("/")
    if last not in SUFFIXES or not base:
        base = topic.rstrip("/")
    cards = (Filter(base, taps=True), Filter(f"{base}/send", taps=True), Filter(f"{base}/tag", taps=True))
    return *cards, Filter(f"{base}/io/door"), Filter(f"{base}/avty")


DRIVER = Driver("esp-rfid", read, filters)
