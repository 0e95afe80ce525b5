"""OpenMQTTGateway: Bluetooth sensors by their decoder's field names, and what hangs on the gateway's own pins."""

import pytest

from access.site import StandsFor
from devices.drivers import DRIVERS
from tests.support.messages import short

GATEWAY = DRIVERS["openmqttgateway"]
DESK, CONTACT = StandsFor.DESK_SENSOR, StandsFor.CONTACT
SENSOR = "home/OpenMQTTGateway/BTtoMQTT/AABBCCDDEEFF"


def decode(topic: str, payload: str, role: StandsFor | None) -> str:
    return short(GATEWAY.decode(topic, payload.encode(), role))


MESSAGES = [
    (SENSOR, '{"open":true,"cont":true,"batt":80}', CONTACT, "contact open + battery 80"),
    (SENSOR, '{"open":false}', CONTACT, "contact closed"),
    (SENSOR, '{"open":0}', CONTACT, "contact closed"),
    (SENSOR, '{"open":null,"batt":80}', CONTACT, "battery 80"),
    (SENSOR, '{"open":"ajar"}', CONTACT, "rejected"),
    (SENSOR, '{"cont":true}', CONTACT, "ignored"),
    (SENSOR, '{"contact":"open","motion":true}', CONTACT, "contact open"),
    (SENSOR, '{"contact":"open","motion":true}', DESK, "presence yes"),
    (SENSOR, '{"contact":"closed"}', CONTACT, "contact closed"),
    (SENSOR, '{"contact":"timeout not closed"}', CONTACT, "contact open"),
    (SENSOR, '{"contact":"sideways"}', CONTACT, "rejected"),
    (SENSOR, '{"contact":true}', CONTACT, "rejected"),
    (SENSOR, '{"contact":null}', CONTACT, "ignored"),
    (SENSOR, '{"motion":true,"lux":5,"batt":55}', DESK, "presence yes + battery 55"),
    (SENSOR, '{"motion":null}', DESK, "presence unknown"),
    (SENSOR, '{"motion":"much"}', DESK, "rejected"),
    (SENSOR, '{"tempc":21.4,"hum":50,"batt":93}', DESK, "battery 93"),
    (SENSOR, '{"tempc":21.4,"volt":3.079}', DESK, "ignored"),
    (SENSOR, '{"batt":-1}', DESK, "rejected"),
    (SENSOR, '{"batt":true}', DESK, "rejected"),
    (SENSOR, '{"batt":NaN}', DESK, "rejected"),
    (SENSOR, '{"rssi":-77,"brand":"GENERIC","model_id":"IBEACON"}', DESK, "ignored"),
    (SENSOR, '{"encr":2,"cipher":"38efaf00","motion":null}', DESK, "presence unknown"),
    (SENSOR, '{"encr":2,"cipher":"38efaf00"}', DESK, "ignored"),
    (SENSOR, "{", CONTACT, "rejected"),
    (SENSOR, "open", CONTACT, "rejected"),
    (SENSOR, "", CONTACT, "ignored"),
    ("home/OpenMQTTGateway/HCSR501toMQTT", '{"presence":"true"}', DESK, "presence yes"),
    ("home/OpenMQTTGateway/HCSR501toMQTT", '{"presence":"false"}', DESK, "presence no"),
    ("home/OpenMQTTGateway/GPIOInputtoMQTT", '{"gpio":"HIGH"}', CONTACT, "contact open"),
    ("home/OpenMQTTGateway/GPIOInputtoMQTT", '{"gpio":"LOW"}', CONTACT, "contact closed"),
    ("home/OpenMQTTGateway/GPIOInputtoMQTT", '{"gpio":"FLOATING"}', CONTACT, "rejected"),
    ("home/OpenMQTTGateway/433toMQTT", '{"value":4711,"protocol":1,"length":24}', CONTACT, "ignored"),
    ("home/OpenMQTTGateway/SYStoMQTT", '{"uptime":124,"version":"1.8.1"}', CONTACT, "ignored"),
    ("home/OpenMQTTGateway/LWT", "online", CONTACT, "link online"),
    ("home/OpenMQTTGateway/LWT", "offline", CONTACT, "link offline"),
    ("home/OpenMQTTGateway/LWT", "sleeping", CONTACT, "rejected"),
    ("home/OpenMQTTGateway/LWT", "", CONTACT, "ignored"),
    ("home/OpenMQTTGateway/version", "v1.8.1", CONTACT, "ignored"),
    ("home/OpenMQTTGateway/commands/MQTTtoBT", '{"open":true}', CONTACT, "ignored"),
    ("home/OpenMQTTGateway/commands/any", '{"open":true}', CONTACT, "ignored"),
    ("home/TheengsGateway/BTtoMQTT/AABBCCDDEEFF", '{"open":true}', CONTACT, "contact open"),
]


@pytest.mark.parametrize(("topic", "payload", "role", "says"), MESSAGES)
def test_a_message_of_the_gateway(topic: str, payload: str, role: StandsFor | None, says: str) -> None:
    assert decode(topic, payload, role) == says


def test_an_encrypted_advertisement_says_so() -> None:
    said = GATEWAY.decode(SENSOR, b'{"encr":2,"cipher":"00"}', CONTACT)
    assert "encrypted" in getattr(said, "why", "")


def test_a_sensor_is_declared_by_its_topic_and_a_gateway_by_its_own() -> None:
    assert GATEWAY.topics(SENSOR) == (SENSOR, "home/OpenMQTTGateway/LWT")
    own = ("home/OMG/HCSR501toMQTT", "home/OMG/GPIOInputtoMQTT", "home/OMG/LWT")
    assert GATEWAY.topics("home/OMG") == own
    assert GATEWAY.topics("home/OMG/LWT") == own
    assert not any(one.taps for one in GATEWAY.filters(SENSOR))
