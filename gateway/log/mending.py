"""A damaged log, put in order while doors go on: a new file at once, and its rows brought over from the old one.

The damaged file is set aside, and the chain goes on in a new one whose base is where it had come to; so a door waits
for one small file to be written and no more (guarantees D11, D12). Then, in idle moments and from the newest down, the
rows that are still whole are brought over, and the base moves down. What is lost becomes gaps (S3). A process that ends
in between goes on with it at the next start.
"""

import os
import sqlite3
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import Connection, delete, func, insert, select, update

from access.log import Gap, Row
from gateway.database import StoreBroken, connect, driver_of, speaking_of
from gateway.log.layout import brought_up
from gateway.log.salvage import Found, Place, Salvage
from gateway.log.shape import epoch_of, read_extent
from gateway.log.tables import LAYOUT, GapRow, LogRow, MendingRow, MetaRow, table_of
from gateway.log.writes import BEGIN, COMMIT, put_rows

KEPT_AT_MOST = 3
"""So many damaged files stay beside the log; then the oldest goes."""
DAMAGED = "damaged"
BESIDE = ("-wal", "-shm")

_meta, _gap, _mending = (table_of(model) for model in (MetaRow, GapRow, MendingRow))


@dataclass(frozen=True, slots=True)
class Begun:
    """What a new file begins with: whose log it is, and where the chain had come to."""

    site: str
    epoch: int
    starts: int
    seq: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Mended:
    """What a step brought over: how many rows, what was found lost, and whether it was the last step; ``checkpoint``:
    one of the rows is one.
    """

    rows: int = 0
    lost: Sequence[Gap] = field(default_factory=tuple)
    over: bool = True
    checkpoint: bool = False


def damaged_files(path: Path) -> list[Path]:
    """The damaged files beside a log, oldest first."""
    found = path.parent.glob(f"{path.name}.damaged-*")
    numbered = [(one.name.rpartition("-")[2], one) for one in found]
    return [one for number, one in sorted((int(n), one) for n, one in numbered if n.isdecimal())]


def begin_anew(path: Path, begun: Begun, at_ms: int) -> Path:
    """Set the log aside, and put a new file in its place that goes on where the chain had come to. Its place beside the
    log. Raises StoreBroken, and then the damaged file may still be in its place.
    """
    old = damaged_files(path)
    number = int(old[-1].name.rpartition("-")[2]) + 1 if old else 1
    aside, fresh = path.with_name(f"{path.name}.damaged-{number}"), _fresh(path)
    try:
        _remove(fresh)
        _make(fresh, begun, aside.name, at_ms)
        _set_aside(path, aside)
        fresh.replace(path)
        _synced(path.parent)
        for one in old[: max(len(old) + 1 - KEPT_AT_MOST, 0)]:
            _remove(one)
    except OSError as error:
        raise StoreBroken(f"{path} is damaged and cannot be set aside: {error.strerror}; see its folder") from error
    return aside


def finish_setting_aside(path: Path) -> None:
    """Go on where a process ended between the damaged file and the new one. Raises StoreBroken."""
    fresh = _fresh(path)
    try:
        if not path.exists() and fresh.exists():
            for ending, aside in ((ending, one) for ending in BESIDE for one in damaged_files(path)[-1:]):
                _moved(path.with_name(path.name + ending), aside.with_name(aside.name + ending))
            fresh.replace(path)
            _synced(path.parent)
    except OSError as error:
        raise StoreBroken(f"{path} cannot be put in its place: {error.strerror}; see its folder") from error


def _fresh(path: Path) -> Path:
    return path.with_name(f"{path.name}.new")


def _make(fresh: Path, begun: Begun, aside: str, at_ms: int) -> None:
    with speaking_of(fresh):
        connection = connect(fresh)
        try:
            brought_up(connection, fresh)
            held = {"site": begun.site, "epoch": begun.epoch, "starts": begun.starts}
            base = {"base_seq": begun.seq, "base_head": begun.head}
            connection.execute(insert(_meta).values(id=1, layout=LAYOUT, **held, **base))
            connection.execute(insert(_mending).values(id=1, aside=aside, at_ms=at_ms))
            # One file, whole on the disk, before it takes its place.
            driver_of(connection).execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        finally:
            connection.invalidate()
            connection.close()
    for ending in BESIDE:
        fresh.with_name(fresh.name + ending).unlink(missing_ok=True)


def _set_aside(path: Path, aside: Path) -> None:
    _moved(path, aside)
    for ending in BESIDE:
        _moved(path.with_name(path.name + ending), aside.with_name(aside.name + ending))


def _moved(here: Path, there: Path) -> None:
    with suppress(FileNotFoundError):
        here.replace(there)


def _remove(path: Path) -> None:
    for ending in ("", *BESIDE):
        path.with_name(path.name + ending).unlink(missing_ok=True)


def let_go(path: Path, before_ms: int) -> int:
    """Remove the damaged files beside a log that were set aside before a moment; how many. Raises StoreBroken."""
    try:
        old = [one for one in damaged_files(path) if one.stat().st_ctime_ns // 1_000_000 < before_ms]
        for one in old:
            _remove(one)
        if old:
            _synced(path.parent)
    except OSError as error:
        raise StoreBroken(f"a damaged log beside {path} cannot be removed: {error.strerror}; see its folder") from error
    return len(old)


def _synced(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Mending:
    """Bringing rows over from one damaged file. ``step`` until it is over, and ``close``."""

    def __init__(self, path: Path, connection: Connection) -> None:
        """Of the log at ``path``, open on ``connection``, which says what is set aside."""
        self.aside, self._at_ms = connection.execute(select(_mending.c.aside, _mending.c.at_ms)).one()
        extent = read_extent(connection)
        self._salvage = Salvage(path.with_name(self.aside), extent.site)
        epoch = epoch_of(connection, extent.base_seq + 1) or extent.epoch
        self._salvage.begin(Place(epoch, extent.base_seq, extent.base_head))
        self._known = {hole.gap: hole for hole in self._salvage.holes}

    def step(self, driver: sqlite3.Connection, connection: Connection, most: int) -> Mended:
        """Bring so many rows over, in one transaction. Raises one of FAILURES; then nothing of it holds."""
        found = self._salvage.take(most)
        rows = [part for part in found.parts if isinstance(part, Row)]
        gaps = [part for part in found.parts if isinstance(part, Gap)]
        driver.execute(BEGIN)
        put_rows(driver, rows[::-1])
        for gap in gaps:
            known = self._known.get(gap)
            at_ms, why = (self._at_ms, DAMAGED) if known is None else (known.at_ms, known.why)
            connection.execute(insert(_gap).values(first=gap.first, last=gap.last, head=gap.head, at_ms=at_ms, why=why))
        self._move(connection, found)
        driver.execute(COMMIT)
        lost = [gap for gap in gaps if gap not in self._known]
        return Mended(len(rows), lost, found.over, any(b'"kind":"checkpoint"' in row.header for row in rows))

    def _move(self, connection: Connection, found: Found) -> None:
        seq, head = found.base
        connection.execute(update(_meta).values(base_seq=seq, base_head=head))
        if found.over:
            connection.execute(delete(_mending))

    def lost(self, connection: Connection) -> list[Gap]:
        """All that was lost with this file, in order."""
        here = (_gap.c.at_ms == self._at_ms, _gap.c.why == DAMAGED)
        found = connection.execute(select(_gap.c.first, _gap.c.last, _gap.c.head).where(*here).order_by(_gap.c.first))
        return [Gap(*row) for row in found]

    def close(self) -> None:
        """Let go of the damaged file."""
        self._salvage.close()


def is_mending(connection: Connection) -> bool:
    """Whether rows are still to be brought over."""
    return bool(connection.execute(select(func.count()).select_from(_mending)).scalar())


def holds_checkpoint(connection: Connection) -> bool:
    """Whether a start has a checkpoint to begin with."""
    log = table_of(LogRow)
    mark = func.instr(log.c.header, b'"kind":"checkpoint"')
    return connection.execute(select(log.c.seq).where(mark > 0).limit(1)).first() is not None
