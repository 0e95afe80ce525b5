"""Live topics: what the site is willing to tell anybody on its broker; retained, no personal data, never doors.

``live/occupancy``, ``live/desks/<desk>``, ``live/health``, and Home Assistant's device discovery for the same
(interfaces: published when the site turns it on).
"""

import json
from collections.abc import Mapping
from typing import Any

from gateway.mqtt.broker import Broker
from gateway.pages.shape import CountSeen, Snapshot

VERSION = 1
DISCOVERY_ROOT = "homeassistant"


def topics(seen: Snapshot) -> dict[str, Mapping[str, Any]]:
    """Topic → payload of everything that is published of a snapshot."""
    root = f"hubout/{seen['site']['id']}/live"
    sources = seen["sources"]
    found: dict[str, Mapping[str, Any]] = {
        f"{root}/occupancy": _count(seen["total"]) | {"zones": {zone["id"]: _count(zone) for zone in seen["zones"]}},
        f"{root}/health": {
            "broker": sources["broker_online"],
            "registry": sources["registry"],
            "doorkeeper": sources["keeper_found"] or not sources["keeper_needed"],
            "clock_trusted": sources["clock_trusted"],
            "devices": seen["devices_in_all"],
            "devices_to_look_at": len(seen["devices"]),
        },
    }
    for desk in seen["desks"]:
        found[f"{root}/desks/{desk['id']}"] = {"state": desk["state"], "since_ms": desk["since_ms"]}
    return {topic: {"v": VERSION, **payload} for topic, payload in found.items()}


def _count(count: CountSeen) -> dict[str, Any]:
    return {"present": count["present"], "capacity": count["capacity"], "estimated": count["estimated"]}


def discovery(seen: Snapshot) -> tuple[str, Mapping[str, Any]]:
    """Home Assistant's device discovery: one device for the site, one sensor for its people and one a desk."""
    site = seen["site"]
    root, device = f"hubout/{site['id']}/live", f"hubout-{site['id']}"
    components: dict[str, Any] = {
        "present": _sensor(device, "present", "Persone presenti", f"{root}/occupancy", "{{ value_json.present }}")
        | {"unit_of_measurement": "persone", "state_class": "measurement"}
    }
    for desk in seen["desks"]:
        state = f"{root}/desks/{desk['id']}"
        components[f"desk-{desk['id']}"] = _sensor(
            device, f"desk-{desk['id']}", desk["name"], state, "{{ value_json.state }}"
        )
    described = {"identifiers": [device], "name": site["name"], "manufacturer": "Hubout"}
    origin = {"name": "hubout"}
    return f"{DISCOVERY_ROOT}/device/{device}/config", {"device": described, "origin": origin, "components": components}


def _sensor(device: str, ident: str, name: str, topic: str, template: str) -> dict[str, Any]:
    return {
        "platform": "sensor",
        "unique_id": f"{device}-{ident}",
        "name": name,
        "state_topic": topic,
        "value_template": template,
    }


class Publisher:
    """Publishes what changed since it was last published on this connection."""

    def __init__(self, *, home_assistant: bool) -> None:
        """``home_assistant`` also announces the site to it."""
        self._home_assistant = home_assistant
        self._told: dict[str, bytes] = {}
        self._connection = 0

    def show(self, broker: Broker, seen: Snapshot) -> None:
        """Publish the changes; a topic that could not be sent is tried again next time."""
        if self._connection != broker.connections:
            # A broker that was started anew may have forgotten what it kept.
            self._connection, self._told = broker.connections, {}
        wanted = topics(seen)
        if self._home_assistant:
            topic, payload = discovery(seen)
            wanted[topic] = payload
        for topic, payload in wanted.items():
            said = json.dumps(payload, separators=(",", ":"), ensure_ascii=False).encode()
            if self._told.get(topic) != said and broker.publish(topic, said, 1, retain=True, properties=None):
                self._told[topic] = said
