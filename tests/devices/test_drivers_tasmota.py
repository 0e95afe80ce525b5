"""Tasmota: each sensor's format as its firmware prints it, in SENSOR, in an answer and in a result."""

import pytest

from access.site import StandsFor
from devices.drivers import DRIVERS
from devices.readings import Decoded
from tests.support.messages import short

TASMOTA = DRIVERS["tasmota"]
READER, DESK, CONTACT = StandsFor.READER, StandsFor.DESK_SENSOR, StandsFor.CONTACT
SENSOR = "tele/node/SENSOR"
STATUS8 = "stat/node/STATUS8"
RESULT = "stat/node/RESULT"


def decode(topic: str, payload: str, role: StandsFor | None) -> Decoded:
    return TASMOTA.decode(topic, payload.encode(), role)


CARDS = [
    # RC522 and PN532 print hex; RDM6300 the four bytes of its card.
    ('{"RC522":{"UID":"04A1B2C3D4E580","Data":"","Type":"MIFARE Ultralight"}}', "tap 04A1B2C3D4E580"),
    ('{"RC522":{"UID":"ba839d07"}}', "tap BA839D07"),
    ('{"PN532":{"UID":"0412345678ABCD","Data":"","Auth":"Ok"}}', "tap 0412345678ABCD"),
    ('{"RDM6300":{"UID":"0074380D"}}', "tap 0074380D"),
    # Wiegand: a decimal number, or hex with an h behind it that has lost its leading zeros.
    ('{"Wiegand":{"UID":7748328,"Size":26}}', "tap 00763AE8"),
    ('{"Wiegand":{"UID":"763AE8h","Size":26}}', "tap 00763AE8"),
    ('{"Wiegand":{"UID":"112233h","Size":26}}', "tap 00112233"),
    ('{"Wiegand":{"UID":"9h","Size":26}}', "tap 00000009"),
    ('{"Wiegand":{"UID":"7748328","Size":26}}', "tap 00763AE8"),
    ('{"Wiegand":{"UID":4302741608,"Size":34}}', "tap 010076A068"),
    ('{"Wiegand":{"UID":2312379265,"Size":34}}', "tap 89D41B81"),
    # Two readers on one node show one card each.
    ('{"RC522":{"UID":"BA839D07"},"RDM6300":{"UID":"0074380D"}}', "tap BA839D07 + tap 0074380D"),
    # No card: keypads, beacons, thermometers, other numbers.
    ('{"Wiegand":{"UID":1234,"Size":4}}', "ignored"),
    ('{"Wiegand":{"UID":12345678,"Size":8}}', "ignored"),
    ('{"Wiegand":{"UID":0,"Size":26}}', "rejected"),
    ('{"IBEACON":{"UID":"1DE4B189115E45F6B44E509352269977","MAC":"A4C1387FC1E1","RSSI":-56}}', "ignored"),
    ('{"DS18B20":{"Id":"01131B123456","Temperature":21.5},"TempUnit":"C"}', "ignored"),
    ('{"RC522":{"Data":""}}', "ignored"),
    # Not a card's spelling.
    ('{"RC522":{"UID":"BA839D7"}}', "rejected"),
    ('{"RC522":{"UID":"token UID"}}', "rejected"),
    ('{"RC522":{"UID":null}}', "rejected"),
    ('{"RC522":{"UID":true}}', "rejected"),
    ('{"RC522":{"UID":["BA839D07"]}}', "rejected"),
    ('{"RC522":{"UID":"AABB"}}', "rejected"),
    ('{"RC522":{"UID":"BA839D07","UID":"BA839D08"}}', "rejected"),
    ('{"RC522":"BA839D07"}', "ignored"),
]


@pytest.mark.parametrize(("payload", "says"), CARDS)
def test_a_card_at_the_reader(payload: str, says: str) -> None:
    assert short(decode(SENSOR, payload, READER)) == says


@pytest.mark.parametrize("payload", [payload for payload, says in CARDS if says.startswith("tap")])
def test_a_uid_counts_only_in_the_message_of_the_moment(payload: str) -> None:
    assert short(decode(STATUS8, f'{{"StatusSNS":{payload}}}', READER)) == "ignored"
    assert short(decode(RESULT, payload, READER)) == "ignored"
    assert short(decode("stat/node/SENSOR", payload, READER)) == "ignored"


@pytest.mark.parametrize("payload", [payload for payload, says in CARDS if says.startswith("tap")])
def test_a_card_is_nothing_to_a_desk_or_a_door(payload: str) -> None:
    assert short(decode(SENSOR, payload, DESK)) == "ignored"
    assert short(decode(SENSOR, payload, CONTACT)) == "ignored"


PRESENCES = [
    ('{"Switch1":"ON"}', "presence yes"),
    ('{"Switch1":"OFF"}', "presence no"),
    ('{"Switch1":"ON","Switch2":"ON"}', "presence yes"),
    ('{"Switch1":"ON","Switch2":"OFF"}', "ignored"),
    ('{"Switch1":{"Action":"ON"}}', "presence yes"),
    ('{"Switch1":{"Action":"TOGGLE"}}', "ignored"),
    ('{"Switch1":{"Action":"HOLD"}}', "ignored"),
    ('{"Switch1":7}', "rejected"),
    ('{"PIR1":"ON"}', "presence yes"),
    ('{"Motion":"OFF"}', "presence no"),
    # LD2410S: a state code, whatever the distance says.
    ('{"LD2410S":{"Distance":196.0, "People":0}}', "presence no"),
    ('{"LD2410S":{"Distance":196.0, "People":1}}', "presence no"),
    ('{"LD2410S":{"Distance":0.0, "People":2}}', "presence yes"),
    ('{"LD2410S":{"Distance":96.0, "People":3, "Energy":[0,0,0,0,0,0,0,0,0,0,0,0,0,0,0,0]}}', "presence yes"),
    ('{"LD2410S":{"People":4}}', "rejected"),
    ('{"LD2410S":{"People":"2"}}', "rejected"),
    ('{"LD2410S":{"People":true}}', "rejected"),
    # LD2410 and LD2402: zeros where nobody is.
    ('{"LD2410":{"Distance":[0.0,0.0,0.0],"Energy":[0,0]}}', "presence no"),
    ('{"LD2410":{"Distance":[125.0,0.0,0.0],"Energy":[0,100]}}', "presence yes"),
    ('{"Switch1":"ON","LD2410":{"Distance":[0.0,0.0,0.0],"Energy":[0,0]}}', "presence yes"),
    ('{"LD2402":{"Distance":105}}', "presence yes"),
    ('{"LD2402":{"Distance":0}}', "presence no"),
    ('{"LD2402":{"Distance":0,"Motion":false,"Occupancy":true,"PowerInterference":0}}', "presence yes"),
    ('{"LD2402":{"Distance":88,"Motion":false,"Occupancy":false}}', "presence no"),
    ('{"LD2402":{"Error":"Disconnected"}}', "presence unknown"),
    ('{"LD2402":{"AutoUpdate":"45%"}}', "ignored"),
    # Bluetooth and Zigbee behind the node.
    ('{"IBEACON":{"MAC":"A4C1387FC1E1","RSSI":-56,"STATE":"OFF"}}', "presence no"),
    ('{"MJYD2S-a1b2c3":{"PIR":1,"Battery":88}}', "presence yes + battery 88"),
    ('{"ZbReceived":{"0x5E8D":{"Device":"0x5E8D","ZoneStatusChange":1,"Occupancy":1,"Endpoint":1}}}', "presence yes"),
    ('{"ZbReceived":{"0x5E8D":{"Name":"PIR","Occupancy":0,"BatteryPercentage":97}}}', "presence no + battery 97"),
    # What is measured is not presence.
    ('{"ANALOG":{"A0":8}}', "ignored"),
    ('{"SR04":{"Distance":152.4}}', "ignored"),
    ('{"COUNTER":{"C1":5}}', "ignored"),
    ('{"ATC-a1":{"Battery":80},"ATC-b2":{"Battery":90}}', "ignored"),
    ('{"ATC-a1":{"Battery":80},"ATC-b2":{"Battery":80}}', "ignored"),
    ('{"ATC-a1":{"Temperature":20.1,"Battery":80}}', "battery 80"),
]


@pytest.mark.parametrize(("payload", "says"), PRESENCES)
def test_somebody_at_the_desk(payload: str, says: str) -> None:
    assert short(decode(SENSOR, payload, DESK)) == says


@pytest.mark.parametrize(("payload", "says"), PRESENCES)
def test_an_answer_tells_the_same_level(payload: str, says: str) -> None:
    assert short(decode(STATUS8, f'{{"StatusSNS":{payload}}}', DESK)) == says


OTHERS = [
    (SENSOR, '{"Switch1":"ON"}', CONTACT, "contact open"),
    (SENSOR, '{"Switch1":"OFF"}', StandsFor.DOOR, "contact closed"),
    (RESULT, '{"Switch1":{"Action":"ON"}}', CONTACT, "contact open"),
    ("stat/node/SWITCH1", '{"Switch1":{"Action":"OFF"}}', CONTACT, "contact closed"),
    ("stat/node/SWITCH1", '{"Action":"ON"}', CONTACT, "contact open"),
    ("stat/node/SWITCH1", "ON", CONTACT, "contact open"),
    ("stat/node/SWITCH1", "ON", None, "ignored"),
    ("stat/node/SWITCH1", "{ON", CONTACT, "rejected"),
    ("stat/node/SWITCH1", "", CONTACT, "ignored"),
    ("stat/pir-1/PIR1", "ON", DESK, "presence yes"),
    ("stat/pir-1/PIR1", "ON", None, "presence yes"),
    ("stat/node/DOOR", "OFF", CONTACT, "contact closed"),
    (SENSOR, '{"Door1":"ON"}', CONTACT, "contact open"),
    (SENSOR, '{"ZbReceived":{"0x5FA7":{"Name":"Entry","Contact":1}}}', CONTACT, "contact open"),
    ("tele/bridge/5FA7/SENSOR", '{"ZbReceived":{"0x5FA7":{"Contact":0}}}', CONTACT, "contact closed"),
    (SENSOR, '{"ZbReceived":[1]}', CONTACT, "ignored"),
    ("tele/node/LWT", "Online", READER, "link online"),
    ("tele/node/LWT", "Offline", READER, "link offline"),
    ("node/tele/LWT", "Offline", READER, "link offline"),
    ("tele/node/LWT", "Perhaps", READER, "rejected"),
    ("tele/node/LWT", "", READER, "ignored"),
    ("node/tele/SENSOR", '{"RC522":{"UID":"BA839D07"}}', READER, "tap BA839D07"),
    ("home/tele/node/SENSOR", '{"RC522":{"UID":"BA839D07"}}', READER, "tap BA839D07"),
    ("tele/node/STATE", "{", DESK, "rejected"),
    ("tele/node/STATE", "[]", DESK, "rejected"),
    ("tele/node/INFO2", '{"WebServerMode":"Admin"}', DESK, "ignored"),
    ("stat/node/STATUS11", '{"StatusSTS":{"POWER":"ON"}}', DESK, "ignored"),
    ("stat/node/STATUS10", '{"StatusSNS":{"Switch1":"ON"}}', DESK, "presence yes"),
    ("stat/node/STATUS8", '{"StatusSNS":7}', DESK, "ignored"),
    ("stat/node/LOGGING", "12:00 some text", DESK, "ignored"),
    ("cmnd/node/Power", "{", CONTACT, "ignored"),
    ("tele/node/SENSOR", "", DESK, "ignored"),
]


@pytest.mark.parametrize(("topic", "payload", "role", "says"), OTHERS)
def test_topics_and_roles(topic: str, payload: str, role: StandsFor | None, says: str) -> None:
    assert short(decode(topic, payload, role)) == says


def test_why_a_message_says_nothing_is_told() -> None:
    for payload, word in (
        ('{"SSerialReceived":"01020304FAFA"}', "serial"),
        ('{"Wiegand":{"UID":9421,"Size":4}}', "PIN"),
        ('{"BMP280":{"Pressure":1000}}', "no reading"),
    ):
        said = TASMOTA.decode(SENSOR, payload.encode(), READER)
        assert word in getattr(said, "why", "")
        assert "9421" not in repr(said)


@pytest.mark.parametrize(
    "declared", ["rfid-1", "tele/rfid-1/SENSOR", "tele/rfid-1", "stat/rfid-1/RESULT", "%prefix%/rfid-1", "rfid-1/"]
)
def test_a_node_is_declared_by_any_of_its_topics(declared: str) -> None:
    assert TASMOTA.topics(declared) == ("tele/rfid-1/SENSOR", "tele/rfid-1/LWT", "stat/rfid-1/+")


def test_a_full_topic_of_another_order_is_kept() -> None:
    assert TASMOTA.topics("home/rfid-1/%prefix%")[0] == "home/rfid-1/tele/SENSOR"
    assert TASMOTA.topics("home/tele/rfid-1")[2] == "home/stat/rfid-1/+"
    assert [one.pattern for one in TASMOTA.filters("a") if one.taps] == ["tele/a/SENSOR"]
