"""Shelly Gen 2 and later: deltas, whole states, Bluetooth sensors behind a gateway."""

import json

import pytest

from access.site import StandsFor
from devices.drivers import DRIVERS
from tests.support.messages import short

SHELLY = DRIVERS["shelly"]
READER, DESK, CONTACT, PEOPLE = (
    StandsFor.READER,
    StandsFor.DESK_SENSOR,
    StandsFor.CONTACT,
    StandsFor.PEOPLE_COUNTER,
)
EVENTS = "shelly-1/events/rpc"


def decode(topic: str, payload: str, role: StandsFor | None) -> str:
    return short(SHELLY.decode(topic, payload.encode(), role))


def notify(method: str, **params: object) -> str:
    return json.dumps({"src": "shelly-1", "dst": "shelly-1/events", "method": method, "params": {"ts": 1.5} | params})


STATUSES: list[tuple[dict[str, object], StandsFor | None, str]] = [
    ({"input:0": {"id": 0, "state": True}}, CONTACT, "contact open"),
    ({"input:0": {"id": 0, "state": False}}, CONTACT, "contact closed"),
    ({"input:0": {"id": 0, "state": True}}, DESK, "presence yes"),
    ({"input:0": {"id": 0, "state": True}}, READER, "ignored"),
    ({"input:0": {"id": 0, "state": True}}, None, "ignored"),
    ({"input:0": {"id": 0, "state": None}}, CONTACT, "ignored"),
    ({"input:0": {"id": 0}}, CONTACT, "ignored"),
    ({"input:0": {"id": 0, "state": "half"}}, CONTACT, "rejected"),
    ({"input:0": {"id": 0, "state": True}, "input:1": {"id": 1, "state": False}}, CONTACT, "ignored"),
    ({"switch:0": {"id": 0, "output": True}}, CONTACT, "ignored"),
    ({"switch:0": {"id": 0, "aenergy": {"total": 0.0}}}, CONTACT, "ignored"),
    ({"sys": {"cfg_rev": 35}}, CONTACT, "ignored"),
    ({"devicepower:0": {"id": 0, "battery": {"V": 2.9, "percent": 64}}}, CONTACT, "battery 64"),
    ({"devicepower:0": {"id": 0, "battery": {"V": None, "percent": None}}}, CONTACT, "ignored"),
    ({"devicepower:0": {"id": 0, "battery": None}}, CONTACT, "ignored"),
    ({"devicepower:0": {"id": 0, "battery": {"percent": "full"}}}, CONTACT, "rejected"),
    ({"presence": {"num_objects": 2}}, DESK, "presence yes"),
    ({"presence": {"num_objects": 0}}, DESK, "presence no"),
    ({"presence": {"num_objects": 2}}, PEOPLE, "people 2"),
    ({"presence": {"num_objects": "two"}}, DESK, "rejected"),
    ({"presence": {"num_objects": None}}, DESK, "ignored"),
    ({"presencezone:200": {"id": 200, "value": True, "num_objects": 3}}, DESK, "presence yes"),
    ({"presencezone:200": {"id": 200, "value": True, "num_objects": 3}}, PEOPLE, "people 3"),
    ({"presencezone:200": {"id": 200, "value": None}}, DESK, "presence unknown"),
    ({"presencezone:200": {"value": False}, "presencezone:201": {"value": True}}, DESK, "presence yes"),
    ({"presencezone:200": {"num_objects": 1}, "presencezone:201": {"num_objects": 2}}, PEOPLE, "ignored"),
    ({"motion:0": {"id": 0, "motion": True}}, DESK, "presence yes"),
    ({"occupancy:0": {"id": 0, "value": False}}, DESK, "presence no"),
    ({"motion:0": {"id": 0}}, DESK, "ignored"),
    ({"window:0": {"id": 0, "open": True}}, CONTACT, "contact open"),
    ({"door:0": {"state": "closed"}}, CONTACT, "contact closed"),
    ({"door:0": {"state": None}}, CONTACT, "ignored"),
    ({"contact:0": {"id": 0}}, CONTACT, "ignored"),
    ({"window:0": {"open": "wide"}}, CONTACT, "rejected"),
    # Bluetooth behind a gateway.
    ({"bthomedevice:200": {"id": 200, "rssi": -47, "battery": 100, "packet_id": 15}}, CONTACT, "battery 100"),
    ({"bthomesensor:201": {"id": 201, "value": True, "last_updated_ts": 1.0}}, CONTACT, "contact open"),
    ({"bthomesensor:201": {"id": 201, "value": False}}, DESK, "presence no"),
    ({"bthomesensor:202": {"id": 202, "value": 21.4}}, CONTACT, "ignored"),
    ({"bthomedevice:200": {"battery": 100}, "bthomedevice:201": {"battery": 90}}, CONTACT, "ignored"),
    ({"input:0": 7}, CONTACT, "ignored"),
]


@pytest.mark.parametrize(("params", "role", "says"), STATUSES)
@pytest.mark.parametrize("method", ["NotifyStatus", "NotifyFullStatus"])
def test_a_status_notification(method: str, params: dict[str, object], role: StandsFor | None, says: str) -> None:
    assert decode(EVENTS, notify(method, **params), role) == says


@pytest.mark.parametrize(("params", "role", "says"), [one for one in STATUSES if len(one[0]) == 1])
def test_a_component_published_whole(params: dict[str, object], role: StandsFor | None, says: str) -> None:
    ((component, status),) = params.items()
    expected = says if isinstance(status, dict) else "rejected"
    assert decode(f"home/shelly-1/status/{component}", json.dumps(status), role) == expected


BTHOME_EVENTS = [
    (
        {"component": "script:1", "event": "shelly-blu", "data": {"window": 1, "battery": 100}},
        "contact open + battery 100",
    ),
    ({"component": "script:1", "event": "shelly-blu", "data": {"Window": 0, "Rotation": 12}}, "contact closed"),
    ({"component": "script:1", "event": "shelly-blu", "data": {"door": 1}}, "contact open"),
    ({"component": "script:1", "event": "shelly-blu", "data": {"service_data": {"opening": 1}}}, "contact open"),
    ({"component": "script:1", "event": "shelly-blu", "data": {"temperature": 19.7, "battery": 55}}, "battery 55"),
    ({"component": "script:1", "event": "shelly-blu", "data": {"window": "?"}}, "rejected"),
    ({"component": "script:1", "event": "shelly-blu", "data": "window"}, "ignored"),
    ({"component": "input:0", "id": 0, "event": "single_push"}, "ignored"),
    ({"component": "sys", "event": "config_changed", "cfg_rev": 20}, "ignored"),
]


@pytest.mark.parametrize(("event", "says"), BTHOME_EVENTS)
def test_an_event_notification(event: dict[str, object], says: str) -> None:
    assert decode(EVENTS, notify("NotifyEvent", events=[event]), CONTACT) == says


def test_motion_of_a_bluetooth_sensor_is_presence() -> None:
    event = {"component": "script:1", "event": "shelly-blu", "data": {"motion": 1, "illuminance": 36, "battery": 90}}
    assert decode(EVENTS, notify("NotifyEvent", events=[event]), DESK) == "presence yes + battery 90"


@pytest.mark.parametrize(
    ("topic", "payload", "says"),
    [
        ("shelly-1/online", "true", "link online"),
        ("shelly-1/online", "false", "link offline"),
        ("shelly-1/online", "maybe", "rejected"),
        ("shelly-1/online", "", "ignored"),
        ("shelly-1/rpc", '{"id":1,"method":"Switch.Set"}', "ignored"),
        ("cwk-gw/rpc", '{"id":20,"src":"shelly-1","result":{"was_on":false}}', "ignored"),
        ("shelly-1/command/switch:0", "on", "ignored"),
        (EVENTS, "{", "rejected"),
        (EVENTS, "7", "rejected"),
        (EVENTS, '{"method":"NotifyStatus","params":7}', "ignored"),
        (EVENTS, '{"method":"NotifyEvent","params":{"events":7}}', "ignored"),
        (EVENTS, '{"method":"NotifyEvent","params":{"events":[7]}}', "ignored"),
        (EVENTS, '{"method":"NotifyWeather","params":{"input:0":{"state":true}}}', "ignored"),
        ("shelly-1/status/input:0", "{", "rejected"),
    ],
)
def test_topics_around_a_device(topic: str, payload: str, says: str) -> None:
    assert decode(topic, payload, CONTACT) == says


def test_a_device_is_declared_by_its_prefix_or_by_one_component() -> None:
    whole = ("shelly-1/events/rpc", "shelly-1/status/+", "shelly-1/online")
    assert SHELLY.topics("shelly-1") == whole
    assert SHELLY.topics("shelly-1/events/rpc") == whole
    assert SHELLY.topics("shelly-1/online") == whole
    assert SHELLY.topics("a/shelly-1/status/input:1") == ("a/shelly-1/status/input:1", "a/shelly-1/online")
    assert not any(one.taps for one in SHELLY.filters("shelly-1"))
