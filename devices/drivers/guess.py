"""Which maker a message is of, by its topic and, where the topic leaves it open, by its content.

Only ``hubout decode`` without ``--driver`` guesses; a site file names the driver.
"""

import re
from collections.abc import Callable

from devices.drivers import payload as bodies

OTHERS = re.compile(r"homeassistant/|haltian-iot/|\$SYS/|shellies/|frigate/")
"""Topics of programs that no driver of ours reads."""

Test = Callable[[str, bytes], bool]


def guess(topic: str, payload: bytes) -> str | None:
    """The name of the driver that reads this, or None where none is known to."""
    if OTHERS.match(topic):
        return None
    return next((name for name, test in TESTS if test(topic, payload)), None)


def _topic(pattern: str) -> Test:
    compiled = re.compile(pattern)
    return lambda topic, _: compiled.search(topic) is not None


def _text(pattern: str, *words: str) -> Test:
    compiled = re.compile(pattern)
    return lambda topic, payload: compiled.search(topic) is not None and bodies.text_of(payload) in words


def _keys(pattern: str, *names: str) -> Test:
    """A topic, and a JSON object that holds all of these fields."""
    compiled = re.compile(pattern)

    def test(topic: str, payload: bytes) -> bool:
        if compiled.search(topic) is None or len(payload) > bodies.MAKER_LIMIT_BYTES:
            return False
        message = bodies.json_of(payload)
        return isinstance(message, dict) and all(name in message for name in names)

    return test


TESTS: tuple[tuple[str, Test], ...] = (
    ("hubout", _topic("^hubout/")),
    ("zigbee2mqtt", _topic("^zigbee2mqtt/")),
    ("tasmota", _topic(r"(^|/)(tele|stat|cmnd)/.*[^/]$")),
    ("esphome", _topic("^esphome/")),
    ("openmqttgateway", _topic("toMQTT(/|$)|/MQTTto|OpenMQTTGateway|TheengsGateway|OMG_|(^|/)LWT$")),
    ("shelly", _topic("/events/rpc$|/status/[a-z0-9]+:[0-9]+$|^shelly[^/]+/(status|rpc|command|online)")),
    ("shelly", _text("/online$", "true", "false")),
    ("shelly", _keys("/rpc$", "src")),
    (
        "esphome",
        _topic(
            "/(binary_sensor|sensor|text_sensor|event|number|switch|light|lock|button|select)/[^/]+/(state|command)$"
        ),
    ),
    ("esp-rfid", _topic("/avty$|/io/[a-z]+[0-9]*$|rfid/(cmd|send|tag|sync|accesslist)$")),
    ("esp-rfid", _keys("", "uid", "username", "access")),
    ("esp-rfid", _keys("/(send|cmd)$", "hostname")),
    ("esp-rfid", _keys("/cmd$", "doorip")),
    ("esphome", _text("/status$", "online", "offline")),
    ("zigbee2mqtt", _keys("", "linkquality")),
    ("zigbee2mqtt", _keys("/(availability|bridge/state)$", "state")),
    ("shelly", _keys("", "src", "method", "params")),
    ("openmqttgateway", _keys("", "model_id", "brand")),
    ("esphome", _topic("(tag|uid|card|badge|fob|rfid|nfc|rc522|pn532|rdm6300|wiegand)[^/]*(/[^/]*)?$")),
)
"""In order: the surest signs first."""
