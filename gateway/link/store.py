"""The links' own database: the replica on disk, one whole step from version to version at a time (guarantee S10).

Both links write here, one at a time. A damaged file is set aside; the registry has it all and gives a snapshot.
"""

import logging
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Self

from sqlalchemy import Connection, bindparam, delete, select

from access.replica import Put, Replica, apply
from gateway.database import (
    FAILURES,
    StoreBroken,
    StoreDamaged,
    compiled,
    connect,
    driver_of,
    emptied,
    make_tables,
    putting,
    speaking_of,
)
from gateway.link import digest as link_digest
from gateway.link.records import BadRecord, checksum, lean, revived, sealed, together, uncollected
from gateway.link.step import Standing, Step
from gateway.link.tables import LAYOUT, LinkTable, RecordRow, StandingRow
from gateway.log.tables import table_of

LOG = logging.getLogger("hubout.gateway")
AUTOCHECKPOINT_PAGES = 1_000

_record, _standing = table_of(RecordRow), table_of(StandingRow)


PUT_RECORD, PUT_STANDING = putting(RecordRow), putting(StandingRow)
DROP_RECORD = compiled(delete(_record).where(_record.c.kind == bindparam("k"), _record.c.id == bindparam("i")))
CLEAR_RECORDS = compiled(delete(_record))
READ_CRC = compiled(select(_record.c.crc).where(_record.c.kind == bindparam("k"), _record.c.id == bindparam("i")))
READ_RECORDS = compiled(select(_record.c.kind, _record.c.id, _record.c.record, _record.c.crc))


class LinkStore:
    """The link's database in one file. Made by ``open``; every method raises StoreBroken where the disk fails it."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._connection: Connection | None = None
        self._known = False
        self._records = 0
        self._turn = Lock()
        self.standing = Standing()

    @classmethod
    def open(cls, path: Path) -> Self:
        """The store in this file; where it is damaged, a new one in its place. Raises StoreBroken."""
        store = cls(path)
        try:
            store._ready()
        except StoreDamaged as error:
            store._set_aside(str(error))
            store._ready()
        return store

    def replica(self) -> Replica:
        """The replica held, indexed; an empty one where it is damaged, and then a snapshot is needed."""
        try:
            with speaking_of(self._path):
                return self._read(self._ready())
        except (StoreDamaged, BadRecord) as error:
            self._set_aside(str(error))
            self._ready()
            return Replica()

    def _read(self, connection: Connection) -> Replica:
        held = self.standing
        rows = driver_of(connection).execute(READ_RECORDS)
        with uncollected():
            return apply(Replica(), held.generation, held.version, map(Put, revived(rows, self._records)))

    def keep(self, step: Step) -> None:
        """Put a whole step on disk: all of it, or StoreBroken and nothing of it. StoreDamaged: the file was set aside
        and only a snapshot can fill the new one.
        """
        last = step.last
        # By key, as the table lies: a snapshot then fills its pages, and the file is a fifth smaller.
        left_out = ((key, lean(key[1], record)) for key, record in sorted(last.items()) if record is not None)
        puts = [(*key, record, sealed(*key, record)) for key, record in left_out]
        drops = [key for key, record in last.items() if record is None]
        with self._turn:
            after = replace(self.standing, generation=step.generation, version=step.version)
            with self._writing() as driver:
                self._goes_on(step)
                if step.snapshot:
                    driver.execute(CLEAR_RECORDS)
                gone = (crc for key in last for (crc,) in driver.execute(READ_CRC, key))
                left = together(gone, 0 if step.snapshot else self._records)
                records = together((crc for *_, crc in puts), left)
                driver.executemany(DROP_RECORD, drops)
                driver.executemany(PUT_RECORD, puts)
                driver.execute(PUT_STANDING, _as_row(after, records))
                if digest := step.digest or (link_digest.of(last) if step.snapshot else ""):
                    link_digest.put(driver, step.generation, step.version, digest)
            self.standing, self._records = after, records
            if drops or step.snapshot:
                with self._using() as driver:
                    emptied(driver)  # Of whom the site knows no more, nothing is left in the write-ahead log (P5).

    def digest(self) -> str:
        """The digest of the replica held (``access.fingerprint``). StoreDamaged: as for ``keep``."""
        with self._turn, self._using() as driver:
            return link_digest.read(driver, self.standing.generation, self.standing.version)

    def digest_after(self, digest: str, step: Step) -> str:
        """What the digest will be after a step, from what it is. StoreDamaged: as for ``keep``."""
        with self._turn, self._using() as driver:
            return link_digest.after(driver, digest, step.last, snapshot=step.snapshot)

    def _goes_on(self, step: Step) -> None:
        """Raise StoreDamaged where the file was set aside since the step began: it then goes on from nothing."""
        if not step.snapshot and step.since is not None and step.since != self.standing.version:
            raise StoreDamaged(f"{self._path} does not hold version {step.since} any more")

    def note_acked(self, acked: int) -> None:
        """Put on disk what the registry acknowledged of the log. Raises StoreBroken."""
        self._note(acked=acked)

    def note_confirmed(self, confirmed_ms: int | None) -> None:
        """Put on disk when the registry last confirmed the replica. Raises StoreBroken."""
        self._note(confirmed_ms=confirmed_ms)

    def _note(self, **moved: int | None) -> None:
        with self._turn:
            after = replace(self.standing, **moved)  # type: ignore[arg-type]
            with self._writing() as driver:
                driver.execute(PUT_STANDING, _as_row(after, self._records))
            self.standing = after

    def close(self) -> None:
        """Let go of the file."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.invalidate()
            connection.close()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """One transaction."""
        with self._using() as driver:
            driver.execute("BEGIN IMMEDIATE")
            yield driver
            driver.execute("COMMIT")

    @contextmanager
    def _using(self) -> Iterator[sqlite3.Connection]:
        """The file. Where it fails it is opened anew next time; a damaged one is set aside."""
        try:
            with speaking_of(self._path):
                yield driver_of(self._ready())
        except (StoreDamaged, BadRecord) as error:
            self._set_aside(str(error))
            raise StoreDamaged(str(error)) from error
        except StoreBroken:
            self.close()
            raise

    def _ready(self) -> Connection:
        if self._connection is None:
            with speaking_of(self._path):
                self._connection = self._opened()
        return self._connection

    def _opened(self) -> Connection:
        connection = connect(self._path)
        try:
            connection.exec_driver_sql(f"PRAGMA wal_autocheckpoint={AUTOCHECKPOINT_PAGES}")
            make_tables(connection, LinkTable.metadata)
            self._look(connection)
        except (*FAILURES, StoreDamaged):
            connection.invalidate()
            connection.close()
            raise
        return connection

    def _look(self, connection: Connection) -> None:
        """Read where the link stands; only once, for what is in memory is never behind the disk."""
        row = connection.execute(select(_standing)).first()
        if row is not None and row.layout != LAYOUT:
            raise StoreDamaged(f"{self._path} is of another version of this program")
        if row is not None and not self._known:
            self.standing, self._records = (
                Standing(row.generation, row.version, row.acked, row.confirmed_ms),
                row.records,
            )
            if tuple(row) != _as_row(self.standing, self._records):
                raise StoreDamaged(f"{self._path} does not say truly where the link stands")
        self._known = True

    def _set_aside(self, why: str) -> None:
        """Begin a new file; the old one stays beside it, in the place of one set aside before."""
        self.close()
        aside = self._path.with_name(f"{self._path.name}.damaged")
        LOG.error("%s; it is set aside as %s, and people and bookings are fetched from the registry anew", why, aside)
        try:
            self._path.replace(aside)
            for ending in ("-wal", "-shm"):
                self._path.with_name(self._path.name + ending).unlink(missing_ok=True)
        except OSError as error:
            raise StoreBroken(f"{self._path} cannot be set aside: {error.strerror}; see its folder") from error
        self.standing, self._records = Standing(acked=self.standing.acked), 0


def _as_row(standing: Standing, records: int) -> tuple[object, ...]:
    held = (LAYOUT, standing.generation, standing.version, standing.acked, standing.confirmed_ms, records)
    return (1, *held, checksum(repr(held)))
