"""The table of calls on readers for badges (``registry.people.calls``)."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from registry.tables.base import Base


class BadgeCallRow(Base, table=True):
    """Staff (``author``) call on a reader for a person's badge: to enrol one, to replace ``badge``, or to test it.

    ``holder`` is the badge that the card was already, ``made`` the one that it became. ``seen`` is JSON, the card's
    keyed hash by site in hex, until somebody confirms it or nobody did; ``opens`` is JSON, what the site's doors said.
    """

    __tablename__ = "badge_call"
    __table_args__ = (Index("badge_call_state", "state", "site"), Index("badge_call_person", "person"))
    id: str = Field(primary_key=True)
    site: str = Field(foreign_key="site.id")
    reader: str
    purpose: str
    person: str = Field(foreign_key="person.id")
    badge: str | None
    author: str
    asked_ms: int = Field(sa_type=BigInteger)
    until_ms: int = Field(sa_type=BigInteger)
    heard_ms: int | None = Field(sa_type=BigInteger)
    read_ms: int | None = Field(sa_type=BigInteger)
    state: str
    holder: str | None
    made: str | None
    seen: str | None = Field(sa_type=Text)
    opens: str | None = Field(sa_type=Text)
    revision: int
