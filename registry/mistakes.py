"""What is wrong with a request, in plain words: what, where and what to do, and never what was sent (bad input, P3)."""

from collections.abc import Iterable, Mapping
from typing import Any

from registry.problems import Kind, Problem

_WORDS: Mapping[str, str] = {
    "missing": "is missing",
    "extra_forbidden": "is not known here",
    "json_invalid": "is no JSON",
    "string_type": "is no text",
    "int_type": "is no whole number",
    "bool_type": "is neither true nor false",
    "list_type": "is no list",
    "model_attributes_type": "is no JSON object",
    "string_too_short": "has fewer than {min_length} characters",
    "string_too_long": "has more than {max_length} characters",
    "too_short": "holds fewer than {min_length}",
    "too_long": "holds more than {max_length}",
    "greater_than_equal": "is less than {ge}",
    "less_than_equal": "is more than {le}",
    "string_pattern_mismatch": "is not written as {pattern}",
    "literal_error": "is none of {expected}",
    "enum": "is none of {expected}",
    "union_tag_invalid": "has a {discriminator} that is none of {expected_tags}",
    "union_tag_not_found": "has no {discriminator}",
    "value_error": "cannot be used: {error}",
}
"""By pydantic's type of a mistake; any other has its own words, which hold no input."""


def problem_of(errors: Iterable[Mapping[str, Any]]) -> Problem:
    """The refusal of a request, by what pydantic found: its sentence is of the first mistake, its member of all."""
    found = [{"where": _where(error), "what": _what(error)} for error in errors]
    first = found[0]
    return Problem(
        Kind.INVALID, f"{first['where'] or 'the body'} {first['what']}; correct it and send again.", errors=found
    )


def _where(error: Mapping[str, Any]) -> str:
    """The path to a member below the body, the query or the address; "" is all of it."""
    return "" if error["type"] == "json_invalid" else ".".join(map(str, error["loc"][1:]))


def _what(error: Mapping[str, Any]) -> str:
    words = _WORDS.get(error["type"])
    return f"cannot be used: {error['msg']}" if words is None else words.format_map(error.get("ctx", {}))
