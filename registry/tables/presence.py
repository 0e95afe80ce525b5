"""The tables of who was where and when, as the sites' logs tell it.

What the logs tell is kept per branch of a site's log, so that the history of one that was fenced stays apart (S6). It
names whom the log names, whether the registry still knows them or not.
"""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from registry.tables.base import Base


class StayRow(Base, table=True):
    """A stay that ended, by the row (``epoch``, ``seq``) that ended it, the ``n``-th of that row.

    ``how``: at a reader (exit), by system, or by a transfer. ``trusted``: the clock was, when it ended.
    """

    __tablename__ = "stay"
    __table_args__ = (
        Index("stay_by_start", "site", "start_ms", "epoch", "seq", "n"),
        Index("stay_person", "person", "start_ms"),
    )
    site: str = Field(primary_key=True, foreign_key="site.id")
    epoch: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    seq: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    n: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    person: str
    zone: str
    start_ms: int = Field(sa_type=BigInteger)
    end_ms: int = Field(sa_type=BigInteger)
    how: str
    estimated: bool
    trusted: bool


class VisitRow(Base, table=True):
    """Somebody without a badge whom a ``host`` let in; ``ended_by`` is whose word the end is, "" while it lasts.

    ``end_seq`` is the row that ended it.
    """

    __tablename__ = "visit"
    __table_args__ = (Index("visit_by_start", "site", "start_ms", "epoch", "id"),)
    site: str = Field(primary_key=True, foreign_key="site.id")
    epoch: int = Field(primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False})
    id: str = Field(primary_key=True)
    zone: str
    host: str
    purpose: str
    start_ms: int = Field(sa_type=BigInteger)
    end_ms: int | None = Field(sa_type=BigInteger)
    ended_by: str
    end_seq: int | None = Field(sa_type=BigInteger)


class LookRow(Base, table=True):
    """An operator looked at what the registry knows of a person (guarantees P6, P9)."""

    __tablename__ = "look"
    __table_args__ = (
        Index("look_person", "person", "at_ms", "id"),
        Index("look_in_order", "at_ms", "id"),
        Index("look_operator", "operator", "at_ms"),
    )
    id: str = Field(primary_key=True)
    operator: str
    person: str
    what: str
    at_ms: int = Field(sa_type=BigInteger)


class ConflictRow(Base, table=True):
    """Two stays of a person that cannot both be true, until staff say with a ``note`` what they make of it."""

    __tablename__ = "conflict"
    __table_args__ = (
        Index("conflict_once", "person", "site", "start_ms", "other_site", "other_start_ms", unique=True),
        Index("conflict_by_time", "found_ms", "id"),
    )
    id: str = Field(primary_key=True)
    person: str
    site: str = Field(foreign_key="site.id")
    start_ms: int = Field(sa_type=BigInteger)
    other_site: str = Field(foreign_key="site.id")
    other_start_ms: int = Field(sa_type=BigInteger)
    why: str
    found_ms: int = Field(sa_type=BigInteger)
    resolved_ms: int | None = Field(sa_type=BigInteger)
    resolved_by: str
    note: str = Field(sa_type=Text)
    revision: int


class PresencePolicyRow(Base, table=True):
    """A site's settings for presence: how long it takes at least from there to any other site."""

    __tablename__ = "presence_policy"
    site: str = Field(primary_key=True, foreign_key="site.id")
    travel_minutes: int
    revision: int


class CorrectedRow(Base, table=True):
    """When a person was at a session by a register that was corrected there: ``spans`` as ``start-end`` between spaces,
    with ``-system`` behind what the system closed. It counts instead of stays and roll calls.
    """

    __tablename__ = "corrected"
    __table_args__ = (Index("corrected_person", "person"), Index("corrected_register", "site", "register_id"))
    site: str = Field(primary_key=True, foreign_key="site.id")
    session: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    register_id: str
    spans: str
    at_ms: int = Field(sa_type=BigInteger)


class RollCallRow(Base, table=True):
    """Whether a person was there on an off-site session, in the ``n``-th word on it; the last one counts.

    ``reason`` is why an earlier word was corrected.
    """

    __tablename__ = "roll_call"
    __table_args__ = (Index("roll_call_person", "person"),)
    site: str = Field(primary_key=True, foreign_key="site.id")
    session: str = Field(primary_key=True)
    person: str = Field(primary_key=True)
    n: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    present: bool
    from_ms: int | None = Field(sa_type=BigInteger)
    to_ms: int | None = Field(sa_type=BigInteger)
    author: str
    reason: str
    at_ms: int = Field(sa_type=BigInteger)
