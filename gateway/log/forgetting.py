"""Erasing from the log what names people whom the registry has erased, as soon as it says so (guarantees P5, S4): a bit
at a time, in moments in which nobody waits at a door. The chain stays whole.

The registry names them with each greeting. A checkpoint is logged first, so that nothing before it is needed for a
start; another one, where a later row names them, as their denial does and its end. What the registry has not got stays
until it has (S1); what a checkpoint says of somebody who is inside, until the next one. How far all is looked through
is not kept: a start begins anew.
"""

import logging
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy import Connection, and_, delete, select, tuple_

from access.clock import HOUR_MS, SECOND_MS
from access.effects import Append, Effect
from access.events import CheckpointAsked
from access.facts_denials import DenialLifted, Denied
from access.forgotten import Forgotten, Whom
from access.log import read_header
from gateway.database import StoreBroken
from gateway.log.purging import emptied_of
from gateway.log.room import last_checkpoint, rows_from
from gateway.log.store import Store
from gateway.log.tables import BodyRow, LogRow, table_of
from gateway.watched import Tended

if TYPE_CHECKING:
    from gateway.loop import Loop

LOG = logging.getLogger("hubout.gateway")
EVERY_MS, SOON_MS, PAUSE_MS = HOUR_MS, SECOND_MS, 50
STEP_ROWS = 200
_log, _body = table_of(LogRow), table_of(BodyRow)
_ROWS = (
    select(_log.c.epoch, _log.c.seq, _log.c.header, _body.c.body)
    .join(_body, and_(_body.c.epoch == _log.c.epoch, _body.c.seq == _log.c.seq), isouter=True)
    .order_by(_log.c.epoch, _log.c.seq)
    .limit(STEP_ROWS)
)


class Forgetting(Tended):
    """One log's, as part of the gateway's loop. ``told`` are those whom the registry has erased, ``acked`` says up to
    where it has the log.
    """

    def __init__(self, store: Store, told: Callable[[], Sequence[Forgotten]], acked: Callable[[], int]) -> None:
        self._store, self._told, self._acked = store, told, acked
        self._known = frozenset[Forgotten]()
        self._whom = Whom(())
        self._mark = self._due_ms = 0
        self._erased = self._later = False
        self._trouble = ""

    def note(self, effects: Sequence[Effect]) -> None:
        """Who was erased is denied, and no more once they are not known here: the last rows that name them."""
        if any(isinstance(effect, Append) and isinstance(effect.fact, Denied | DenialLifted) for effect in effects):
            self._due_ms = 0

    def tend(self, loop: "Loop", mono_ms: int) -> None:
        """Look whether somebody is to be forgotten, and let a little of what names them go."""
        told = frozenset(self._told())
        fresh = not told <= self._known
        if loop.store_trouble or not loop.idle or not (fresh or (self._known and mono_ms >= self._due_ms)):
            return
        if fresh:
            self._known, self._whom, self._mark = told, Whom(told), 0
        if fresh or self._later:
            self._later = False
            loop.stored(loop.writer.take([CheckpointAsked()]), [])
        try:
            self._due_ms = mono_ms + self.step()
            self._trouble = ""
        except StoreBroken as error:
            if not loop.cure(error) and self._trouble != str(error):
                LOG.error("what names somebody who was erased cannot be erased: %s", error)
            self._trouble = str(error)
            self._due_ms = mono_ms + EVERY_MS

    def step(self) -> int:
        """Erase what names them of the next rows; after how many milliseconds to go on. Raises StoreBroken."""
        acked = self._acked()
        full, waits, erased = self._store.tidy(lambda connection: self._some(connection, acked))
        self._erased = self._erased or erased
        if full:
            return PAUSE_MS
        if self._erased and emptied_of(self._store):
            self._erased = False
        self._later = not waits and self._store.tidy(self._is_named_later)
        return SOON_MS if waits or self._later else EVERY_MS

    def _some(self, connection: Connection, acked: int) -> tuple[bool, bool, bool]:
        """Whether there may be more at once, whether rows are waited for, and whether anything was erased."""
        needed = last_checkpoint(connection)
        limit = min(needed - 1, acked)
        rows = connection.execute(_ROWS.where(rows_from(connection, self._mark + 1), _log.c.seq <= limit)).all()
        those = [(row.epoch, row.seq) for row in rows if self._names(row.header, row.body)]
        if those:
            connection.execute(delete(_body).where(tuple_(_body.c.epoch, _body.c.seq).in_(those)))
        if rows:
            self._mark = rows[-1].seq
        return len(rows) == STEP_ROWS, limit < needed - 1, bool(those)

    def _is_named_later(self, connection: Connection) -> bool:
        """Whether a row names them that a start still needs; where there are many rows they are not looked into."""
        rows = connection.execute(_ROWS.where(rows_from(connection, last_checkpoint(connection) + 1))).all()
        return len(rows) == STEP_ROWS or any(self._names(row.header, row.body) for row in rows)

    def _names(self, header: bytes, body: bytes | None) -> bool:
        return body is not None and self._whom.named(read_header(header).kind, body)
