"""A reason in the words of whoever looks at a page: by its key and values (``why.KEY``), not its English sentence."""

from collections.abc import Mapping

from pages.languages import Words
from registry.reasons import Value

WORDS = frozenset({"name", "state", "what"})
"""The values that are words themselves (``why.word.VALUE``)."""


def phrased(t: Words, key: str, values: Mapping[str, Value]) -> str:
    """A reason as a sentence."""
    said = {name: _value(t, name, value) for name, value in values.items()}
    known = f"why.{key}"
    return t(known, **said) if t.has(known) else t("why.other", detail=values.get("detail", ""))


def _value(t: Words, name: str, value: Value) -> str:
    if isinstance(value, int):
        return t.figure(value)
    return t.get(f"why.word.{value}", value) if name in WORDS else value
