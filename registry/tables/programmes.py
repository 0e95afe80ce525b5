"""The tables of programmes, of who belongs to them, and of the rights that people have by them or beside them."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from registry.tables.base import Base


class ProgrammeRow(Base, table=True):
    """A programme: its ages and local dates (both ends included), seats, how attendance counts, and booking quotas.

    On ``closed_on`` (ISO) its funder closed its accounts: what is kept as evidence for it is needed no more.
    """

    __tablename__ = "programme"
    id: str = Field(primary_key=True)
    name: str
    age_min: int | None
    age_max: int | None
    start_date: str | None
    end_date: str | None
    seats: int | None
    audience: str
    threshold_percent: int
    late_ms: int = Field(sa_type=BigInteger)
    early_ms: int = Field(sa_type=BigInteger)
    rounding_minutes: int
    day_minutes: int | None
    day_count: int | None
    week_minutes: int | None
    week_count: int | None
    revision: int
    closed_on: str | None


class ProgrammeZoneRow(Base, table=True):
    """The zones of a site that a programme's participants may enter, sorted ids between spaces."""

    __tablename__ = "programme_zone"
    programme: str = Field(primary_key=True, foreign_key="programme.id")
    site: str = Field(primary_key=True, foreign_key="site.id")
    zones: str = Field(sa_type=Text)


class ModuleRow(Base, table=True):
    """What a programme trains; a mandatory module is overdue from ``due_ms`` on for whoever has not completed it."""

    __tablename__ = "module"
    __table_args__ = (Index("module_programme", "programme"),)
    id: str = Field(primary_key=True)
    programme: str = Field(foreign_key="programme.id")
    name: str
    mandatory: bool
    due_ms: int | None = Field(sa_type=BigInteger)
    required_minutes: int
    required_sessions: int
    revision: int


class CohortRow(Base, table=True):
    """A programme's participants at one site, between local dates (both included)."""

    __tablename__ = "cohort"
    __table_args__ = (Index("cohort_programme", "programme"),)
    id: str = Field(primary_key=True)
    programme: str = Field(foreign_key="programme.id")
    site: str = Field(foreign_key="site.id")
    name: str
    start_date: str | None
    end_date: str | None
    seats: int | None
    revision: int


class TeamRow(Base, table=True):
    """A team of a cohort."""

    __tablename__ = "team"
    __table_args__ = (Index("team_cohort", "cohort"),)
    id: str = Field(primary_key=True)
    cohort: str = Field(foreign_key="cohort.id")
    name: str
    revision: int


class MemberRow(Base, table=True):
    """A person's time in a team."""

    __tablename__ = "member"
    __table_args__ = (Index("member_person", "person"),)
    team: str = Field(primary_key=True, foreign_key="team.id")
    person: str = Field(primary_key=True, foreign_key="person.id")
    from_ms: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    until_ms: int | None = Field(sa_type=BigInteger)


class EnrolmentRow(Base, table=True):
    """A person's time in a programme; ``age`` is that at ``enrolled_ms``; ``state``: active, completed, withdrawn."""

    __tablename__ = "enrolment"
    __table_args__ = (
        Index("enrolment_person", "person"),
        Index("enrolment_programme", "programme"),
        Index("enrolment_cohort", "cohort"),
    )
    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id")
    programme: str = Field(foreign_key="programme.id")
    cohort: str | None = Field(foreign_key="cohort.id")
    age: int | None
    enrolled_ms: int = Field(sa_type=BigInteger)
    from_ms: int = Field(sa_type=BigInteger)
    until_ms: int | None = Field(sa_type=BigInteger)
    state: str
    revision: int


class RoleRow(Base, table=True):
    """A role that a person holds at a site, or at all (``site`` None), and the zones that it opens there."""

    __tablename__ = "role"
    __table_args__ = (Index("role_person", "person"),)
    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id")
    role: str
    site: str | None = Field(foreign_key="site.id")
    zones: str = Field(sa_type=Text)
    from_ms: int = Field(sa_type=BigInteger)
    until_ms: int | None = Field(sa_type=BigInteger)
    revision: int


class GuardianRow(Base, table=True):
    """What a minor's guardian has authorised: between when, and which zones (none named: all)."""

    __tablename__ = "guardian"
    __table_args__ = (Index("guardian_person", "person"),)
    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id")
    from_ms: int = Field(sa_type=BigInteger)
    until_ms: int | None = Field(sa_type=BigInteger)
    zones: str = Field(sa_type=Text)
    revision: int


class TransferRow(Base, table=True):
    """A participant of one site who can use another between dates."""

    __tablename__ = "transfer"
    __table_args__ = (Index("transfer_person", "person"),)
    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id")
    from_site: str = Field(foreign_key="site.id")
    to_site: str = Field(foreign_key="site.id")
    start_ms: int = Field(sa_type=BigInteger)
    end_ms: int = Field(sa_type=BigInteger)
    revision: int


class SeededRow(Base, table=True):
    """A row that an example brought in; it is brought once, so that what staff change or take away stays so."""

    __tablename__ = "seeded"
    example: str = Field(primary_key=True)
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
