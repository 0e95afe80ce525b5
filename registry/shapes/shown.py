"""What operators are shown: the shapes of answers. Times are Unix milliseconds."""

from typing import Any, Generic, TypeVar

from pydantic import BaseModel, Field

from registry.shapes.common import (
    BadgeBody,
    NewBooking,
    NewClosure,
    NewOpening,
    NewResource,
    NewSite,
    PersonBody,
    RightsBody,
    Validity,
)

T = TypeVar("T")


class PageOf(BaseModel, Generic[T]):
    """One page of a list; ``next`` is the cursor to the following one, null at the end."""

    items: list[T]
    next: str | None


class MadeSite(NewSite):
    """A new site; its gateway's token is shown this once, null to a repeated request."""

    gateway: str
    token: str | None


class GatewayShown(BaseModel):
    """A credential that speaks for a site."""

    id: str
    created_ms: int


class MadeGateway(GatewayShown):
    """A new credential; its token is shown this once, null to a repeated request."""

    token: str | None


class Rekeyed(MadeGateway):
    """A site that has a new key: how many ``badges`` are to be replaced, and whose ``logins`` need a new password."""

    badges: int
    logins: list[str]


class PersonListed(Validity):
    """A person in a list, without what identifies them elsewhere."""

    id: str
    name: str
    suspended: bool
    minor: bool
    ref: str | None


class PersonShown(PersonBody):
    """A person; to a repeated request the fiscal code is null."""

    id: str


class RightsShown(RightsBody):
    """What a person was given by hand at a site."""

    site: str
    person: str
    staff: bool


class BadgeShown(BadgeBody):
    """A badge; never what its card shows. ``exposed_ms``: since then its card can be copied; it is to be replaced."""

    id: str
    person: str
    revoked: bool
    exposed_ms: int | None


class BadgeRead(BadgeShown):
    """A badge by itself; at ``pending_sites`` the gateway does not decide yet by what was last taken from it."""

    pending_sites: list[str]


class PendingShown(BaseModel):
    """A badge or a person (``what``, ``id``) who lost something at ``version``, and a site whose gateway, last seen at
    ``seen_ms``, still decides by an earlier one.
    """

    site: str
    what: str
    id: str
    version: int
    seen_ms: int


class BookingShown(NewBooking):
    """A booking, with the zone of its resource."""

    id: str
    zone: str


class ClosureShown(NewClosure):
    """A closure; ``source``: who wrote it (empty: staff; ``holiday``; ``ical:UID``)."""

    id: str
    source: str


class MadeClosure(ClosureShown):
    """A closure as it was written now, and how many live bookings it refuses; they stay until staff cancel them."""

    refused_bookings: int


class AddedHolidays(BaseModel):
    """The closures that a year's holidays made; those that were there already are not among them."""

    items: list[ClosureShown]


class OpeningShown(NewOpening):
    """Opening hours of a weekday."""

    id: str


class StayShown(BaseModel):
    """A person present; ``name`` is empty where the registry has forgotten them."""

    person: str
    name: str
    zone: str
    since_ms: int
    estimated: bool


class ZoneShown(BaseModel):
    """How many people are in a zone."""

    zone: str
    headcount: int
    estimated: bool


class VisitHere(BaseModel):
    """Somebody without a badge who is here, and who let them in."""

    visit: str
    zone: str
    since_ms: int
    host: str


class OccupancyShown(BaseModel):
    """Who is where at a site, as of its last event; nulls where it has never spoken."""

    site: str
    total: int
    estimated: bool
    as_of_ms: int | None
    seen_ms: int | None
    zones: list[ZoneShown]
    stays: list[StayShown]
    visits: list[VisitHere]


class AllOccupancy(BaseModel):
    """Who is where at every site that has ever spoken."""

    items: list[OccupancyShown]
    total: int


class ThingShown(BaseModel):
    """A door, desk or device, what was last said of it, and when."""

    id: str
    state: str
    since_ms: int


class ReplicaShown(BaseModel):
    """The version by which a site decides."""

    generation: str
    version: int


class OverviewShown(BaseModel):
    """A site from its log: how far it has come, its conditions, doors, desks and devices."""

    site: str
    epoch: int
    seq: int
    poisoned: int
    seen_ms: int
    last_event_ms: int | None
    software: str
    replica: ReplicaShown
    lockdown: bool
    fire: bool
    evacuation: bool
    keeper: bool
    doors: list[ThingShown]
    desks: list[ThingShown]
    devices: list[ThingShown]


class Overviews(BaseModel):
    """Every site that has ever spoken."""

    items: list[OverviewShown]


class EventShown(BaseModel):
    """A row of a site's log; its body is null once erased, and a text where its fact could not be read."""

    epoch: int
    seq: int
    kind: str
    at_ms: int
    poison: bool
    body: Any = Field(default=None)


class AlarmShown(BaseModel):
    """What is wrong at a place in a site's log."""

    kind: str
    epoch: int
    seq: int
    at_ms: int
    what: str


ResourceShown = NewResource
SiteShown = NewSite
