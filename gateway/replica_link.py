"""The thread that keeps the replica in step with the registry, by the planner of ``access.downlink``.

It has a connection of its own: neither a backlog of rows nor a registry that is slow to take them keeps a change of
rights from the door (guarantee D9). The loop is told of new replicas (``post``); neither ever waits for the other.
"""

import logging
import threading
from collections.abc import Callable
from dataclasses import replace

from access.clock import MINUTE_MS
from access.downlink import Do, Downlink, failed, plan
from access.events import Event, ReplicaArrived, ReplicaConfirmed
from gateway.clock import Clock
from gateway.database import StoreBroken
from gateway.link_status import UNEXPECTED, LinkStatus, LinkTold, mended, troubled
from gateway.link_store import LinkStore
from gateway.registry_trouble import Refusal, Trouble
from gateway.replica_exchange import ReplicaExchange

LOG = logging.getLogger("hubout.gateway")
NOTE_EVERY_MS = 1 * MINUTE_MS
JOIN_S = 2.0


class ReplicaLink:
    """The thread and what it stands on. ``start`` it once, and ``stop`` it; it closes its connection."""

    def __init__(
        self,
        exchange: ReplicaExchange,
        store: LinkStore,
        clock: Clock,
        chance: Callable[[], float],
        post: Callable[[Event], None],
        told: LinkTold,
    ) -> None:
        """``chance`` gives numbers in [0, 1); ``post`` takes events from this thread to the loop's; ``told`` is shared
        with the log's link.
        """
        self._exchange, self._store, self._clock = exchange, store, clock
        self._chance, self._post, self._told = chance, post, told
        self._down = Downlink()
        self._introduced = False
        self.status = LinkStatus(confirmed_ms=store.standing.confirmed_ms)
        self._posted = exchange.replica
        self._wake = threading.Event()
        self._stopping = False
        self._note_due_ms = 0
        self._thread = threading.Thread(target=self._run, name="registry-replica", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, breaking off what is being asked; returns within JOIN_S."""
        self._stopping = True
        self._wake.set()
        self._exchange.abort()
        if self._thread.ident is not None:
            self._thread.join(JOIN_S)

    def _run(self) -> None:
        while not self._stopping:
            now_ms = self._clock.mono_ms()
            step = plan(self._down, now_ms)
            if step.do is Do.WAIT:
                self._wake.wait(max(step.until_ms - now_ms, 1) / 1_000)
            else:
                self._attempt(now_ms)
        self._note()
        self._exchange.close()

    def _attempt(self, now_ms: int) -> None:
        try:
            self._pull(now_ms)
        except (Refusal, StoreBroken) as error:
            self._in_trouble(str(error), ends=False)
        except Trouble as error:
            self._in_trouble(str(error), error.retry_after_ms, ends=True)
        except UNEXPECTED as error:
            if not self._stopping and self.status.told(Do.PULL) != str(error):
                LOG.exception("the link to the registry met something unexpected; it goes on")
            self._in_trouble(str(error), ends=True)
        else:
            self.status = mended(self.status, Do.PULL)
            self._told.tell(self._thread.name, self.status)

    def _pull(self, now_ms: int) -> None:
        if not self._introduced:
            self._exchange.introduce()
            self._introduced = True
        self._down = self._exchange.pull(self._down, now_ms)
        self._pulled(now_ms)

    def _pulled(self, asked_ms: int) -> None:
        """Hand over a new replica; with the last page, the registry has confirmed what is held, as of ``asked_ms``."""
        if self._exchange.replica is not self._posted:
            self._posted = self._exchange.replica
            self._post(ReplicaArrived(self._posted))
        if not self._exchange.collecting:
            self._post(ReplicaConfirmed(self._clock.mono_ms() - asked_ms))
            self.status = replace(self.status, confirmed_ms=self._clock.now().wall_ms)
            if self._clock.mono_ms() >= self._note_due_ms:
                self._note_due_ms = self._clock.mono_ms() + NOTE_EVERY_MS
                self._note()

    def _note(self) -> None:
        """Put on disk when the replica was last confirmed; once in a while is enough."""
        try:
            self._store.note_confirmed(self.status.confirmed_ms)
        except StoreBroken as error:
            LOG.warning("when people and bookings were last confirmed cannot be kept: %s", error)

    def _in_trouble(self, sentence: str, retry_after_ms: int = 0, *, ends: bool) -> None:
        """After a failure: the next attempt waits, and where the connection is at fault it is introduced anew."""
        if self._stopping:
            return
        self._introduced = self._introduced and not ends
        self._down = failed(self._down, self._clock.mono_ms(), self._chance(), retry_after_ms)
        self.status = troubled(self.status, Do.PULL, sentence, ends=ends)
        self._told.tell(self._thread.name, self.status)
