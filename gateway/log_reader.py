"""Reading the log beside its writer: another thread or process, on a read-only connection of its own."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from heapq import merge
from itertools import islice
from pathlib import Path
from typing import Self

from sqlalchemy import (
    Cast,
    Column,
    ColumnElement,
    Connection,
    LargeBinary,
    Select,
    and_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    tuple_,
)

from access.log import GENESIS, Gap, Row
from gateway.database import StoreBroken, compiled, connect_reading, driver_of, speaking_of
from gateway.log_shape import Extent, Hole, epoch_of, read_extent, read_holes
from gateway.tables import BodyRow, LogRow, MendingRow, table_of

ROW_FRAME_BYTES = 160
"""What a row costs when it is sent, beside its header and body: salt in hex, names, punctuation."""


def _bytes(column: Column[bytes]) -> Cast[bytes]:
    """Whatever a damaged file holds there, as bytes, for the chain to judge."""
    return cast(column, LargeBinary)


def _some_bytes(column: Column[bytes]) -> ColumnElement[bytes]:
    """The same, none where a damaged file holds nothing."""
    return func.coalesce(_bytes(column), literal_column("x''"))


def rows_selected() -> Select[tuple[object, ...]]:
    """Rows of the log with their bodies, as ``Row`` has them; where and in which order is to be added."""
    log, body = table_of(LogRow), table_of(BodyRow)
    both = log.outerjoin(body, and_(body.c.epoch == log.c.epoch, body.c.seq == log.c.seq))
    return select(
        log.c.epoch,
        log.c.seq,
        *map(_some_bytes, (log.c.header, log.c.hash)),
        *map(_bytes, (body.c.salt, body.c.body)),
    ).select_from(both)


_log = table_of(LogRow)
SELECT_ROWS = compiled(
    rows_selected()
    .where(tuple_(_log.c.epoch, _log.c.seq) > tuple_(bindparam("epoch"), bindparam("after")))
    .order_by(_log.c.epoch, _log.c.seq)
)
SELECT_MENDING = compiled(select(table_of(MendingRow).c.id))
SELECT_HASH = compiled(
    select(_some_bytes(_log.c.hash)).where(_log.c.epoch == bindparam("epoch"), _log.c.seq == bindparam("seq"))
)


def _strays() -> Select[tuple[int, int]]:
    log = table_of(LogRow)
    return select(log.c.epoch, log.c.seq).where(log.c.seq <= literal_column("0")).order_by(log.c.epoch, log.c.seq)


def _bodies_of_nothing() -> Select[tuple[int, int]]:
    log, body = table_of(LogRow), table_of(BodyRow)
    of_it = select(log.c.seq).where(log.c.epoch == body.c.epoch, log.c.seq == body.c.seq)
    return select(body.c.epoch, body.c.seq).where(~of_it.exists()).order_by(body.c.epoch, body.c.seq)


SELECT_STRAYS, SELECT_BODIES_OF_NOTHING = compiled(_strays()), compiled(_bodies_of_nothing())


def read_on(connection: Connection, after_seq: int, max_events: int, max_bytes: int) -> list[Row | Gap]:
    """The log from ``after_seq`` on, rows and what is no more, as of one moment: at most so many, and no more bytes
    than that as they are sent unless the first alone is larger.
    """
    with _at_once(connection):
        rows = read_rows(connection, after_seq, max_events, max_bytes)
        gaps = [hole.gap for hole in islice(read_holes(connection, after_seq), max_events)]
    if rows:
        gaps = [gap for gap in gaps if gap.first <= rows[-1].seq + 1]
    found: list[Row | Gap] = [*rows]
    # Rows keep their order, so that one of another epoch than its number says is found where it lies.
    return list(islice(merge([*gaps], found, key=_first), max_events)) if gaps else found


def _first(one: Row | Gap) -> int:
    return one.seq if isinstance(one, Row) else one.first


@contextmanager
def _at_once(connection: Connection) -> Iterator[None]:
    """One moment of the file, while another thread or process writes it."""
    driver = driver_of(connection)
    driver.execute("BEGIN")
    try:
        yield
    finally:
        driver.execute("COMMIT")


def read_rows(connection: Connection, after_seq: int, max_events: int, max_bytes: int) -> list[Row]:
    """The rows that follow ``after_seq``, in order, what is no more passed over; bounded like ``read_on``."""
    rows: list[Row] = []
    size_bytes = 0
    found = driver_of(connection).execute(SELECT_ROWS, (epoch_of(connection, after_seq), after_seq))
    try:
        for fields in found:
            row = Row(*fields)
            size_bytes += ROW_FRAME_BYTES + len(row.header) + len(row.body or b"")
            if rows and size_bytes > max_bytes:
                break
            rows.append(row)
            if len(rows) == max_events:
                break
    finally:
        found.close()
    return rows


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


class Reader:
    """A log file, read-only; each call reads what is committed by then. For one thread at a time."""

    def __init__(self, path: Path, connection: Connection, inode: int) -> None:
        self._path = path
        self._connection, self._inode = connection, inode

    @classmethod
    def open(cls, path: Path) -> Self:
        """A reader of this file. Raises StoreBroken where there is none or it cannot be read."""
        inode = _inode(path)
        with speaking_of(path):
            return cls(path, connect_reading(path), inode)

    def is_replaced(self) -> bool:
        """Whether another file lies in its place by now."""
        return _inode(self._path) != self._inode

    def mending(self) -> bool:
        """Whether rows below its base are still to be brought over from a damaged file. Raises StoreBroken."""
        with speaking_of(self._path):
            return driver_of(self._connection).execute(SELECT_MENDING).fetchone() is not None

    def rows(self, after_seq: int, max_events: int, max_bytes: int) -> list[Row]:
        """The rows that follow, bounded in number and bytes; at least one where there is one. Raises StoreBroken."""
        with speaking_of(self._path):
            return read_rows(self._connection, after_seq, max_events, max_bytes)

    def read_on(self, after_seq: int, max_events: int, max_bytes: int) -> list[Row | Gap]:
        """What follows, rows and what is no more, bounded likewise. Raises StoreBroken."""
        with speaking_of(self._path):
            return read_on(self._connection, after_seq, max_events, max_bytes)

    def hash_at(self, seq: int) -> bytes | None:
        """The hash of one row, or of the last one that is no more; None where it is not known."""
        if seq == 0:
            return GENESIS
        with speaking_of(self._path), _at_once(self._connection):
            here = (epoch_of(self._connection, seq), seq)
            found = driver_of(self._connection).execute(SELECT_HASH, here).fetchone()
            gone = (hole.gap for hole in islice(read_holes(self._connection, seq - 1), 1))
            return (found and found[0]) or next((gap.head for gap in gone if gap.last == seq), None)

    def marks(self, numbers: Sequence[int]) -> list[tuple[int, bytes]]:
        """Those of these rows whose hash is known, with it."""
        found = ((seq, self.hash_at(seq)) for seq in numbers)
        return [(seq, head) for seq, head in found if head is not None]

    def extent(self) -> Extent:
        """Whose log it is, and where it begins. Raises StoreBroken."""
        with speaking_of(self._path):
            return read_extent(self._connection)

    def holes(self) -> list[Hole]:
        """What is no more, in order. Raises StoreBroken."""
        with speaking_of(self._path):
            return list(read_holes(self._connection, 0))

    def count(self) -> int:
        """How many rows it holds. Raises StoreBroken."""
        with speaking_of(self._path):
            return int(self._connection.execute(select(func.count()).select_from(table_of(LogRow))).scalar_one())

    def row(self, epoch: int, seq: int) -> Row | None:
        """One row; None where there is none of that number in that epoch."""
        found = self.rows(seq - 1, 1, 0)
        return found[0] if found and (found[0].epoch, found[0].seq) == (epoch, seq) else None

    def stray(self) -> tuple[int, int] | None:
        """Epoch and number of a row that no log numbers so; None where there is none. Raises StoreBroken."""
        return self._first_of(SELECT_STRAYS)

    def body_of_nothing(self) -> tuple[int, int] | None:
        """Epoch and number of the first body whose row is not here; None where there is none. Raises StoreBroken."""
        return self._first_of(SELECT_BODIES_OF_NOTHING)

    def _first_of(self, query: str) -> tuple[int, int] | None:
        with speaking_of(self._path):
            rows = driver_of(self._connection).execute(query)
            found: tuple[int, int] | None = rows.fetchone()
            rows.close()
        return found

    def check(self) -> None:
        """Let SQLite examine the whole file. Raises StoreBroken with its first finding."""
        with speaking_of(self._path):
            found = self._connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        if found != "ok":
            raise StoreBroken(f"{self._path} is damaged ({found}); a gateway that opens it goes on in a new file")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
