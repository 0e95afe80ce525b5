"""What all drivers share: roles, bounds, several sensors in one message, and who is guessed to have sent one."""

import pytest

from access.site import StandsFor
from devices.drivers import DRIVERS, guess
from devices.drivers.driver import Faulty, Found, Level, settle
from devices.drivers.payload import MAKER_LIMIT_BYTES
from devices.readings import (
    BatteryReading,
    ContactReading,
    Ignored,
    LinkReading,
    PeopleReading,
    PresenceReading,
    Rejected,
    TapReading,
)
from tests.support.messages import messages, short

TAP = TapReading("04A1B2C3D4E580")
OTHER_TAP = TapReading("BA839D07")
YES, NO, UNKNOWN = PresenceReading(present=True), PresenceReading(present=False), PresenceReading(present=None)
OPEN, CLOSED = ContactReading(open=True), ContactReading(open=False)
READER, DESK, CONTACT, PEOPLE = (
    StandsFor.READER,
    StandsFor.DESK_SENSOR,
    StandsFor.CONTACT,
    StandsFor.PEOPLE_COUNTER,
)

SETTLED: list[tuple[tuple[Found, ...], StandsFor | None, str]] = [
    ((TAP, YES, OPEN, PeopleReading(3), LinkReading(online=True), BatteryReading(9)), READER,
     "tap 04A1B2C3D4E580 + link online + battery 9"),
    ((TAP, YES, OPEN, PeopleReading(3), BatteryReading(9)), DESK, "presence yes + battery 9"),
    ((TAP, YES, OPEN, PeopleReading(3)), CONTACT, "contact open"),
    ((TAP, YES, OPEN, PeopleReading(3)), StandsFor.DOOR, "contact open"),
    ((TAP, YES, OPEN, PeopleReading(3)), PEOPLE, "people 3"),
    ((BatteryReading(9), OPEN, TAP, YES), None, "tap 04A1B2C3D4E580 + presence yes + contact open + battery 9"),
    ((TAP, TAP, OTHER_TAP), READER, "tap 04A1B2C3D4E580 + tap BA839D07"),
    ((NO, YES), DESK, "presence yes"),
    ((NO, UNKNOWN), DESK, "presence unknown"),
    ((NO, NO), DESK, "presence no"),
    ((UNKNOWN, YES), DESK, "presence yes"),
    ((CLOSED, OPEN), CONTACT, "contact open"),
    ((CLOSED, CLOSED), CONTACT, "contact closed"),
    ((PeopleReading(1), PeopleReading(1)), PEOPLE, "ignored"),
    ((BatteryReading(9), BatteryReading(9)), DESK, "ignored"),
    ((Level(on=True),), DESK, "presence yes"),
    ((Level(on=True),), CONTACT, "contact open"),
    ((Level(on=False),), StandsFor.DOOR, "contact closed"),
    ((Level(on=True),), READER, "ignored"),
    ((Level(on=True),), PEOPLE, "ignored"),
    ((Level(on=True),), None, "ignored"),
    ((Level(on=True), Level(on=False)), DESK, "ignored"),
    ((Level(on=True), NO), DESK, "presence yes"),
    ((Faulty(TapReading, "bad"), BatteryReading(9)), READER, "rejected"),
    ((Faulty(TapReading, "bad"), BatteryReading(9)), DESK, "battery 9"),
    ((Faulty(BatteryReading, "bad"), OPEN), CONTACT, "contact open"),
    ((Faulty(BatteryReading, "bad"),), CONTACT, "rejected"),
    ((Faulty(Level, "bad"), BatteryReading(9)), READER, "battery 9"),
    ((Faulty(Level, "bad"), BatteryReading(9)), DESK, "rejected"),
    ((Faulty(PresenceReading, "bad"),), READER, "ignored"),
]  # fmt: skip


@pytest.mark.parametrize(("said", "role", "says"), SETTLED)
def test_a_role_hears_what_concerns_it(said: tuple[Found, ...], role: StandsFor | None, says: str) -> None:
    assert short(settle(said, role)) == says


def test_a_verdict_of_the_driver_stands() -> None:
    assert settle(Ignored("why"), READER) == Ignored("why")
    assert settle(Rejected("why"), None) == Rejected("why")


def test_the_makers_we_promise_are_there() -> None:
    assert list(DRIVERS) == ["hubout", "tasmota", "esphome", "zigbee2mqtt", "esp-rfid", "shelly", "openmqttgateway"]
    assert all(driver.name == name for name, driver in DRIVERS.items())


@pytest.mark.parametrize("name", [name for name in DRIVERS if name != "hubout"])
def test_a_makers_message_has_at_most_64_kib(name: str) -> None:
    for topic in ("tele/a/SENSOR", "zigbee2mqtt/a", "a/status", "home/x/BTtoMQTT/A"):
        said = DRIVERS[name].decode(topic, b"{" + b" " * MAKER_LIMIT_BYTES + b"}", DESK)
        assert isinstance(said, Rejected)
        assert "65536 bytes" in said.why


@pytest.mark.parametrize("name", DRIVERS)
@pytest.mark.parametrize(
    "declared", ["a", "a/b", "a/b/c/d", "zigbee2mqtt/x", "tele/x/SENSOR", "/rfid", "a/b/BTtoMQTT/c"]
)
def test_a_devices_filters_are_filters_and_do_not_overlap(name: str, declared: str) -> None:
    filters = [one.split("/") for one in DRIVERS[name].topics(declared)]
    assert filters
    for one in filters:
        assert "#" not in one
        assert all(part == "+" or "+" not in part for part in one)
    for at, one in enumerate(filters):
        assert not any(overlap(one, other) for other in filters[at + 1 :])


def overlap(one: list[str], other: list[str]) -> bool:
    same_length = len(one) == len(other)
    return same_length and all(a == b or "+" in (a, b) for a, b in zip(one, other, strict=True))


GUESSES = [
    ("hubout/matera/reader-1/tap", "{}", "hubout"),
    ("zigbee2mqtt/desk", "{}", "zigbee2mqtt"),
    ("home/z2m/desk", '{"occupancy":true,"linkquality":80}', "zigbee2mqtt"),
    ("home/z2m/desk/availability", '{"state":"online"}', "zigbee2mqtt"),
    ("tele/x/SENSOR", "{}", "tasmota"),
    ("x/tele/LWT", "Online", "tasmota"),
    ("a/binary_sensor/b/state", "ON", "esphome"),
    ("my-node/status", "online", "esphome"),
    ("rc522/tag", "74-10-37-94", "esphome"),
    ("wiegand/value", "7748328", "esphome"),
    ("/rfid/send", '{"type":"access"}', "esp-rfid"),
    ("doors/send", '{"type":"access","uid":"ba839d07","username":"a","access":"Always"}', "esp-rfid"),
    ("doors/cmd", '{"cmd":"opendoor","doorip":"10.0.0.9"}', "esp-rfid"),
    ("doors/avty", "online", "esp-rfid"),
    ("doors/io/door", "ON", "esp-rfid"),
    ("anything/events/rpc", "{}", "shelly"),
    ("anything/online", "true", "shelly"),
    ("anything/status/input:0", "{}", "shelly"),
    ("anything/rpc", '{"id":1,"src":"x"}', "shelly"),
    ("home/OpenMQTTGateway/LWT", "online", "openmqttgateway"),
    ("home/gw/BTtoMQTT/AABBCCDDEEFF", "{}", "openmqttgateway"),
    ("home/gw/ble", '{"brand":"Otio","model_id":"BSDOO","open":true}', "openmqttgateway"),
    ("homeassistant/status", "online", None),
    ("homeassistant/sensor/x/config", "{}", None),
    ("shellies/shelly1/relay/0", "on", None),
    ("weather/roof", '{"wind":3}', None),
    ("weather/roof", "\x00\x01", None),
    ("", "", None),
]


@pytest.mark.parametrize(("topic", "payload", "name"), GUESSES)
def test_a_message_is_guessed_by_topic_and_content(topic: str, payload: str, name: str | None) -> None:
    assert guess(topic, payload.encode()) == name


def test_a_guess_reads_no_more_than_a_driver_would() -> None:
    assert guess("some/where", b'{"linkquality":80,"pad":"' + b"x" * MAKER_LIMIT_BYTES + b'"}') is None


def test_every_real_message_is_below_the_bound() -> None:
    assert max(len(one.payload) for one in messages().values()) < MAKER_LIMIT_BYTES
