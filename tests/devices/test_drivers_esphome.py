"""ESPHome: entities by the words of their ids, and cards on topics of their owner's choice."""

import pytest

from access.site import StandsFor
from devices.drivers import DRIVERS
from tests.support.messages import short

ESPHOME = DRIVERS["esphome"]
READER, DESK, CONTACT, PEOPLE = (
    StandsFor.READER,
    StandsFor.DESK_SENSOR,
    StandsFor.CONTACT,
    StandsFor.PEOPLE_COUNTER,
)


def decode(topic: str, payload: str, role: StandsFor | None) -> str:
    return short(ESPHOME.decode(topic, payload.encode(), role))


CARDS = [
    # RC522, PN532, PN7160: hyphened hex of 4, 7 or 10 bytes.
    ("rc522/tag", "74-10-37-94", "tap 74103794"),
    ("pn532/tag", "04-A1-B2-C3-D4-E5-80", "tap 04A1B2C3D4E580"),
    ("pn7160/tag", "04-a1-b2-c3-d4-e5-80", "tap 04A1B2C3D4E580"),
    ("front-door/last_tag", "01-02-03-04-05-06-07-08-09-0A", "tap 0102030405060708090A"),
    ("front-door/whatever", "74-10-37-94", "tap 74103794"),
    ("rc522/uid", "74103794", "tap 74103794"),
    ("rc522/uid", "74 10 37 94", "tap 74103794"),
    # RDM6300 and Wiegand: decimals that have lost their leading zeros.
    ("rdm6300/tag", "7616525", "tap 0074380D"),
    ("rdm6300/tag", "0007616525", "tap 0074380D"),
    ("door-1/card", "12345678", "tap 00BC614E"),
    ("wiegand/tag", "4294967295", "tap FFFFFFFF"),
    ("wiegand/tag", "34359738367", "tap 07FFFFFFFF"),
    ("wiegand/value", "7748328", "tap 00763AE8"),
    ("wiegand/raw_tag", "10001111100000001010100011", "tap 001F0151"),
    ("wiegand/raw_tag", "10001111100000001010100010", "rejected"),
    # Entities, and JSON by mqtt.publish_json.
    ("door-1/sensor/last_tag/state", "74-10-37-94", "tap 74103794"),
    ("door-1/text_sensor/nfc_tag_uid/state", "74-10-37-94", "tap 74103794"),
    ("door-1/tag", '{"uid":"74-10-37-94","reader":"front"}', "tap 74103794"),
    ("door-1/tag", '{"tag_id":7616525}', "tap 0074380D"),
    ("door-1/tag", '{"reader":"front"}', "ignored"),
    ("door-1/tag", '{"uid":7.5}', "rejected"),
    ("door-1/tag", "{", "rejected"),
    # No card.
    ("rc522/tag_removed", "74-10-37-94", "ignored"),
    ("door-1/card/removed", "74-10-37-94", "ignored"),
    ("door-1/tag", "", "ignored"),
    ("door-1/tag", "None", "ignored"),
    ("door-1/sensor/nfc_tag_uid/state", "unknown", "ignored"),
    ("door-1/sensor/tag_count/state", "3", "ignored"),
    ("door-1/sensor/reader_uptime/state", "123456", "ignored"),
    ("reader-1/hello", "world", "ignored"),
    ("door-1/sensor/mac_address/state", "84:FC:E6:12:34:56", "ignored"),
    ("door-1/binary_sensor/johns_tag/state", "ON", "ignored"),
    ("door-1/event/doorbell/state", '{"event_type":"single_press"}', "ignored"),
    ("door-1/event/doorbell/state", "single_press", "rejected"),
    ("door-1/debug", "[D][rc522:263]: Found tag 74-10-37-94", "ignored"),
    # Keypads.
    ("wiegand/key", "7", "ignored"),
    ("door-1/keypad", "12345678", "ignored"),
    ("door-1/text_sensor/tag_pin/state", "74-10-37-94", "ignored"),
    # Neither.
    ("door-1/tag", "token UID", "rejected"),
    ("door-1/tag", "0", "rejected"),
    ("door-1/tag", "7" * 40, "rejected"),
    ("door-1/tag", "٧٦١٦٥٢٥", "rejected"),
]


@pytest.mark.parametrize(("topic", "payload", "says"), CARDS)
def test_a_card_at_the_reader(topic: str, payload: str, says: str) -> None:
    assert decode(topic, payload, READER) == says
    assert decode(topic, payload, DESK) == "ignored" or says == "rejected"


ENTITIES = [
    ("desk-01/binary_sensor/has_target/state", "ON", DESK, "presence yes"),
    ("desk-01/binary_sensor/has_target/state", "OFF", DESK, "presence no"),
    ("desk-01/binary_sensor/moving_target/state", "OFF", DESK, "presence no"),
    ("desk-01/binary_sensor/presence/state", "ON", None, "presence yes"),
    ("desk-01/binary_sensor/out_pin_presence_status/state", "ON", DESK, "presence yes"),
    ("home/floor/desk-01/binary_sensor/pir/state", "ON", DESK, "presence yes"),
    ("desk-01/binary_sensor/desk_12/state", "ON", DESK, "presence yes"),
    ("desk-01/binary_sensor/desk_12/state", "ON", CONTACT, "contact open"),
    ("desk-01/binary_sensor/desk_12/state", "ON", None, "ignored"),
    ("desk-01/binary_sensor/desk_12/state", "ON", READER, "ignored"),
    ("desk-01/binary_sensor/desk_12/state", "maybe", DESK, "rejected"),
    ("desk-01/binary_sensor/desk_12/state", "maybe", READER, "ignored"),
    ("desk-01/binary_sensor/presence/state", "nan", DESK, "rejected"),
    ("desk-01/binary_sensor/status/state", "ON", DESK, "ignored"),
    ("desk-01/binary_sensor/user_button/state", "ON", DESK, "ignored"),
    ("door-1/binary_sensor/front_door/state", "ON", CONTACT, "contact open"),
    ("door-1/binary_sensor/front_door/state", "OFF", CONTACT, "contact closed"),
    ("door-1/binary_sensor/front_door/state", "ON", DESK, "ignored"),
    ("door-1/binary_sensor/doorbell/state", "ON", CONTACT, "ignored"),
    ("door-1/binary_sensor/door_tamper/state", "ON", CONTACT, "ignored"),
    ("door-1/binary_sensor/door_motion/state", "ON", CONTACT, "ignored"),
    ("desk-01/sensor/still_energy/state", "100", DESK, "ignored"),
    ("desk-01/sensor/moving_distance/state", "52", DESK, "ignored"),
    ("room/sensor/presence_target_count/state", "2", PEOPLE, "people 2"),
    ("room/sensor/presence_target_count/state", "2.0", PEOPLE, "people 2"),
    ("room/sensor/people_count/state", "0", PEOPLE, "people 0"),
    ("room/number/people_counter/state", "7", PEOPLE, "people 7"),
    ("room/sensor/people_count/state", "nan", PEOPLE, "ignored"),
    ("room/sensor/people_count/state", "-1", PEOPLE, "rejected"),
    ("room/sensor/people_count/state", "1.5", PEOPLE, "rejected"),
    ("room/sensor/moving_target_count/state", "1", PEOPLE, "ignored"),
    ("room/sensor/people_count/state", "2", DESK, "ignored"),
    ("desk-01/sensor/battery_level/state", "87", DESK, "battery 87"),
    ("desk-01/sensor/battery_level/state", "86.6", DESK, "battery 87"),
    ("desk-01/sensor/battery/state", "87", CONTACT, "battery 87"),
    ("desk-01/sensor/battery/state", "3.92", DESK, "ignored"),
    ("desk-01/sensor/battery_voltage/state", "3", DESK, "ignored"),
    ("desk-01/sensor/battery_level/state", "nan", DESK, "ignored"),
    ("desk-01/sensor/battery_level/state", "250", DESK, "rejected"),
    ("desk-01/switch/relay/state", "ON", CONTACT, "ignored"),
    ("desk-01/status", "online", DESK, "link online"),
    ("desk-01/status", "offline", None, "link offline"),
    ("desk-01/status", "Hello", DESK, "rejected"),
    ("desk-01/switch/relay/command", "ON", CONTACT, "ignored"),
    ("homeassistant/binary_sensor/desk-01/presence/config", "{}", DESK, "ignored"),
    ("esphome/discover/desk-01", "{}", DESK, "ignored"),
]


@pytest.mark.parametrize(("topic", "payload", "role", "says"), ENTITIES)
def test_entities_of_a_node(topic: str, payload: str, role: StandsFor | None, says: str) -> None:
    assert decode(topic, payload, role) == says


def test_a_removal_says_why_it_is_no_tap() -> None:
    said = ESPHOME.decode("rc522/tag_removed", b"74-10-37-94", READER)
    assert "removal" in getattr(said, "why", "")


def test_a_keypad_is_not_repeated() -> None:
    for topic in ("wiegand/key", "door-1/pin", "door-1/sensor/key_code/state"):
        said = ESPHOME.decode(topic, b"90210", READER)
        assert "PIN" in getattr(said, "why", "")
        assert "90210" not in repr(said)


@pytest.mark.parametrize(
    ("declared", "filters"),
    [
        ("door-1", ("door-1", "door-1/+", "door-1/+/+/state")),
        ("rc522/tag", ("rc522/tag", "rc522/status")),
        ("desk-01/binary_sensor/has_target/state", ("desk-01/binary_sensor/has_target/state", "desk-01/status")),
    ],
)
def test_a_node_is_declared_by_prefix_by_entity_or_by_its_card_topic(declared: str, filters: tuple[str, ...]) -> None:
    assert ESPHOME.topics(declared) == filters
    assert ESPHOME.filters(declared)[0].taps
