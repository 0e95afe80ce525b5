"""Attendance, training and service hours as operators send and see them. Times are Unix milliseconds."""

from typing import Annotated, Literal

from pydantic import BaseModel, Field

from registry.names import Id, Ms, Name
from registry.shapes.common import Shape

Text = Annotated[str, Field(max_length=500)]
MOST_WORDS = 500


class CallBody(Shape):
    """Whether a person was there; from and to when, where that is not the whole session; why, where it corrects."""

    person: Id
    present: bool
    from_ms: Ms | None = None
    to_ms: Ms | None = None
    reason: Text = ""


class RollCallBody(Shape):
    """A roll call, or corrections of one; whom it does not name it says nothing of."""

    calls: Annotated[list[CallBody], Field(min_length=1, max_length=MOST_WORDS)]


class CallShown(BaseModel):
    """A word on a person: the ``n``-th, by whom and when; the last one counts."""

    person: str
    n: int
    present: bool
    from_ms: int | None
    to_ms: int | None
    author: str
    reason: str
    at_ms: int


class RollCallShown(BaseModel):
    """Every word on everybody, in order."""

    calls: list[CallShown]


class SpanShown(BaseModel):
    """From when to when."""

    start_ms: int
    end_ms: int


class AttendedShown(BaseModel):
    """What a person has of a session: minutes delivered and recognised, when they were there, and marks beside it
    (``corrected``: a register that was corrected says so, and not the log or the roll call).
    """

    person: str
    site: str
    session: str
    programme: str
    module: str | None
    title: str
    start_ms: int
    end_ms: int
    state: str
    off_site: bool
    delivered_minutes: int
    recognised_minutes: int
    present: list[SpanShown]
    marks: list[str]


class AttendanceShown(BaseModel):
    """What everybody who is expected at a session has of it, by person."""

    items: list[AttendedShown]


class TotalShown(BaseModel):
    """A person's attendance of a programme against its threshold; ``basis_points`` are hundredths of a percent. Of
    ``corrected_sessions`` of its sessions a corrected register says the minutes.
    """

    person: str
    programme: str
    threshold_percent: int
    delivered_minutes: int
    recognised_minutes: int
    planned_minutes: int
    basis_points: int | None
    met: bool
    missing_minutes: int
    needed_minutes: int
    reachable: bool
    corrected_sessions: int


class PersonAttendance(BaseModel):
    """A person's sessions, and their totals by programme."""

    items: list[AttendedShown]
    totals: list[TotalShown]


class ModuleShown(BaseModel):
    """How far a person is with a module; ``done_ms``: the end of the session that completed it."""

    module: str
    name: str
    programme: str
    mandatory: bool
    due_ms: int | None
    minutes: int
    sessions: int
    missing_minutes: int
    missing_sessions: int
    done_ms: int | None
    overdue: bool


class TrainingShown(BaseModel):
    """A person's modules, and from when on a mandatory one is overdue (null: none is in sight)."""

    items: list[ModuleShown]
    overdue_from_ms: int | None


class NewService(Shape):
    """Hours that were given, in one ledger; without a site, at the one that the person is known at."""

    ledger: Literal["team", "citizen"]
    start_ms: Ms
    end_ms: Ms
    note: Annotated[str, Field(max_length=120)] = ""
    site: Id | None = None


class ServiceShown(NewService):
    """An entry, whose word it is, and which it replaces; where it is void, why, by whom and since when."""

    id: str
    replaces: str | None
    void_by: str
    void_ms: int | None
    person: str
    author: str
    at_ms: int
    void: bool
    reason: str


class VoidBody(Shape):
    """Why an entry is taken out of its ledger."""

    reason: Name


class TargetBody(Shape):
    """How many minutes are owed altogether, and which share of them to teams."""

    minutes: Annotated[int, Field(ge=0, le=1_000_000)]
    team_percent: Annotated[int, Field(ge=0, le=100)] = 50


class GivenShown(BaseModel):
    """Whole minutes given, by ledger."""

    team_minutes: int
    citizen_minutes: int


class MonthShown(GivenShown):
    """What was given in a month of local time."""

    year: int
    month: int


class ServiceTotals(BaseModel):
    """What a person gave in a span, by month, and what is missing to their target (nulls: they have none)."""

    given: GivenShown
    months: list[MonthShown]
    team_basis_points: int | None
    target_minutes: int | None
    missing_team_minutes: int | None
    missing_citizen_minutes: int | None
