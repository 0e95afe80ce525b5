"""Keeping the log within its bound, by the planner of ``access.room``: one small step at a time, in moments in which
nobody waits at a door (guarantees S1, S7, S9). Only where the bound is near is it done beside what goes on.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import Connection

from access import room
from access.clock import SECOND_MS
from access.effects import Append, Effect
from access.events import CheckpointAsked, RowsGone
from access.facts import Checkpoint
from gateway.clock import Clock
from gateway.database import StoreBroken
from gateway.log import room as log_room
from gateway.log.mending import is_mending
from gateway.log.shape import Hole, read_extent
from gateway.log.store import Store
from gateway.watched import Tended

if TYPE_CHECKING:
    from gateway.loop import Loop

LOG = logging.getLogger("hubout.gateway")
LOOK_EVERY_MS = 10 * SECOND_MS
PAUSE_MS = 50
LOOK_ROWS = 2_000
"""After so many rows it looks whoever waits: a burst must not carry the log beyond its bound."""
WHY = "the log is at its bound"
LOSING = (
    "the log is at its bound (see [storage] log_max_mb): the oldest events that the registry has not got are given up"
)


class Tidying(Tended):
    """One log's, as part of the gateway's loop. ``acked`` says up to where the registry has it."""

    def __init__(self, store: Store, bounds: room.Bounds, acked: Callable[[], int], clock: Clock) -> None:
        self._store, self._bounds, self._acked, self._clock = store, bounds, acked, clock
        self._needed: int | None = None
        self._thinned = self._parted = 0
        self._due_ms = self._rows = 0
        self._near = False
        self._trouble = ""

    def note(self, effects: Sequence[Effect]) -> None:
        """A checkpoint was logged: nothing before it is needed for a start."""
        for effect in effects:
            self._rows += isinstance(effect, Append)
            if isinstance(effect, Append) and isinstance(effect.fact, Checkpoint):
                self._needed = effect.seq

    def tend(self, loop: "Loop", mono_ms: int) -> None:
        """Look whether anything has to go, and let a little of it go."""
        many = self._rows >= LOOK_ROWS
        if loop.store_trouble or not (many or (mono_ms >= self._due_ms and (loop.idle or self._near))):
            return
        self._rows = 0
        try:
            self._step(loop, mono_ms)
        except StoreBroken as error:
            self._due_ms = mono_ms + LOOK_EVERY_MS
            if not loop.cure(error) and self._trouble != str(error):
                LOG.error("the log cannot be tidied: %s", error)
            self._trouble = str(error)

    def _step(self, loop: "Loop", mono_ms: int) -> None:
        if self._store.tidy(is_mending):
            # What a damaged log gives back comes first.
            self._due_ms = mono_ms + LOOK_EVERY_MS
            return
        last_seq = loop.writer.chain.seq
        found = self._store.tidy(lambda connection: self._held(connection, last_seq))
        held = replace(found, full=loop.room.full)
        self._near = room.is_near(held, self._bounds)
        step = room.plan(held, self._bounds)
        self._due_ms = mono_ms + (LOOK_EVERY_MS if step is None else PAUSE_MS)
        if step is not None:
            self._carry_out(loop, step, held)
        self._say(loop, losing=isinstance(step, room.Part | room.Lose))
        self._trouble = ""

    def _carry_out(self, loop: "Loop", step: room.Step, held: room.Held) -> None:
        tidy = self._store.tidy
        match step:
            case room.Drop(last):
                limit = min(held.acked, held.needed - 1)
                tidy(lambda connection: log_room.drop(connection, last, limit))
            case room.Thin(first, last):
                tidy(lambda connection: log_room.thin(connection, first, last))
                self._thinned = last
            case room.Checkpoint():
                loop.stored(loop.writer.take([CheckpointAsked()]), [])
            case room.Part(first, last):
                self._lose(loop, list(room.runs(tidy(lambda connection: log_room.kinds(connection, first, last)))))
                self._parted = last
            case room.Lose(first, last):
                self._lose(loop, [(first, last)])

    def _held(self, connection: Connection, last: int) -> room.Held:
        if self._needed is None:
            self._needed = log_room.last_checkpoint(connection)
        base = read_extent(connection).base_seq
        now, acked = self._clock.now(), min(self._acked(), last)
        aged_ms = now.wall_ms - self._bounds.keep_ms
        at_most = room.DROP_ROWS if now.trusted and acked > base else 0
        return room.Held(
            base=base,
            last=last,
            acked=acked,
            old=log_room.old_up_to(connection, base, at_most, aged_ms),
            needed=self._needed,
            size_bytes=log_room.size_bytes(connection),
            oldest=log_room.oldest_after(connection, max(base, acked)),
            thinned=self._thinned,
            parted=self._parted,
        )

    def _lose(self, loop: "Loop", spans: Sequence[tuple[int, int]]) -> None:
        at_ms = self._clock.now().wall_ms

        def left(connection: Connection) -> list[tuple[int, Hole]]:
            holes = ((first, log_room.hole_of(connection, first, last, at_ms, WHY)) for first, last in spans)
            return [(first, hole) for first, hole in holes if hole is not None]

        if found := self._store.tidy(left):
            told = tuple((first, hole.gap.last) for first, hole in found)
            loop.stored(loop.writer.take([RowsGone(told, WHY)], [hole for _, hole in found]), [])

    def _say(self, loop: "Loop", *, losing: bool) -> None:
        """Staff are told while events are being lost, and until there is room again."""
        now = losing or (loop.room.losing and self._near)
        if now and not loop.room.losing:
            LOG.error("%s", LOSING)
        elif loop.room.losing and not now:
            LOG.warning("the log has room again")
        loop.room = replace(loop.room, losing=now)
