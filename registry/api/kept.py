"""Routes over rows that are listed, read, made, edited and dropped alike: what they share, and no more."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from fastapi import Response
from sqlalchemy import ColumnElement, Connection, Table, select

from registry import store
from registry.api.answers import Answer
from registry.api.desk import Desk, created, done
from registry.api.paging import paged_at_once
from registry.edit import Edit

Shape = Callable[[Connection, Sequence[Any]], list[dict[str, Any]]]
"""Rows as operators are shown them."""
Where = ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class Kept:
    """Rows of a table, the name of one for people, and how they are shown; each counts its edits (``revision``)."""

    table: Table
    name: str
    shape: Shape

    def listed(
        self, desk: Desk, where: Where, cursor: str | None, limit: int, key: Sequence[ColumnElement[Any]] = ()
    ) -> Response:
        """One page of the rows, by id unless another order is named."""
        with desk.reading() as connection:
            order = key or [self.table.c.id]
            query = select(self.table).where(where)
            return paged_at_once(connection, query, order, cursor, limit, lambda rows: self.shape(connection, rows))

    def read(self, desk: Desk, where: Where) -> Response:
        """One row."""
        with desk.reading() as connection:
            row = store.one(connection, self.table, where, self.name)
            return desk.show(self.shape(connection, [row])[0], row.revision)

    def added(self, desk: Desk, where: Where, do: Callable[[Edit], object]) -> Response:
        """Make a row, and show it."""

        def edited(edit: Edit) -> Answer:
            do(edit)
            row = store.one(edit.connection, self.table, where, self.name)
            return created(self.shape(edit.connection, [row])[0], row.revision)

        return desk.edit(edited)

    def changed(self, desk: Desk, where: Where, do: Callable[[Edit, Any], object]) -> Response:
        """Edit a row that has not changed since it was read, and show it; ``do`` is given it as it was."""

        def edited(edit: Edit) -> Answer:
            before = store.one(edit.connection, self.table, where, self.name)
            desk.check_match(before.revision)
            do(edit, before)
            row = store.one(edit.connection, self.table, where, self.name)
            return Answer(200, self.shape(edit.connection, [row])[0], row.revision)

        return desk.edit(edited)


def dropped(desk: Desk, do: Callable[[Edit], object]) -> Response:
    """Take a row away."""

    def edited(edit: Edit) -> Answer:
        do(edit)
        return done()

    return desk.edit(edited)


def plain(*names: str, lists: Sequence[str] = ()) -> Shape:
    """Rows shown by these columns, those in ``lists`` as the lists that they hold between spaces."""

    def shape(connection: Connection, rows: Sequence[Any]) -> list[dict[str, Any]]:
        del connection
        texts = frozenset(lists)
        return [{name: _value(getattr(row, name), name in texts) for name in names} for row in rows]

    return shape


def _value(value: Any, is_list: bool) -> Any:  # noqa: ANN401, FBT001 -- a column's own value and kind
    return value.split() if is_list else value
