"""Changes that staff think of saving, and what each would refuse. Times are Unix milliseconds."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from registry.names import Id, Ms
from registry.shapes.common import NewOpening, Shape

MOST_ROWS = 500
_Zones = Annotated[list[Id], Field(max_length=100)]
_Day = Annotated[str, Field(pattern=r"^\d{4}-\d{2}-\d{2}$")]


class ClosureChange(Shape):
    """A site is closed for a span, to everyone or to one audience; or one resource of it is out of service."""

    kind: Literal["closure"]
    site: Id
    start_ms: Ms
    end_ms: Ms
    audience: Annotated[str, Field(max_length=32)] = ""
    resource: Annotated[str, Field(max_length=32)] = ""


class Hours(NewOpening):
    """Opening hours of a weekday."""


class OpeningsChange(Shape):
    """The weekly opening hours of an audience ("": of everybody without own ones), or of a resource, are these, and no
    others.
    """

    kind: Literal["openings"]
    site: Id
    audience: Annotated[str, Field(max_length=32)] = ""
    resource: Annotated[str, Field(max_length=32)] = ""
    hours: Annotated[list[Hours], Field(max_length=100)]


class BadgeLost(Shape):
    """A badge is lost, and so revoked."""

    kind: Literal["badge-lost"]
    badge: Id


class PersonSuspended(Shape):
    """A person is suspended."""

    kind: Literal["person-suspended"]
    person: Id


class RightsEnd(Shape):
    """What a person was given by hand at a site ends."""

    kind: Literal["rights-end"]
    site: Id
    person: Id
    end_ms: Ms


class End(Shape):
    """A badge, a role, a guardian's authorisation, an enrolment, a transfer or a pass ends."""

    kind: Literal["end"]
    of: Literal["badge", "role", "authorisation", "enrolment", "transfer", "pass"]
    id: Id
    end_ms: Ms


class ProgrammeChange(Shape):
    """A programme runs between these local dates, both included; and in these zones, by site, where any are given."""

    kind: Literal["programme"]
    programme: Id
    start_date: _Day | None = None
    end_date: _Day | None = None
    zones: dict[Id, _Zones] | None = None


ChangeBody = Annotated[
    ClosureChange | OpeningsChange | BadgeLost | PersonSuspended | RightsEnd | End | ProgrammeChange,
    Field(discriminator="kind"),
]


class PreviewBody(Shape):
    """A change, and how many days ahead to look."""

    change: ChangeBody
    days: Annotated[int, Field(ge=1, le=366)] = 90


class LostShown(BaseModel):
    """What a person would lose, and what the door would say at ``at_ms``; a group's own booking names nobody."""

    site: str
    person: str
    name: str
    what: Literal["booking", "session", "pass", "standing"]
    id: str
    zone: str
    start_ms: int
    end_ms: int | None
    at_ms: int
    reason: str
    until_ms: int | None


class PreviewShown(BaseModel):
    """What a change would refuse: in numbers, and the first rows of it by site, person and start.

    ``unjudged`` are sites that it touches whose layout nobody has told.
    """

    bookings: int
    sessions: int
    passes: int
    standing: int
    people: int
    unjudged: list[str]
    more: bool
    rows: list[LostShown]
