"""The tables of the gateway's own log database. They stay behind the store: domain values never are table rows.

``log`` holds the chain, one row an event, and is read in its order; ``gap`` the rows that are no more. ``body`` is the
side row that retention or erasure deletes. ``cursor`` is which of a device's numbered messages were taken; ``refusal``
the tallies not yet told by a fact.
"""

from sqlalchemy import Table
from sqlalchemy.orm import registry
from sqlmodel import Field, SQLModel

from access.log import GENESIS

LAYOUT = 2
"""The version of this layout: a database of a later one is not opened, one of layout 1 is brought up to it."""


class LogTable(SQLModel, registry=registry()):
    """The base of the log database's tables, in a registry of their own: one process may see the registry's too."""


class MetaRow(LogTable, table=True):
    """The one row that says whose log this is, and in which ``epoch``; ``starts`` counts how often a gateway began on
    it. Rows up to ``base_seq`` are here no more, and ``base_head`` is the hash of that one.
    """

    __tablename__ = "meta"
    id: int = Field(default=1, primary_key=True)
    layout: int
    site: str
    epoch: int
    starts: int
    base_seq: int = 0
    base_head: bytes = GENESIS


class LogRow(LogTable, table=True):
    """One row of the chain."""

    __tablename__ = "log"
    __table_args__ = {"sqlite_with_rowid": False}
    epoch: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    header: bytes
    hash: bytes


class GapRow(LogTable, table=True):
    """Rows ``first`` to ``last`` are no more since ``at_ms`` (Unix ms), and ``why``; ``head`` is the last's hash."""

    __tablename__ = "gap"
    first: int = Field(primary_key=True)
    last: int
    head: bytes
    at_ms: int
    why: str


class MendingRow(LogTable, table=True):
    """While rows below the log's base are still to be brought from a damaged file: its name; since when (Unix ms)."""

    __tablename__ = "mending"
    id: int = Field(default=1, primary_key=True)
    aside: str
    at_ms: int


class BodyRow(LogTable, table=True):
    """The erasable part of a row."""

    __tablename__ = "body"
    __table_args__ = {"sqlite_with_rowid": False}
    epoch: int = Field(primary_key=True)
    seq: int = Field(primary_key=True)
    salt: bytes
    body: bytes


class CursorRow(LogTable, table=True):
    """One boot of a device; ``beyond`` is a JSON list, ``used`` rises with each use of any cursor."""

    __tablename__ = "cursor"
    __table_args__ = {"sqlite_with_rowid": False}
    device: str = Field(primary_key=True)
    boot: str = Field(primary_key=True)
    upto: int
    beyond: str
    used: int


class RefusalRow(LogTable, table=True):
    """How many messages were refused for a reason since the last fact that told them."""

    __tablename__ = "refusal"
    why: str = Field(primary_key=True)
    count: int


def table_of(model: type[SQLModel]) -> Table:
    """A model's Core table."""
    table: Table = model.__table__  # type: ignore[attr-defined]
    return table
