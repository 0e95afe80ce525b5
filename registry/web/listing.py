"""A list on a page: so many rows at a time, how many there are, and the way to the next ones."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import Connection, Row, Select, func, select

from registry.api.paging import Key, page_before, page_of

ROWS = 25


@dataclass(frozen=True, slots=True)
class Listed:
    """One page of a list; ``asked`` are its filters as the address names them, "" for one that is not set; ``total`` is
    None where nobody counts.
    """

    path: str
    asked: Mapping[str, str]
    rows: Sequence[Row[*tuple[Any, ...]]]
    total: int | None
    cursor: str | None
    next: str | None

    @property
    def filtered(self) -> bool:
        """Whether a filter hides rows; a sort does not."""
        return any(value for name, value in self.asked.items() if name != "sort")

    @property
    def first_path(self) -> str:
        """Where the list begins."""
        return self._path({})

    @property
    def next_path(self) -> str:
        """Where it goes on."""
        return self._path({"after": self.next or ""})

    def path_of(self, other: str) -> str:
        """The same filters elsewhere."""
        return replace(self, path=other).first_path

    def _path(self, more: Mapping[str, str]) -> str:
        query = urlencode({name: value for name, value in {**self.asked, **more}.items() if value})
        return f"{self.path}?{query}" if query else self.path


def listed(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    key: Key,
    cursor: str | None,
    path: str,
    asked: Mapping[str, str],
) -> Listed:
    """The page of ``query`` that begins after ``cursor``, in the order of ``key``. Raises Problem."""
    total: int = connection.execute(select(func.count()).select_from(query.order_by(None).subquery())).scalar_one()
    rows, following = page_of(connection, query, key, cursor, ROWS)
    return Listed(path, asked, rows, total, cursor, following)


def latest(
    connection: Connection,
    query: Select[*tuple[Any, ...]],
    key: Key,
    cursor: str | None,
    path: str,
    asked: Mapping[str, str],
) -> Listed:
    """The same from the end of a list that grows for ever, and is not counted. Raises Problem."""
    rows, following = page_before(connection, query, key, cursor, ROWS)
    return Listed(path, asked, rows, None, cursor, following)
