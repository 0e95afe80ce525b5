"""Pages of a list: at most so many, and a cursor to the next that says where this one ended."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from typing import Annotated, Any

from fastapi import Query
from fastapi.responses import JSONResponse, Response
from sqlalchemy import ColumnElement, Connection, Integer, Row, Select, tuple_

from registry.problems import Kind, Problem

MOST_ITEMS = 500
Limit = Annotated[int, Query(ge=1, le=MOST_ITEMS, description="Items of one page.")]
Cursor = Annotated[str | None, Query(max_length=400, description="`next` of the page before.")]
Key = Sequence[ColumnElement[Any]]


def paged(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    key: Key,
    cursor: str | None,
    limit: int,
    shape: Callable[[Row[*tuple[Any, ...]]], dict[str, Any]],
) -> Response:
    """One page of ``query`` in the order of ``key``, whose columns it must select under their own names."""
    return paged_at_once(connection, query, key, cursor, limit, lambda rows: [shape(row) for row in rows])


def paged_at_once(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    key: Key,
    cursor: str | None,
    limit: int,
    shape: Callable[[Sequence[Row[*tuple[Any, ...]]]], list[dict[str, Any]]],
) -> Response:
    """``paged``, where a page's items are shaped together, because they need further queries."""
    rows, following = page_of(connection, query, key, cursor, limit)
    return JSONResponse({"items": shape(rows), "next": following})


def page_of(
    connection: Connection, query: Select[*tuple[Any, ...]], key: Key, cursor: str | None, limit: int
) -> tuple[Sequence[Row[*tuple[Any, ...]]], str | None]:
    """The rows of one page, and the cursor of the next (None: it is the last)."""
    if cursor is not None:
        query = query.where(tuple_(*key) > tuple_(*_decoded(cursor, key)))
    rows = connection.execute(query.order_by(*key).limit(limit + 1)).all()
    last = [getattr(rows[limit - 1], str(column.key)) for column in key] if len(rows) > limit else None
    return rows[:limit], None if last is None else _encoded(last)


def page_before(
    connection: Connection, query: Select[*tuple[Any, ...]], key: Key, cursor: str | None, limit: int
) -> tuple[Sequence[Row[*tuple[Any, ...]]], str | None]:
    """``page_of`` from the end: the last rows first, then those before them."""
    if cursor is not None:
        query = query.where(tuple_(*key) < tuple_(*_decoded(cursor, key)))
    rows = connection.execute(query.order_by(*(column.desc() for column in key)).limit(limit + 1)).all()
    last = [getattr(rows[limit - 1], str(column.key)) for column in key] if len(rows) > limit else None
    return rows[:limit], None if last is None else _encoded(last)


def by_name(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
    """A row as it was selected, by its columns' names."""
    return dict(zip(row._fields, row, strict=True))


def _encoded(values: list[Any]) -> str:
    return urlsafe_b64encode(json.dumps(values, separators=(",", ":")).encode()).decode().rstrip("=")


def _decoded(cursor: str, key: Key) -> list[Any]:
    wrong = Problem(Kind.BAD_REQUEST, "the cursor is none of ours; send `next` as the page before gave it.")
    try:
        values = json.loads(urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (ValueError, RecursionError):
        raise wrong from None
    if not isinstance(values, list) or len(values) != len(key):
        raise wrong
    if not all(_fits(value, isinstance(column.type, Integer)) for value, column in zip(values, key, strict=True)):
        raise wrong
    return values


def _fits(value: object, number: bool) -> bool:  # noqa: FBT001 -- a column's own kind
    if number:
        return type(value) is int and abs(value) < 2**63
    return isinstance(value, str) and value.isprintable()
