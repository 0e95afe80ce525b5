"""The tables of how long things are kept: how far the logs were purged, and what must not be purged yet."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from registry.tables.base import METADATA, Base


class PurgedRow(Base, table=True):
    """Of a branch of a site's log, all that is kept for ``period_ms`` and was over is erased up to row ``seq``."""

    __tablename__ = "purged"
    site: str = Field(primary_key=True, foreign_key="site.id")
    epoch: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    period_ms: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(sa_type=BigInteger)


class LegalHoldRow(Base, table=True):
    """By the word of ``author`` and for a ``reason``, a ``kind`` of data (None: any) of a ``person`` (None: everybody)
    is not purged before ``until_ms``, unless somebody lifts that earlier.
    """

    __tablename__ = "legal_hold"
    __table_args__ = (Index("legal_hold_until", "until_ms"),)
    id: str = Field(primary_key=True)
    kind: str | None
    person: str | None
    reason: str = Field(sa_type=Text)
    author: str
    begun_ms: int = Field(sa_type=BigInteger)
    until_ms: int = Field(sa_type=BigInteger)
    lifted_ms: int | None = Field(sa_type=BigInteger)
    lifted_by: str


class ErasedRow(Base, table=True):
    """The id of somebody who was erased, for as long as a gateway may still tell of them; and the digest, under
    ``salt``, of their name of so many ``words`` (0: none), by which it is found where somebody typed it.
    ``cleaned``: nothing of them is left in the database's files.
    """

    __tablename__ = "erased"
    id: str = Field(primary_key=True)
    at_ms: int = Field(sa_type=BigInteger)
    salt: str
    words: int
    digest: str
    cleaned: bool


erased = METADATA.tables["erased"]
purged, legal_hold = METADATA.tables["purged"], METADATA.tables["legal_hold"]
