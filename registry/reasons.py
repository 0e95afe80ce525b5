"""Reasons: one English sentence each, with the key and the values by which a page says it in its reader's language."""

from collections.abc import Mapping

Value = str | int


class Reason(str):
    """A sentence for people and programs; ``key`` and ``values`` are what it is made of."""

    __slots__ = ("key", "values")
    key: str
    values: Mapping[str, Value]


def why(key: str, sentence: str, **values: Value) -> Reason:
    """The reason of a key: its sentence with the values in their places."""
    reason = Reason(sentence.format_map(values) if values else sentence)
    reason.key, reason.values = key, values
    return reason


def reason_of(error: Exception, otherwise: str) -> Reason:
    """The reason that an error was raised with; one that has none is told by the key ``otherwise``, and its words."""
    found = error.args[0] if error.args else ""
    return found if isinstance(found, Reason) else why(otherwise, "{detail}", detail=str(error))
