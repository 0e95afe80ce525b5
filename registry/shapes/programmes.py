"""What operators send of programmes, of who is in them and of what they may; strictly typed and bounded."""

from typing import Annotated, Literal

from pydantic import Field

from registry.names import Id, Ms, Name
from registry.shapes.common import Audience, Shape
from registry.shapes.days import Day

Zones = Annotated[list[Id], Field(max_length=100)]
_Count = Annotated[int, Field(ge=0, le=100_000)]
_Age = Annotated[int, Field(ge=0, le=130)]
_Minutes = Annotated[int, Field(ge=0, le=1_000_000)]
_Seats = Annotated[int, Field(ge=1, le=100_000)]
_Tolerance = Annotated[int, Field(ge=0, le=86_400_000)]


class Dates(Shape):
    """Local days, both included; without one there is no limit."""

    start_date: Day | None = None
    end_date: Day | None = None


class QuotaBody(Shape):
    """How much one person books at most; null: no limit."""

    day_minutes: _Count | None = None
    day_count: _Count | None = None
    week_minutes: _Count | None = None
    week_count: _Count | None = None


class ProgrammeBody(Dates):
    """A programme: its ages (both included), seats, the audience whose opening hours are its participants', how
    attendance counts, what one participant may book, and the zones of each site that it opens. On ``closed_on`` its
    funder closed its accounts: what is kept as evidence for it alone is then purged.
    """

    name: Name
    age_min: _Age | None = None
    age_max: _Age | None = None
    seats: _Seats | None = None
    audience: Audience = ""
    threshold_percent: Annotated[int, Field(ge=0, le=100)] = 80
    late_ms: _Tolerance = 600_000
    early_ms: _Tolerance = 600_000
    rounding_minutes: Annotated[int, Field(ge=1, le=240)] = 1
    closed_on: Day | None = None
    quota: QuotaBody = QuotaBody()
    zones: Annotated[dict[Id, Zones], Field(max_length=100)] = Field(default_factory=dict)


class NewProgramme(ProgrammeBody):
    """A programme to be made."""

    id: Id


class ModuleBody(Shape):
    """A module: when it is due, and the recognised minutes and attended sessions that it asks for."""

    name: Name
    mandatory: bool = True
    due_ms: Ms | None = None
    required_minutes: _Minutes = 0
    required_sessions: _Count = 0


class CohortBody(Dates):
    """A cohort's name, days and seats."""

    name: Name
    seats: _Seats | None = None


class NewCohort(CohortBody):
    """A cohort of a programme at one site."""

    id: Id
    programme: Id
    site: Id


class TeamBody(Shape):
    """A team's name."""

    name: Name


class NewTeam(TeamBody):
    """A team of a cohort."""

    id: Id
    cohort: Id


class MemberEnd(Shape):
    """When a person's time in a team ends; null: it does not."""

    until_ms: Ms | None = None


class NewMember(MemberEnd):
    """A person's time in a team."""

    person: Id
    from_ms: Ms = 0


class NewEnrolment(Shape):
    """Somebody to be enrolled: in a programme, or (none named) in the one that takes their age; from now on, or from a
    moment, until further notice or to a moment.
    """

    person: Id
    programme: Id | None = None
    cohort: Id | None = None
    from_ms: Ms | None = None
    until_ms: Ms | None = None


class EnrolmentBody(Shape):
    """What may change of an enrolment."""

    cohort: Id | None = None
    from_ms: Ms
    until_ms: Ms | None = None
    state: Literal["active", "completed", "withdrawn"] = "active"


class Between(Shape):
    """From a moment on, until further notice or to another."""

    from_ms: Ms = 0
    until_ms: Ms | None = None


class GuardianBody(Between):
    """What a minor's guardian authorises: the zones (none named: all)."""

    zones: Zones = Field(default_factory=list)


class TransferBody(Shape):
    """Another site that a participant of one may use, and when."""

    from_site: Id
    to_site: Id
    start_ms: Ms
    end_ms: Ms


class RoleBody(Between):
    """A role at a site (null: at all), and the zones that it opens. An Angel enters by duty passes alone."""

    role: Literal["operator", "coordinator", "trainer", "mentor", "angel", "auditor", "partner"]
    site: Id | None = None
    zones: Zones = Field(default_factory=list)


class PassBody(Shape):
    """A right to be in zones between two moments, on some weekdays (none named: every day) between local minutes."""

    zones: Annotated[list[Id], Field(min_length=1, max_length=100)]
    start_ms: Ms
    end_ms: Ms
    kind: Literal["guest", "duty", "role"] = "guest"
    weekdays: Annotated[list[Annotated[int, Field(ge=0, le=6)]], Field(max_length=7)] = Field(default_factory=list)
    from_minute: Annotated[int, Field(ge=0, le=1_439)] = 0
    to_minute: Annotated[int, Field(ge=1, le=1_440)] = 1_440


class NewPass(PassBody):
    """A pass of a person."""

    person: Id
