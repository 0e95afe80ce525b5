"""A site's disk: the gateway's own stores on real files, with a disk under them that fills, slows and loses power."""

import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection

from access.cursor import Cursor
from access.log import Row
from gateway.database import StoreBroken, StoreFull
from gateway.link.store import LinkStore
from gateway.log.shape import Hole
from gateway.log.store import Store

FULL_SYNC = 2
"""What SQLite calls a connection whose every commit is on the disk before it returns."""
BEFORE, AFTER = "before a commit", "after a commit"


class PowerCut(Exception):
    """The machine or the process is gone in the middle of a turn."""


@dataclass
class Disk:
    """What the disk does now. ``cut_at`` is when in the next commit the power goes, "" for not; ``slow_ms`` is how long
    a commit takes. ``synced``: whether what was committed since the power came is on the disk.
    """

    folder: Path
    full: bool = False
    broken: bool = False
    slow_ms: int = 0
    cut_at: str = ""
    synced: bool = True
    held_up: Callable[[int], None] = field(default=lambda _ms: None)
    committed: Callable[[Sequence[Row]], None] = field(default=lambda _rows: None)

    failed_ms: int = -1

    def fails_since(self, since_ms: int) -> bool:
        """Whether it has failed every commit since then."""
        return (self.full or self.broken) and 0 <= self.failed_ms <= since_ms

    def fails(self, now_ms: int, *, broken: bool) -> None:
        """From now on no commit succeeds: for want of room, or because it is ``broken``."""
        self.full, self.broken, self.failed_ms = not broken, broken, now_ms

    def before(self) -> None:
        """A commit begins. Raises StoreBroken or PowerCut."""
        self.held_up(self.slow_ms)
        if self.full:
            raise StoreFull(f"the disk of {self.folder} is full; free some space there")
        if self.broken:
            raise StoreBroken(f"the disk failed while {self.folder} was written; check the disk")
        self._cut(BEFORE)

    def after(self, rows: Sequence[Row]) -> None:
        """It returned. Raises PowerCut."""
        if self.synced:
            self.committed(rows)
        self._cut(AFTER)

    def _cut(self, moment: str) -> None:
        if self.cut_at == moment:
            self.cut_at = ""
            raise PowerCut


class DiskStore(Store):
    """The log on such a disk."""

    disk: Disk

    def commit(
        self,
        rows: Sequence[Row],
        cursors: Sequence[tuple[str, Cursor]],
        refusals: Mapping[str, int] | None,
        lost: Sequence[Hole] = (),
    ) -> None:
        """Commit as the store does; the disk may fail it, or lose its power before or after."""
        self.disk.before()
        super().commit(rows, cursors, refusals, lost)
        self.disk.after(rows)

    def _open_file(self) -> None:
        super()._open_file()
        if self._driver is not None:
            self.syncs = _unsynced(self._driver)


class DiskLinkStore(LinkStore):
    """The replica on such a disk."""

    def _opened(self) -> Connection:
        connection = super()._opened()
        connection.exec_driver_sql("PRAGMA synchronous=OFF")
        return connection


def open_log(disk: Disk) -> DiskStore:
    """The log's store in the disk's folder, made where there is none."""
    store = DiskStore.open(disk.folder / "log.db")
    store.disk = disk
    disk.synced = store.syncs
    return store


def copied(path: Path, to: Path) -> None:
    """A copy of a database as it is, what is still in its write-ahead log included."""
    source, target = sqlite3.connect(path), sqlite3.connect(to)
    source.backup(target)
    source.close()
    target.close()


def _unsynced(driver: sqlite3.Connection) -> bool:
    """Spare the real disk what the simulated one is asked for; whether the store asks for it."""
    (asked,) = driver.execute("PRAGMA synchronous").fetchone()
    driver.execute("PRAGMA synchronous=OFF").close()
    return bool(asked == FULL_SYNC)
