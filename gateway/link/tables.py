"""The tables of the link's own database: the replica as the registry gave it, and where the link stands."""

from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

LAYOUT = 2
"""The version of this layout; a file of another one is set aside, for the registry has it all."""


class LinkTable(SQLModel, registry=registry()):
    """The base of the link database's tables, in a registry of their own."""


class StandingRow(LinkTable, table=True):
    """The one row that says which version is held, what the registry acknowledged, and when (Unix ms) the replica was
    last confirmed to be the registry's own. ``records`` is all records' checksums in one, ``crc`` that of this row.
    """

    __tablename__ = "standing"
    id: int = Field(default=1, primary_key=True)
    layout: int
    generation: str
    version: int
    acked: int
    confirmed_ms: int | None
    records: int
    crc: int


class RecordRow(LinkTable, table=True):
    """One record: its JSON as the feed carries it, but for its id, and the CRC-32 of the row."""

    __tablename__ = "record"
    __table_args__ = {"sqlite_with_rowid": False}
    kind: str = Field(primary_key=True)
    id: str = Field(primary_key=True)
    record: str
    crc: int


class DigestRow(LinkTable, table=True):
    """The one row with the digest of the records of one version."""

    __tablename__ = "digest"
    id: int = Field(default=1, primary_key=True)
    generation: str
    version: int
    digest: str
