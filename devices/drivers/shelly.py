"""Shelly, Gen 2 and later: ``<prefix>/events/rpc``, ``<prefix>/status/<component>`` and ``<prefix>/online``.

Notifications are deltas: a message without a field says nothing of it. An input's ``state`` and a BTHome sensor's
``value`` are bare levels, which mean what the device stands for; true is open. A message with several of them that
differ says nothing, and the site file then declares the one component's topic (``…/status/input:1``).
"""

from collections.abc import Callable, Mapping

from devices.drivers import fields
from devices.drivers import payload as bodies
from devices.drivers.driver import Driver, Faulty, Filter, Found, Said
from devices.readings import Ignored, PeopleReading, PresenceReading, Rejected

STATUS_METHODS = ("NotifyStatus", "NotifyFullStatus")
OPEN_WORDS: Mapping[str, str] = {"open": "true", "opened": "true", "closed": "false", "close": "false"}

COMMAND = Ignored("it is a call to the device or the answer to one, not a message of it")
NOTHING = Ignored("it says nothing of a person, a door or a battery")

Part = Callable[[Mapping[str, object]], tuple[Found, ...]]


def read(topic: str, payload: bytes) -> Said:
    """All that one message of a Shelly says."""
    segments = topic.split("/")
    if segments[-1] == "online":
        text = bodies.text_of(payload)
        return fields.link(text, "true", "false") if isinstance(text, str) else text
    if segments[-2:] == ["events", "rpc"]:
        return _object(payload, _notification)
    if len(segments) > 2 and segments[-2] == "status":
        return _object(payload, lambda status: _component(segments[-1], status))
    return COMMAND


def _object(payload: bytes, part: Part) -> Said:
    message = bodies.object_of(payload)
    return message if isinstance(message, Ignored | Rejected) else part(message) or NOTHING


def _notification(message: Mapping[str, object]) -> tuple[Found, ...]:
    params = message.get("params")
    if not isinstance(params, dict):
        return ()
    if message.get("method") in STATUS_METHODS:
        return fields.together(_component(name, value) for name, value in params.items() if isinstance(value, dict))
    events = params.get("events") if message.get("method") == "NotifyEvent" else None
    return fields.together(_event(one) for one in events if isinstance(one, dict)) if isinstance(events, list) else ()


def _component(name: str, status: Mapping[str, object]) -> tuple[Found, ...]:
    part = COMPONENTS.get(name.partition(":")[0].lower())
    return part(status) if part else ()


def _power(status: Mapping[str, object]) -> tuple[Found, ...]:
    battery = status.get("battery")
    return fields.battery(battery.get("percent"), "battery.percent") if isinstance(battery, dict) else ()


def _bluetooth_device(status: Mapping[str, object]) -> tuple[Found, ...]:
    return fields.battery(status.get("battery"), "battery")


def _input(status: Mapping[str, object]) -> tuple[Found, ...]:
    state = status.get("state")
    return () if state is None else fields.level(state, "the input's state")


def _bluetooth_sensor(status: Mapping[str, object]) -> tuple[Found, ...]:
    value = status.get("value")
    return fields.level(value, "value") if isinstance(value, bool) else ()


def _presence(status: Mapping[str, object]) -> tuple[Found, ...]:
    count = fields.people(status.get("num_objects"), "num_objects")
    somebody = fields.presence(status["value"], "value") if "value" in status else tuple(map(_somebody, count))
    return (*somebody, *count)


def _somebody(count: Found) -> Found:
    if isinstance(count, PeopleReading):
        return PresenceReading(count.count > 0)
    return Faulty(PresenceReading, "num_objects is no number of people")


def _motion(status: Mapping[str, object]) -> tuple[Found, ...]:
    held = [name for name in PERSON_FIELDS if name in status]
    return fields.presence(status[held[0]], held[0]) if held else ()


def _opening(status: Mapping[str, object]) -> tuple[Found, ...]:
    held = [name for name in OPENING_FIELDS if name in status]
    if not held:
        return ()
    value = status[held[0]]
    return fields.contact_open(OPEN_WORDS.get(value, value) if isinstance(value, str) else value, held[0])


PERSON_FIELDS = ("presence", "occupancy", "motion", "state", "value")
OPENING_FIELDS = ("open", "window", "door", "contact", "state", "value")
COMPONENTS: Mapping[str, Part] = {
    "devicepower": _power,
    "bthomedevice": _bluetooth_device,
    "bthomesensor": _bluetooth_sensor,
    "input": _input,
    "presence": _presence,
    "presencezone": _presence,
    "motion": _motion,
    "occupancy": _motion,
    "window": _opening,
    "door": _opening,
    "contact": _opening,
}


def _event(event: Mapping[str, object]) -> tuple[Found, ...]:
    """What the maker's Bluetooth scripts emit: the BTHome objects by name, at the top of ``data`` or one below."""
    data = event.get("data")
    if not isinstance(data, dict):
        return ()
    inner = data.get("service_data")
    objects = {str(name).lower(): value for name, value in (inner if isinstance(inner, dict) else data).items()}
    return fields.together(part(objects[name], name) for name, part in BTHOME.items() if name in objects)


BTHOME: Mapping[str, Callable[[object, str], tuple[Found, ...]]] = {
    "presence": fields.presence,
    "occupancy": fields.presence,
    "motion": fields.presence,
    "window": fields.contact_open,
    "door": fields.contact_open,
    "opening": fields.contact_open,
    "battery": fields.battery,
}


def filters(topic: str) -> tuple[Filter, ...]:
    """For a device declared by its topic prefix, or by one component's topic (``shelly1/status/input:0``)."""
    base = topic.rstrip("/").removesuffix("/events/rpc").removesuffix("/online")
    prefix, status, component = base.partition("/status/")
    if component:
        return Filter(f"{prefix}{status}{component}"), Filter(f"{prefix}/online")
    return Filter(f"{base}/events/rpc"), Filter(f"{base}/status/+"), Filter(f"{base}/online")


DRIVER = Driver("shelly", read, filters)
