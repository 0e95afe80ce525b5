"""Opening the database: SQLite by default (WAL, every commit on disk), PostgreSQL by its URL; nothing else.

On SQLite one connection of a process writes and checkpoints, others only read: releases before 3.51.3 can lose a WAL
reset that two connections race for.
"""

import os
from collections.abc import Collection
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.dialects import registry as dialects
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection, DBAPICursor, PoolProxiedConnection
from sqlalchemy.exc import ArgumentError

from registry import cleaning
from registry.lending import Keeping, Lending

BUSY_MS = 10_000
POOL_WAIT_S = 20
READERS = 8
GLANCERS = 2
GLANCE_WAIT_S = 2
FREE_PAGES = 4
"""A file of which one in so many pages is free is written anew when it is cleaned."""


class _Begun(SQLiteDialect_pysqlite):
    """SQLite whose transactions begin with a word of ours. An event would say it as well, but each statement of an
    engine that has one costs more.
    """

    driver = "begun"
    supports_statement_cache = True

    def __init__(self, begins: str = "BEGIN", **others: Any) -> None:  # noqa: ANN401 -- whatever the dialect takes
        super().__init__(**others)
        self._begins = begins

    def do_begin(self, dbapi_connection: PoolProxiedConnection) -> None:
        """Begin; sqlite3 itself, which would wait for the first write, must not."""
        dbapi_connection.cursor().execute(self._begins)


dialects.register(f"sqlite.{_Begun.driver}", __name__, _Begun.__name__)


class BadDatabase(ValueError):
    """The URL names no database that the registry can use; the message never repeats it, for it may hold a password."""


class Database:
    """One database, open. ``read`` sees one consistent state; ``write`` is one transaction, committed at its end.
    ``glance`` reads as ``read`` does, over connections that nothing else uses.
    """

    def __init__(self, url: str) -> None:
        parsed = _parsed(url)
        self.is_sqlite = parsed.get_backend_name() == "sqlite"
        made = _sqlite(parsed) if self.is_sqlite else _postgresql(parsed)
        self._writer, self._reader, self._glancer = made

    def read(self) -> AbstractContextManager[Connection]:
        """Give a connection that reads one state of the database."""
        return self._reader.begun()

    def glance(self) -> AbstractContextManager[Connection]:
        """Give a connection for a few short reads that must not wait behind others."""
        return self._glancer.begun()

    def write(self) -> AbstractContextManager[Connection]:
        """Give a connection in a transaction; it is committed when the block ends and undone when it raises."""
        return self._writer.begun()

    def clean(self, tables: Collection[str], *, whole: bool) -> bool:
        """Leave nothing of what was deleted from these tables: in SQLite's write-ahead log, and in free pages, which
        deleting overwrites already; where the ``whole`` is asked for, or much is free, the file is written anew.
        PostgreSQL writes the tables anew where they are small, all for the ``whole``. False where somebody stood in the
        way: ask again later.
        """
        if not self.is_sqlite:
            with self._writer.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                return cleaning.clean(connection, tables, whole=whole)
        with self._writer.one() as connection:
            return _clean_sqlite(connection.connection.cursor(), whole=whole)

    def close(self) -> None:
        """Close every connection that is not in use."""
        self._glancer.close()
        self._reader.close()
        self._writer.close()


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        backend = parsed.get_backend_name()
    except ArgumentError:
        backend = ""
    if backend == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed.set(drivername=f"sqlite+{_Begun.driver}")
    if backend == "postgresql":
        return parsed.set(drivername="postgresql+psycopg")
    raise BadDatabase("the database's URL is sqlite:///FILE or postgresql://USER:PASSWORD@HOST/NAME")


def _postgresql(url: URL) -> tuple[Lending, Lending, Lending]:
    # What a write returns as done is on disk, whatever the server's own default says.
    options = {"options": "-c synchronous_commit=on -c lock_timeout=20s", "connect_timeout": 10}
    pool = {"pool_size": 10, "max_overflow": 10, "pool_timeout": POOL_WAIT_S, "pool_pre_ping": True}
    engine = create_engine(url, connect_args=options, hide_parameters=True, **pool)
    few = pool | {"pool_size": GLANCERS, "max_overflow": 0, "pool_timeout": GLANCE_WAIT_S}
    apart = create_engine(url, connect_args=options, hide_parameters=True, **few)
    reading: dict[str, Any] = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
    return Lending(engine), Lending(engine.execution_options(**reading)), Lending(apart.execution_options(**reading))


def _sqlite(url: URL) -> tuple[Lending, Lending, Lending]:
    _own_file(Path(str(url.database)))
    # timeout is sqlite3's busy timeout, in seconds.
    connect: dict[str, Any] = {"timeout": BUSY_MS / 1_000, "check_same_thread": False}
    # An error's text goes to a log, where no parameter of a statement belongs.
    common: dict[str, Any] = {"max_overflow": 0, "hide_parameters": True, "connect_args": connect}
    common["pool_reset_on_return"] = None  # Whoever had a connection has ended its transaction: see read and write.
    writer = create_engine(url, begins="BEGIN IMMEDIATE", pool_size=1, pool_timeout=POOL_WAIT_S, **common)
    reader = create_engine(url, pool_size=READERS, pool_timeout=POOL_WAIT_S, **common)
    glancer = create_engine(url, pool_size=GLANCERS, pool_timeout=GLANCE_WAIT_S, **common)
    # What is deleted is overwritten, in the pages that stay and in those that become free (P4).
    _on_connect(writer, ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"))
    for engine in (reader, glancer):
        _on_connect(engine, ("query_only=ON", "wal_autocheckpoint=0"))
    lent = ((writer, 1, POOL_WAIT_S), (reader, READERS, POOL_WAIT_S), (glancer, GLANCERS, GLANCE_WAIT_S))
    first, second, third = (Keeping(*one) for one in lent)
    return first, second, third


def _clean_sqlite(cursor: DBAPICursor, *, whole: bool) -> bool:
    pages, free = (cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "freelist_count"))
    if whole or free * FREE_PAGES > pages:
        cursor.execute("VACUUM")
    busy: int = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def _on_connect(engine: Engine, pragmas: tuple[str, ...]) -> None:
    def prepare(connection: DBAPIConnection, record: object) -> None:
        del record
        connection.isolation_level = None  # The dialect says BEGIN.
        for pragma in pragmas:
            connection.cursor().execute(f"PRAGMA {pragma}")

    event.listen(engine, "connect", prepare)


def _own_file(path: Path) -> None:
    """The file is its owner's alone to read: it names people."""
    if path.is_file() and os.access(path, os.R_OK | os.W_OK):
        return  # To close it again would drop the locks of this process's other connections, and damage it.
    try:
        os.close(os.open(path, os.O_RDWR | os.O_CREAT, 0o600))
    except OSError as error:
        raise BadDatabase(f"the database's file {path} cannot be opened: {error.strerror}") from error
