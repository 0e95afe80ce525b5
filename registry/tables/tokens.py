"""The tables of the API's tokens, and of whom a site's own staff made known."""

from sqlalchemy import BigInteger, Index, Text
from sqlmodel import Field

from registry.tables.base import METADATA, Base


class ApiTokenRow(Base, table=True):
    """A token of the API, as its hash: an ``account``'s, or a service's (None).

    ``scopes`` are AREA:read and AREA:write between spaces, ``sites`` those it is bound to (None: none). ``last_day`` is
    the local date, at UTC, on which it was last used.
    """

    __tablename__ = "api_token"
    __table_args__ = (Index("api_token_account", "account"),)
    id: str = Field(primary_key=True)
    name: str
    account: str | None = Field(foreign_key="account.id", ondelete="CASCADE")
    scopes: str = Field(sa_type=Text)
    sites: str | None = Field(sa_type=Text)
    token_hash: str = Field(unique=True)
    created_ms: int = Field(sa_type=BigInteger)
    created_by: str
    expires_ms: int | None = Field(sa_type=BigInteger)
    revoked_ms: int | None = Field(sa_type=BigInteger)
    last_day: str | None


class PersonSiteRow(Base, table=True):
    """A site whose staff made a person known, before any site admits them."""

    __tablename__ = "person_site"
    person: str = Field(primary_key=True, foreign_key="person.id", ondelete="CASCADE")
    site: str = Field(primary_key=True, foreign_key="site.id")


api_token, person_site = METADATA.tables["api_token"], METADATA.tables["person_site"]
