"""A site's layout as a gateway or an operator sends it (``access.layout``), strictly typed and bounded."""

from collections.abc import Iterator
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from access.clock import DAY_MS
from access.records import DAY_MINUTES
from access.site import Passback, Policy, WhenFull
from registry.names import Id, Zone
from registry.shapes.common import Shape

MOST_THINGS, MOST_CHARACTERS = 500, 120
_Ms = Annotated[int, Field(ge=0, le=3_660 * DAY_MS)]
_Minute = Annotated[int, Field(ge=0, le=DAY_MINUTES)]
_DEFAULT = Policy()


class LaidZone(Shape):
    """A zone: how many people it holds (null: not limited), and what it does then."""

    id: Id
    capacity: Annotated[int, Field(ge=0, le=100_000)] | None = None
    when_full: Literal["warn", "refuse"] = WhenFull.WARN.value
    passback: Literal["off", "soft", "hard"] = Passback.OFF.value


class LaidDoor(Shape):
    """A door: it leads from ``outer`` (null: outside) into ``zone``. Without a ``name`` it goes by its id."""

    id: Id
    name: Annotated[str, Field(max_length=MOST_CHARACTERS)] = ""
    zone: Id
    outer: Id | None = None
    accepts_unproved: bool = False
    asks_pin: bool = False
    first_in: bool = False


class LaidReader(Shape):
    """A reader of an entrance, on which staff can call for a badge."""

    id: Id
    door: Id


class LaidPolicy(Shape):
    """The policy's numbers that a verdict follows from; what is not written is as by default."""

    grace_before_ms: _Ms = _DEFAULT.grace_before_ms
    day_ends_minute: _Minute = _DEFAULT.day_ends_minute
    minor_from_minute: _Minute = _DEFAULT.minor_from_minute
    minor_until_minute: _Minute = _DEFAULT.minor_until_minute
    no_show_ms: _Ms = _DEFAULT.no_show_ms
    dated_age_ms: _Ms = _DEFAULT.dated_age_ms
    booking_age_ms: _Ms = _DEFAULT.booking_age_ms
    standing_age_ms: _Ms = _DEFAULT.standing_age_ms
    clock_unsure_ms: _Ms = _DEFAULT.clock_unsure_ms


class LayoutBody(Shape):
    """A site's layout."""

    v: Literal[1] = 1
    timezone: Zone
    zones: Annotated[list[LaidZone], Field(max_length=MOST_THINGS)]
    doors: Annotated[list[LaidDoor], Field(max_length=MOST_THINGS)]
    readers: Annotated[list[LaidReader], Field(default_factory=list, max_length=MOST_THINGS)]
    policy: LaidPolicy = LaidPolicy()

    @model_validator(mode="after")
    def _hangs_together(self) -> Self:
        for wrong in self._mistakes():
            raise ValueError(wrong)
        return self

    def _mistakes(self) -> Iterator[str]:
        zones = [zone.id for zone in self.zones]
        doors = [door.id for door in self.doors]
        if len(set(zones)) < len(zones) or len(set(doors)) < len(doors):
            yield "two zones or two doors go by one id"
        for door in self.doors:
            if not {door.zone, door.outer or door.zone} <= set(zones):
                yield f"door {door.id} leads to or from a zone that is not listed"
        if any(reader.door not in doors for reader in self.readers):
            yield "a reader is at a door that is not listed"


class ToldLayout(Shape):
    """A gateway's word for its site's layout, and from which epoch of its log it speaks."""

    epoch: Annotated[int, Field(ge=0, le=2**62)]
    layout: LayoutBody


class LayoutShown(LayoutBody):
    """A site's layout; ``told_by`` is its gateway or an operator."""

    told_by: Literal["gateway", "operator"]
