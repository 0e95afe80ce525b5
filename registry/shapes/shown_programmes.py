"""What operators are shown of programmes, of who is in them and of what they may."""

from pydantic import BaseModel

from registry.shapes.programmes import (
    GuardianBody,
    ModuleBody,
    NewCohort,
    NewMember,
    NewPass,
    NewProgramme,
    NewTeam,
    RoleBody,
    TransferBody,
)


class ModuleShown(ModuleBody):
    """A module."""

    id: str
    programme: str


class MemberShown(NewMember):
    """A person's time in a team."""

    team: str


class EnrolmentShown(BaseModel):
    """An enrolment; ``age`` is that of the moment of enrolment, null where no birth date was known."""

    id: str
    person: str
    programme: str
    cohort: str | None
    age: int | None
    enrolled_ms: int
    from_ms: int
    until_ms: int | None
    state: str


class GuardianShown(GuardianBody):
    """An authorisation."""

    id: str
    person: str


class TransferShown(TransferBody):
    """A transfer."""

    id: str
    person: str


class RoleShown(RoleBody):
    """A role of a person."""

    id: str
    person: str


class PassShown(NewPass):
    """A pass."""

    id: str


ProgrammeShown = NewProgramme
CohortShown = NewCohort
TeamShown = NewTeam
