"""What the keys of a site file may be: texts, numbers and times within their bounds, and what a table is."""

from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field
from pydantic.functional_validators import AfterValidator
from pydantic_core import PydanticCustomError

from access.site import ID_PATTERN, RESERVED_IDS
from devices.sitefile_hours import BadHours, spans_of

HIGHEST_BCM_PIN = 27
SHORTEST_PULSE_MS = 100
LONGEST_PULSE_MS = 60_000
FARTHEST = 10_000
"""How far the plan reaches, in plan units."""


def _not_reserved(ident: str) -> str:
    if ident in RESERVED_IDS:
        raise PydanticCustomError("reserved_id", "the id is reserved")
    return ident


def _hours(text: str) -> str:
    try:
        spans_of(text)
    except BadHours as error:
        raise PydanticCustomError("bad_hours", "{why}", {"why": str(error)}) from None
    return text


Id = Annotated[str, Field(pattern=ID_PATTERN), AfterValidator(_not_reserved)]
Name = Annotated[str, Field(min_length=1, max_length=80, pattern=r"^[^\x00-\x1f]*$")]
Reference = Annotated[str, Field(max_length=80)]
FileName = Annotated[str, Field(min_length=1, max_length=1024, pattern=r"^[^\x00]+$")]
Host = Annotated[str, Field(max_length=253, pattern=r"^[A-Za-z0-9._:-]+$")]
Port = Annotated[int, Field(ge=1, le=65_535)]
Pin = Annotated[int, Field(ge=0, le=HIGHEST_BCM_PIN)]
PulseMs = Annotated[int, Field(ge=SHORTEST_PULSE_MS, le=LONGEST_PULSE_MS)]
Topic = Annotated[str, Field(min_length=1, max_length=200, pattern=r"^[^+#\x00-\x1f]+$")]
Choice = Field(strict=False)
Hours = Annotated[str, Field(max_length=80), AfterValidator(_hours)]
Time = Annotated[str, Field(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$")]
EndTime = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]


class Table(BaseModel):
    """Any table: strict types, no unknown keys."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)


def unit(example: str) -> int | None:
    """A place on the plan, in plan units."""
    return Field(default=None, ge=0, le=FARTHEST, examples=[example])


def size(example: str) -> int | None:
    """How far something reaches on the plan, in plan units."""
    return Field(default=None, ge=1, le=FARTHEST, examples=[example])


def span(lowest: float, highest: float, example: str) -> float | None:
    """A number between two others that may be left out."""
    return Field(default=None, ge=lowest, le=highest, allow_inf_nan=False, examples=[example])
