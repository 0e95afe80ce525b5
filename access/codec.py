"""Facts and records to bytes and back. What is hashed is the stored bytes: integers, strings, booleans, lists, objects.

The only place in ``access`` that uses pydantic, to read back strictly what is of the right types only.
"""

import json
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError, with_config

from access.case import Age, Case, Conditions
from access.facts import FACTS, Fact
from access.records import KIND_OF_RECORD, RECORD_KINDS, Badge, Booking, Person, Record

STRICT = ConfigDict(strict=True, extra="forbid")


class BadBody(ValueError):
    """Bytes that are not what their kind says; the message says what is wrong, without the value."""


def canonical(value: Any) -> bytes:
    """Canonical JSON, UTF-8: sorted keys, no spaces, no null, no fraction."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


_encoder = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
_names: dict[type, tuple[str, ...]] = {cls: tuple(f.name for f in fields(cls)) for cls in FACTS.values()}
_adapters: dict[type, TypeAdapter[Any]] = {}


def _adapter(cls: type) -> TypeAdapter[Any]:
    if cls not in _adapters:
        _adapters[cls] = TypeAdapter(with_config(STRICT)(cls))
    return _adapters[cls]


def encode_fact(fact: Fact) -> bytes:
    """A fact's body; what is None is left out."""
    body = {name: value for name in _names[type(fact)] if (value := getattr(fact, name)) is not None}
    return _encoder.encode(body).encode("utf-8", "surrogatepass")


def decode_fact(kind: str, body: bytes) -> Fact:
    """The fact in a body. Raises BadBody for an unknown kind or a body that is not of it."""
    cls = FACTS.get(kind)
    if cls is None:
        raise BadBody(f"no fact is of the kind {kind!r}")
    return _read(cls, body)  # type: ignore[no-any-return]


def _read(cls: type, body: bytes | str) -> Any:
    try:
        return _adapter(cls).validate_json(body)
    except ValidationError as error:
        first = error.errors(include_input=False, include_url=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "the whole"
        raise BadBody(f"{cls.__name__}: {where}: {first['msg']}") from None


def record_to_json(record: Record) -> dict[str, Any]:
    """A record as the replica's feed carries it: sets sorted, credentials in hex, None left out."""
    return {f.name: _plain(value) for f in fields(record) if (value := getattr(record, f.name)) is not None}


def _plain(value: Any) -> Any:
    if isinstance(value, frozenset):
        return sorted(value)
    if isinstance(value, tuple):
        return [item.hex() if isinstance(item, bytes) else item for item in value]
    return value


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
        return _with_raw_credentials(record)
    return record


def _with_raw_credentials(badge: Badge) -> Badge:
    """Credentials travel as hex; pydantic has read that text as bytes."""
    try:
        raw = tuple(bytes.fromhex(text.decode("ascii")) for text in badge.credentials)
    except ValueError:
        raise BadBody("Badge: credentials: a credential is 32 bytes in hex") from None
    return Badge(
        badge.id, badge.person, raw, badge.valid_from_ms, badge.valid_until_ms, badge.revoked, badge.long_pulse
    )


def case_to_stored(case: Case) -> dict[str, Any]:
    """A case as its verdict's row stores it: opaque ids only, no name and no credential."""
    stored: dict[str, Any] = {
        "at_ms": case.at_ms,
        "door": case.door,
        "zone": case.zone,
        "onward": sorted(case.onward),
        "age": str(case.age),
        "repeated": case.repeated,
        "accepts_unproved": case.accepts_unproved,
        "conditions": {"lockdown": case.conditions.lockdown},
        "bookings": [record_to_json(booking) for booking in case.bookings],
        "closed": case.closed,
        "grace_before_ms": case.grace_before_ms,
    }
    if case.opens_ms is not None:
        stored["opens_ms"] = case.opens_ms
    if case.badge is not None:
        stored["badge"] = record_to_json(case.badge) | {"credentials": []}
    if case.person is not None:
        stored["person"] = record_to_json(case.person) | {"name": ""}
    return stored


def case_from_stored(stored: Mapping[str, Any]) -> Case:
    """The case that a verdict's row stored, to judge again."""
    badge, person = stored.get("badge"), stored.get("person")
    return Case(
        at_ms=stored["at_ms"],
        door=stored["door"],
        zone=stored["zone"],
        onward=frozenset(stored["onward"]),
        age=Age(stored["age"]),
        repeated=stored["repeated"],
        accepts_unproved=stored["accepts_unproved"],
        conditions=Conditions(**stored["conditions"]),
        badge=None if badge is None else Badge(**badge | {"credentials": ()}),
        person=None if person is None else _person(person),
        bookings=tuple(Booking(**booking) for booking in stored["bookings"]),
        closed=stored["closed"],
        opens_ms=stored.get("opens_ms"),
        grace_before_ms=stored["grace_before_ms"],
    )


def _person(stored: Mapping[str, Any]) -> Person:
    sets = {name: frozenset(stored.get(name, ())) for name in ("zones", "standing")}
    return Person(**{**stored, **sets})
