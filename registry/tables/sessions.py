"""The tables of what happens at a site between two moments: sessions of programmes, and passes of people."""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index, Text
from sqlmodel import Field

from registry.tables.base import Base


class PassRow(Base, table=True):
    """A person's dated right to be in some zones; ``weekdays`` are digits between spaces, 0 is Monday, none: all."""

    __tablename__ = "pass"
    __table_args__ = (Index("pass_person", "person"),)
    site: str = Field(primary_key=True, foreign_key="site.id")
    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id")
    zones: str = Field(sa_type=Text)
    start_ms: int = Field(sa_type=BigInteger)
    end_ms: int = Field(sa_type=BigInteger)
    kind: str
    weekdays: str
    from_minute: int
    to_minute: int
    revision: int


class SessionRow(Base, table=True):
    """A session of a programme; ``breaks`` are ``start-end`` in ms between spaces; ``state``: planned, delivered,
    cancelled (then ``why``).
    """

    __tablename__ = "session"
    __table_args__ = (
        ForeignKeyConstraint(["site", "resource"], ["resource.site", "resource.id"], name="session_resource_fkey"),
        Index("session_by_start", "site", "start_ms", "id"),
        Index("session_programme", "programme"),
    )
    site: str = Field(primary_key=True, foreign_key="site.id")
    id: str = Field(primary_key=True)
    programme: str = Field(foreign_key="programme.id")
    module: str | None = Field(foreign_key="module.id")
    title: str
    zone: str
    resource: str | None
    off_site: bool
    place: str
    start_ms: int = Field(sa_type=BigInteger)
    end_ms: int = Field(sa_type=BigInteger)
    breaks: str = Field(sa_type=Text)
    state: str
    why: str
    revision: int


class SessionGroupRow(Base, table=True):
    """A cohort or a team that a session is for."""

    __tablename__ = "session_group"
    __table_args__ = (
        ForeignKeyConstraint(["site", "session"], ["session.site", "session.id"], name="session_group_session_fkey"),
        Index("session_group_group", "group_id"),
    )
    site: str = Field(primary_key=True)
    session: str = Field(primary_key=True)
    group_id: str = Field(primary_key=True)


class SessionTrainerRow(Base, table=True):
    """A person who holds a session."""

    __tablename__ = "session_trainer"
    __table_args__ = (
        ForeignKeyConstraint(["site", "session"], ["session.site", "session.id"], name="session_trainer_session_fkey"),
        Index("session_trainer_person", "person"),
    )
    site: str = Field(primary_key=True)
    session: str = Field(primary_key=True)
    person: str = Field(primary_key=True, foreign_key="person.id")
