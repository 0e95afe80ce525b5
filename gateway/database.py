"""SQLite files as the gateway opens them, and what is said when one cannot be used."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path

from sqlalchemy import Connection, Engine, MetaData, create_engine
from sqlalchemy.dialects import sqlite
from sqlalchemy.dialects.sqlite import insert as upsert
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool
from sqlalchemy.sql import ClauseElement
from sqlmodel import SQLModel

from access.log import BadRow
from gateway.log.tables import table_of

BUSY_TIMEOUT_MS = 5_000
WAL_AT_MOST_BYTES = 64 * 1024 * 1024

SETTINGS = (
    f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}",
    # Every commit reaches the disk before it returns (D1); checkpoints are done off the door's path.
    "PRAGMA synchronous=FULL",
    "PRAGMA wal_autocheckpoint=0",
    f"PRAGMA journal_size_limit={WAL_AT_MOST_BYTES}",
    "PRAGMA foreign_keys=ON",
    # What is deleted is overwritten, in the pages that stay and in those that become free (P4).
    "PRAGMA secure_delete=ON",
)

SAID = {
    "SQLITE_FULL": "the disk of {path} is full; free some space there",
    "SQLITE_READONLY": "{path} cannot be written: the file or its disk is read-only; make it writable",
    "SQLITE_CANTOPEN": "{path} cannot be opened; see that its folder exists and belongs to the gateway's user",
    "SQLITE_PERM": "{path} may not be used; see that it belongs to the gateway's user",
    "SQLITE_BUSY": "another program holds {path}; end it",
    "SQLITE_LOCKED": "another program holds {path}; end it",
    "SQLITE_CORRUPT": "{path} is damaged; a gateway that opens it goes on in a new file",
    "SQLITE_ERROR": "{path} is not ours or is damaged (no such table); a gateway that opens it goes on in a new file",
    "SQLITE_TOOBIG": "{path} is damaged; a gateway that opens it goes on in a new file",
    "SQLITE_NOTADB": "{path} is not a database; a gateway that opens it goes on in a new file",
    "BadRow": "{path} is damaged: a row of it is none of ours",
    "SQLITE_IOERR": "the disk failed while {path} was read or written; check the disk",
    "SQLITE_CONSTRAINT": "{path} already holds rows of these numbers; see that one gateway alone writes it",
}


class StoreBroken(Exception):
    """A database file cannot be used now; the message says what is wrong and what to do."""


class StoreFull(StoreBroken):
    """The disk has no more room."""


class StoreDamaged(StoreBroken):
    """What the file holds is no sound database."""


FAILURES = (sqlite3.Error, DBAPIError, UnicodeDecodeError, BadRow)
DAMAGE = ("SQLITE_CORRUPT", "SQLITE_NOTADB", "SQLITE_ERROR", "SQLITE_TOOBIG", "BadRow")
OUR_FAULT = ("transaction", "syntax error")
"""What SQLite says of a statement that is wrong where it stands: no word on the file."""


_OPENED: ContextVar[Callable[[], sqlite3.Connection]] = ContextVar("opened")
"""How the file is opened of which a connection is being made."""


@contextmanager
def speaking_of(path: Path) -> Iterator[None]:
    """Whatever SQLite cannot do within is raised as StoreBroken, in words."""
    try:
        yield
    except FAILURES as error:
        raise broken(error, path) from error


def said(failure: BaseException, path: Path) -> str:
    """One sentence on what is wrong with the file and what to do."""
    name = _name(failure)
    for prefix, sentence in SAID.items():
        if name.startswith(prefix):
            return sentence.format(path=path)
    # Its own message may quote what is stored, and people are no matter for a log.
    return f"{path} cannot be used ({name}); restart the gateway, and see its disk"


def broken(failure: BaseException, path: Path) -> StoreBroken:
    """What to raise where SQLite cannot do something with the file."""
    name = _name(failure)
    if name.startswith("SQLITE_FULL"):
        return StoreFull(said(failure, path))
    return (StoreDamaged if name.startswith(DAMAGE) else StoreBroken)(said(failure, path))


def _name(failure: BaseException) -> str:
    """SQLite's own name of an error. Text that is no UTF-8 has none; none of ours is stored."""
    error = failure.orig if isinstance(failure, DBAPIError) else failure
    is_text = isinstance(error, sqlite3.OperationalError | UnicodeDecodeError)
    unnamed = "SQLITE_CORRUPT" if is_text else type(error).__name__
    name: str = getattr(error, "sqlite_errorname", unnamed)
    return "a wrong statement" if name == "SQLITE_ERROR" and any(words in str(error) for words in OUR_FAULT) else name


def connect(path: Path) -> Connection:
    """The one writing connection of a file, made where it is absent. Raises one of FAILURES.

    Transactions are begun and ended by statements of ours, never by the driver.
    """

    def opened() -> sqlite3.Connection:
        driver = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        try:
            for setting in SETTINGS:
                driver.execute(setting).close()
            (mode,) = driver.execute("PRAGMA journal_mode=WAL").fetchone()
        except sqlite3.Error:
            driver.close()
            raise
        if mode != "wal":
            driver.close()
            raise StoreBroken(f"the disk of {path} cannot hold a write-ahead log; use a local disk")
        return driver

    return _connected(opened)


def connect_reading(path: Path) -> Connection:
    """A read-only connection, for another thread or process than the writer's. Raises one of FAILURES."""

    def opened() -> sqlite3.Connection:
        uri = f"{path.absolute().as_uri()}?mode=ro"
        driver = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False)
        driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}").close()
        return driver

    return _connected(opened)


def _connected(opened: Callable[[], sqlite3.Connection]) -> Connection:
    before = _OPENED.set(opened)
    try:
        return _engine().connect().execution_options(isolation_level="AUTOCOMMIT")
    finally:
        _OPENED.reset(before)


def _open() -> sqlite3.Connection:
    return _OPENED.get()()


@cache
def _engine() -> Engine:
    """The one of this process, whatever file a connection of it is of: so each statement is compiled once."""
    return create_engine("sqlite://", creator=_open, poolclass=NullPool)


def driver_of(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection, for the statements on the door's path."""
    driver: sqlite3.Connection = connection.connection.driver_connection  # type: ignore[assignment]
    return driver


def tables_in(driver: sqlite3.Connection) -> frozenset[str]:
    """The names of the tables that there are: one question for all of them."""
    return frozenset(name for (name,) in driver.execute("SELECT name FROM sqlite_master WHERE type = 'table'"))


def make_tables(connection: Connection, metadata: MetaData) -> None:
    """Make what tables there are not."""
    there = tables_in(driver_of(connection))
    lacking = [table for table in metadata.sorted_tables if table.name not in there]
    metadata.create_all(connection, lacking, checkfirst=False)


def emptied(driver: sqlite3.Connection) -> bool:
    """Move all that was committed into the file, and cut the write-ahead log to nothing; False where a reader is in the
    way, for whom it does not wait.
    """
    driver.execute("PRAGMA busy_timeout=0").close()
    try:
        (busy, _, _) = driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    finally:
        driver.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}").close()
    return not busy


def compiled(statement: ClauseElement) -> str:
    """A Core statement as SQL with positional parameters, in the order of its columns: compiled once, run often."""
    return str(statement.compile(dialect=sqlite.dialect(paramstyle="qmark")))


def putting(model: type[SQLModel]) -> str:
    """The SQL that inserts a row of this model, or makes it what it is given to be."""
    table = table_of(model)
    statement = upsert(table)
    fresh = {column.name: statement.excluded[column.name] for column in table.columns if not column.primary_key}
    return compiled(statement.on_conflict_do_update(index_elements=list(table.primary_key), set_=fresh))
