"""A replica file's members, as they are read strictly and published as JSON Schema (``devices.replica_file``)."""

from dataclasses import asdict, dataclass, fields
from typing import Annotated, Any, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, TypeAdapter, with_config
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from access.case import Terms
from access.clock import DAY_MS
from access.codec import STRICT
from access.records import (
    DAY_MINUTES,
    LATEST_MS,
    RECORD_KINDS,
    Badge,
    Booking,
    Closure,
    Elsewhere,
    Opening,
    Pass,
    Person,
)
from access.site import ID_PATTERN, Passback, Policy, WhenFull

Id = Annotated[str, Field(pattern=ID_PATTERN)]
Number = Annotated[int, Field(ge=0, le=2**62)]
Span = Annotated[int, Field(ge=0, le=LATEST_MS)]
Minute = Annotated[int, Field(ge=0, le=DAY_MINUTES)]
USUAL = Policy()


@dataclass(frozen=True, slots=True)
class JudgedDoor:
    """One door as a verdict needs it; from ``capacity`` on it is the zone behind it that is told."""

    id: Id
    zone: Id
    onward: frozenset[Id]
    accepts_unproved: bool = False
    asks_pin: bool = False
    first_in: bool = False
    capacity: Annotated[int, Field(ge=0, le=2**31)] | None = None
    when_full: WhenFull = WhenFull.WARN
    passback: Passback = Passback.OFF

    @property
    def terms(self) -> Terms:
        """What it asks of whoever enters."""
        return Terms(self.asks_pin, self.first_in, self.capacity, self.when_full, self.passback)


@dataclass(frozen=True, slots=True)
class JudgedPolicy:
    """The policy's numbers that a verdict needs."""

    grace_before_ms: Annotated[int, Field(ge=0, le=DAY_MS)]
    day_ends_minute: Minute = USUAL.day_ends_minute
    minor_from_minute: Minute = USUAL.minor_from_minute
    minor_until_minute: Minute = USUAL.minor_until_minute
    dated_age_ms: Span = USUAL.dated_age_ms
    booking_age_ms: Span = USUAL.booking_age_ms
    standing_age_ms: Span = USUAL.standing_age_ms
    clock_unsure_ms: Span = USUAL.clock_unsure_ms

    @property
    def policy(self) -> Policy:
        """It, as the judge takes it; what no verdict needs is as by default."""
        return Policy(**asdict(self))


def policy_told(policy: Policy) -> dict[str, int]:
    """The policy's numbers that a verdict needs, as the file has them."""
    return {one.name: getattr(policy, one.name) for one in fields(JudgedPolicy)}


@dataclass(frozen=True, slots=True)
class BadgeRow:
    """A badge."""

    kind: Literal["badge"]
    record: Badge


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person."""

    kind: Literal["person"]
    record: Person


@dataclass(frozen=True, slots=True)
class BookingRow:
    """A booking."""

    kind: Literal["booking"]
    record: Booking


@dataclass(frozen=True, slots=True)
class ClosureRow:
    """A closure."""

    kind: Literal["closure"]
    record: Closure


@dataclass(frozen=True, slots=True)
class OpeningRow:
    """An opening."""

    kind: Literal["opening"]
    record: Opening


@dataclass(frozen=True, slots=True)
class PassRow:
    """A pass."""

    kind: Literal["pass"]
    record: Pass


@dataclass(frozen=True, slots=True)
class ElsewhereRow:
    """Somebody who came to another site."""

    kind: Literal["elsewhere"]
    record: Elsewhere


Row = BadgeRow | PersonRow | BookingRow | ClosureRow | OpeningRow | PassRow | ElsewhereRow
RecordRow = Annotated[Row, Field(discriminator="kind")]


def _known(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("no time zone is called so; write one like Europe/Rome")
    return name


@with_config(STRICT)
@dataclass(frozen=True, slots=True)
class File:
    """The whole file."""

    v: Literal[1, 2]
    site: Id
    timezone: Annotated[str, AfterValidator(_known)]
    generation: Annotated[str, Field(max_length=64)]
    version: Number
    doors: list[JudgedDoor]
    policy: JudgedPolicy
    records: list[RecordRow]


for _kind in RECORD_KINDS.values():
    with_config(STRICT)(_kind)  # As access.codec reads them, whichever of the two does so first.
ADAPTER = TypeAdapter(File)
"""Reads a whole file, strictly; a badge's credentials are still the bytes of their hex text."""


def replica_file_schema() -> dict[str, Any]:
    """The JSON Schema of a replica file."""
    made = ADAPTER.json_schema(schema_generator=_Schema)
    said = {"title": "Replica file", "description": "All that a site's doors judge by: hubout replica writes it."}
    return {"$schema": _Schema.schema_dialect, **made, **said}


class _Schema(GenerateJsonSchema):
    """Bytes are hex here."""

    def bytes_schema(self, schema: core_schema.BytesSchema) -> JsonSchemaValue:
        """A credential."""
        del schema
        return {"type": "string", "pattern": "^[0-9a-fA-F]{64}$"}
