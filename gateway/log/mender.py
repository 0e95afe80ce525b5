"""What is done about a log that the disk does not take or give, as part of the gateway's loop (guarantee D12).

On a full disk the room that is held back is given up. A damaged log is set aside and gone on with in a new file, and
its rows are brought over while nobody waits; staff are told for as long as the damaged file lies there.
"""

import logging
import os
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from access.clock import MINUTE_MS, SECOND_MS
from access.events import Event, RowsGone
from access.log import Gap
from gateway.clock import Clock
from gateway.database import StoreBroken, StoreDamaged, StoreFull
from gateway.log.mending import DAMAGED, damaged_files
from gateway.log.reserve import Reserve
from gateway.log.store import Store
from gateway.log.store_mending import StoreMending
from gateway.watched import Tended

if TYPE_CHECKING:
    from gateway.loop import Loop

LOG = logging.getLogger("hubout.gateway")
ANEW_EVERY_MS = 1 * MINUTE_MS
"""A log that is damaged again within this is left to the disk's trouble: every door refuses, and that is said."""
LOOK_EVERY_MS = 10 * SECOND_MS
TRY_EVERY_MS = 5 * SECOND_MS
ROOM_BYTES = 16 * 1024 * 1024
"""What a step leaves free on the disk: doors need it more."""
NO_ROOM = "the disk has too little room to bring over what can be read of the damaged log; free some space"
SPANS_AT_MOST = 100


class Mender(Tended):
    """One gateway's, with its ``reserve``; ``active``: rows may still be to be brought over. ``cure`` is for the loop's
    thread, ``doubt`` for any.
    """

    def __init__(self, mending: StoreMending, reserve: Reserve, clock: Clock, post: Callable[[Event], None]) -> None:
        self._mending, self.reserve, self._clock, self._post = mending, reserve, clock, post
        self._begun_ms: int | None = None
        self._doubts: list[str] = []
        self._look_ms = self._try_ms = 0
        self.active, self._trouble = True, ""
        if mending.unsure:
            post(RowsGone((), DAMAGED, whole=False))

    @property
    def store(self) -> Store:
        """The log's."""
        return self._mending.store

    def cure(self, error: StoreBroken) -> bool:
        """Do what can be done about a commit that failed; whether it is worth trying once more."""
        match error:
            case StoreFull():
                return self.reserve.give_up()
            case StoreDamaged():
                return self._begin(str(error))
        return False

    def doubt(self, sentence: str) -> None:
        """Somebody found the log damaged who reads it beside the loop."""
        self._doubts.append(sentence)

    def _begin(self, sentence: str) -> bool:
        now = self._clock.now()
        if self._begun_ms is not None and now.mono_ms - self._begun_ms < ANEW_EVERY_MS:
            return False
        self._begun_ms = now.mono_ms
        try:
            self._mending.begin(now.wall_ms, sentence)
        except StoreBroken as error:
            LOG.error("%s", error)
            return False
        self.active, self._look_ms = True, 0
        # What is known is in memory, and stands in the new file from now on.
        self._post(RowsGone((), DAMAGED, whole=True))
        return True

    def tend(self, loop: "Loop", mono_ms: int) -> None:
        """Bring rows over while nobody waits, and tell staff of a damaged file."""
        if self._doubts:
            doubts, self._doubts = self._doubts, []
            self._begin(doubts[0])
        if loop.idle and self.active and mono_ms >= self._try_ms:
            self._bring_over(mono_ms)
        if mono_ms >= self._look_ms:
            self._look_ms = mono_ms + LOOK_EVERY_MS
            found = damaged_files(self.store.path)
            loop.room = replace(loop.room, damaged=found[-1].name if found else "")

    def _bring_over(self, mono_ms: int) -> None:
        trouble = ""
        try:
            self.active = self._mending.active()
            if self.active and has_room(self.store.path):
                self._mending.step()
            elif self.active:
                trouble = NO_ROOM
        except StoreBroken as error:
            trouble = f"what can be read of the damaged log cannot be brought over now: {error}"
        if trouble:
            self._try_ms = mono_ms + TRY_EVERY_MS
        if trouble and trouble != self._trouble:
            LOG.error("%s", trouble)
        self._trouble = trouble
        if self._mending.ended is not None:
            self._over(self._mending.ended.lost)
            self._mending.ended = None

    def _over(self, lost: Sequence[Gap]) -> None:
        events = sum(gap.last - gap.first + 1 for gap in lost)
        LOG.warning("what could be read of the damaged log is brought over; %d events of it are lost", events)
        self._post(RowsGone(_spans(lost), DAMAGED, whole=True))

    def close(self) -> None:
        """Let go of the damaged file; the rest is brought over after the next start."""
        self._mending.close()


def has_room(path: Path) -> bool:
    """Whether a step leaves enough of the log's disk free for doors."""
    disk = os.statvfs(path.parent)
    return disk.f_bavail * disk.f_frsize >= ROOM_BYTES


def _spans(lost: Sequence[Gap]) -> tuple[tuple[int, int], ...]:
    """First and last number of each; of very many, the last span goes over all that are left."""
    spans = [(gap.first, gap.last) for gap in lost]
    if len(spans) > SPANS_AT_MOST:
        spans = [*spans[: SPANS_AT_MOST - 1], (spans[SPANS_AT_MOST - 1][0], spans[-1][1])]
    return tuple(spans)
