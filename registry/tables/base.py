"""The collection that every table of the registry belongs to."""

from sqlalchemy.orm import registry
from sqlmodel import SQLModel


class Base(SQLModel, registry=registry()):
    """The registry's own collection of tables, apart from every other program's."""


METADATA = Base.metadata
