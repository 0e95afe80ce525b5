"""What operators send, strictly typed and bounded. Times are Unix milliseconds; spans are half open."""

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from registry.names import Id, Ms, Name, Zone

_ZONES = Annotated[list[Id], Field(max_length=100)]
Uid = Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}){3,10}$", description="Hex, in ISO 14443-3 order.")]


class Shape(BaseModel):
    """A body: what it does not know it refuses."""

    model_config = ConfigDict(strict=True, extra="forbid")


class SiteBody(Shape):
    """A site's name and IANA time zone."""

    name: Name
    timezone: Zone = "Europe/Rome"


class NewSite(SiteBody):
    """A site to be made."""

    id: Id


class ResourceBody(Shape):
    """What may change of a resource; only a zone has a capacity."""

    name: Name
    capacity: Annotated[int, Field(ge=1, le=100_000)] | None = None


class NewResource(ResourceBody):
    """A desk, room or zone that can be booked; a zone's own zone is itself."""

    id: Id
    kind: Literal["desk", "room", "zone"]
    zone: Id


class Validity(Shape):
    """When something is in force; without an end, until further notice."""

    valid_from_ms: Ms = 0
    valid_until_ms: Ms | None = None


class PersonBody(Validity):
    """A person."""

    name: Name
    suspended: bool = False
    minor: bool = False


class RightsBody(Validity):
    """What a person may at one site: zones with a reason to be there, and zones at any time (staff)."""

    zones: _ZONES
    standing: _ZONES = []


class BadgeBody(Validity):
    """A badge's terms; ``long_pulse`` holds the door longer, with no reason stored."""

    long_pulse: bool = False


class NewBadge(BadgeBody):
    """A badge to be enrolled by its card's UID, which is not kept."""

    uid: Uid


class Card(Shape):
    """A card, by its UID, which is not kept."""

    uid: Uid


class NewBooking(Shape):
    """A booking of at most 7 days."""

    resource: Id
    person: Id
    start_ms: Ms
    end_ms: Ms


class NewClosure(Shape):
    """A span in which the whole site is closed, and why."""

    start_ms: Ms
    end_ms: Ms
    why: Name


class NewOpening(Shape):
    """Weekly opening hours in local minutes from midnight; weekday 0 is Monday."""

    weekday: Annotated[int, Field(ge=0, le=6)]
    from_minute: Annotated[int, Field(ge=0, le=1_439)]
    to_minute: Annotated[int, Field(ge=1, le=1_440)]
