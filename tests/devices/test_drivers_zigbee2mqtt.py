"""Zigbee2MQTT: nulls are unknown, a contact that touches is closed, a keypad's code is nobody's card."""

import pytest

from access.site import StandsFor
from devices.drivers import DRIVERS
from tests.support.messages import short

ZIGBEE = DRIVERS["zigbee2mqtt"]
READER, DESK, CONTACT, PEOPLE = (
    StandsFor.READER,
    StandsFor.DESK_SENSOR,
    StandsFor.CONTACT,
    StandsFor.PEOPLE_COUNTER,
)
DEVICE = "zigbee2mqtt/desk-01"


def decode(topic: str, payload: str, role: StandsFor | None) -> str:
    return short(ZIGBEE.decode(topic, payload.encode(), role))


STATES = [
    ('{"presence":true}', DESK, "presence yes"),
    ('{"presence":false,"target_distance":1.42,"movement":"approaching"}', DESK, "presence no"),
    ('{"presence":true,"presence_event":"leave"}', DESK, "presence yes"),
    ('{"presence":null}', DESK, "presence unknown"),
    ('{"occupancy":true,"battery":85.5,"linkquality":120}', DESK, "presence yes + battery 86"),
    ('{"occupancy":null,"battery":null}', DESK, "presence unknown"),
    ('{"presence":null,"occupancy":true}', DESK, "presence yes"),
    ('{"presence":false,"pir_detection":true}', DESK, "presence no"),
    ('{"pir_detection":true}', DESK, "presence yes"),
    ('{"motion":false}', DESK, "presence no"),
    ('{"vibration":true,"action":"vibration"}', DESK, "presence yes"),
    ('{"presence_state":"none"}', DESK, "presence no"),
    ('{"presence_state":"peaceful"}', DESK, "presence yes"),
    ('{"presence_state":null}', DESK, "presence unknown"),
    ('{"presence_state":4}', DESK, "rejected"),
    ('{"target_distance":1.42}', DESK, "ignored"),
    ('{"presence":"yes"}', DESK, "rejected"),
    ('{"presence":1}', DESK, "rejected"),
    ('{"occupancy":[true]}', DESK, "rejected"),
    ('{"occupancy":true,"occupancy":false}', DESK, "rejected"),
    ('{"occupancy":true,"occupancy":true}', DESK, "presence yes"),
    ('{"occupancy":true,"occupancy":"x"}', READER, "ignored"),
    ('{"contact":true}', CONTACT, "contact closed"),
    ('{"contact":false,"battery":100,"voltage":3015}', CONTACT, "contact open + battery 100"),
    ('{"contact":null,"battery":97}', CONTACT, "battery 97"),
    ('{"contact":null}', CONTACT, "ignored"),
    ('{"contact":"true"}', CONTACT, "rejected"),
    ('{"door_state":"open","state":"UNLOCK"}', CONTACT, "contact open"),
    ('{"door_state":"closed"}', CONTACT, "contact closed"),
    ('{"door_state":"error_jammed"}', CONTACT, "ignored"),
    ('{"contact":true,"battery":200}', CONTACT, "contact closed"),
    ('{"battery":200}', CONTACT, "rejected"),
    ('{"battery":"full"}', CONTACT, "rejected"),
    ('{"battery_low":true,"tamper":false}', CONTACT, "ignored"),
    ('{"people_count":3}', PEOPLE, "people 3"),
    ('{"people_count":null}', PEOPLE, "ignored"),
    ('{"people_count":-1}', PEOPLE, "rejected"),
    ('{"people_count":1e999}', PEOPLE, "rejected"),
    ('{"people_count":2.5}', PEOPLE, "rejected"),
    ('{"people_count":true}', PEOPLE, "rejected"),
    ('{"people_count":3}', DESK, "ignored"),
    ('{"state":"ON"}', CONTACT, "ignored"),
    ('{"presence":true,"contact":false,"people":2}', None, "presence yes + contact open + people 2"),
    ('{"occupancy":true,"device":{"friendlyName":"desk-01","ieeeAddr":"0x54ef"}}', DESK, "presence yes"),
    ("[]", DESK, "rejected"),
    ("true", DESK, "rejected"),
    ("{", DESK, "rejected"),
    ("", DESK, "ignored"),
    ('{"presence":NaN}', DESK, "rejected"),
]


@pytest.mark.parametrize(("payload", "role", "says"), STATES)
def test_the_state_of_a_device(payload: str, role: StandsFor | None, says: str) -> None:
    assert decode(DEVICE, payload, role) == says


TOPICS = [
    ("zigbee2mqtt/desk-01/availability", '{"state":"online"}', "link online"),
    ("zigbee2mqtt/desk-01/availability", '{"state":"offline"}', "link offline"),
    ("zigbee2mqtt/desk-01/availability", "offline", "link offline"),
    ("zigbee2mqtt/desk-01/availability", '{"state":"asleep"}', "rejected"),
    ("zigbee2mqtt/desk-01/availability", '{"state":7}', "rejected"),
    ("zigbee2mqtt/desk-01/availability", "{", "rejected"),
    ("zigbee2mqtt/desk-01/availability", "", "ignored"),
    ("zigbee2mqtt/bridge/state", "online", "link online"),
    ("zigbee2mqtt/bridge/state", '{"state":"offline"}', "link offline"),
    ("home/zigbee2mqtt/bridge/state", '{"state":"offline"}', "link offline"),
    ("zigbee2mqtt/bridge/devices", "not even JSON", "ignored"),
    ("zigbee2mqtt/bridge/request/permit_join", '{"time":254}', "ignored"),
    ("zigbee2mqtt/desk-01/set", '{"presence":true}', "ignored"),
    ("zigbee2mqtt/desk-01/get", '{"presence":""}', "ignored"),
    ("zigbee2mqtt/desk-01/set/state", "ON", "ignored"),
    ("zigbee2mqtt/desk-01/action", "single", "ignored"),
    # Attribute by attribute.
    ("zigbee2mqtt/desk-01/occupancy", "true", "presence yes"),
    ("zigbee2mqtt/desk-01/occupancy", "null", "presence unknown"),
    ("zigbee2mqtt/desk-01/occupancy", "yes", "rejected"),
    ("zigbee2mqtt/desk-01/presence_state", "none", "presence no"),
    ("zigbee2mqtt/desk-01/battery", "97", "battery 97"),
    ("zigbee2mqtt/desk-01/linkquality", "120", "ignored"),
    ("zigbee2mqtt/desk-01/movement", "no_presence", "ignored"),
    # A friendly name with a slash.
    ("zigbee2mqtt/floor-1/desk-01", '{"occupancy":true}', "presence yes"),
    ("zigbee2mqtt/floor-1/desk-01", '{"occupancy":', "rejected"),
    ("zigbee2mqtt/floor-1/desk-01", "[1]", "rejected"),
]


@pytest.mark.parametrize(("topic", "payload", "says"), TOPICS)
def test_topics_around_a_device(topic: str, payload: str, says: str) -> None:
    assert decode(topic, payload, DESK) == says


def test_a_door_has_its_contact_attribute_by_attribute_too() -> None:
    assert decode("zigbee2mqtt/door/contact", "false", CONTACT) == "contact open"
    assert decode("zigbee2mqtt/door/contact", "true", CONTACT) == "contact closed"
    assert decode("zigbee2mqtt/lock/door_state", "open", CONTACT) == "contact open"


@pytest.mark.parametrize(
    "payload",
    [
        '{"action":"disarm","action_code":"90210","action_zone":0}',
        '{"action":"arm_all_zones","action_code":"+04A1B2C3D4E580"}',
        '{"action":"unlock","action_source_name":"rfid","action_user":3,"pin_code":"90210"}',
        '{"pin_code":{"user":1,"user_enabled":true,"pin_code":90210}}',
    ],
)
@pytest.mark.parametrize("role", [*StandsFor, None])
def test_a_code_is_neither_a_card_nor_repeated(payload: str, role: StandsFor | None) -> None:
    said = ZIGBEE.decode("zigbee2mqtt/keypad", payload.encode(), role)
    assert "PIN" in getattr(said, "why", "")
    assert "90210" not in repr(said)
    assert "04A1B2" not in repr(said)


def test_a_device_is_declared_by_the_topic_of_its_state() -> None:
    filters = ("zigbee2mqtt/desk-01", "zigbee2mqtt/desk-01/+", "zigbee2mqtt/bridge/state")
    assert ZIGBEE.topics("zigbee2mqtt/desk-01") == filters
    assert ZIGBEE.topics("zigbee2mqtt/desk-01/availability") == filters
    assert ZIGBEE.topics("zigbee2mqtt/floor/desk-01")[-1] == "zigbee2mqtt/bridge/state"
    assert ZIGBEE.topics("home/z2m/desk-01")[-1] == "home/z2m/bridge/state"
    assert not any(one.taps for one in ZIGBEE.filters("zigbee2mqtt/desk-01"))
