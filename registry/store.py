"""What every part of the store shares: finding one row, and turning the database's refusals into problems."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from registry.problems import Kind, Problem
from registry.reasons import why


def one(connection: Connection, table: Table, where: ColumnElement[bool], name: str) -> Row[Any]:
    """The row, or the problem that there is none of that name."""
    row = connection.execute(select(table).where(where)).one_or_none()
    if row is None:
        raise Problem(
            Kind.NOT_FOUND, why("store.none", "there is no such {name}; list them to see which there are.", name=name)
        )
    return row


@contextmanager
def _unique(connection: Connection, name: str) -> Iterator[None]:
    try:
        with connection.begin_nested():
            yield
    except IntegrityError:
        raise Problem(
            Kind.EXISTS,
            why("store.exists", "there is such a {name} already; change that one, or choose another id.", name=name),
        ) from None


def add(connection: Connection, table: Table, values: dict[str, Any], name: str) -> None:
    """Insert one row. Raises Problem where one of its key exists."""
    with _unique(connection, name):
        connection.execute(insert(table).values(values))


def change(connection: Connection, table: Table, where: ColumnElement[bool], values: dict[str, Any]) -> None:
    """Change one row and count the edit."""
    connection.execute(update(table).where(where).values(**values, revision=table.c.revision + 1))


def count(connection: Connection, table: Table, where: ColumnElement[bool]) -> int:
    """How many rows there are."""
    number: int = connection.execute(select(func.count()).select_from(table).where(where)).scalar_one()
    return number
