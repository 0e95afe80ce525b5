"""What operators send, strictly typed and bounded. Times are Unix milliseconds; spans are half open."""

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints

from access.site import ID_PATTERN
from registry.names import Id, Ms, Name, Zone, readable
from registry.shapes.days import Day

_ZONES = Annotated[list[Id], Field(max_length=100)]


def _capitals(text: object) -> object:
    return text.upper() if isinstance(text, str) else text


_CODE = r"^[A-Z]{6}[0-9L-NP-V]{2}[A-EHLMPR-T][0-9L-NP-V]{2}[A-Z][0-9L-NP-V]{3}[A-Z]$"
FiscalCode = Annotated[str, BeforeValidator(_capitals), Field(pattern=_CODE, description="Codice fiscale.")]
Email = Annotated[str, Field(pattern=r"^[^@\s]{1,64}@[^@\s]{1,190}$", max_length=254), AfterValidator(readable)]
Ref = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64), AfterValidator(readable)]
Uid = Annotated[str, Field(pattern=r"^([0-9A-Fa-f]{2}){3,10}$", description="Hex, in ISO 14443-3 order.")]


class Shape(BaseModel):
    """A body: what it does not know it refuses."""

    model_config = ConfigDict(strict=True, extra="forbid")


class OwnHoliday(Shape):
    """A day on which a site rests, and what for."""

    day: Day
    name: Name


class HolidaysBody(Shape):
    """A site's holidays: Italy's, a province's patron's day (MT, MI), days of its own, but for those ``taken_away``."""

    province: Annotated[str, Field(pattern=r"^([A-Z]{2})?$")] = ""
    language: Literal["it", "en"] = "it"
    added: Annotated[list[OwnHoliday], Field(max_length=50)] = []
    taken_away: Annotated[list[Day], Field(max_length=50)] = []


class SiteBody(Shape):
    """A site's name, IANA time zone and settings: when bookings are no-shows (0: never), how long an offer holds, and
    its holidays; ``municipality`` stands at the head of its papers.
    """

    name: Name
    timezone: Zone = "Europe/Rome"
    no_show_minutes: Annotated[int, Field(ge=0, le=1_440)] = 15
    offer_minutes: Annotated[int, Field(ge=1, le=1_440)] = 30
    holidays: HolidaysBody = HolidaysBody()
    municipality: Name | Literal[""] = ""


class NewSite(SiteBody):
    """A site to be made."""

    id: Id


class ResourceBody(Shape):
    """What may change of a resource; only a zone has a capacity. A buffer keeps it blocked after each booking."""

    name: Name
    capacity: Annotated[int, Field(ge=1, le=100_000)] | None = None
    buffer_minutes: Annotated[int, Field(ge=0, le=1_440)] = 0
    needs_approval: bool = False


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
    """A person. Who is a ``minor`` follows from the birth date where it is known. No site is told that date, nor what
    stands below it; ``ref`` is the person's key in another system.
    """

    name: Name
    suspended: bool = False
    minor: bool = False
    birth_date: Day | None = None
    fiscal_code: FiscalCode | None = None
    email: Email | None = None
    ref: Ref | None = None


class RightsBody(Validity):
    """What a person may at one site: zones with a reason to be there, and zones at any time. ``staff`` (none said: who
    has the latter) are refused by no capacity, and minors may be there while they are.
    """

    zones: _ZONES
    standing: _ZONES = []
    staff: bool | None = None


class RekeyBody(Shape):
    """A site whose gateway was stolen begins anew; ``revoke``: the badges that it knew open no more at any site."""

    revoke: bool = False


class BadgeBody(Validity):
    """A badge's terms; ``long_pulse`` holds the door longer, with no reason stored; ``emergency``: a sealed card that
    opens however long a site is without the registry, two a site.
    """

    long_pulse: bool = False
    emergency: bool = False


class PinBody(Shape):
    """A badge's PIN, which is not kept."""

    pin: Annotated[str, Field(pattern=r"^[0-9]{4,8}$", description="4 to 8 digits.")]


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


Audience = Annotated[str, Field(pattern=rf"^$|{ID_PATTERN}", description="Empty: everyone.")]


class NewClosure(Shape):
    """A span in which the site is closed to everyone, to one audience, or one resource of it alone; and why."""

    start_ms: Ms
    end_ms: Ms
    why: Name
    audience: Audience = ""
    resource: Annotated[str, Field(pattern=rf"^$|{ID_PATTERN}", description="Empty: the whole site.")] = ""


class NewOpening(Shape):
    """Weekly opening hours in local minutes from midnight; weekday 0 is Monday. An ``audience`` with hours of its own
    has those alone; a ``resource`` with hours of its own is in service while they hold and the site is open.
    """

    weekday: Annotated[int, Field(ge=0, le=6)]
    from_minute: Annotated[int, Field(ge=0, le=1_439)]
    to_minute: Annotated[int, Field(ge=1, le=1_440)]
    audience: Audience = ""
    resource: Annotated[str, Field(pattern=rf"^$|{ID_PATTERN}", description="Empty: the whole site.")] = ""
