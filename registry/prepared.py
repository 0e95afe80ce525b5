"""Statements that are asked so often that each is turned into SQL once a process, and from then on handed to the driver
as it is. SQLAlchemy, which keeps what it compiled as well, finds it again each time by the whole of the statement: for
what every gateway asks every second that is most of the cost. On SQLite, where a statement takes less time than to make
its result known, that is done once as well.
"""

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ClauseElement, Connection, Dialect, Result
from sqlalchemy.engine.interfaces import DBAPICursor
from sqlalchemy.engine.result import IteratorResult, SimpleResultMetaData
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql.compiler import SQLCompiler

Values = Mapping[str, object]


@dataclass(slots=True)
class _Made:
    """The SQL, the order of its parameters (None: they are named), and those that are its own; of its result the
    columns, once there was one.
    """

    text: str
    order: tuple[str, ...] | None
    own: Values
    columns: SimpleResultMetaData | None = None

    def placed(self, values: Values) -> Any:  # noqa: ANN401 -- as the driver takes them
        given = {**self.own, **values} if self.own else values
        return dict(given) if self.order is None else tuple([given[name] for name in self.order])


class Prepared:
    """A statement whose parameters are plain values: of lists (``in_``) it knows nothing. ``sets`` are the columns that
    an insert or an update sets to the parameters of their names.
    """

    def __init__(self, statement: ClauseElement, sets: Sequence[str] = ()) -> None:
        self._statement, self._sets = statement, list(sets)
        self._made: dict[str, _Made] = {}

    def on(self, connection: Connection, values: Values) -> Result[*tuple[Any, ...]]:
        """Execute it. A parameter that is not among the values is a KeyError, or the driver's error."""
        made = self._for(connection.dialect)
        given = made.placed(values)
        if not _is_direct(connection):
            return connection.exec_driver_sql(made.text, given)
        cursor = connection.connection.cursor()
        try:
            cursor.execute(made.text, given)
            rows = cursor.fetchall()
        except sqlite3.Error as error:
            raise _told(connection, made, error) from error
        if made.columns is None:
            made.columns = _columns(cursor)
        return IteratorResult(made.columns, iter(rows))

    def many(self, connection: Connection, rows: Iterable[Values]) -> None:
        """Execute it for each of these rows."""
        made = self._for(connection.dialect)
        given = [made.placed(row) for row in rows]
        if not given:
            return
        if not _is_direct(connection):
            connection.exec_driver_sql(made.text, given)
            return
        try:
            connection.connection.cursor().executemany(made.text, given)
        except sqlite3.Error as error:
            raise _told(connection, made, error) from error

    def _for(self, dialect: Dialect) -> _Made:
        found = self._made.get(dialect.name)
        if found is None:
            found = self._made[dialect.name] = self._compiled(dialect)
        return found

    def _compiled(self, dialect: Dialect) -> _Made:
        made = self._statement.compile(dialect=dialect, column_keys=self._sets or None)
        if not isinstance(made, SQLCompiler) or made.post_compile_params:
            raise TypeError(f"only a statement without lists can be prepared, and not: {made}")
        own = {name: bind.value for name, bind in made.binds.items() if not bind.required}
        return _Made(str(made), tuple(made.positiontup or ()) if made.positional else None, own)


def _is_direct(connection: Connection) -> bool:
    """Whether SQLite's driver is asked itself: within a transaction, and where nobody listens to what is asked."""
    heard = connection._has_events or connection.engine._has_events  # noqa: SLF001 -- to ask its events costs more
    return connection.dialect.name == "sqlite" and not heard and connection.in_transaction()


def _told(connection: Connection, made: _Made, error: sqlite3.Error) -> BaseException:
    """SQLite's error, as SQLAlchemy tells it; no parameter is in it."""
    dialect = connection.dialect
    return DBAPIError.instance(made.text, None, error, sqlite3.Error, hide_parameters=True, dialect=dialect)


def _columns(cursor: DBAPICursor) -> SimpleResultMetaData:
    return SimpleResultMetaData([one[0] for one in cursor.description or ()])
