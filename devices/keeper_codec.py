"""The doorkeeper's lines: ``{"type": <name>, <every field of the message>}`` in JSON, one a line.

A field of one name has one form in every message, so one table checks them all. A line that cannot be used becomes
``BadLine`` with one sentence; nothing here raises on what a stranger sends.
"""

import json
import re
from collections.abc import Callable
from dataclasses import MISSING, dataclass, fields
from typing import TypeVar

from devices import keeper_wire as wire

Check = Callable[[object], object]
Message = TypeVar("Message")
NUMBER_MAX = 2**53


@dataclass(frozen=True, slots=True)
class BadLine:
    """A line that is no message: one sentence that says what is wrong with it."""

    why: str


class _UnusableError(ValueError):
    """Says what a field must be."""


def _text(pattern: str, meaning: str) -> Check:
    whole = re.compile(pattern)

    def check(value: object) -> object:
        if isinstance(value, str) and whole.fullmatch(value):
            return value
        raise _UnusableError(meaning)

    return check


def _whole(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= NUMBER_MAX:
        return value
    raise _UnusableError("a whole number from 0 to 2^53")


def _flag(value: object) -> object:
    if isinstance(value, bool):
        return value
    raise _UnusableError("true or false")


def _flag_or_null(value: object) -> object:
    return None if value is None else _flag(value)


def _latch(value: object) -> object:
    if isinstance(value, str) and value in set(wire.LatchName):
        return wire.LatchName(value)
    raise _UnusableError(f"one of {', '.join(wire.LatchName)}")


def _listed(check: Check) -> Check:
    def each(value: object) -> object:
        if isinstance(value, list):
            return tuple(check(item) for item in value)
        raise _UnusableError("a list")

    return each


def _levels(value: object) -> object:
    if isinstance(value, dict):
        return _built(wire.DoorLevels, value)
    raise _UnusableError("a list of doors")


def _signed(value: object) -> object:
    if isinstance(value, dict):
        return _built(wire.Signed, value)
    raise _UnusableError("a list of latches")


_ident = _text(r"[A-Za-z0-9._:-]{1,80}", "1 to 80 letters, digits or . _ : -")
_prose = _text(r"[^\x00-\x1f\x7f]{0,400}", "at most 400 printable characters")
_ident_or_none = _text(r"[A-Za-z0-9._:-]{0,80}", "at most 80 letters, digits or . _ : -")
_flags = ("standing", "released", "open", "active", "held")
_numbers = ("v", "ms", "decided_ms", "ends_ms", "mono_ms", "count")
_proses = ("why", "fault", "displaced", "gateway", "cause", "reason", "note")

FIELDS: dict[str, Check] = {
    **dict.fromkeys(_flags, _flag),
    **dict.fromkeys(_numbers, _whole),
    **dict.fromkeys(_proses, _prose),
    **dict.fromkeys(("grant", "run", "what"), _ident),
    "lease": _ident_or_none,
    "door": _text(r"[a-z0-9-]{1,32}", "1 to 32 of a-z, 0-9 and -"),
    "by": _text(r"[^\x00-\x1f\x7f]{1,80}", "a name of 1 to 80 printable characters"),
    "latch": _latch,
    "latches": _listed(_latch),
    "contact_open": _flag_or_null,
    "fire_input": _flag_or_null,
    "doors": _listed(_levels),
    "signed": _listed(_signed),
}

TO_KEEPER: dict[str, type[wire.ToKeeper]] = {
    "hello": wire.Hello,
    "lease": wire.TakeLease,
    "renew": wire.Renew,
    "end-grant": wire.EndGrant,
    "end-door": wire.EndDoor,
    "set-latch": wire.SetLatch,
    "reset-latch": wire.ResetLatch,
    "ask-state": wire.AskState,
}
FROM_KEEPER: dict[str, type[wire.FromKeeper]] = {
    "welcome": wire.Welcome,
    "leased": wire.Leased,
    "ended": wire.Ended,
    "refused": wire.Refused,
    "line": wire.Line,
    "contact": wire.Contact,
    "rex": wire.Rex,
    "fire-input": wire.FireInput,
    "latched": wire.Latched,
    "alarm": wire.Alarm,
    "bad": wire.Bad,
    "displaced": wire.Displaced,
}
_NAMES: dict[type[object], str] = {kind: name for name, kind in (TO_KEEPER | FROM_KEEPER).items()}


# What each kind holds and must hold: looked up once, because leases and their answers are on a tap's path.
_KINDS: tuple[type[object], ...] = (*_NAMES, wire.DoorLevels, wire.Signed)
_HELD: dict[type[object], tuple[str, ...]] = {
    kind: tuple(item.name for item in fields(kind))  # type: ignore[arg-type]  # every kind is a dataclass
    for kind in _KINDS
}
_NEEDED: dict[type[object], tuple[str, ...]] = {
    kind: tuple(item.name for item in fields(kind) if item.default is MISSING)  # type: ignore[arg-type]  # the same
    for kind in _KINDS
}


def encode(message: wire.ToKeeper | wire.FromKeeper) -> bytes:
    """The message as one line, newline included."""
    return _encoder.encode({"type": _NAMES[type(message)], **_plain(message)}).encode() + b"\n"


def _plain(value: object) -> dict[str, object]:
    held = _HELD.get(type(value))
    if held is None:
        raise TypeError(f"{type(value).__name__} has no form in JSON")
    return {name: getattr(value, name) for name in held}


_encoder = json.JSONEncoder(default=_plain, separators=(",", ":"))


def decode_to_keeper(line: bytes) -> wire.ToKeeper | BadLine:
    """What a client said, or why its line cannot be used."""
    return _decoded(line, TO_KEEPER)


def decode_from_keeper(line: bytes) -> wire.FromKeeper | BadLine:
    """What the keeper said, or why its line cannot be used."""
    return _decoded(line, FROM_KEEPER)


def _decoded(line: bytes, kinds: dict[str, type[Message]]) -> Message | BadLine:
    try:
        body = _decoder.decode(line.decode())
    except _UnusableError as unusable:
        return BadLine(f"In one object {unusable}.")
    except (ValueError, RecursionError):
        return BadLine("The line is not JSON in UTF-8; send one JSON object a line.")
    name = body.get("type") if isinstance(body, dict) else None
    kind = kinds.get(name) if isinstance(name, str) else None
    if kind is None:
        return BadLine(f"The line names no known type; use one of {', '.join(kinds)}.")
    try:
        return _built(kind, {key: value for key, value in body.items() if key != "type"})
    except _UnusableError as unusable:
        return BadLine(f"Message {name}: {unusable}.")


def _once(pairs: list[tuple[str, object]]) -> dict[str, object]:
    body = dict(pairs)
    if len(body) < len(pairs):
        raise _UnusableError("a field stands twice; send each once")
    return body


_decoder = json.JSONDecoder(object_pairs_hook=_once)


def _built(kind: type[Message], body: dict[str, object]) -> Message:
    surplus = sorted(body.keys() - set(_HELD[kind]))
    if surplus:
        raise _UnusableError(f"field {surplus[0][:40]!r} is not known; leave it out")
    lacking = [name for name in _NEEDED[kind] if name not in body]
    if lacking:
        raise _UnusableError(f"field {lacking[0]!r} is missing")
    return kind(**{name: _checked(name, value) for name, value in body.items()})


def _checked(name: str, value: object) -> object:
    try:
        return FIELDS[name](value)
    except _UnusableError as unusable:
        raise _UnusableError(f"field {name!r} must be {unusable}") from None
