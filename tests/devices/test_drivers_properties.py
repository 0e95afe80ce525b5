"""No driver ever raises, repeats a PIN or leaves the limits of a reading, whatever comes under whatever topic."""

import json
from collections.abc import Mapping

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from access.site import StandsFor
from devices.drivers import DRIVERS, guess
from devices.readings import BatteryReading, Decoded, Ignored, PeopleReading, Rejected, TapReading
from hubout.cmd_decode import as_json, decode_line
from tests.support.messages import messages

MESSAGES = list(messages().values())
ROLES = st.sampled_from([*StandsFor, None])
NAMES = st.sampled_from(list(DRIVERS))
REAL_TOPICS = st.sampled_from(sorted({one.topic for one in MESSAGES} | {"hubout/matera/reader-1/tap"}))
TOPICS = REAL_TOPICS | st.text(max_size=60)
FIELDS = (
    "UID Size RC522 PN532 Wiegand Switch1 PIR1 LD2410S LD2410 People Distance Energy IBEACON STATE ZbReceived Contact",
    "StatusSNS Battery presence occupancy contact battery state action_code uid type access desc src params method",
    "events component data num_objects value open motion gpio batt cipher v boot seq present battery_pct Action",
)
KEYS = st.sampled_from([name for line in FIELDS for name in line.split()])
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["ON", "access"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS | st.text(max_size=8), inner, max_size=5),
    max_leaves=12,
)
NASTY = [
    b"[" * 60_000,
    b'{"a":' * 10_000,
    b'{"Wiegand":{"UID":' + b"9" * 5_000 + b',"Size":26}}',
    b'{"battery":1e999,"contact":true}',
    b'{"battery":-Infinity}',
    b'{"occupancy":NaN}',
    b'"\\ud800\\udc00\\ud800"',
    b'{"uid":"\\ud800"}',
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf{}",
    b"\x00",
    b"\xff" * 64,
    b" " * 65_536,
]


def check(decoded: Decoded) -> None:
    """What holds of every answer."""
    if isinstance(decoded, Ignored | Rejected):
        assert decoded.why
        assert "\n" not in decoded.why
        return
    assert decoded
    for one in decoded:
        match one:
            case TapReading(uid=uid):
                assert 6 <= len(uid) <= 20
                assert bytes.fromhex(uid).hex().upper() == uid
            case PeopleReading(count=count):
                assert count >= 0
            case BatteryReading(percent=percent):
                assert 0 <= percent <= 100


@pytest.mark.parametrize("name", DRIVERS)
@pytest.mark.parametrize("payload", NASTY, ids=range(len(NASTY)))
def test_nothing_that_broke_others_breaks_a_driver(name: str, payload: bytes) -> None:
    for topic in {one.topic for one in MESSAGES} | {"", "/", "a" * 70_000, "hubout/m/r/tap"}:
        check(DRIVERS[name].decode(topic, payload, StandsFor.READER))
        guess(topic, payload)


@given(NAMES, TOPICS, st.binary(max_size=200), ROLES)
@settings(max_examples=300, deadline=None)
def test_no_bytes_raise(name: str, topic: str, payload: bytes, role: StandsFor | None) -> None:
    check(DRIVERS[name].decode(topic, payload, role))
    guess(topic, payload)


@given(NAMES, REAL_TOPICS, VALUES, ROLES)
@settings(max_examples=500, deadline=None)
def test_no_json_raises(name: str, topic: str, value: object, role: StandsFor | None) -> None:
    check(DRIVERS[name].decode(topic, json.dumps(value).encode(), role))


@given(st.sampled_from(range(len(MESSAGES))), st.integers(0, 4_000), st.binary(max_size=4), st.integers(0, 6), ROLES)
@settings(max_examples=600, deadline=None)
def test_a_damaged_real_message_raises_nothing(
    which: int, at: int, patch: bytes, cut: int, role: StandsFor | None
) -> None:
    real = MESSAGES[which]
    where = at % (len(real.payload) + 1)
    damaged = real.payload[:where] + patch + real.payload[where + cut :]
    for driver in DRIVERS.values():
        check(driver.decode(real.topic, damaged, role))


def replaced(value: object, at: int, new: object) -> object:
    """``value`` with its ``at``-th leaf, counted in order, replaced."""
    counter = [at]

    def walk(part: object) -> object:
        if isinstance(part, Mapping):
            return {name: walk(inner) for name, inner in part.items()}
        if isinstance(part, list):
            return [walk(inner) for inner in part]
        counter[0] -= 1
        return new if counter[0] == -1 else part

    return walk(value)


JSON_MESSAGES = [one for one in MESSAGES if one.payload.startswith(b"{") and one.name != "tasmota:41"]


@given(st.sampled_from(range(len(JSON_MESSAGES))), st.integers(0, 40), VALUES, ROLES)
@settings(max_examples=600, deadline=None)
def test_a_real_message_with_one_wrong_value_raises_nothing(
    which: int, at: int, new: object, role: StandsFor | None
) -> None:
    real = JSON_MESSAGES[which]
    payload = json.dumps(replaced(json.loads(real.payload), at, new)).encode()
    for driver in DRIVERS.values():
        check(driver.decode(real.topic, payload, role))


@given(st.integers(10_000, 99_999_999).map(str), NAMES, ROLES)
@settings(max_examples=200, deadline=None)
def test_a_pin_is_never_a_reading_and_never_repeated(pin: str, name: str, role: StandsFor | None) -> None:
    keypads = [
        ("zigbee2mqtt/keypad", json.dumps({"action": "disarm", "action_code": pin})),
        ("zigbee2mqtt/lock", json.dumps({"action": "unlock", "pin_code": {"user": 1, "pin_code": int(pin)}})),
        ("tele/keypad/SENSOR", json.dumps({"Wiegand": {"UID": int(pin), "Size": 4}})),
        ("tele/keypad/SENSOR", json.dumps({"Wiegand": {"UID": int(pin), "Size": 8}})),
        ("wiegand/key", pin),
        ("door-1/text_sensor/keypad_code/state", pin),
    ]
    for topic, payload in keypads:
        own = guess(topic, payload.encode())
        assert own is not None
        for driver in (own, name):
            said = DRIVERS[driver].decode(topic, payload.encode(), role)
            assert pin not in repr(said)
            assert "TapReading" not in repr(said)


@given(st.binary(max_size=300))
@example(b'{"topic":"\\ud800","payload":"\\udfff","stands_for":"reader"}')
@example(b'{"topic":"a","payload":{"b":[[[[]]]]},"stands_for":{}}')
@settings(max_examples=300, deadline=None)
def test_no_line_of_input_raises(line: bytes) -> None:
    assert list(json.loads(as_json(decode_line(line, None)))) in [["readings"], ["ignored"], ["rejected"]]


@given(REAL_TOPICS, VALUES, st.sampled_from([None, *DRIVERS]), st.sampled_from([*StandsFor, None, "x", 3]))
@settings(max_examples=300, deadline=None)
def test_no_message_in_a_line_raises(topic: str, payload: object, driver: str | None, role: object) -> None:
    assume(payload is not None)
    line = json.dumps({"topic": topic, "payload": payload, "stands_for": role}).encode()
    assert list(json.loads(as_json(decode_line(line, driver)))) in [["readings"], ["ignored"], ["rejected"]]
