"""Facts and records to bytes and back. What is hashed is the stored bytes: integers, strings, booleans, lists, objects.

The only place in ``access`` that uses pydantic, to read back strictly what is of the right types only.
"""

import json
from dataclasses import MISSING, fields, replace
from enum import StrEnum
from typing import Any, get_origin

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from access.facts import FACTS, Fact
from access.records import KIND_OF_RECORD, RECORD_KINDS, Badge, Membership, Record, mistake_in

STRICT = ConfigDict(strict=True, extra="forbid")


class BadBody(ValueError):
    """Bytes that are not what their kind says; the message says what is wrong, without the value."""


_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_names: dict[type, tuple[str, ...]] = {cls: tuple(f.name for f in fields(cls)) for cls in FACTS.values()}
_open: dict[type, tuple[str, ...]] = {
    cls: tuple(f.name for f in fields(cls) if get_origin(f.type) is dict) for cls in FACTS.values()
}
_members = {cls: tuple(f.name for f in fields(cls)) for cls in KIND_OF_RECORD}
_defaults = {cls: {f.name: f.default for f in fields(cls) if f.default is not MISSING} for cls in KIND_OF_RECORD}
_adapters: dict[type, TypeAdapter[Any]] = {}


def canonical(value: object) -> bytes:
    """Canonical JSON, UTF-8: sorted keys, no spaces. Half a character, which UTF-8 cannot write, becomes a question
    mark.
    """
    return _encoder.encode(value).encode("utf-8", "replace")


def _adapter(cls: type) -> TypeAdapter[Any]:
    if cls not in _adapters:
        _adapters[cls] = TypeAdapter(with_config(STRICT)(cls))
    return _adapters[cls]


def encode_fact(fact: Fact) -> bytes:
    """A fact's body; what is None is left out."""
    return canonical({name: value for name in _names[type(fact)] if (value := getattr(fact, name)) is not None})


def decode_fact(kind: str, body: bytes) -> Fact:
    """The fact in a body. Raises BadBody for an unknown kind or a body that is not of it."""
    cls = FACTS.get(kind)
    if cls is None:
        raise BadBody(f"no fact is of the kind {kind!r}")
    fact: Fact = _read(cls, body)
    for name in _open[cls]:
        if not _is_plain(getattr(fact, name)):
            raise BadBody(f"{cls.__name__}: {name}: what is logged holds no fraction and no null")
    return fact


def _is_plain(value: object) -> bool:
    """Whether it is made of integers, strings, booleans, lists and objects alone (guarantee S4)."""
    if isinstance(value, dict):
        return all(map(_is_plain, value.values()))
    if isinstance(value, list):
        return all(map(_is_plain, value))
    return isinstance(value, int | str)


def _read(cls: type, body: bytes | str) -> Any:  # noqa: ANN401 -- an instance of the class
    try:
        return _adapter(cls).validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise BadBody(f"{cls.__name__}: {where}: {first['msg']}") from None


def record_to_json(record: Record) -> dict[str, Any]:
    """A record as the replica's feed carries it: sets sorted, hashes in hex; what is as by default is left out."""
    held = ((name, getattr(record, name)) for name in _members[type(record)])
    defaults = _defaults[type(record)]
    return {name: plain(value) for name, value in held if name not in defaults or value != defaults[name]}


def plain(value: object) -> object:
    """A record's or a case's member as JSON has it."""
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [item.hex() if isinstance(item, bytes) else plain(item) for item in value]
    if isinstance(value, Membership):
        ends = {} if value.until_ms is None else {"until_ms": value.until_ms}
        return {"group": value.group, "from_ms": value.from_ms, **ends}
    return str(value) if isinstance(value, StrEnum) else value


def record_kind(record: Record) -> str:
    """The kind under which a record travels."""
    return KIND_OF_RECORD[type(record)]


def record_from_json(kind: str, body: bytes | str) -> Record:
    """The record in a body of the feed. Raises BadBody for an unknown kind or a body that is not of it."""
    cls = RECORD_KINDS.get(kind)
    if cls is None:
        raise BadBody(f"no record is of the kind {kind!r}")
    record: Record = _read(cls, body)
    if isinstance(record, Badge):
        record = replace(record, credentials=_raw(record.credentials), pins=_raw(record.pins))
    if wrong := mistake_in(record):
        raise BadBody(f"{cls.__name__}: {wrong}")
    return record


def _raw(credentials: tuple[bytes, ...]) -> tuple[bytes, ...]:
    """Credentials travel as hex; pydantic has read that text as bytes."""
    try:
        return tuple(bytes.fromhex(text.decode("ascii")) for text in credentials)
    except ValueError:
        raise BadBody("Badge: credentials: a credential is 32 bytes in hex") from None
