"""The gateway's log, when its file turns out to be damaged: set aside and gone on with, at a start or under way."""

import logging
from pathlib import Path

from access.log import GENESIS
from gateway.database import FAILURES, StoreBroken, StoreDamaged, broken, driver_of
from gateway.log.mending import Begun, Mended, Mending, begin_anew, holds_checkpoint, is_mending
from gateway.log.salvage import Salvage
from gateway.log.store import Store

LOG = logging.getLogger("hubout.gateway")
STEP_ROWS = 500
SET_ASIDE = "%s: it is set aside as %s, and what can be read is brought over"


def opened(path: Path, site: str, at_ms: int) -> "StoreMending":
    """The log of ``site``, begun anew where it is damaged. Raises StoreBroken."""
    try:
        store = Store.open(path)
    except StoreDamaged as error:
        return _anew(path, site, at_ms, error)
    mending = StoreMending(store)
    try:
        store.identity(site)
        mending.until_checkpoint()
    except StoreDamaged as error:
        return anew(mending, site, at_ms, error)
    except StoreBroken:
        store.close()
        raise
    return mending


def anew(was: "StoreMending", site: str, at_ms: int, error: StoreDamaged) -> "StoreMending":
    """The log begun anew at a start that found ``error``, in the place of what was opened. Raises StoreBroken."""
    was.close()
    was.store.close()
    return _anew(was.store.path, site, at_ms, error)


def _anew(path: Path, site: str, at_ms: int, error: StoreDamaged) -> "StoreMending":
    def prepared(path: Path) -> None:
        salvage = Salvage(path, site)
        end = salvage.end()
        salvage.close()
        begun = Begun(site, 1, 0, 0, GENESIS) if end is None else Begun(site, end.epoch, 0, end.seq, end.hash)
        LOG.error(SET_ASIDE, error, begin_anew(path, begun, at_ms).name)

    store = Store.open(path, prepared)
    try:
        store.identity(site)
        mending = StoreMending(store, unsure=True)
        mending.until_checkpoint()
    except StoreBroken:
        store.close()
        raise
    return mending


class StoreMending:
    """A store and what is brought over into it from a damaged file; for the store's own thread. ``unsure``: it was
    begun anew at this start, and nobody knows what its end was; ``ended``: what was lost, once all is brought over.
    """

    def __init__(self, store: Store, *, unsure: bool = False) -> None:
        self.store, self.unsure = store, unsure
        self.ended: Mended | None = None
        self._mending: Mending | None = None

    def begin(self, at_ms: int, sentence: str) -> None:
        """Set the file aside for what ``sentence`` says, and go on in a new one. Raises StoreBroken."""
        self.close()
        self.store.let_go()
        LOG.error(SET_ASIDE, sentence, begin_anew(self.store.path, self.store.begun, at_ms).name)
        self.store.connected()

    def active(self) -> bool:
        """Whether rows are still to be brought over. Raises StoreBroken."""
        try:
            return self._mending is not None or is_mending(self.store.connected())
        except FAILURES as error:
            raise broken(error, self.store.path) from error

    def step(self, most: int = STEP_ROWS) -> Mended:
        """Bring rows over; at the last step ``lost`` is all that was lost with the file. Raises StoreBroken."""
        connection = self.store.connected()
        try:
            mending = self._mending = self._mending or Mending(self.store.path, connection)
            mended = mending.step(driver_of(connection), connection, most)
            if mended.over:
                mended = self.ended = Mended(mended.rows, mending.lost(connection), checkpoint=mended.checkpoint)
                self.close()
        except FAILURES as error:
            self.close()
            self.store.let_go()
            raise broken(error, self.store.path) from error
        return mended

    def until_checkpoint(self) -> None:
        """Bring so much over that a start has its last checkpoint, or all. Raises StoreBroken."""
        connection = self.store.connected()
        if is_mending(connection) and not holds_checkpoint(connection):
            mended = self.step()
            while not (mended.over or mended.checkpoint):
                mended = self.step()

    def close(self) -> None:
        """Let go of the damaged file."""
        mending, self._mending = self._mending, None
        if mending is not None:
            mending.close()
