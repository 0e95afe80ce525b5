"""The tables of people, of what each may at a site, and of when a site is open."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from registry.tables.base import Base


class PersonRow(Base, table=True):
    """A person, of no site yet. What stands from ``birth_date`` on no site is ever told (guarantee P2).

    ``birth_date`` is an ISO date; ``ref`` is the person's key in another system. Once ``erased_ms`` is set the row is a
    pseudonym, on which evidence hangs that is still owed (``registry.retention.erasing``).
    """

    __tablename__ = "person"
    __table_args__ = (Index("person_ref", "ref", unique=True),)
    id: str = Field(primary_key=True)
    name: str
    valid_from_ms: int = Field(sa_type=BigInteger)
    valid_until_ms: int | None = Field(sa_type=BigInteger)
    suspended: bool
    minor: bool
    revision: int
    birth_date: str | None
    fiscal_code: str | None
    email: str | None
    ref: str | None
    erased_ms: int | None = Field(sa_type=BigInteger)


class RequestRow(Base, table=True):
    """What a person asks about their data (``kind``: erase, correct), in their own words, until staff have decided:
    then with the ``answer`` in which they are told why.
    """

    __tablename__ = "data_request"
    __table_args__ = (Index("data_request_person", "person"), Index("data_request_decided", "decided_ms"))
    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", ondelete="CASCADE")
    kind: str
    said: str = Field(sa_type=Text)
    asked_ms: int = Field(sa_type=BigInteger)
    decided_ms: int | None = Field(sa_type=BigInteger)
    decided_by: str
    granted: bool
    answer: str = Field(sa_type=Text)


class RightsRow(Base, table=True):
    """What a person may at one site; ``zones`` and ``standing`` are sorted ids between spaces."""

    __tablename__ = "rights"
    __table_args__ = (Index("rights_person", "person"),)
    site: str = Field(primary_key=True, foreign_key="site.id")
    person: str = Field(primary_key=True, foreign_key="person.id")
    zones: str = Field(sa_type=Text)
    standing: str = Field(sa_type=Text)
    valid_from_ms: int = Field(sa_type=BigInteger)
    valid_until_ms: int | None = Field(sa_type=BigInteger)
    revision: int
    staff: bool


class ClosureRow(Base, table=True):
    """A span in which a site is closed to everyone, to one audience, or one resource of it; ``source``: who wrote it
    ("" staff, ``holiday``, ``ical:UID``).
    """

    __tablename__ = "closure"
    site: str = Field(primary_key=True, foreign_key="site.id")
    id: str = Field(primary_key=True)
    start_ms: int = Field(sa_type=BigInteger)
    end_ms: int = Field(sa_type=BigInteger)
    why: str
    audience: str
    resource: str
    source: str


class OpeningRow(Base, table=True):
    """Weekly opening hours, of everyone or of one audience; or of one resource alone."""

    __tablename__ = "opening"
    site: str = Field(primary_key=True, foreign_key="site.id")
    id: str = Field(primary_key=True)
    weekday: int
    from_minute: int
    to_minute: int
    audience: str
    resource: str
