"""Messages as events: parsed at the edge, refused with a code that is counted, a raw UID hashed at once."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access import events
from access.credential import daily_tag, keyed_hash, pin_hash
from access.freshness import Heard
from access.site import Desk, Device, Direction, Door, Site, StandsFor, UidForm, Zone
from access.stamp import Card, Stamp
from gateway.mqtt.inward import Inward
from gateway.mqtt.messages import Arrived

KEY = bytes(range(32))
WALL_MS = 1_795_420_800_000
UID = "04A1B2C3D4E580"
DEVICES = (
    Device("reader", "hubout", StandsFor.READER, "main"),
    Device("desk", "hubout", StandsFor.DESK_SENSOR, "d1"),
    Device("counter", "hubout", StandsFor.PEOPLE_COUNTER, "sala"),
    Device("lock", "hubout", StandsFor.DOOR, "main"),
    Device("rc522", "tasmota", StandsFor.READER, "main", "tele/rfid-1/SENSOR", Direction.IN),
    Device("rc522-back", "tasmota", StandsFor.READER, "main", "tele/rfid-2/SENSOR", uid_form=UidForm.REVERSED),
    Device("fp1e", "zigbee2mqtt", StandsFor.DESK_SENSOR, "d1", "zigbee2mqtt/desk-01"),
    Device("contact", "zigbee2mqtt", StandsFor.CONTACT, "main", "zigbee2mqtt/door-main"),
)
SITE = Site(
    "matera",
    "Matera",
    "Europe/Rome",
    {"sala": Zone("sala", "Sala")},
    {"main": Door("main", "Ingresso", "sala")},
    {"d1": Desk("d1", "Postazione 1", "sala")},
    {device.id: device for device in DEVICES},
)
STAMPED = {"v": 1, "boot": "0a1b2c3d", "seq": 7, "uptime_ms": 5_000, "heard": {"beacon": "b" * 32, "ms_ago": 40}}
STAMP = Stamp("0a1b2c3d", 7, 5_000, Heard("b" * 32, 40))
inward = Inward(SITE, KEY)


def _native(device: str, leaf: str, payload: Mapping[str, Any] | bytes, *, retained: bool = False) -> events.Event:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return inward.native(Arrived(1, 1, f"hubout/matera/{device}/{leaf}", raw, retained), WALL_MS)


def _maker(topic: str, payload: object, *, retained: bool = False) -> list[events.Event]:
    raw = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    return inward.maker(Arrived(1, 0, topic, raw, retained), WALL_MS)


CARD = Card(keyed_hash(KEY, UID), daily_tag(KEY, UID, WALL_MS))


@pytest.mark.parametrize(
    ("device", "leaf", "fields", "event"),
    [
        ("reader", "tap", {"uid": UID}, events.Tapped("reader", CARD, STAMP)),
        ("desk", "presence", {"present": None}, events.PresenceSaid("desk", None, STAMP)),
        ("lock", "contact", {"open": True}, events.ContactSaid("lock", True, STAMP)),
        ("counter", "count", {"entered": 2, "left": 1}, events.CountSaid("counter", 2, 1, STAMP)),
        ("lock", "exit-request", {}, events.ExitAsked("lock", STAMP)),
    ],
)
def test_a_native_message_is_one_event(device: str, leaf: str, fields: dict[str, Any], event: events.Event) -> None:
    assert _native(device, leaf, STAMPED | fields) == event


def test_a_birth_and_a_heartbeat_carry_what_the_device_is() -> None:
    status = {
        "v": 1,
        "state": "offline",
        "boot": "0a1b2c3d",
        "conn": 3,
        "kind": "reader",
        "firmware": "1",
        "battery_pct": 9,
    }
    assert _native("reader", "status", status, retained=True) == events.StatusSaid("reader", False, "0a1b2c3d", 3, 9)
    heartbeat = {"v": 1, "boot": "0a1b2c3d", "last_seq": 6, "uptime_ms": 9, "heard": None, "present": True}
    assert _native("desk", "heartbeat", heartbeat) == events.HeartbeatSaid("desk", "0a1b2c3d", 6, 9, True)


@pytest.mark.parametrize("leaf", ["count", "exit-request", "heartbeat"])
def test_a_kept_event_is_refused(leaf: str) -> None:
    fields = {"count": {"entered": 1, "left": 0}, "heartbeat": {"last_seq": 1}}.get(leaf, {})
    stamped = {k: v for k, v in STAMPED.items() if leaf != "heartbeat" or k != "seq"}
    assert _native("counter", leaf, stamped | fields, retained=True) == events.Refused("retained-event")


def test_a_kept_tap_stays_marked_for_the_core_to_refuse() -> None:
    event = _native("reader", "tap", STAMPED | {"uid": UID}, retained=True)
    assert isinstance(event, events.Tapped)
    assert event.retained


@pytest.mark.parametrize(
    ("topic", "payload", "code"),
    [
        ("hubout/matera/stranger/tap", b"{}", "unknown-device"),
        ("hubout/cinisello/reader/tap", b"{}", "unknown-device"),
        ("hubout/matera/rc522/tap", b"{}", "unknown-device"),
        ("hubout/matera/reader/tap", b"not json", "not-json"),
        ("hubout/matera/reader/tap", b"x" * 1_000_000, "too-large"),
        ("hubout/matera/reader/tap", b'{"v":1,"uid":17}', "bad-field"),
        ("hubout/matera/reader/tap", b'{"v":2}', "wrong-version"),
    ],
)
def test_what_cannot_be_used_is_refused_with_a_code(topic: str, payload: bytes, code: str) -> None:
    event = inward.native(Arrived(1, 1, topic, payload, retained=False), WALL_MS)
    assert isinstance(event, events.Refused)
    assert event.why == code


def test_a_rejected_message_whose_number_can_be_read_can_still_be_acknowledged() -> None:
    event = _native("reader", "tap", STAMPED | {"uid": "xyz"})
    assert event == events.Refused("bad-field", "reader", Stamp("0a1b2c3d", 7, 5_000, None))


def test_a_makers_card_is_the_same_credential_as_a_native_readers() -> None:
    said = {"Time": "2026-11-23T09:00:00", "RC522": {"UID": UID, "Data": "", "Type": "MIFARE 1KB"}}
    assert _maker("tele/rfid-1/SENSOR", said) == [events.Tapped("rc522", CARD, None)]


def test_a_reader_that_spells_backwards_gives_the_same_credential() -> None:
    backwards = bytes.fromhex(UID)[::-1].hex().upper()
    said = {"Time": "2026-11-23T09:00:00", "RC522": {"UID": backwards, "Data": "", "Type": "MIFARE 1KB"}}
    assert _maker("tele/rfid-2/SENSOR", said) == [events.Tapped("rc522-back", CARD, None)]


def test_makers_levels_keep_their_sense_and_whether_they_were_kept() -> None:
    assert _maker("zigbee2mqtt/desk-01", {"presence": True}, retained=True) == [
        events.PresenceSaid("fp1e", True, None, True)
    ]
    assert _maker("zigbee2mqtt/door-main", {"contact": True, "battery": 40}) == [
        events.ContactSaid("contact", False),
        events.BatterySaid("contact", 40),
    ]


def test_a_message_that_says_nothing_is_no_event_and_rubbish_is_counted() -> None:
    assert _maker("zigbee2mqtt/desk-01", {"linkquality": 120}) == []
    assert _maker("zigbee2mqtt/desk-01", b"{{") == [events.Refused("maker-message", "fp1e")]
    assert _maker("zigbee2mqtt/elsewhere", {}) == [events.Refused("unknown-device")]


def test_kept_events_of_makers_are_not_asked_for_but_kept_states_are() -> None:
    wishes = {wish.pattern: wish for wish in inward.maker_wishes()}
    assert not wishes["tele/rfid-1/SENSOR"].kept_too
    assert wishes["zigbee2mqtt/desk-01"].kept_too


def test_a_desk_of_the_same_maker_asks_for_its_kept_level() -> None:
    radar = Device("ld2410", "esphome", StandsFor.DESK_SENSOR, "d1", "desk-01/binary_sensor/has_target/state")
    pir = Device("pir", "tasmota", StandsFor.DESK_SENSOR, "d1", "pir-1")
    wishes = Inward(replace(SITE, devices={one.id: one for one in (radar, pir)}), KEY).maker_wishes()
    assert wishes
    assert all(wish.kept_too for wish in wishes)


def test_the_durable_session_hears_every_leaf_of_every_device_of_its_site() -> None:
    wishes = {wish.pattern: wish.qos for wish in inward.native_wishes()}
    assert wishes["hubout/matera/+/tap"] == 1
    assert wishes["hubout/matera/+/heartbeat"] == 0
    assert len(wishes) == 7


def test_no_event_holds_a_raw_uid() -> None:
    assert UID not in repr(_native("reader", "tap", STAMPED | {"uid": UID}))


def test_a_pin_is_hashed_with_the_card_it_was_typed_with() -> None:
    event = _native("reader", "tap", STAMPED | {"uid": UID, "pin": "4711"})
    assert isinstance(event, events.Tapped)
    assert event.pin == pin_hash(KEY, CARD.credential, "4711")
    assert "4711" not in repr(event)
    other = _native("reader", "tap", STAMPED | {"uid": "04A1B2C3D4E581", "pin": "4711"})
    assert isinstance(other, events.Tapped)
    assert other.pin != event.pin


@pytest.mark.parametrize("pin", ["", "12a4", "1234567890123", 4711])
def test_what_is_no_pin_is_refused_and_never_repeated(pin: object) -> None:
    event = _native("reader", "tap", STAMPED | {"uid": UID, "pin": pin})
    assert event == events.Refused("bad-field", "reader", Stamp("0a1b2c3d", 7, 5_000, None))


@given(st.binary(max_size=200), st.sampled_from(["tap", "presence", "status", "heartbeat", "contact"]))
def test_no_bytes_ever_raise(payload: bytes, leaf: str) -> None:
    assert isinstance(_native("reader", leaf, payload), events.Refused)
    for topic in ("tele/rfid-1/SENSOR", "zigbee2mqtt/desk-01"):
        assert isinstance(_maker(topic, payload), list)
