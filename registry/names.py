"""What a name may be: ids as everywhere in the product, and text that people read, which hides nothing in itself."""

import re
import unicodedata
from typing import Annotated
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, TypeAdapter

from access.site import ID_PATTERN
from registry.problems import Kind, Problem

LAST_MS = 253_402_300_799_999
"""The last millisecond of the year 9999."""
LONGEST_TOLD = 120
_ID = re.compile(ID_PATTERN)
_TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")


def is_id(text: str) -> bool:
    """Whether the text is an id."""
    return _ID.fullmatch(text) is not None


def checked_id(text: str) -> str:
    """An id as it is. Raises Problem."""
    if not is_id(text):
        raise Problem(Kind.INVALID, "an id is 1 to 32 of a-z, 0-9 and hyphen; choose another.")
    return text


def readable(text: str) -> str:
    """A text without control characters and without those that turn the direction of writing. Raises ValueError."""
    if any(unicodedata.category(sign) in {"Cc", "Cs"} or sign in _TURNS for sign in text):
        raise ValueError("control characters cannot stand in a text that people read")
    return text


def told_text(text: str) -> str:
    """What a log says that somebody wrote, as far as a table can hold it and people read it."""
    return "".join(sign for sign in text[:LONGEST_TOLD] if sign.isprintable())


def checked_name(text: str) -> str:
    """A name as it is. Raises Problem."""
    try:
        return _NAME.validate_python(text)
    except ValueError:
        raise Problem(Kind.INVALID, "a name is 1 to 120 characters, none of them control; choose another.") from None


def timezone(name: str) -> str:
    """An IANA time zone's name as it is. Raises ValueError."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("this is no IANA time zone; write one such as Europe/Rome") from None
    return name


Id = Annotated[str, Field(pattern=ID_PATTERN)]
Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), AfterValidator(readable)]
Passage = Annotated[
    str,
    BeforeValidator(lambda text: " ".join(str(text).split())),
    StringConstraints(min_length=1, max_length=2_000),
    AfterValidator(readable),
]
"""Some sentences, in one line."""
Zone = Annotated[str, StringConstraints(max_length=64), AfterValidator(timezone)]
Ms = Annotated[int, Field(ge=0, le=LAST_MS)]
_NAME: TypeAdapter[str] = TypeAdapter(Name)
