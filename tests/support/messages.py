"""The messages of real devices in tests/data/device-messages, and the short way to write a reading in tables."""

import json
from dataclasses import dataclass
from pathlib import Path

from access.site import StandsFor
from devices.readings import (
    BatteryReading,
    ContactReading,
    Decoded,
    Ignored,
    LinkReading,
    PeopleReading,
    PresenceReading,
    Reading,
    Rejected,
    TapReading,
)

FOLDER = Path(__file__).parents[1] / "data" / "device-messages"
DRIVER_OF_FAMILY = {
    "tasmota": "tasmota",
    "esphome": "esphome",
    "zigbee2mqtt": "zigbee2mqtt",
    "esp_rfid": "esp-rfid",
    "shelly": "shelly",
    "openmqttgateway": "openmqttgateway",
}
YES_NO = {"yes": True, "no": False, "unknown": None}


@dataclass(frozen=True, slots=True)
class DeviceMessage:
    """One line of one file."""

    name: str
    family: str
    topic: str
    payload: bytes


@dataclass(frozen=True, slots=True)
class Expectation:
    """One line of expected.txt: either readings, or how it ends and a word of the reason."""

    name: str
    role: StandsFor
    readings: tuple[Reading, ...]
    ending: str = ""
    word: str = ""


def messages() -> dict[str, DeviceMessage]:
    """Every message, by ``file:line``."""
    return {one.name: one for path in sorted(FOLDER.glob("*.jsonl")) for one in _of_file(path)}


def _of_file(path: Path) -> list[DeviceMessage]:
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [
        DeviceMessage(f"{path.stem}:{number}", line["family"], line["topic"], line["payload"].encode())
        for number, line in enumerate(lines, start=1)
    ]


def expectations() -> list[Expectation]:
    """What was written by hand."""
    lines = (FOLDER / "expected.txt").read_text(encoding="utf-8").splitlines()
    return [_expectation(line) for line in lines if not line.startswith("#")]


def _expectation(line: str) -> Expectation:
    head, says = line.split(" | ")
    name, role = head.split(" ")
    ending, _, word = says.partition(" ")
    if ending in {"ignored", "rejected"}:
        return Expectation(name, StandsFor(role), (), ending, word)
    return Expectation(name, StandsFor(role), readings(says))


def readings(says: str) -> tuple[Reading, ...]:
    """``presence yes + battery 100`` as readings."""
    return tuple(_reading(*part.split(" ")) for part in says.split(" + "))


def _reading(kind: str, value: str) -> Reading:
    match kind:
        case "tap":
            return TapReading(value)
        case "presence":
            return PresenceReading(YES_NO[value])
        case "contact":
            return ContactReading({"open": True, "closed": False}[value])
        case "people":
            return PeopleReading(int(value))
        case "link":
            return LinkReading({"online": True, "offline": False}[value])
        case "battery":
            return BatteryReading(int(value))
    raise ValueError(kind)


def short(decoded: Decoded) -> str:
    """The other way: what a table's last column writes; a reason is left to the test that cares for it."""
    if isinstance(decoded, Ignored):
        return "ignored"
    if isinstance(decoded, Rejected):
        return "rejected"
    return " + ".join(_short(one) for one in decoded)


def _short(reading: Reading) -> str:
    match reading:
        case TapReading(uid=uid):
            return f"tap {uid}"
        case PresenceReading(present=present):
            return f"presence { {True: 'yes', False: 'no', None: 'unknown'}[present] }"
        case ContactReading(open=is_open):
            return f"contact {'open' if is_open else 'closed'}"
        case PeopleReading(count=count):
            return f"people {count}"
        case LinkReading(online=online):
            return f"link {'online' if online else 'offline'}"
        case BatteryReading(percent=percent):
            return f"battery {percent}"
