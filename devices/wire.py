"""Wire version 1: bytes to messages and back, the same codec for gateway and firmware (docs/wire.md).

``parse`` is the gate for what strangers can send: it gives a message whose every field is within its limits, or raises
BadMessage, and nothing else. Messages are in ``devices.wire_messages``, topics in ``devices.wire_topics``.
"""

import json
import re
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import CoreSchema, SchemaSerializer, SchemaValidator, core_schema, from_json

from access.stamp import Stamp
from devices.wire_messages import LARGEST_NUMBER, LEAF_OF, Command, Message, SunTap, Tap

LARGEST_BYTES = 4096
VERSION = 1
_BOOT = re.compile(r"[0-9A-Fa-f]{8,32}\Z")
_FIELD = re.compile(r"[a-z_]{1,24}\Z")


class BadMessage(ValueError):
    """A message that cannot be used.

    ``code`` is short and counted; ``sentence`` says what is wrong, never with a value of the message; ``stamp`` is
    there (its ``heard`` None) where boot and number could still be read, so that the device can be told to stop.
    """

    def __init__(self, code: str, sentence: str, stamp: Stamp | None = None) -> None:
        """Keep all three."""
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence
        self.stamp = stamp


def wire_schema(cls: type[Message]) -> CoreSchema:
    """The schema of a message as it travels: its fields, and ``v``, which the value itself does not keep."""
    schema = dict(TypeAdapter(cls).core_schema)
    one = core_schema.int_schema(strict=True, ge=VERSION, le=VERSION)
    version = core_schema.dataclass_field("v", one, init_only=True)
    schema["schema"] = schema["schema"] | {"fields": [version, *schema["schema"]["fields"]]}
    return schema


_validators = {cls: SchemaValidator(wire_schema(cls)) for cls in LEAF_OF}
_serializers = {cls: SchemaSerializer(TypeAdapter(cls).core_schema) for cls in LEAF_OF}
_of_leaf = {leaf: _validators[cls] for cls, leaf in LEAF_OF.items() if cls is not SunTap}


def parse(leaf: str, payload: bytes) -> Message:
    """The message in ``payload`` that came under a topic's last part. Raises BadMessage, and nothing else."""
    validator = _of_leaf.get(leaf)
    if validator is None:
        raise BadMessage("unknown-leaf", "the topic's last part is none of wire version 1")
    if len(payload) > LARGEST_BYTES:
        raise BadMessage("too-large", f"the message has more than {LARGEST_BYTES} bytes")
    try:
        message: Message = validator.validate_json(payload)
    except ValidationError as error:
        raise _bad(leaf, payload, error) from None
    if isinstance(message, Tap | Command):
        _demand_unambiguous(payload, message)
    return message


def encode(message: Message) -> bytes:
    """The one way to write a message: its fields in their order after ``v``, no spaces, what is not there left out."""
    return b'{"v":1,' + _serializers[type(message)].to_json(message, exclude_defaults=True)[1:]


def _bad(leaf: str, payload: bytes, error: ValidationError) -> BadMessage:
    content = _content(payload)
    if content is None:
        return BadMessage("not-json", "the message is not a JSON object in UTF-8")
    stamp = _stamp(content)
    if leaf == "tap" and "sun" in content:
        try:
            _validators[SunTap].validate_json(payload)
        except ValidationError as sun_error:
            return _named(leaf, sun_error, stamp)
        return BadMessage("sun-unsupported", "this version cannot verify cards that sign themselves", stamp)
    return _named(leaf, error, stamp)


def _named(leaf: str, error: ValidationError, stamp: Stamp | None) -> BadMessage:
    first = error.errors(include_input=False, include_url=False)[0]
    where = ".".join(part for part in first["loc"] if isinstance(part, str) and _FIELD.match(part)) or "a field"
    if where == "v":
        return BadMessage("wrong-version", f"the {leaf} message is not of version {VERSION}", stamp)
    return BadMessage("bad-field", f"the {leaf} message cannot be used: {where}: {first['msg']}", stamp)


def _content(payload: bytes) -> dict[str, Any] | None:
    try:
        content = from_json(payload)
    except ValueError:
        return None
    return content if isinstance(content, dict) else None


def _stamp(content: dict[str, Any]) -> Stamp | None:
    """What can still be read of a message's number; an uptime that cannot counts as 0."""
    boot, seq, uptime_ms = content.get("boot"), content.get("seq"), content.get("uptime_ms")
    if not isinstance(boot, str) or _BOOT.match(boot) is None or type(seq) is not int or not 1 <= seq <= LARGEST_NUMBER:
        return None
    known = type(uptime_ms) is int and 0 <= uptime_ms <= LARGEST_NUMBER
    return Stamp(boot, seq, uptime_ms if known else 0, None)  # type: ignore[arg-type]


class _Twice(ValueError):
    """A name stands twice in one object."""


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice
    return found


_unambiguous = json.JSONDecoder(object_pairs_hook=_once)


def _names_in(message: Tap) -> int:
    """How many names a tap's text holds at least. Each has its colon, so where there are no more colons than that,
    none stands there twice; where there are, a colon may be part of a value, and the text must be read again.
    """
    of_heard = 0 if message.heard is None else len(("beacon", "ms_ago"))
    return len(("v", "boot", "seq", "uptime_ms", "heard", "uid")) + of_heard + (message.pin is not None)


def _demand_unambiguous(payload: bytes, message: Tap | Command) -> None:
    """What can open a door names nothing twice (guarantee D10); JSON itself allows it."""
    if isinstance(message, Tap) and payload.count(b":") == _names_in(message):
        return
    try:
        _unambiguous.decode(payload.decode())
    except _Twice:
        stamp = message.stamp if isinstance(message, Tap) else None
        raise BadMessage("ambiguous", "the message names one field twice", stamp) from None
