"""Wire version 1 as JSON Schemas, made from the very schema that ``devices.wire`` parses with."""

import inspect
from typing import Any

from pydantic.json_schema import GenerateJsonSchema

from devices.wire import wire_schema
from devices.wire_messages import LEAF_OF, Beacon, Message, SunTap
from devices.wire_topics import EXPIRY_S, GATEWAY, QOS_0_LEAVES, RETAINED_LEAVES, ROOT

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def schema_name(cls: type[Message]) -> str:
    """The name of a message's schema: its leaf, and for the second kind of tap what sets it apart."""
    return "tap-sun" if cls is SunTap else LEAF_OF[cls]


def message_schema(cls: type[Message]) -> dict[str, Any]:
    """The JSON Schema of a message, with its topic, QoS, retention and expiry (seconds; null: none)."""
    leaf = LEAF_OF[cls]
    made = GenerateJsonSchema().generate(wire_schema(cls))
    return {
        "$schema": DIALECT,
        "title": cls.__name__,
        "description": " ".join((inspect.getdoc(cls) or "").split()),
        "x-topic": f"{ROOT}/<site>/{GATEWAY if cls is Beacon else '<device>'}/{leaf}",
        "x-qos": int(leaf not in QOS_0_LEAVES),
        "x-retained": leaf in RETAINED_LEAVES,
        "x-expiry-s": EXPIRY_S.get(leaf),
        **{key: value for key, value in made.items() if key not in {"title", "description"}},
    }


def message_schemas() -> dict[str, dict[str, Any]]:
    """The schema of every message, by its name."""
    return {schema_name(cls): message_schema(cls) for cls in LEAF_OF}
