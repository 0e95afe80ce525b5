"""The tables of consents: the texts, each version with its day, and who gave which, and took it back."""

from sqlalchemy import BigInteger, Index, Text, text
from sqlmodel import Field

from registry.tables.base import METADATA, Base


class ConsentTextRow(Base, table=True):
    """A text of a kind of consent, from ``since_ms`` on; version 1 stands in ``registry.consents.kinds``."""

    __tablename__ = "consent_text"
    kind: str = Field(primary_key=True)
    version: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    since_ms: int = Field(sa_type=BigInteger)
    italian: str = Field(sa_type=Text)
    english: str = Field(sa_type=Text)
    made_by: str


class ConsentRow(Base, table=True):
    """A person consents to a ``version`` of a text until they, or a guardian, take it back.

    ``given_by``: the person, or a ``guardian``, by their name; ``noted_by`` is the account that wrote it down.
    """

    __tablename__ = "consent"
    __table_args__ = (Index("consent_person", "person", "kind"), Index("consent_withdrawn", "withdrawn_ms"))
    id: str = Field(primary_key=True)
    person: str = Field(foreign_key="person.id", ondelete="CASCADE")
    kind: str
    version: int
    given_by: str
    given_ms: int = Field(sa_type=BigInteger)
    noted_by: str
    withdrawn_ms: int | None = Field(sa_type=BigInteger)
    withdrawn_by: str
    guardian: str = Field(sa_column_kwargs={"server_default": text("''")})


consent, consent_text = METADATA.tables["consent"], METADATA.tables["consent_text"]
