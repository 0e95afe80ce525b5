"""The table of calendar feeds: who may read which calendar, by a token in its address."""

from sqlalchemy import BigInteger, ForeignKeyConstraint, Index
from sqlmodel import Field

from registry.tables.base import METADATA, Base


class FeedTokenRow(Base, table=True):
    """A calendar that whoever holds the token may read: a ``person``'s, a ``resource``'s or a ``site``'s (``kind``).

    The token is kept as its hash (guarantee P8). It ends with what it is of.
    """

    __tablename__ = "feed_token"
    __table_args__ = (
        ForeignKeyConstraint(
            ["site", "resource"], ["resource.site", "resource.id"], name="feed_token_resource_fkey", ondelete="CASCADE"
        ),
        Index("feed_token_person", "person"),
        Index("feed_token_resource", "site", "resource"),
    )
    id: str = Field(primary_key=True)
    token_hash: str = Field(unique=True)
    kind: str
    person: str | None = Field(foreign_key="person.id", ondelete="CASCADE")
    site: str | None = Field(foreign_key="site.id")
    resource: str | None
    created_ms: int = Field(sa_type=BigInteger)
    created_by: str


feed_token = METADATA.tables["feed_token"]
