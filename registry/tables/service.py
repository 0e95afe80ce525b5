"""The tables of the Digital Angels' desk: the hours that they gave, what they owe, and visits of citizens.

A row that was taken out (``void``) stays, with the ``reason``, by whom and when; one that stands in its place
``replaces`` it.
"""

from sqlalchemy import BigInteger, CheckConstraint, Index
from sqlmodel import Field

from registry.tables.base import METADATA, Base


class ServiceEntryRow(Base, table=True):
    """Hours that a person gave, in one ledger; the database itself refuses two of a person that overlap, while both are
    in force (migration 0004). ``person`` is None once they are nobody's (retention).
    """

    __tablename__ = "service_entry"
    __table_args__ = (
        CheckConstraint("end_ms > start_ms", name="service_entry_span"),
        CheckConstraint("ledger IN ('team', 'citizen')", name="service_entry_ledger"),
        Index("service_entry_person", "person", "start_ms", "id"),
        Index("service_entry_site", "site", "start_ms", "id"),
    )
    id: str = Field(primary_key=True)
    person: str | None = Field(foreign_key="person.id", ondelete="CASCADE")
    ledger: str
    start_ms: int = Field(sa_type=BigInteger)
    end_ms: int = Field(sa_type=BigInteger)
    note: str
    author: str
    at_ms: int = Field(sa_type=BigInteger)
    void: bool
    reason: str
    revision: int
    site: str | None = Field(foreign_key="site.id")
    replaces: str | None
    void_by: str = Field(sa_column_kwargs={"server_default": ""})
    void_ms: int | None = Field(sa_type=BigInteger)


class DeskVisitRow(Base, table=True):
    """Somebody was helped at the desk: of what kind, for how many minutes, by which angel. It holds no word on who."""

    __tablename__ = "desk_visit"
    __table_args__ = (
        CheckConstraint("minutes > 0", name="desk_visit_minutes"),
        Index("desk_visit_site", "site", "start_ms", "id"),
        Index("desk_visit_person", "person", "start_ms", "id"),
    )
    id: str = Field(primary_key=True)
    site: str = Field(foreign_key="site.id")
    person: str | None = Field(foreign_key="person.id", ondelete="SET NULL")
    kind: str
    minutes: int
    start_ms: int = Field(sa_type=BigInteger)
    author: str
    at_ms: int = Field(sa_type=BigInteger)
    replaces: str | None
    void_by: str = Field(sa_column_kwargs={"server_default": ""})
    void_ms: int | None = Field(sa_type=BigInteger)
    void: bool
    reason: str
    revision: int


class ServiceTargetRow(Base, table=True):
    """How many minutes a person owes altogether, and which share of them to teams."""

    __tablename__ = "service_target"
    person: str = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    minutes: int
    team_percent: int
    revision: int


service_entry, service_target = METADATA.tables["service_entry"], METADATA.tables["service_target"]
desk_visit = METADATA.tables["desk_visit"]
