"""esp-rfid: its three ways to say a card, its two ways to say a door, and what it says of itself."""

import json

import pytest

from access.site import StandsFor
from devices.drivers import DRIVERS
from tests.support.messages import short

BOARD = DRIVERS["esp-rfid"]
READER, DESK, CONTACT = StandsFor.READER, StandsFor.DESK_SENSOR, StandsFor.CONTACT


def decode(topic: str, payload: str, role: StandsFor | None) -> str:
    return short(BOARD.decode(topic, payload.encode(), role))


def access(**fields: object) -> str:
    known = {"type": "access", "time": 1605991375, "isKnown": "true", "access": "Always", "username": "ada"}
    return json.dumps(known | fields)


CARDS = [
    # Hex of an RC522 or PN532; EM4100 in hex; decimals of a Wiegand reader.
    ({"uid": "ba839d07"}, "tap BA839D07"),
    ({"uid": "04a1b2c3d4e580"}, "tap 04A1B2C3D4E580"),
    ({"uid": "0E0074380D"}, "tap 0E0074380D"),
    ({"uid": "7748328"}, "tap 00763AE8"),
    ({"uid": 7748328}, "tap 00763AE8"),
    ({"uid": "12345678"}, "tap 12345678"),
    # Known to the board or not: a tap to us.
    ({"uid": "ba839d07", "isKnown": "false", "access": "Denied", "username": "Unknown"}, "tap BA839D07"),
    ({"uid": "ba839d07", "access": "Expired"}, "tap BA839D07"),
    ({"uid": "ba839d07", "cmd": "log", "door": "main"}, "tap BA839D07"),
    ({"uid": "ba839d07", "access": ["Always", "Disabled"], "doorName": ["front", "back"]}, "tap BA839D07"),
    # No card: opened by a command; a PIN alone; a byte that lost its zero; something else.
    ({"uid": " ", "username": "MQTT"}, "ignored"),
    ({"uid": ""}, "ignored"),
    ({"uid": "1234"}, "rejected"),
    ({"uid": "ba839d7"}, "rejected"),
    ({"uid": "token UID"}, "rejected"),
    ({"uid": None}, "rejected"),
    ({"uid": {"hex": "ba839d07"}}, "rejected"),
    ({}, "rejected"),
]


@pytest.mark.parametrize(("fields", "says"), CARDS)
@pytest.mark.parametrize("topic", ["/rfid/send", "rfid", "building-a/door-3/send"])
def test_a_card_at_the_board(topic: str, fields: dict[str, object], says: str) -> None:
    assert decode(topic, access(**fields), READER) == says


def test_a_card_for_home_assistant_comes_on_a_topic_of_its_own() -> None:
    card = '{"uid":"ba839d07","username":"ada","access":"Always","time":1605991375}'
    assert decode("/rfid/tag", card, READER) == "tap BA839D07"
    assert decode("/rfid/send", card, READER) == "ignored"


EVENTS = [
    ("/rfid/send", '{"type":"INFO","src":"door","desc":"Door Open","data":"","cmd":"event"}', CONTACT, "contact open"),
    ("/rfid/send", '{"type":"INFO","src":"door","desc":"Door Closed","data":""}', CONTACT, "contact closed"),
    ("/rfid/send", '{"type":"INFO","src":"door","desc":"Door Ajar"}', CONTACT, "ignored"),
    ("/rfid/send", '{"type":"INFO","src":"door","desc":7}', CONTACT, "ignored"),
    ("/rfid/send", '{"type":"INFO","src":"door","desc":"Door Open"}', READER, "ignored"),
    ("/rfid/send", '{"type":"WARN","src":"tamper","desc":"Door was tampered!"}', CONTACT, "ignored"),
    ("/rfid/send", '{"type":"heartbeat","time":1605991375,"uptime":999,"hostname":"d"}', READER, "ignored"),
    ("/rfid", '{"type":"boot","time":1605987212,"Wifi SSID":"x","Local IP":"10.0.0.9"}', READER, "ignored"),
    ("/rfid/send", '{"type":"WARN","src":"rfid","desc":"Unknown rfid tag","data":"ba839d07"}', READER, "ignored"),
    ("/rfid/send", '{"type":"heartbeat","battery":77}', READER, "battery 77"),
    ("/rfid/io/door", "ON", CONTACT, "contact open"),
    ("/rfid/io/door", "OFF", StandsFor.DOOR, "contact closed"),
    ("/rfid/io/door", "AJAR", CONTACT, "rejected"),
    ("/rfid/io/door", "", CONTACT, "ignored"),
    ("/rfid/io/door", "ON", DESK, "ignored"),
    ("/rfid/io/tamper", "ON", CONTACT, "ignored"),
    ("/rfid/io/lock1", "UNLOCKED", CONTACT, "ignored"),
    ("/rfid/avty", "online", READER, "link online"),
    ("/rfid/avty", "offline", CONTACT, "link offline"),
    ("/rfid/avty", "asleep", CONTACT, "rejected"),
    ("/rfid/avty", "", CONTACT, "ignored"),
    ("/rfid/cmd", '{"cmd":"opendoor","uid":"ba839d07","type":"access"}', READER, "ignored"),
    ("/rfid/accesslist", '{"uid":"ba839d07","user":"ada"}', READER, "ignored"),
    ("/rfid/sync", '{"type":"heartbeat"}', READER, "ignored"),
    ("/rfid/send", "{", READER, "rejected"),
    ("/rfid/send", "[]", READER, "rejected"),
]


@pytest.mark.parametrize(("topic", "payload", "role", "says"), EVENTS)
def test_events_and_pins(topic: str, payload: str, role: StandsFor, says: str) -> None:
    assert decode(topic, payload, role) == says


def test_neither_name_nor_uid_is_repeated_in_a_rejection() -> None:
    said = BOARD.decode("/rfid/send", access(uid="4711x", username="Ada Lovelace").encode(), READER)
    assert "4711" not in repr(said)
    assert "Ada" not in repr(said)


@pytest.mark.parametrize("declared", ["/rfid", "/rfid/", "/rfid/send", "/rfid/tag"])
def test_a_board_is_declared_by_its_base_topic(declared: str) -> None:
    assert BOARD.topics(declared) == ("/rfid", "/rfid/send", "/rfid/tag", "/rfid/io/door", "/rfid/avty")
    taps = [one.pattern for one in BOARD.filters(declared) if one.taps]
    assert taps == ["/rfid", "/rfid/send", "/rfid/tag"]
