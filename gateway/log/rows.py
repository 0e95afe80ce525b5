"""Reading rows of the log, and what is no more, over an open connection."""

from collections.abc import Iterator
from contextlib import contextmanager
from heapq import merge
from itertools import islice

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

from access.log import Gap, Row
from gateway.database import compiled, driver_of
from gateway.log.shape import Epochs, read_holes
from gateway.log.tables import BodyRow, LogRow, table_of

ROW_FRAME_BYTES = 160
"""What a row costs when it is sent, beside its header and body: salt in hex, names, punctuation."""


def _bytes(column: Column[bytes]) -> Cast[bytes]:
    """Whatever a damaged file holds there, as bytes, for the chain to judge."""
    return cast(column, LargeBinary)


def some_bytes(column: Column[bytes]) -> ColumnElement[bytes]:
    """The same, none where a damaged file holds nothing."""
    return func.coalesce(_bytes(column), literal_column("x''"))


def rows_selected() -> Select[tuple[object, ...]]:
    """Rows of the log with their bodies, as ``Row`` has them; where and in which order is to be added."""
    log, body = table_of(LogRow), table_of(BodyRow)
    both = log.outerjoin(body, and_(body.c.epoch == log.c.epoch, body.c.seq == log.c.seq))
    return select(
        log.c.epoch,
        log.c.seq,
        *map(some_bytes, (log.c.header, log.c.hash)),
        *map(_bytes, (body.c.salt, body.c.body)),
    ).select_from(both)


_log = table_of(LogRow)
SELECT_ROWS = compiled(
    rows_selected()
    .where(tuple_(_log.c.epoch, _log.c.seq) > tuple_(bindparam("epoch"), bindparam("after")))
    .order_by(_log.c.epoch, _log.c.seq)
)


def read_on(connection: Connection, after_seq: int, max_events: int, max_bytes: int) -> list[Row | Gap]:
    """The log from ``after_seq`` on, rows and what is no more, as of one moment: at most so many, and no more bytes
    than that as they are sent unless the first alone is larger.
    """
    with at_once(connection):
        return read_within(connection, Epochs(connection), after_seq, max_events, max_bytes)


def read_within(
    connection: Connection, epochs: Epochs, after_seq: int, max_events: int, max_bytes: int
) -> list[Row | Gap]:
    """The same within a moment that was begun, whose epochs these are."""
    rows = read_rows(connection, epochs, after_seq, max_events, max_bytes)
    gaps = [hole.gap for hole in islice(read_holes(connection, after_seq), max_events)]
    if rows:
        gaps = [gap for gap in gaps if gap.first <= rows[-1].seq + 1]
    found: list[Row | Gap] = [*rows]
    # Rows keep their order, so that one of another epoch than its number says is found where it lies.
    return list(islice(merge([*gaps], found, key=_first), max_events)) if gaps else found


def _first(one: Row | Gap) -> int:
    return one.seq if isinstance(one, Row) else one.first


@contextmanager
def at_once(connection: Connection) -> Iterator[None]:
    """One moment of the file, while another thread or process writes it."""
    driver = driver_of(connection)
    driver.execute("BEGIN")
    try:
        yield
    finally:
        driver.execute("COMMIT")


def read_rows(connection: Connection, epochs: Epochs, after_seq: int, max_events: int, max_bytes: int) -> list[Row]:
    """The rows that follow ``after_seq``, in order, what is no more passed over; bounded like ``read_on``."""
    rows: list[Row] = []
    size_bytes = 0
    found = driver_of(connection).execute(SELECT_ROWS, (epochs.of(after_seq), after_seq))
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
