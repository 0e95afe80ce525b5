"""The native wire through the same door: whole messages alone, each with the reading that it carries."""

import json

import pytest

from access.site import StandsFor
from devices.drivers import DRIVERS
from devices.readings import Rejected
from tests.support.messages import short

NATIVE = DRIVERS["hubout"]
READER, DESK, CONTACT, PEOPLE = (
    StandsFor.READER,
    StandsFor.DESK_SENSOR,
    StandsFor.CONTACT,
    StandsFor.PEOPLE_COUNTER,
)
BOOT = "0123456789abcdef"
EVENT = {"v": 1, "boot": BOOT, "seq": 7, "uptime_ms": 61_000, "heard": {"beacon": "b-1", "ms_ago": 12}}
STATUS = {"v": 1, "state": "online", "boot": BOOT, "conn": 1, "kind": "reader", "firmware": "1.0"}
BEAT = {"v": 1, "boot": BOOT, "last_seq": 7, "uptime_ms": 61_000, "heard": None}


def decode(leaf: str, message: dict[str, object], role: StandsFor | None) -> str:
    return short(NATIVE.decode(f"hubout/matera/device-1/{leaf}", json.dumps(message).encode(), role))


MESSAGES = [
    ("tap", EVENT | {"uid": "04A1B2C3D4E580"}, READER, "tap 04A1B2C3D4E580"),
    ("tap", EVENT | {"uid": "04A1B2C3D4E580", "pin": "90210"}, READER, "tap 04A1B2C3D4E580"),
    ("tap", EVENT | {"uid": "04A1B2C3D4E580"}, DESK, "ignored"),
    ("tap", EVENT | {"uid": "04a1b2c3d4e580"}, READER, "rejected"),
    ("tap", EVENT | {"uid": "04-A1-B2-C3"}, READER, "rejected"),
    ("tap", EVENT | {"uid": 4711}, READER, "rejected"),
    ("tap", EVENT, READER, "rejected"),
    ("tap", EVENT | {"uid": "04A1B2C3D4E580", "v": 2}, READER, "rejected"),
    ("tap", EVENT | {"uid": "04A1B2C3D4E580", "seq": "7"}, READER, "rejected"),
    ("tap", {"v": 1, "uid": "04A1B2C3D4E580"}, READER, "rejected"),
    ("tap", EVENT | {"sun": {"picc": "EF963FF7", "cmac": "94EED9EE65337086"}}, READER, "rejected"),
    ("presence", EVENT | {"present": True, "battery_pct": 80}, DESK, "presence yes + battery 80"),
    ("presence", EVENT | {"present": False}, DESK, "presence no"),
    ("presence", EVENT | {"present": None}, DESK, "presence unknown"),
    ("presence", EVENT | {"present": "yes"}, DESK, "rejected"),
    ("presence", EVENT, DESK, "rejected"),
    ("contact", EVENT | {"open": True}, CONTACT, "contact open"),
    ("contact", EVENT | {"open": False}, StandsFor.DOOR, "contact closed"),
    ("contact", EVENT | {"open": None}, CONTACT, "rejected"),
    ("count", EVENT | {"entered": 3, "left": 1}, PEOPLE, "ignored"),
    ("count", EVENT | {"entered": -3, "left": 1}, PEOPLE, "rejected"),
    ("exit-request", EVENT, StandsFor.DOOR, "ignored"),
    ("status", STATUS, READER, "link online"),
    ("status", STATUS | {"state": "offline", "battery_pct": 4}, READER, "link offline + battery 4"),
    ("status", STATUS | {"state": "asleep"}, READER, "rejected"),
    ("heartbeat", BEAT, READER, "ignored"),
    ("heartbeat", BEAT | {"present": True, "battery_pct": 79}, DESK, "presence yes + battery 79"),
    ("heartbeat", BEAT | {"open": False}, CONTACT, "contact closed"),
    ("heartbeat", BEAT | {"present": 1}, DESK, "rejected"),
    ("feedback", {"v": 1}, READER, "ignored"),
    ("ack", {"v": 1}, READER, "ignored"),
    ("weather", {"v": 1}, READER, "rejected"),
]


@pytest.mark.parametrize(("leaf", "message", "role", "says"), MESSAGES)
def test_a_native_message(leaf: str, message: dict[str, object], role: StandsFor | None, says: str) -> None:
    assert decode(leaf, message, role) == says


@pytest.mark.parametrize(
    "topic", ["hubout/matera/tap", "hubout/Matera/device-1/tap", "hubout/a/b/c/tap", "other/matera/device-1/tap", ""]
)
def test_another_topic_is_none_of_the_wire(topic: str) -> None:
    payload = json.dumps(EVENT | {"uid": "04A1B2C3D4E580"}).encode()
    assert isinstance(NATIVE.decode(topic, payload, READER), Rejected)


def test_the_gateways_own_topics_are_not_a_devices() -> None:
    assert short(NATIVE.decode("hubout/matera/gateway/beacon", b'{"v":1,"beacon":"b"}', READER)) == "ignored"


def test_a_cleared_status_says_nothing() -> None:
    assert short(NATIVE.decode("hubout/matera/device-1/status", b"", READER)) == "ignored"


def test_a_native_message_has_at_most_4_kib() -> None:
    said = NATIVE.decode("hubout/matera/device-1/tap", b" " * 4097, READER)
    assert "4096 bytes" in getattr(said, "why", "")


def test_a_pin_is_not_repeated() -> None:
    for message in (EVENT | {"uid": "04A1B2C3D4E580", "pin": "90210"}, EVENT | {"pin": "90210"}):
        assert "90210" not in repr(NATIVE.decode("hubout/m/r/tap", json.dumps(message).encode(), READER))


def test_its_filters_are_its_own_subtree() -> None:
    filters = NATIVE.filters("hubout/matera/device-1")
    assert all(one.pattern.startswith("hubout/matera/device-1/") for one in filters)
    assert [one.pattern for one in filters if one.taps] == ["hubout/matera/device-1/tap"]
