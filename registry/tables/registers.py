"""The tables of attendance registers: which there are, what each edition says row by row, and the names beside it.

A row is never changed, and goes only with its whole register: the database itself refuses anything else. Names lie
apart, so that one can be erased and the rows still hold (``access.register``).
"""

from sqlalchemy import BigInteger, Index, LargeBinary
from sqlmodel import Field

from registry.tables.base import METADATA, Base


class RegisterRow(Base, table=True):
    """The ``number``-th register of a site: of one ``session``, or of a programme's sessions (one cohort's, or all)
    that begin in a span. It outlives what it speaks of, and refers to it by name alone.

    Of its last ``edition``: as what it is ``closed`` (between spaces), and its ``seal`` ("" it has none).
    """

    __tablename__ = "register"
    __table_args__ = (
        Index("register_number", "site", "number", unique=True),
        Index("register_session", "site", "session", unique=True),
        Index("register_programme", "programme"),
    )
    site: str = Field(primary_key=True, foreign_key="site.id")
    id: str = Field(primary_key=True)
    number: int
    session: str | None
    programme: str
    cohort: str | None
    from_ms: int = Field(sa_type=BigInteger)
    until_ms: int = Field(sa_type=BigInteger)
    made_ms: int = Field(sa_type=BigInteger)
    edition: int
    closed: str
    seal: str
    revision: int


class RegisterSaidRow(Base, table=True):
    """Row ``n`` of an edition, as the bytes that are hashed; its register, named alone, goes first."""

    __tablename__ = "register_row"
    site: str = Field(primary_key=True)
    register_id: str = Field(primary_key=True)
    edition: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    n: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    raw: bytes = Field(sa_type=LargeBinary)
    digest: str


class RegisterNameRow(Base, table=True):
    """A person's name as an edition binds it, with its salt in hex."""

    __tablename__ = "register_name"
    site: str = Field(primary_key=True)
    register_id: str = Field(primary_key=True)
    edition: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    person: str = Field(primary_key=True)
    name: str
    salt: str


class RegisterGoneRow(Base, table=True):
    """What is left of the ``number``-th register of a site since it was purged: which ``session`` it was of, and its
    last seal ("" it had none).
    """

    __tablename__ = "register_gone"
    __table_args__ = (Index("register_gone_session", "site", "session"),)
    site: str = Field(primary_key=True, foreign_key="site.id")
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    session: str | None
    seal: str
    gone_ms: int = Field(sa_type=BigInteger)


register_gone = METADATA.tables["register_gone"]
register = METADATA.tables["register"]
register_row, register_name = METADATA.tables["register_row"], METADATA.tables["register_name"]
