"""The thread that keeps the replica in step with the registry, by the planner of ``access.downlink``.

It has a connection of its own: neither a backlog of rows nor a registry that is slow to take them keeps a change of
rights from the door (guarantee D9). The loop is told of new replicas (``post``); neither ever waits for the other.
"""

import logging
from collections.abc import Callable

from access.downlink import Do, Downlink, Plan, failed, plan, pulled, reached, wanted
from access.events import Event, Refused, ReplicaArrived
from access.lane import ANSWERS_WITHIN_MS
from gateway.clock import Clock
from gateway.database import StoreBroken
from gateway.link.confirmations import Confirmations
from gateway.link.replica_exchange import Held, ReplicaExchange
from gateway.link.status import UNEXPECTED, LinkStatus, LinkTold, mended, troubled
from gateway.link.threads import LinkThread
from gateway.link.trouble import Refusal, ReplicaDiffers, Trouble, kind_of

LOG = logging.getLogger("hubout.gateway")
DIFFERS = "replica"
DIFFERS_SAID = (
    "people, badges and bookings are not held here as the registry holds them; all are fetched anew, at most every ten"
    " minutes. If this stays, see that one registry alone answers"
)


class ReplicaLink(LinkThread):
    """The thread and what it stands on. ``start`` it once, and ``stop`` it; it closes its connection. ``held`` is the
    version that the site decides by.
    """

    def __init__(
        self,
        exchange: ReplicaExchange,
        clock: Clock,
        chance: Callable[[], float],
        post: Callable[[Event], None],
        confirmed: Confirmations,
        told: LinkTold,
    ) -> None:
        """``chance`` gives numbers in [0, 1); ``post`` takes events from this thread to the loop's; ``told`` is shared
        with the other links.
        """
        super().__init__("registry-replica", exchange.abort)
        self._exchange, self._clock = exchange, clock
        self._chance, self._post, self._confirmed, self._told = chance, post, confirmed, told
        self._down = Downlink()
        self._introduced = False
        self.status = LinkStatus()
        self._posted, self.held = exchange.replica, exchange.held
        self._asked = self._reached = False
        self._compared: tuple[Held, bool] | None = None
        self._lane_ms = -ANSWERS_WITHIN_MS

    def lane_answered(self, now_ms: int) -> None:
        """The lane answered, and says when there is something to pull; from its thread."""
        self._lane_ms = now_ms

    def pull(self) -> None:
        """There is something to pull, or the lane does not answer any more; from another thread."""
        self._asked = True
        self._wake.set()

    def reached(self) -> None:
        """The registry answers again, as the lane has found; from its thread."""
        self._reached = True
        self._wake.set()

    def compared(self, held: Held, *, same: bool) -> None:
        """The registry holds the same records at this version, or others; from the lane's thread."""
        if same == bool(self.status.told(DIFFERS)):
            self._compared = held, same
            self.pull()

    def _run(self) -> None:
        self._settle()
        while not self._stopping:
            now_ms = self._clock.mono_ms()
            step = self._planned(now_ms)
            if step.do is Do.WAIT:
                self._wake.wait(max(step.until_ms - now_ms, 1) / 1_000)
                self._wake.clear()
            else:
                self._attempt(now_ms)
        self._confirmed.note()
        self._exchange.close()

    def _planned(self, now_ms: int) -> Plan:
        """What to do, with what other threads have told it."""
        if self._reached:
            self._reached = False
            self._down = reached(self._down, now_ms)
        if self._asked:
            self._asked = False
            self._down = wanted(self._down, now_ms)
        return plan(self._down, now_ms)

    def _settle(self) -> None:
        try:
            self._exchange.settle()
        except StoreBroken as error:
            self._in_trouble(error, ends=False)
        self.held = self._exchange.held

    def _attempt(self, now_ms: int) -> None:
        try:
            self._pull(now_ms)
        except (Refusal, StoreBroken) as error:
            self._in_trouble(error, ends=False)
        except Trouble as error:
            self._in_trouble(error, error.retry_after_ms, ends=True)
        except UNEXPECTED as error:
            if not self._stopping and self.status.told(Do.PULL) != str(error):
                LOG.exception("the link to the registry met something unexpected; it goes on")
            self._in_trouble(error, ends=True)
        else:
            self.status = mended(self.status, Do.PULL)
            self._say_whether_it_differs()

    def _pull(self, now_ms: int) -> None:
        if not self._introduced:
            self._exchange.introduce()
            self._introduced = True
        self._heed(now_ms)
        more = self._exchange.pull(now_ms)
        lane = now_ms - self._lane_ms < ANSWERS_WITHIN_MS
        self._down = pulled(self._down, now_ms, more=more, lane=lane)
        self._pulled(now_ms)

    def _pulled(self, asked_ms: int) -> None:
        """Hand over a new replica; with the last page, the registry has confirmed what is held, as of ``asked_ms``."""
        anew = self._exchange.replica is not self._posted
        if anew:
            self._posted = self._exchange.replica
            self._post(ReplicaArrived(self._posted))
        self.held = self._exchange.held
        if not self._exchange.collecting:
            self._confirmed.confirm(asked_ms, anew=anew)

    def _heed(self, now_ms: int) -> None:
        """Act on what the lane said of the digest, where it still is about what is held."""
        compared, self._compared = self._compared, None
        if compared is None or compared[0] != self._exchange.held or self._exchange.collecting:
            return
        if compared[1]:
            self._exchange.differs = False
        else:
            self._exchange.doubt(now_ms)
            self._say_whether_it_differs()

    def _say_whether_it_differs(self) -> None:
        """Say, once, that what is held is not what the registry holds; and that it is again."""
        if not self._exchange.differs:
            self.status = mended(self.status, DIFFERS)
        elif not self.status.told(DIFFERS):
            self.status = troubled(self.status, DIFFERS, DIFFERS_SAID, ReplicaDiffers.kind, ends=False)
            self._post(Refused("other-replica"))
        self._told.tell(self._thread.name, self.status)

    def _in_trouble(self, error: Exception, retry_after_ms: int = 0, *, ends: bool) -> None:
        """After a failure: the next attempt waits, and where the connection is at fault it is introduced anew."""
        if self._stopping:
            return
        self._introduced = self._introduced and not ends
        self._down = failed(self._down, self._clock.mono_ms(), self._chance(), retry_after_ms)
        self.status = troubled(self.status, Do.PULL, str(error), kind_of(error), ends=ends)
        self._told.tell(self._thread.name, self.status)
