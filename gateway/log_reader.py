"""Reading the log beside its writer: another thread or process, on a read-only connection of its own."""

from pathlib import Path
from typing import Self

from sqlalchemy import Cast, Column, Connection, LargeBinary, Select, and_, bindparam, cast, func, select

from access.log import Row
from gateway.database import StoreBroken, compiled, connect_reading, driver_of, speaking_of
from gateway.tables import BodyRow, LogRow, MetaRow, table_of

ROW_FRAME_BYTES = 160
"""What a row costs when it is sent, beside its header and body: salt in hex, names, punctuation."""


def _bytes(column: Column[bytes]) -> Cast[bytes]:
    """Whatever a damaged file holds there, as bytes, for the chain to judge."""
    return cast(column, LargeBinary)


def _rows() -> Select[tuple[object, ...]]:
    log, body = table_of(LogRow), table_of(BodyRow)
    both = log.outerjoin(body, and_(body.c.epoch == log.c.epoch, body.c.seq == log.c.seq))
    return (
        select(log.c.epoch, log.c.seq, *map(_bytes, (log.c.header, log.c.hash, body.c.salt, body.c.body)))
        .select_from(both)
        .where(log.c.epoch == bindparam("epoch"), log.c.seq > bindparam("after"))
        .order_by(log.c.seq)
    )


SELECT_ROWS = compiled(_rows())


def read_rows(connection: Connection, epoch: int, after_seq: int, max_events: int, max_bytes: int) -> list[Row]:
    """The rows of a branch that follow ``after_seq``, in order: at most so many, and no more bytes than that as they
    are sent unless the first alone is larger.
    """
    rows: list[Row] = []
    size_bytes = 0
    found = driver_of(connection).execute(SELECT_ROWS, (epoch, after_seq))
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


class Reader:
    """A log file, read-only; each call reads what is committed by then. For one thread at a time."""

    def __init__(self, path: Path, connection: Connection) -> None:
        self._path = path
        self._connection = connection

    @classmethod
    def open(cls, path: Path) -> Self:
        """A reader of this file. Raises StoreBroken where there is none or it cannot be read."""
        with speaking_of(path):
            return cls(path, connect_reading(path))

    def rows(self, epoch: int, after_seq: int, max_events: int, max_bytes: int) -> list[Row]:
        """The rows that follow, bounded in number and bytes; at least one where there is one. Raises StoreBroken."""
        with speaking_of(self._path):
            return read_rows(self._connection, epoch, after_seq, max_events, max_bytes)

    def hash_at(self, epoch: int, seq: int) -> bytes | None:
        """The hash of one row; None where there is no such row."""
        log = table_of(LogRow)
        with speaking_of(self._path):
            found: bytes | None = self._connection.execute(
                select(log.c.hash).where(log.c.epoch == epoch, log.c.seq == seq)
            ).scalar()
        return found

    def branches(self) -> tuple[str, dict[int, int]]:
        """The site's id, and epoch → how many rows that branch has."""
        log, meta = table_of(LogRow), table_of(MetaRow)
        with speaking_of(self._path):
            site = self._connection.execute(select(meta.c.site)).scalar() or ""
            counted = select(log.c.epoch, func.count()).group_by(log.c.epoch).order_by(log.c.epoch)
            return site, {row[0]: row[1] for row in self._connection.execute(counted)}

    def row(self, epoch: int, seq: int) -> Row | None:
        """One row; None where there is none of that number."""
        found = self.rows(epoch, seq - 1, 1, 0)
        return found[0] if found and found[0].seq == seq else None

    def check(self) -> None:
        """Let SQLite examine the whole file. Raises StoreBroken with its first finding."""
        with speaking_of(self._path):
            found = self._connection.exec_driver_sql("PRAGMA integrity_check(1)").scalar()
        if found != "ok":
            raise StoreBroken(f"{self._path} is damaged ({found}); set it aside and put a sound copy in its place")

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()
