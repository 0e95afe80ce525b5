"""What Tasmota's sensors say inside SENSOR, STATUS8 and RESULT: one row a sensor, by the name it has there.

Rows follow the firmware's own sources: RC522, PN532 and RDM6300 print hex; Wiegand prints its number in decimal, or
in hex with an ``h`` behind it (SetOption123), and keypad digits under a size of 4 or 8 bits; the LD2410S's "People"
is a state (0 and 1: nobody, 2 and 3: somebody); the LD2410 and LD2402 print zeros when they see nobody.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from devices.drivers import fields
from devices.drivers.driver import Faulty, Found, Said
from devices.readings import Ignored, PresenceReading, Rejected, TapReading
from devices.uid import tap_from_decimal, tap_from_hex, tap_from_number

SWITCH_WORDS = "SWITCH"
PERSON_WORDS = "PIR|MOTION|PRESENCE|OCCUPANCY"
DOOR_WORDS = "DOOR|WINDOW|CONTACT|REED"
KEYPAD_BITS = (4, 8)
STATES_OF_PEOPLE: Mapping[int, bool] = {0: False, 1: False, 2: True, 3: True}

NOTHING = Ignored("it carries no reading of a card, a person or a door")
SERIAL = Ignored("raw serial bytes are no known UID: let a reader's driver on the node read them")
KEYPAD = Ignored("keypad digits are a PIN, never a UID")

Part = Callable[[Mapping[str, object]], tuple[Found, ...]]


def sensed_now(message: Mapping[str, object]) -> Said:
    """What a SENSOR message says: states, and the card that was just shown."""
    cards = fields.together(_cards(message))
    return (*cards, *_states(message)) or _why_nothing(message)


def sensed(message: Mapping[str, object]) -> Said:
    """What an answer or a result says: states alone, for a UID in it may be an old one."""
    return _states(message) or _why_nothing(message)


def _why_nothing(message: Mapping[str, object]) -> Ignored:
    if "SSerialReceived" in message or "SerialReceived" in message:
        return SERIAL
    return KEYPAD if any(_is_keypad(value) for value in message.values()) else NOTHING


def _cards(message: Mapping[str, object]) -> Iterable[tuple[Found, ...]]:
    for name, value in message.items():
        card = READERS.get(name.upper())
        if card and isinstance(value, dict) and "UID" in value:
            yield card(value)


def _hex_card(reader: Mapping[str, object]) -> tuple[Found, ...]:
    return _card(reader["UID"], tap_from_hex)


def _wiegand_card(reader: Mapping[str, object]) -> tuple[Found, ...]:
    return () if _is_keypad(reader) else _card(reader["UID"], _tap_of_wiegand)


def _card(uid: object, spelled: Callable[[str], TapReading | Rejected]) -> tuple[Found, ...]:
    if isinstance(uid, int) and not isinstance(uid, bool):
        return fields.tap(tap_from_number(uid))
    if isinstance(uid, str):
        return fields.tap(spelled(uid))
    return (Faulty(TapReading, "the reader's UID is neither text nor a whole number"),)


def _tap_of_wiegand(uid: str) -> TapReading | Rejected:
    if uid.isascii() and NUMBER_IN_HEX.fullmatch(uid):
        return tap_from_number(int(uid.removesuffix("h"), 16))
    return tap_from_decimal(uid)


def _is_keypad(value: object) -> bool:
    return isinstance(value, dict) and "UID" in value and value.get("Size") in KEYPAD_BITS


NUMBER_IN_HEX = re.compile("[0-9A-F]{1,20}h")
READERS: Mapping[str, Part] = {
    "RC522": _hex_card,
    "PN532": _hex_card,
    "RDM6300": _hex_card,
    "WIEGAND": _wiegand_card,
}


def _states(message: Mapping[str, object]) -> tuple[Found, ...]:
    return fields.together(_state(name, value) for name, value in message.items())


def _state(name: str, value: object) -> tuple[Found, ...]:
    for pattern, state in STATES:
        if pattern.fullmatch(name):
            return state(name, value)
    return _of_others(name, value)


def _switch(name: str, value: object) -> tuple[Found, ...]:
    on = _action(value)
    return () if on in OTHER_ACTIONS else fields.level(on, name)


def _person(name: str, value: object) -> tuple[Found, ...]:
    on = _action(value)
    return () if on in OTHER_ACTIONS else fields.presence(on, name)


def _door(name: str, value: object) -> tuple[Found, ...]:
    on = _action(value)
    return () if on in OTHER_ACTIONS else fields.contact_open(on, name)


def _action(value: object) -> object:
    inner = value.get("Action", value.get("State")) if isinstance(value, dict) else value
    return inner.upper() if isinstance(inner, str) else inner


OTHER_ACTIONS = ("TOGGLE", "HOLD", "CLEAR", "INCREMENT", "INC_DEC", "INVERT", "DELAY", "TEMP", None)
"""What a push button may do: none of it is a state."""


def _radar(_: str, value: object) -> tuple[Found, ...]:
    if not isinstance(value, dict):
        return ()
    if "People" in value:
        code = value["People"]
        known = isinstance(code, int) and not isinstance(code, bool) and code in STATES_OF_PEOPLE
        return (
            PresenceReading(STATES_OF_PEOPLE[code]) if known else Faulty(PresenceReading, "People is no state 0-3"),
        )
    for flag in ("Occupancy", "Out_pin"):
        if flag in value:
            return fields.presence(value[flag], flag)
    if "Error" in value:
        return (PresenceReading(None),)
    return _by_measures(value.get("Distance"), value.get("Energy"))


def _by_measures(distance: object, energy: object) -> tuple[Found, ...]:
    """The firmware sets every one of these to zero when its radar sees nobody, and to what it measures else."""
    measures = [one for value in (distance, energy) for one in (value if isinstance(value, list) else [value])]
    numbers = [one for one in measures if isinstance(one, int | float) and not isinstance(one, bool)]
    return (PresenceReading(any(numbers)),) if numbers else ()


def _beacon(_: str, value: object) -> tuple[Found, ...]:
    return fields.presence(value["STATE"], "STATE") if isinstance(value, dict) and "STATE" in value else ()


def _zigbee(_: str, value: object) -> tuple[Found, ...]:
    devices = value.values() if isinstance(value, dict) else ()
    return fields.together(_zigbee_device(one) for one in devices if isinstance(one, dict))


def _zigbee_device(device: Mapping[str, object]) -> tuple[Found, ...]:
    return fields.together(part(device[name], name) for name, part in ZIGBEE.items() if name in device)


ZIGBEE: Mapping[str, Callable[[object, str], tuple[Found, ...]]] = {
    "Occupancy": fields.presence,
    "Contact": fields.contact_open,
    "BatteryPercentage": fields.battery,
}
STATES: tuple[tuple[re.Pattern[str], Callable[[str, object], tuple[Found, ...]]], ...] = (
    (re.compile(rf"({SWITCH_WORDS})\d*", re.IGNORECASE), _switch),
    (re.compile(rf"({PERSON_WORDS})\d*", re.IGNORECASE), _person),
    (re.compile(rf"({DOOR_WORDS})\d*", re.IGNORECASE), _door),
    (re.compile(r"LD24\d\d[A-Z]?(SNS)?"), _radar),
    (re.compile("IBEACON"), _beacon),
    (re.compile("ZbReceived"), _zigbee),
)


def _of_others(name: str, value: object) -> tuple[Found, ...]:
    """Bluetooth sensors heard by the node, each under its own name."""
    if name.upper() in READERS or not isinstance(value, dict):
        return ()
    motion = fields.presence(value["PIR"], "PIR") if "PIR" in value else ()
    return (*motion, *(fields.battery(value["Battery"], "Battery") if "Battery" in value else ()))
