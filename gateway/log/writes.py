"""The statements of the door's path: Core statements on the log's tables, compiled once, run on the driver's cursor."""

import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, insert, tuple_, update

from access.log import Row
from gateway.database import compiled, putting
from gateway.log.tables import BodyRow, CursorRow, LogRow, MetaRow, RefusalRow, table_of

_log, _body, _cursor, _refusal = (table_of(model) for model in (LogRow, BodyRow, CursorRow, RefusalRow))
_beyond = tuple_(bindparam("e"), bindparam("s"))

BEGIN = "BEGIN IMMEDIATE"
COMMIT = "COMMIT"
INSERT_LOG = compiled(insert(_log))
INSERT_BODY = compiled(insert(_body))
INSERT_REFUSAL = compiled(insert(_refusal))
PUT_CURSOR = putting(CursorRow)
DROP_CURSOR = compiled(delete(_cursor).where(_cursor.c.device == bindparam("d"), _cursor.c.boot == bindparam("b")))
CLEAR_CURSORS = compiled(delete(_cursor))
CLEAR_REFUSALS = compiled(delete(_refusal))
CUT_LOG = compiled(delete(_log).where(tuple_(_log.c.epoch, _log.c.seq) > _beyond))
CUT_BODY = compiled(delete(_body).where(tuple_(_body.c.epoch, _body.c.seq) > _beyond))
SET_EPOCH = compiled(update(table_of(MetaRow)).values(epoch=bindparam("e")))

Driver = sqlite3.Connection | sqlite3.Cursor


def put_rows(driver: Driver, rows: Sequence[Row]) -> None:
    """Insert rows of the chain, and their bodies."""
    driver.executemany(INSERT_LOG, [(row.epoch, row.seq, row.header, row.hash) for row in rows])
    driver.executemany(INSERT_BODY, [(row.epoch, row.seq, row.salt, row.body) for row in rows if row.body is not None])


def put_cursors(driver: Driver, cursors: Sequence[tuple[Any, ...]], dropped: Sequence[tuple[str, str]]) -> None:
    """Put cursor rows in place of what is there, and delete the (device, boot) that are no longer kept."""
    driver.executemany(PUT_CURSOR, cursors)
    if dropped:
        driver.executemany(DROP_CURSOR, dropped)


def put_refusals(driver: Driver, refusals: Mapping[str, int]) -> None:
    """Replace the tallies of refused messages."""
    driver.execute(CLEAR_REFUSALS)
    driver.executemany(INSERT_REFUSAL, list(refusals.items()))


def put_back(
    driver: Driver, epoch: int, seq: int, cursors: Sequence[tuple[Any, ...]], refusals: Mapping[str, int]
) -> None:
    """Make the file what the last commit left: no row beyond ``seq``, which is in ``epoch``, these cursors, these
    tallies; one transaction.
    """
    driver.execute(BEGIN)
    driver.execute(CUT_LOG, (epoch, seq))
    driver.execute(CUT_BODY, (epoch, seq))
    driver.execute(SET_EPOCH, (epoch,))
    driver.execute(CLEAR_CURSORS)
    put_cursors(driver, cursors, ())
    put_refusals(driver, refusals)
    driver.execute(COMMIT)
