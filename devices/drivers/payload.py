"""From a payload's bytes to a value, or to one sentence: bounded in size and depth, and raising nothing."""

import json
from collections.abc import Mapping

from devices.readings import Ignored, Rejected

MAKER_LIMIT_BYTES = 64 * 1024

NOT_UTF8 = Rejected("the payload is not UTF-8 text")
NOT_JSON = Rejected("the payload is not valid JSON")
TOO_DEEP = Rejected("the payload's JSON is nested too deeply")
NOT_OBJECT = Rejected("the payload is JSON but not an object")
EMPTY = Ignored("the payload is empty: a retained message was cleared")


class NoValue:
    """What stands for a value that cannot be one: of no type that anything accepts."""


NO_VALUE = NoValue()


def too_large(limit_bytes: int) -> Rejected:
    """The rejection of a payload above a limit."""
    return Rejected(f"the payload is larger than {limit_bytes} bytes, the most that a message of this driver may have")


def text_of(payload: bytes) -> str | Ignored | Rejected:
    """The payload as text without outer blanks; an empty one says nothing."""
    try:
        text = payload.decode("utf-8").strip()
    except UnicodeDecodeError:
        return NOT_UTF8
    return text or EMPTY


def json_of(payload: bytes) -> object:
    """The payload's JSON value (as ``json`` gives it), or Ignored when empty, or Rejected.

    NaN and infinities are no JSON. A field given twice becomes ``NO_VALUE`` unless both say the same.
    """
    text = text_of(payload)
    if not isinstance(text, str):
        return text
    try:
        value: object = json.loads(text, parse_constant=_no_json, object_pairs_hook=_object)
    except RecursionError:
        return TOO_DEEP
    except ValueError:
        return NOT_JSON
    return value


def object_of(payload: bytes) -> Mapping[str, object] | Ignored | Rejected:
    """The payload's JSON object."""
    value = json_of(payload)
    if isinstance(value, Ignored | Rejected):
        return value
    return value if isinstance(value, dict) else NOT_OBJECT


def _no_json(constant: str) -> object:
    raise ValueError(constant)


def _object(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) < len(pairs):
        for name, value in pairs:
            if fields[name] != value:
                fields[name] = NO_VALUE
    return fields
