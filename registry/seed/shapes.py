"""An example's files: TOML tables of what the API takes, with days and hours instead of moments.

Days are counted from the example's first one, a Monday, so that it is always about the weeks to come.
"""

from typing import Annotated, Literal

from pydantic import Field

from registry.names import Id, Name
from registry.shapes.common import Audience, NewResource, NewSite, Shape
from registry.shapes.programmes import NewCohort, NewProgramme, NewTeam, Zones

Clock = Annotated[str, Field(pattern=r"^([01]\d|2[0-3]):[0-5]\d$|^24:00$")]
"""A local time of day."""
Weekday = Annotated[int, Field(ge=0, le=6)]
Days = Annotated[int, Field(ge=0, le=3_650)]
_Some = Annotated[int, Field(ge=1, le=500)]


class ResourceLine(NewResource):
    """A resource of a site."""

    site: Id


class DesksLine(Shape):
    """So many desks of a zone, ``desk-01`` and on."""

    site: Id
    zone: Id
    first: _Some = 1
    count: _Some


class OpeningLine(Shape):
    """Opening hours of some weekdays."""

    site: Id
    weekdays: Annotated[list[Weekday], Field(min_length=1, max_length=7)]
    opens: Clock
    closes: Clock
    audience: Audience = ""


class ModuleLine(Shape):
    """A module, due so many days after the first."""

    id: Id
    programme: Id
    name: Name
    mandatory: bool = True
    due_days: Days | None = None
    required_minutes: Annotated[int, Field(ge=0)] = 0
    required_sessions: Annotated[int, Field(ge=0)] = 0


class PersonLine(Shape):
    """A person of an age, in words of years; with teams and an enrolment where a programme is named."""

    id: Id
    name: Name
    age: Annotated[int, Field(ge=0, le=120)] | None = None
    programme: Id | None = None
    cohort: Id | None = None
    team: Id | None = None


class RoleLine(Shape):
    """A role, without an end or for so many days."""

    id: Id
    person: Id
    role: Literal["operator", "coordinator", "trainer", "mentor", "angel", "auditor", "partner"]
    site: Id | None = None
    zones: Zones = Field(default_factory=list)
    days: Days | None = None


class GuardianLine(Shape):
    """A guardian's authorisation for so many days."""

    id: Id
    person: Id
    days: Days
    zones: Zones = Field(default_factory=list)


class TransferLine(Shape):
    """A transfer from a day on, for so many."""

    id: Id
    person: Id
    from_site: Id
    to_site: Id
    day: Days
    days: Days


class PassLine(Shape):
    """A pass from a day on, for so many, on some weekdays between two times."""

    id: Id
    site: Id
    person: Id
    zones: Zones
    kind: Literal["guest", "duty", "role"] = "guest"
    day: Days = 0
    days: Days = 1
    weekdays: Annotated[list[Weekday], Field(max_length=7)] = Field(default_factory=list)
    opens: Clock = "00:00"
    closes: Clock = "24:00"


class SessionLine(Shape):
    """A session that is held each of some weeks (0 is the first), on a weekday between two times."""

    id: Annotated[str, Field(pattern=r"^[a-z0-9-]{1,28}$")]
    site: Id
    weeks: Annotated[list[Annotated[int, Field(ge=0, le=99)]], Field(min_length=1, max_length=60)]
    weekday: Weekday
    starts: Clock
    ends: Clock
    pause: tuple[Clock, Clock] | None = None
    programme: Id
    title: Name
    groups: Annotated[list[Id], Field(min_length=1)]
    module: Id | None = None
    zone: Annotated[str, Field(pattern=r"^([a-z0-9-]{1,32})?$")] = ""
    resource: Id | None = None
    off_site: bool = False
    place: Annotated[str, Field(max_length=120)] = ""
    trainers: list[Id] = Field(default_factory=list)


class AccountLine(Shape):
    """An account of a person, named as they are unless it is said; or an administrator's, of nobody."""

    login: Annotated[str, Field(min_length=1, max_length=120)]
    name: Name | None = None
    person: Id | None = None
    administrator: bool = False


class Example(Shape):
    """All that an example brings, file by file or in one; each kind in its order."""

    site: list[NewSite] = Field(default_factory=list)
    resource: list[ResourceLine] = Field(default_factory=list)
    desks: list[DesksLine] = Field(default_factory=list)
    opening: list[OpeningLine] = Field(default_factory=list)
    programme: list[NewProgramme] = Field(default_factory=list)
    module: list[ModuleLine] = Field(default_factory=list)
    cohort: list[NewCohort] = Field(default_factory=list)
    team: list[NewTeam] = Field(default_factory=list)
    person: list[PersonLine] = Field(default_factory=list)
    role: list[RoleLine] = Field(default_factory=list)
    guardian: list[GuardianLine] = Field(default_factory=list)
    transfer: list[TransferLine] = Field(default_factory=list)
    pass_: list[PassLine] = Field(default_factory=list, alias="pass")
    session: list[SessionLine] = Field(default_factory=list)
    account: list[AccountLine] = Field(default_factory=list)
