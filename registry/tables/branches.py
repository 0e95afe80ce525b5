"""The tables of how a site's branches came to be: what is being asked of a gateway, and whom staff confirmed (S6)."""

from sqlalchemy import BigInteger, Index, LargeBinary, Text
from sqlmodel import Field

from registry.tables.base import Base


class NarrowingRow(Base, table=True):
    """What was last asked of a run of a gateway whose log, in its ``said_epoch``, is not the registry's.

    Its log is that of the branch ``epoch`` up to ``after``, and not known to be at ``before``.
    """

    __tablename__ = "narrowing"
    site: str = Field(primary_key=True, foreign_key="site.id")
    run: str = Field(primary_key=True)
    said_epoch: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    epoch: int = Field(sa_type=BigInteger)
    after: int = Field(sa_type=BigInteger)
    before: int = Field(sa_type=BigInteger)
    rounds: int
    at_ms: int = Field(sa_type=BigInteger)


class GapRow(Base, table=True):
    """Rows ``first`` to ``last`` of a branch are no more; ``head`` is the hash of the last of them (S3)."""

    __tablename__ = "gap"
    site: str = Field(primary_key=True, foreign_key="site.id")
    epoch: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    first: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    last: int = Field(sa_type=BigInteger)
    head: bytes = Field(sa_type=LargeBinary)
    at_ms: int = Field(sa_type=BigInteger)


class ConfirmationRow(Base, table=True):
    """An operator said which branch of a site's log is the site's, and why."""

    __tablename__ = "confirmation"
    __table_args__ = (Index("confirmation_by_time", "site", "at_ms", "id"),)
    id: str = Field(primary_key=True)
    site: str = Field(foreign_key="site.id")
    epoch: int = Field(sa_type=BigInteger)
    operator: str
    note: str = Field(sa_type=Text)
    at_ms: int = Field(sa_type=BigInteger)
