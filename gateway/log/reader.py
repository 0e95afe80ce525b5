"""Reading the log beside its writer: another thread or process, on a read-only connection of its own."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Self

from sqlalchemy import Connection, Select, bindparam, func, literal_column, select

from access.log import GENESIS, Gap, Row
from gateway.database import StoreBroken, compiled, connect_reading, driver_of, speaking_of
from gateway.log.rows import at_once, read_on, read_rows, read_within, some_bytes
from gateway.log.shape import Epochs, Extent, Hole, read_extent, read_holes
from gateway.log.tables import BodyRow, LogRow, MendingRow, table_of

_log = table_of(LogRow)
SELECT_MENDING = compiled(select(table_of(MendingRow).c.id))
SELECT_HASH = compiled(
    select(some_bytes(_log.c.hash)).where(_log.c.epoch == bindparam("epoch"), _log.c.seq == bindparam("seq"))
)


def _strays() -> Select[tuple[int, int]]:
    log = table_of(LogRow)
    return select(log.c.epoch, log.c.seq).where(log.c.seq <= literal_column("0")).order_by(log.c.epoch, log.c.seq)


def _bodies_of_nothing() -> Select[tuple[int, int]]:
    log, body = table_of(LogRow), table_of(BodyRow)
    of_it = select(log.c.seq).where(log.c.epoch == body.c.epoch, log.c.seq == body.c.seq)
    return select(body.c.epoch, body.c.seq).where(~of_it.exists()).order_by(body.c.epoch, body.c.seq)


SELECT_STRAYS, SELECT_BODIES_OF_NOTHING = compiled(_strays()), compiled(_bodies_of_nothing())


def _inode(path: Path) -> int:
    try:
        return path.stat().st_ino
    except OSError:
        return 0


@dataclass(frozen=True, slots=True)
class Following:
    """What follows a row of the log, as ``read_on`` has it, and that row's hash (None: it is not known). ``mending``:
    rows below the log's base are still to be brought over from a damaged file.
    """

    head: bytes | None
    found: list[Row | Gap]
    mending: bool


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
            return self._mending()

    def _mending(self) -> bool:
        return driver_of(self._connection).execute(SELECT_MENDING).fetchone() is not None

    def following(self, seq: int, max_events: int, max_bytes: int) -> Following:
        """A row's hash and what follows it, all of one moment, bounded like ``read_on``. Raises StoreBroken."""
        connection, epochs = self._connection, Epochs(self._connection)
        with speaking_of(self._path), at_once(connection):
            head = self._hash_at(epochs, seq) if seq else GENESIS
            return Following(head, read_within(connection, epochs, seq, max_events, max_bytes), self._mending())

    def rows(self, after_seq: int, max_events: int, max_bytes: int) -> list[Row]:
        """The rows that follow, bounded in number and bytes; at least one where there is one. Raises StoreBroken."""
        with speaking_of(self._path):
            return read_rows(self._connection, Epochs(self._connection), after_seq, max_events, max_bytes)

    def read_on(self, after_seq: int, max_events: int, max_bytes: int) -> list[Row | Gap]:
        """What follows, rows and what is no more, bounded likewise. Raises StoreBroken."""
        with speaking_of(self._path):
            return read_on(self._connection, after_seq, max_events, max_bytes)

    def hash_at(self, seq: int) -> bytes | None:
        """The hash of one row, or of the last one that is no more; None where it is not known."""
        if seq == 0:
            return GENESIS
        with speaking_of(self._path), at_once(self._connection):
            return self._hash_at(Epochs(self._connection), seq)

    def marks(self, numbers: Sequence[int]) -> list[tuple[int, bytes]]:
        """Those of these rows whose hash is known, with it, all of one moment. Raises StoreBroken."""
        epochs = Epochs(self._connection)
        with speaking_of(self._path), at_once(self._connection):
            found = [(seq, self._hash_at(epochs, seq) if seq else GENESIS) for seq in numbers]
        return [(seq, head) for seq, head in found if head is not None]

    def _hash_at(self, epochs: Epochs, seq: int) -> bytes | None:
        here = (epochs.of(seq), seq)
        found: tuple[bytes] | None = driver_of(self._connection).execute(SELECT_HASH, here).fetchone()
        if found and found[0]:
            return found[0]
        gone = (hole.gap for hole in islice(read_holes(self._connection, seq - 1), 1))
        return next((gap.head for gap in gone if gap.last == seq), None)

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
