"""Erasing the bodies and salts of the log once their time is over, by the table of ``access.retention`` (P4, S4): a bit
at a time, in moments in which nobody waits at a door. The chain stays whole.

What the registry has not acknowledged stays until it has (S1), and so does all from the last checkpoint on, which a
start needs. While the clock is not trusted nothing is old. A damaged file that was set aside goes as a whole, once what
can be read of it is brought over.
"""

import logging
from collections.abc import Callable
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, delete, select

from access.clock import HOUR_MS, SECOND_MS
from access.log import read_header
from access.retention import DAMAGED, PERIODS_OF_LOGS, of_row, old_rows
from gateway.clock import Clock
from gateway.database import StoreBroken, driver_of, emptied, speaking_of
from gateway.log.mending import is_mending, let_go
from gateway.log.room import last_checkpoint, rows_from
from gateway.log.store import Store
from gateway.log.tables import BodyRow, LogRow, table_of
from gateway.watched import Tended

if TYPE_CHECKING:
    from gateway.loop import Loop

LOG = logging.getLogger("hubout.gateway")
FIRST_MS, EVERY_MS, PAUSE_MS = 60 * SECOND_MS, HOUR_MS, 100
STEP_ROWS = 500
_log, _body = table_of(LogRow), table_of(BodyRow)
_ROWS = (
    select(_log.c.epoch, _log.c.seq, _log.c.header, _body.c.body)
    .join(_body, and_(_body.c.epoch == _log.c.epoch, _body.c.seq == _log.c.seq), isouter=True)
    .order_by(_log.c.epoch, _log.c.seq)
    .limit(STEP_ROWS)
)


def emptied_of(store: Store) -> bool:
    """Whether nothing is left in the write-ahead log of what was erased; else it is to be tried again. Raises
    StoreBroken.
    """
    with speaking_of(store.path):
        return emptied(driver_of(store.connected()))


class Purging(Tended):
    """One log's, as part of the gateway's loop. ``acked`` says up to where the registry has it; None: there is none."""

    def __init__(self, store: Store, acked: Callable[[], int] | None, clock: Clock) -> None:
        self._store, self._acked, self._clock = store, acked, clock
        self._marks = dict.fromkeys(PERIODS_OF_LOGS, 0)
        self._due_ms: int | None = None
        self._erased = 0
        self._trouble = ""

    def tend(self, loop: "Loop", mono_ms: int) -> None:
        """Look whether anything is over, and let a little of it go."""
        if self._due_ms is None:
            self._due_ms = mono_ms + FIRST_MS
        if loop.store_trouble or not loop.idle or mono_ms < self._due_ms:
            return
        try:
            more = self.step()
            self._trouble = ""
        except StoreBroken as error:
            more = False
            if not loop.cure(error) and self._trouble != str(error):
                LOG.error("what is kept no longer cannot be erased: %s", error)
            self._trouble = str(error)
        self._due_ms = mono_ms + (PAUSE_MS if more else EVERY_MS)

    def step(self) -> bool:
        """Erase what is over of the next rows of each period; whether there may be more at once. Raises StoreBroken."""
        now = self._clock.now()
        if not now.trusted:
            return False
        acked = None if self._acked is None else self._acked()
        more, erased = self._store.tidy(lambda connection: self._some(connection, now.wall_ms, acked))
        self._erased += erased
        if not more and self._erased:
            self._erased = 0 if emptied_of(self._store) else self._erased
        if not more and not self._store.tidy(is_mending):
            let_go(self._store.path, now.wall_ms - DAMAGED.period_ms)
        return more

    def _some(self, connection: Connection, now_ms: int, acked: int | None) -> tuple[bool, int]:
        limit = last_checkpoint(connection) - 1
        limit = limit if acked is None else min(limit, acked)
        more, erased = False, 0
        for period_ms, mark in self._marks.items():
            rows = connection.execute(_ROWS.where(rows_from(connection, mark + 1), _log.c.seq <= limit)).all()
            heads = [read_header(row.header) for row in rows]
            old = old_rows([(head.at, head.trusted) for head in heads], now_ms - period_ms)
            for row, head in zip(rows[:old], heads, strict=False):
                found = None if row.body is None else of_row(head.kind, row.body)
                if found is not None and found.period_ms == period_ms:
                    here = (_body.c.epoch == row.epoch) & (_body.c.seq == row.seq)
                    erased += connection.execute(delete(_body).where(here)).rowcount
            if old:
                self._marks[period_ms] = rows[old - 1].seq
            more = more or old == STEP_ROWS
        return more, erased
