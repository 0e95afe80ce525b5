"""The table of certificates of attendance that were issued; the database itself refuses to change or drop one."""

from sqlalchemy import BigInteger, Index
from sqlmodel import Field

from registry.tables.base import METADATA, Base


class CertificateRow(Base, table=True):
    """The ``number``-th of a site in a year: of whom (``digest``: SHA-256 of salt and folded name), of which programme,
    with how many minutes. By ``code`` whoever holds the paper has it verified.

    It outlives what it speaks of, and refers to it by name alone. ``person`` and ``salt`` go when the person does; then
    the row says nothing of anybody.
    """

    __tablename__ = "certificate"
    __table_args__ = (
        Index("certificate_code", "code", unique=True),
        Index("certificate_person", "person", "programme"),
    )
    site: str = Field(primary_key=True)
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    number: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    code: str
    person: str | None
    digest: str
    salt: str
    programme: str
    programme_name: str
    delivered: int
    recognised: int
    threshold: int
    at_ms: int = Field(sa_type=BigInteger)
    author: str


class CertificateYearRow(Base, table=True):
    """The ``last`` number of a site in a year."""

    __tablename__ = "certificate_year"
    site: str = Field(primary_key=True, foreign_key="site.id")
    year: int = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    last: int


certificate_year = METADATA.tables["certificate_year"]
certificate = METADATA.tables["certificate"]
