"""The thread that keeps the registry's copy of this site's log in step, by the planner of ``access.uplink``.

The gateway's loop tells it that the log grew (``logged``); neither ever waits for the other. Whatever goes wrong is one
sentence in ``status``, one line in the log when it begins and one when it ends, and is tried again.
"""

import logging
from collections.abc import Callable, Sequence
from dataclasses import replace

from access.clock import MINUTE_MS
from access.events import EpochGiven, Event, WitnessTold
from access.forgotten import Forgotten
from access.uplink import BATCH_EVENTS, Do, Plan, Uplink, failed, forked, logged, plan, reached, send_failed, to_greet
from access.witness import Noted, news
from gateway.clock import Clock
from gateway.database import StoreBroken
from gateway.link.exchange import Exchange
from gateway.link.refetch import Refetch
from gateway.link.status import UNCONFIRMED, UNEXPECTED, LinkStatus, LinkTold, mended, troubled
from gateway.link.store import LinkStore
from gateway.link.threads import LinkThread
from gateway.link.trouble import Branch, Fork, Gap, Refusal, Trouble, Unconfirmed, kind_of

LOG = logging.getLogger("hubout.gateway")
SEND_EVERY_MS = 100
"""A small batch waits this long after the one before, so that a busy door is not slowed by a request for each tap."""
NOTE_EVERY_MS = 1 * MINUTE_MS
LAST_MS = 2**62
REFETCH = "refetch"
CONFIRMED = "confirmed"
HISTORIES_DIFFER = "the registry's copy of this log goes on otherwise: an old copy, a clone or a new log"


class Link(LinkThread):
    """The thread and what it stands on. ``start`` it once, and ``stop`` it; it closes its connection."""

    def __init__(
        self,
        exchange: Exchange,
        store: LinkStore,
        logged_seq: int,
        clock: Clock,
        chance: Callable[[], float],
        told: LinkTold,
        post: Callable[[Event], None],
        refetch: Refetch | None = None,
    ) -> None:
        """``chance`` gives numbers in [0, 1); ``told`` is shared with the replica's link; ``post`` takes events from
        this thread to the loop's; ``refetch`` asks for what a damaged log has lost.
        """
        super().__init__("registry-link", exchange.abort)
        self._exchange, self._store, self._clock = exchange, store, clock
        self._chance, self._told, self._post, self._refetch = chance, told, post, refetch
        # A log that ends before what was acknowledged is another one: of this, nobody has anything yet (S1).
        acked = store.standing.acked
        self._link = Uplink(logged=logged_seq, acked=acked if acked <= logged_seq else 0)
        self.status = LinkStatus(acked=self._link.acked)
        if acked > logged_seq:
            self._note()
        self._grown = logged_seq
        self._wakes_for_rows = False
        self._greets = self._reached = False
        self._sent_ms = -SEND_EVERY_MS
        self._note_due_ms = 0
        self._noted: Noted = {}

    def logged(self, seq: int) -> None:
        """Rows up to ``seq`` are on disk; from the loop's thread, at no cost where nothing is new."""
        if seq != self._grown:
            self._grown = seq
            if self._wakes_for_rows:
                self._wake.set()

    def greet(self) -> None:
        """Greet the registry, which may have lost what it acknowledged: it was restored; from another thread."""
        self._greets = True
        self._wake.set()

    def reached(self) -> None:
        """The registry answers again, as the lane has found; from its thread."""
        self._reached = True
        self._wake.set()

    @property
    def forgotten(self) -> Sequence[Forgotten]:
        """Those whom the registry has erased, as it said last; from any thread."""
        return self._exchange.forgotten

    def _heard(self, now_ms: int) -> Uplink:
        """Where the link stands, with what other threads have told it."""
        greets, self._greets = self._greets, False
        link = logged(self._link, self._grown)
        if self._reached:
            self._reached = False
            link = reached(link, now_ms)
        return to_greet(link, now_ms) if greets else link

    def _run(self) -> None:
        while not self._stopping:
            now_ms = self._clock.mono_ms()
            self._link = self._heard(now_ms)
            step = self._paced(plan(self._link, now_ms), now_ms)
            due_ms = self._refetch_ms()
            if step.do is Do.WAIT and due_ms is not None and now_ms >= due_ms:
                self._fetch(now_ms)
            elif step.do is Do.WAIT:
                self._rest(step, now_ms, due_ms)
            else:
                self._attempt(step.do, now_ms)
        self._note()
        self._exchange.close()

    def _paced(self, step: Plan, now_ms: int) -> Plan:
        """The plan, with a small batch put off a little."""
        due_ms = self._sent_ms + SEND_EVERY_MS
        full = self._link.logged - self._link.acked >= BATCH_EVENTS
        if step.do is not Do.SEND or full or now_ms >= due_ms:
            return step
        return Plan(Do.WAIT, due_ms)

    def _refetch_ms(self) -> int | None:
        """When rows that a damaged log has lost are asked for; None while there is more to do."""
        idle = self._link.greeted and self._link.acked >= self._link.logged
        return self._refetch.due_ms if self._refetch is not None and idle else None

    def _rest(self, step: Plan, now_ms: int, due_ms: int | None) -> None:
        """Wait for time, for rows where none wait, or for the end."""
        self._wake.clear()
        self._wakes_for_rows = self._link.greeted and self._link.acked >= self._link.logged
        told = self._stopping or self._greets or self._reached
        if not told and (self._grown == self._link.logged or not self._wakes_for_rows):
            until_ms = min(now_ms + MINUTE_MS if step.until_ms is None else step.until_ms, due_ms or LAST_MS)
            self._wake.wait(max(until_ms - now_ms, 1) / 1_000)
        self._wakes_for_rows = False

    def _attempt(self, do: Do, now_ms: int) -> None:
        try:
            self._do(do, now_ms)
        except Fork as error:
            if error.branch is not None:
                self._branched(error.branch)
            self._in_trouble(do, error, ends=True)
        except Refusal as error:
            # A registry that lacks rows is greeted again, to learn where it stands.
            self._in_trouble(do, error, ends=do is Do.HELLO or isinstance(error, Gap))
        except StoreBroken as error:
            self._in_trouble(do, error, ends=do is Do.HELLO)
        except Trouble as error:
            self._in_trouble(do, error, error.retry_after_ms, ends=True)
        except UNEXPECTED as error:
            if not self._stopping and self.status.told(Do.HELLO) != str(error):
                LOG.exception("the link to the registry met something unexpected; it goes on")
            self._in_trouble(do, error, ends=True)
        else:
            self._mended(do)

    def _fetch(self, now_ms: int) -> None:
        """Ask for some of what a damaged log has lost; what is wrong with that holds up nothing else."""
        refetch = self._refetch
        if refetch is None:
            return
        try:
            refetch.step(now_ms)
            trouble = refetch.trouble
        except (Refusal, StoreBroken) as error:
            trouble = str(error)
            refetch.later(now_ms)
        except Trouble as error:
            self._in_trouble(Do.HELLO, error, error.retry_after_ms, ends=True)
            return
        except UNEXPECTED as error:
            trouble = str(error)
            LOG.exception("the link to the registry met something unexpected; it goes on")
            refetch.later(now_ms)
        if not self._stopping:
            now = troubled(self.status, REFETCH, trouble, ends=False) if trouble else mended(self.status, REFETCH)
            self.status = now
            self._told.tell(self._thread.name, self.status)

    def _do(self, do: Do, now_ms: int) -> None:
        match do:
            case Do.HELLO:
                self._link = self._exchange.greet(self._link, now_ms)
                self._witness(now_ms)
            case _:
                self._sent_ms = now_ms
                self._link = self._exchange.send(self._link)
                if now_ms >= self._note_due_ms:
                    self._note_due_ms = now_ms + NOTE_EVERY_MS
                    self._note()

    def _witness(self, now_ms: int) -> None:
        """Have noted where other sites' logs stand (S4)."""
        self._noted, heads = news(self._exchange.site, self._noted, self._exchange.heads, now_ms)
        if heads:
            self._post(WitnessTold(heads))

    def _branched(self, branch: Branch) -> None:
        """This log is a branch of its own from now on: what the registry had of ours beyond its beginning is not there.
        The epoch begins in the log first, then the registry is greeted in it (S6).
        """
        self._link = forked(self._link, branch.base_seq)
        self.status = replace(self.status, acked=self._link.acked)
        self._note()
        self._post(EpochGiven(branch.epoch, branch.base_epoch, branch.base_seq, HISTORIES_DIFFER))

    def _note(self) -> None:
        """Put on disk what the registry has; once in a while is enough, for hello tells it exactly."""
        try:
            self._store.note_acked(self._link.acked)
        except StoreBroken as error:
            LOG.warning("where the registry's link stands cannot be kept: %s", error)

    def _in_trouble(self, do: Do, error: Exception, retry_after_ms: int = 0, *, ends: bool) -> None:
        """After a failure: what was being done waits, and where it ``ends`` the link, all of it does."""
        if self._stopping:
            return
        now_ms, chance = self._clock.mono_ms(), self._chance()
        if do is Do.SEND:
            self._link = send_failed(self._link, now_ms, chance)
        if ends:
            self._link = failed(self._link, now_ms, chance, retry_after_ms)
        self.status = troubled(self.status, Do.HELLO if ends else do, str(error), kind_of(error), ends=ends)
        self._told.tell(self._thread.name, self.status)

    def _mended(self, do: Do) -> None:
        """After something worked: what was wrong with it is over, and with the greeting."""
        acked = self._link.acked
        nothing_waits = acked >= self._link.logged
        after = mended(self.status, do, Do.HELLO, *((Do.SEND,) if nothing_waits else ()))
        if do is Do.HELLO:
            unconfirmed = troubled(after, CONFIRMED, UNCONFIRMED, Unconfirmed.kind, ends=False)
            after = mended(after, CONFIRMED) if self._exchange.confirmed else unconfirmed
        self.status = after if acked == after.acked else replace(after, acked=acked)
        self._told.tell(self._thread.name, self.status)
