"""What a table's model found wrong, in words: pydantic's findings turned into mistakes with a line."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from devices.sitefile_fields import Table
from devices.sitefile_lines import LineIndex, Loc
from devices.sitefile_mistake import Mistake, nearest, quoted
from devices.sitefile_model import NESTED

SECRET_WORDS = ("password", "passwd", "passphrase", "token", "secret", "credential", "api_key", "apikey")
SECRET_KEYS = ("key", "code", "pin")
"""A key that is one of these, or has one of those words in it, and that no table knows, was to hold a secret."""
SURELY_MISSPELT = 0.85

Words = Callable[[str, ErrorDetails], tuple[str, str | None]]
"""From a key and a finding: what is wrong, and what to write (None: the field's example)."""


def mistakes_of(error: ValidationError, model: type[Table], loc: Loc, lines: LineIndex) -> Iterator[Mistake]:
    """The mistakes that ``model`` found in the table at ``loc``; no value of the file is repeated but ids."""
    for finding in error.errors(include_url=False):
        where = finding["loc"]
        what, instead = _in_words(finding, model)
        yield Mistake(lines.line_of(*loc, *where), what, instead)


def _in_words(finding: ErrorDetails, model: type[Table]) -> tuple[str, str]:
    # A list's places have no words of their own: what is wrong in one is said of its key.
    *outer, key = [part for part in finding["loc"] if isinstance(part, str)]
    inner = NESTED[outer[-1]] if outer else model
    if finding["type"] == "extra_forbidden":
        return _unknown_key(key, inner)
    example = _example(inner, key)
    what, instead = WORDS.get(finding["type"], _other)(key, finding)
    return what, instead or f"write {example}"


def _example(model: type[Table], key: str) -> str:
    examples = model.model_fields[key].examples or [f"a value for {key}"]
    return str(examples[0])


def _unknown_key(key: str, model: type[Table]) -> tuple[str, str]:
    known = list(model.model_fields)
    files = [name for name in known if name.endswith("_file") and name != "ca_file"]
    meant = nearest(key, known)
    if looks_secret(key) and not nearest(key, known, SURELY_MISSPELT):
        where = f" and name it with {files[0]}" if files else ""
        return (
            f"{quoted(key)} looks like a secret, and secrets are never written in the site file",
            f"remove it, change it if it was real, write it to a file that only its owner can read{where}",
        )
    if meant:
        return f"unknown key {quoted(key)}", f"write {meant}"
    return f"unknown key {quoted(key)}", f"remove it, or write one of {', '.join(known)}"


def looks_secret(key: str) -> bool:
    """Whether a key's name says that its value is a secret."""
    return key.lower() in SECRET_KEYS or any(word in key.lower() for word in SECRET_WORDS)


def _missing(key: str, _: ErrorDetails) -> tuple[str, str | None]:
    return f"{key} is missing", None


def _typed(kind: str) -> Words:
    return lambda key, _: (f"{key} must be {kind}", None)


def _range(key: str, finding: ErrorDetails) -> tuple[str, str | None]:
    bounds: Mapping[str, Any] = finding.get("ctx", {})
    side, limit = ("at least", bounds["ge"]) if "ge" in bounds else ("at most", bounds["le"])
    return f"{key} is out of bounds", f"write a number that is {side} {limit:g}"


def _choice(key: str, finding: ErrorDetails) -> tuple[str, str | None]:
    expected = str(finding.get("ctx", {}).get("expected", ""))
    value = finding["input"]
    shown = quoted(value) if isinstance(value, str) else "the value"
    return f"{shown} is no {key}", f"write {expected.replace(chr(39), chr(34))}"


def _pattern(key: str, finding: ErrorDetails) -> tuple[str, str | None]:
    if key in {"id", "client_id"}:
        return f"the id {quoted(finding['input'])} is not usable", "use 1 to 32 of a-z, 0-9 and -"
    return f"{key} is not written as it must be", None


def _length(key: str, finding: ErrorDetails) -> tuple[str, str | None]:
    limits = finding.get("ctx", {})
    if "max_length" in limits:
        return f"{key} is too long", f"write at most {limits['max_length']} characters"
    return f"{key} is empty", None


def _many(key: str, finding: ErrorDetails) -> tuple[str, str | None]:
    return f"{key} has too many entries", f"write at most {finding.get('ctx', {})['max_length']}"


def _reserved(_: str, finding: ErrorDetails) -> tuple[str, str | None]:
    return f"the id {quoted(finding['input'])} is reserved", "choose another id"


def _hours(_: str, finding: ErrorDetails) -> tuple[str, str | None]:
    return str(finding.get("ctx", {})["why"]), None


def _other(key: str, _: ErrorDetails) -> tuple[str, str | None]:
    return f"{key} cannot be used as it is written", None


WORDS: Mapping[str, Words] = {
    "missing": _missing,
    "string_type": _typed("a text in quotes"),
    "int_type": _typed("a whole number"),
    "float_type": _typed("a number"),
    "finite_number": _typed("a finite number"),
    "bool_type": _typed("true or false"),
    "model_type": _typed("a table"),
    "greater_than_equal": _range,
    "less_than_equal": _range,
    "enum": _choice,
    "literal_error": _choice,
    "string_pattern_mismatch": _pattern,
    "string_too_long": _length,
    "string_too_short": _length,
    "reserved_id": _reserved,
    "bad_hours": _hours,
    "list_type": _typed("a list of texts"),
    "too_long": _many,
}
