"""The thread that asks the lane of revocations, by the planner of ``access.lane`` (guarantee D9).

It has a connection of its own, on which nothing is ever slow. What it hears of denials it posts to the loop at once,
and it tells the replica's link when there is something to pull, and both others when the registry answers again. A
registry of an earlier version has no lane: changes alone are then asked for.
"""

import logging
from collections.abc import Callable

from access.call import Call
from access.denials import Denial, Origin
from access.events import CallsTold, DenialsTold, Event
from access.lane import Lane, answers, failed, looked, unknown
from access.records import KIND_OF_RECORD, Person
from gateway.clock import Clock
from gateway.link.client import Patience, RegistryClient
from gateway.link.confirmations import Confirmations
from gateway.link.replica import ReplicaLink
from gateway.link.status import UNEXPECTED, LinkStatus, LinkTold, mended, troubled
from gateway.link.threads import LinkThread
from gateway.link.trouble import NotKnown, Trouble, kind_of
from gateway.link.uplink import Link
from gateway.link.wire import Look

LOG = logging.getLogger("hubout.gateway")
IMPATIENT = Patience(connect_s=2.0, read_s=2.5, answer_ms=3_000)
PAGES = 4
"""Of one look: as many denials as the core holds at once."""
LOOK = "lane"
PERSON = KIND_OF_RECORD[Person]


class LaneLink(LinkThread):
    """The thread and what it stands on. ``start`` it once, and ``stop`` it; it closes its connection."""

    def __init__(
        self,
        client: RegistryClient,
        epoch: Callable[[], int],
        up: Link,
        down: ReplicaLink,
        clock: Clock,
        chance: Callable[[], float],
        post: Callable[[Event], None],
        confirmed: Confirmations,
        told: LinkTold,
    ) -> None:
        """``client`` is this link's own connection; ``epoch`` says which the log is in; ``down`` holds the replica.
        ``chance``, ``post`` and ``told`` as for it. ``up`` is to greet where the registry begins anew or stands before
        where it stood: then it may lack rows that it had acknowledged (S7); and where somebody is to be let in no more:
        then it says whom it has erased (P5).
        """
        super().__init__("registry-lane", client.abort)
        self._client, self._epoch, self._up, self._down, self._clock = client, epoch, up, down, clock
        self._chance, self._post, self._confirmed, self._told = chance, post, confirmed, told
        self._lane = Lane()
        self._end = ("", 0)
        self._called: tuple[str, ...] = ()
        self._gone = set[tuple[str, int]]()
        self._introduced = False
        self.status = LinkStatus()

    def answers(self, now_ms: int) -> bool:
        """Whether it was answered within the last five seconds, or there is none: then the site is online."""
        return answers(self._lane, now_ms)

    def _run(self) -> None:
        while not self._stopping:
            now_ms = self._clock.mono_ms()
            if now_ms < self._lane.due_ms:
                self._wake.wait((self._lane.due_ms - now_ms) / 1_000)
            else:
                self._attempt(now_ms)
        self._client.close()

    def _attempt(self, asked_ms: int) -> None:
        try:
            self._look(asked_ms)
        except NotKnown:
            self._lane = unknown(self._lane, self._clock.mono_ms())
            self._down.pull()
            self._mended()
        except Trouble as error:
            self._in_trouble(error, error.retry_after_ms)
        except UNEXPECTED as error:
            if not self._stopping and self.status.told(LOOK) != str(error):
                LOG.exception("the lane of revocations met something unexpected; it goes on")
            self._in_trouble(error)
        else:
            self._mended()

    def _look(self, asked_ms: int) -> None:
        if not self._introduced:
            self._client.introduce()
            self._introduced = True
        held, after = self._down.held, 0
        for _ in range(PAGES):
            seen = self._client.look(held.generation, held.version, self._epoch(), after)
            self._call(seen, asked_ms)
            if seen.denials:
                self._post(DenialsTold(_denials(seen)))
                self._ask_of_erased(seen)
                after = seen.denials[-1][2]
            if not (seen.more and seen.denials):
                break
        now_ms = self._clock.mono_ms()
        self._lane = looked(self._lane, asked_ms, now_ms)
        self._down.lane_answered(now_ms)
        self._follow(seen)
        self._compare(seen, asked_ms)

    def _ask_of_erased(self, seen: Look) -> None:
        """A person who may come no more may be one who was erased, which is said to whom greets; once for each."""
        gone = {(ident, version) for what, ident, version in seen.denials if what == PERSON}
        if not gone <= self._gone:
            self._gone = gone
            self._up.greet()

    def _call(self, seen: Look, asked_ms: int) -> None:
        """Staff call on readers, or no longer do."""
        listed = tuple(call.id for call in seen.calls)
        if listed != self._called:
            self._called = listed
            self._post(CallsTold(tuple(Call(one.id, one.reader, asked_ms + one.left_ms) for one in seen.calls)))

    def _follow(self, seen: Look) -> None:
        """Where the registry's feed ends now, against where it ended at the look before."""
        (generation, version), self._end = self._end, (seen.generation, seen.version)
        if generation and (seen.generation != generation or seen.version < version):
            self._up.greet()

    def _compare(self, seen: Look, asked_ms: int) -> None:
        """What the site decides by, against what the registry holds."""
        held = self._down.held
        if (seen.generation, seen.version) != (held.generation, held.version):
            self._down.pull()
            return
        same = held.digest in {"", seen.digest}
        self._down.compared(held, same=same)
        if same:
            self._confirmed.confirm(asked_ms)

    def _mended(self) -> None:
        """After an answer. Where there was none before, the other links try again: none of them waits so briefly."""
        if self.status.told(LOOK):
            self._up.reached()
            self._down.reached()
        self.status = mended(self.status, LOOK)
        self._told.tell(self._thread.name, self.status)

    def _in_trouble(self, error: Exception, retry_after_ms: int = 0) -> None:
        """After a failure the next look waits; changes are asked for meanwhile, by the other connection."""
        if self._stopping:
            return
        self._introduced = False
        self._lane = failed(self._lane, self._clock.mono_ms(), self._chance(), retry_after_ms)
        self._down.pull()
        self.status = troubled(self.status, LOOK, str(error), kind_of(error), ends=True)
        self._told.tell(self._thread.name, self.status)


def _denials(seen: Look) -> tuple[Denial, ...]:
    return tuple(Denial(what, ident, Origin.LANE, seen.generation, version) for what, ident, version in seen.denials)
