"""The tables of the days' own file: what the pages show of past days, folded from the log once and kept aside.

It names nobody, and can be thrown away: what the log still holds is folded again.
"""

from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

LAYOUT = 1
"""The version of this layout; a file of another one is made anew."""


class DaysTable(SQLModel, registry=registry()):
    """The base of these tables, in a registry of their own."""


class MarkRow(DaysTable, table=True):
    """The one row that says up to which row of the log was folded, that row's hash, and how the fold stood (JSON)."""

    __tablename__ = "mark"
    id: int = Field(default=1, primary_key=True)
    layout: int
    seq: int
    head: bytes
    fold: str


class PieceRow(DaysTable, table=True):
    """One stretch of one local day (``gateway.days.fold.Piece``), or of a booking (``what`` is then ``booked``)."""

    __tablename__ = "piece"
    __table_args__ = {"sqlite_with_rowid": False}
    day: str = Field(primary_key=True)
    resource: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    from_ms: int = Field(primary_key=True)
    to_ms: int


class HourRow(DaysTable, table=True):
    """How many people were here in one local hour: people times milliseconds, and milliseconds watched."""

    __tablename__ = "hour"
    __table_args__ = {"sqlite_with_rowid": False}
    day: str = Field(primary_key=True)
    hour: int = Field(primary_key=True)
    person_ms: int
    watched_ms: int
