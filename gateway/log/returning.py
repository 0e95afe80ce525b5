"""Rows that the registry has given back go into the log in the place of their gap, while nobody waits (D12, S3)."""

import logging
from typing import TYPE_CHECKING

from sqlalchemy import Connection, delete, insert, select

from access.clock import SECOND_MS
from gateway.database import StoreBroken, StoreDamaged, driver_of
from gateway.log.mender import has_room
from gateway.log.mending import DAMAGED, is_mending
from gateway.log.refetched import Restored
from gateway.log.store import Store
from gateway.log.tables import GapRow, table_of
from gateway.log.writes import put_rows
from gateway.watched import Tended

if TYPE_CHECKING:
    from gateway.loop import Loop

LOG = logging.getLogger("hubout.gateway")
TRY_EVERY_MS = 5 * SECOND_MS

_gap = table_of(GapRow)


class Returning(Tended):
    """One log's, as part of the gateway's loop. ``offer`` and ``waits`` are for the link's thread: one offer at a time;
    all else is for the thread that writes the log.
    """

    def __init__(self, store: Store) -> None:
        self._store = store
        self._offered: Restored | None = None
        self._try_ms = 0
        self._trouble = ""

    @property
    def waits(self) -> bool:
        """Whether what was offered is still to be written."""
        return self._offered is not None

    def offer(self, restored: Restored) -> None:
        """Have these rows written when nobody waits."""
        self._offered = restored

    def tend(self, loop: "Loop", mono_ms: int) -> None:
        """Write what was offered; where that fails, again after a while."""
        if self._offered is None or not loop.idle or loop.store_trouble or mono_ms < self._try_ms:
            return
        # What doors need of the disk is not for what the registry keeps anyway.
        if not has_room(self._store.path):
            self._try_ms = mono_ms + TRY_EVERY_MS
            return
        try:
            self.put()
        except StoreBroken as error:
            self._try_ms = mono_ms + TRY_EVERY_MS
            cured = isinstance(error, StoreDamaged) and loop.cure(error)
            if not cured and self._trouble != str(error):
                LOG.error("what the registry has of a damaged log cannot be put back: %s", error)
            self._trouble = str(error)

    def put(self) -> None:
        """Write what was offered, in one transaction; only where the gap is still that. Raises StoreBroken."""
        restored = self._offered
        if restored is not None:
            self._store.tidy(lambda connection: put_back(connection, restored))
            self._offered, self._trouble = None, ""


def put_back(connection: Connection, restored: Restored) -> bool:
    """Put rows in the place of their gap, or of a part of it; whether it was still the one that they are for."""
    gap, left = restored.gap, restored.left
    same = (_gap.c.first == gap.first, _gap.c.last == gap.last, _gap.c.head == gap.head, _gap.c.why == DAMAGED)
    at_ms = connection.execute(select(_gap.c.at_ms).where(*same)).scalar()
    if at_ms is None or is_mending(connection):
        return False
    connection.execute(delete(_gap).where(*same))
    if left is not None:
        said = {"first": left.first, "last": left.last, "head": left.head, "at_ms": at_ms, "why": DAMAGED}
        connection.execute(insert(_gap).values(said))
    put_rows(driver_of(connection), restored.rows)
    return True
