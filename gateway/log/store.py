"""The gateway's log on disk: one writer, one transaction a batch, all of it or nothing (guarantees D1, D12, S12).

After any failure the store opens its file anew at the next commit, takes back what may have reached the disk without
``commit`` having returned, and goes on.
"""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self, TypeVar

from sqlalchemy import Connection, insert, select, update

from access.cursor import Cursor
from access.log import GENESIS, Row
from gateway.database import FAILURES, StoreBroken, StoreFull, broken, connect, driver_of, speaking_of
from gateway.filelock import FileLock
from gateway.log.cursors import Cursors, changed, forgotten, fresh_rows, read_cursors, rows_of
from gateway.log.history import Loaded, history, read_refusals
from gateway.log.layout import brought_up
from gateway.log.mending import Begun, finish_setting_aside
from gateway.log.room import lose
from gateway.log.shape import Hole, read_tail
from gateway.log.tables import LAYOUT, MetaRow, table_of
from gateway.log.writes import BEGIN, COMMIT, SET_EPOCH, put_back, put_cursors, put_refusals, put_rows

T = TypeVar("T")
__all__ = ["Identity", "Loaded", "Store", "StoreBroken", "StoreFull"]

CHECKPOINT_FROM_BYTES = 1024 * 1024
CHECKPOINT_FORCED_BYTES = 32 * 1024 * 1024
"""Half of the write-ahead log's bound, for what is counted here is an estimate."""
COMMIT_BYTES = 6 * 4096
ROW_BYTES = 2048


@dataclass(frozen=True, slots=True)
class Identity:
    """Whose log this is, and in which epoch; ``starts`` counts how often a gateway began on it, this time included."""

    site: str
    epoch: int
    starts: int


class Store:
    """The log of one site, written by one thread of one process. Made by ``open``; ``close`` it."""

    def __init__(self, path: Path, lock: FileLock) -> None:
        self.path = path
        self._lock = lock
        self._connection: Connection | None = None
        self._driver: sqlite3.Connection | None = None
        self._known = False
        self._identity = Identity("", 1, 0)
        self._seq, self._head = 0, GENESIS
        self._cursors: Cursors = {}
        self._used = 0
        self._refusals: dict[str, int] = {}
        self._unchecked_bytes = 0

    @classmethod
    def open(cls, path: Path, prepared: Callable[[Path], object] = finish_setting_aside) -> Self:
        """The store in this file, made where there is none; ``prepared`` is done first, once nobody else can write it.

        Raises StoreBroken where it cannot be used, is of a later layout, or another process writes it.
        """
        store = cls(path, FileLock.taken(path.with_name(path.name + ".lock")))
        try:
            prepared(path)
            store._open_file()
        except StoreBroken:
            store.close()
            raise
        return store

    def identity(self, site: str) -> Identity:
        """Whose log this is: of ``site``, or StoreBroken. A new log becomes that site's, at epoch 1.

        Counts one start, which proves that the file can be written.
        """
        held = self._identity
        if held.site not in ("", site):
            raise StoreBroken(f"{self.path} is the log of site {held.site}, not of {site}; name that site's own file")
        after = Identity(site, held.epoch, held.starts + 1)
        meta = table_of(MetaRow)
        fields = {"layout": LAYOUT, "site": site, "epoch": after.epoch, "starts": after.starts}
        begins = {"id": 1, "base_seq": 0, "base_head": GENESIS}
        statement = update(meta).values(fields) if held.site else insert(meta).values(fields | begins)
        with speaking_of(self.path):
            self.connected().execute(statement)
        self._identity = after
        return after

    @property
    def begun(self) -> Begun:
        """Whose log this is, and where its chain has come to."""
        return Begun(self._identity.site, self._identity.epoch, self._identity.starts, self._seq, self._head)

    def load(self) -> Loaded:
        """What a start needs: where the chain stands, the facts since the last checkpoint, cursors and refusals.

        Rows are verified as ``history`` is read, to the last one: it raises StoreBroken, naming the row.
        """
        site, epoch = self._identity.site, self._identity.epoch
        facts = history(self.connected(), self.path, site, epoch)
        return Loaded(site, epoch, self._seq, self._head, facts, dict(self._cursors), dict(self._refusals))

    def commit(
        self,
        rows: Sequence[Row],
        cursors: Sequence[tuple[str, Cursor]],
        refusals: Mapping[str, int] | None,
        lost: Sequence[Hole] = (),
    ) -> None:
        """Put rows, cursors by device and (unless None) the tallies of refusals on disk: durable when this returns. In
        the same transaction goes what is ``lost``, of rows that were there before.

        Raises StoreBroken, and then nothing of it holds; a later commit works again once the disk does.
        """
        if self._driver is None:
            self._open_file()
        after = changed(self._cursors, cursors)
        try:
            self._write(rows, cursors, after, refusals, lost)
        except sqlite3.Error as error:
            self.let_go()
            raise broken(error, self.path) from error
        self._cursors.update(after)
        if refusals is not None:
            self._refusals = dict(refusals)
        if rows:
            self._seq, self._head = rows[-1].seq, rows[-1].hash
            self._identity = replace(self._identity, epoch=rows[-1].epoch)
        self._unchecked_bytes += COMMIT_BYTES + ROW_BYTES * len(rows)
        if self._unchecked_bytes >= CHECKPOINT_FORCED_BYTES:
            # The batch holds whatever comes of this; the next commit will say what is wrong.
            with suppress(StoreBroken):
                self._checkpoint()

    def _write(
        self,
        rows: Sequence[Row],
        cursors: Sequence[tuple[str, Cursor]],
        after: Cursors,
        refusals: Mapping[str, int] | None,
        lost: Sequence[Hole],
    ) -> None:
        driver = self._driver
        if driver is None:
            raise StoreBroken(f"{self.path} is closed")
        driver.execute(BEGIN)
        for hole in lost:
            lose(self.connected(), hole)
        put_rows(driver, rows)
        if rows and rows[-1].epoch != self._identity.epoch:
            driver.execute(SET_EPOCH, (rows[-1].epoch,))
        if after:
            fresh = fresh_rows(cursors, after, self._used)
            put_cursors(driver, fresh, forgotten(self._cursors, after))
            self._used += len(fresh)
        if refusals is not None:
            put_refusals(driver, refusals)
        driver.execute(COMMIT)

    def tidy(self, done: Callable[[Connection], T]) -> T:
        """Do something with the file that no door waits for, all of it or nothing. Raises StoreBroken."""
        try:
            connection = self.connected()
            connection.exec_driver_sql(BEGIN)
            found = done(connection)
            connection.exec_driver_sql(COMMIT)
        except FAILURES as error:
            self.let_go()
            raise broken(error, self.path) from error
        self._unchecked_bytes += COMMIT_BYTES
        return found

    def checkpoint(self) -> None:
        """Move what was committed into the database file, where there is enough of it to be worth a few milliseconds.

        For idle moments, off the door's path. Raises StoreBroken; what was committed stays so.
        """
        if self._driver is not None and self._unchecked_bytes >= CHECKPOINT_FROM_BYTES:
            self._checkpoint()

    def _checkpoint(self) -> None:
        if self._driver is None:
            return
        try:
            self._driver.execute("PRAGMA wal_checkpoint(PASSIVE)").fetchall()
        except sqlite3.Error as error:
            self.let_go()
            raise broken(error, self.path) from error
        self._unchecked_bytes = 0

    def close(self) -> None:
        """Let go of the file and its lock."""
        self.let_go()
        self._lock.release()

    def connected(self) -> Connection:
        """The connection that writes the file. Raises StoreBroken."""
        if self._connection is None:
            self._open_file()
        if self._connection is None:
            raise StoreBroken(f"{self.path} is closed")
        return self._connection

    def let_go(self) -> None:
        """Let go of the file, but not of its lock: it is opened anew when it is needed next."""
        connection, self._connection, self._driver = self._connection, None, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    def _open_file(self) -> None:
        try:
            with speaking_of(self.path):
                self._connection = connect(self.path)
                self._driver = driver_of(self._connection)
                self._look(self._connection, self._driver)
        except StoreBroken:
            self.let_go()
            raise

    def _look(self, connection: Connection, driver: sqlite3.Connection) -> None:
        """Read what the file holds; or, if it was known before, make it that again."""
        if self._known:
            return self._put_back(connection, driver)
        brought_up(connection, self.path)
        meta = connection.execute(select(table_of(MetaRow))).first()
        if meta is not None:
            self._identity = Identity(meta.site, meta.epoch, meta.starts)
        self._seq, self._head = read_tail(connection)
        self._cursors, self._used = read_cursors(connection)
        self._refusals = read_refusals(connection)
        self._known = True
        return None

    def _put_back(self, connection: Connection, driver: sqlite3.Connection) -> None:
        """A commit that failed may yet have reached the disk; its rows moved no door and answered no device."""
        seq, _ = read_tail(connection)
        if seq < self._seq:
            raise StoreBroken(f"{self.path} lost events after {self._identity.epoch}-{seq}; put the lost file back")
        rows = rows_of(self._cursors, self._used)
        put_back(driver, self._identity.epoch, self._seq, rows, self._refusals)
        self._used += len(rows)
