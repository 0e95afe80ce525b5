"""The gateway's links without their threads: each does one thing when asked, and says when it wants the next."""

from collections.abc import Callable
from functools import partial

from access import downlink, uplink
from access.uplink import Do
from gateway.link.lane import LaneLink
from gateway.link.replica import ReplicaLink
from gateway.link.replica_exchange import Held
from gateway.link.uplink import Link
from gateway.loop import Loop
from gateway.timekeeping import NOTE_EVERY_MS, Timekeeping
from hubout.simulate.agenda import Agenda
from hubout.simulate.machine import RunClock


class Strand:
    """What a thread is in virtual time: turn after turn, each as long as it was held up."""

    def __init__(self, agenda: Agenda, clock: RunClock, turn: Callable[[], int | None]) -> None:
        """``turn`` gives when it wants the next on ``clock``, None: when it is woken; strands may share a clock."""
        self._agenda, self._clock, self._turn = agenda, clock, turn
        self._due_ms, self._busy_ms, self._alive = -1, 0, True

    def soon(self) -> None:
        """A turn now, or when the one that goes on is over."""
        self._at(self._agenda.now_ms)

    def end(self) -> None:
        """No turn any more."""
        self._alive = False

    def _at(self, when_ms: int) -> None:
        at_ms = max(when_ms, self._busy_ms)
        if self._due_ms < 0 or at_ms < self._due_ms:
            self._due_ms = at_ms
            self._agenda.at(at_ms, partial(self._go, at_ms))

    def _go(self, at_ms: int) -> None:
        if not self._alive or at_ms != self._due_ms:
            return
        self._due_ms = -1
        wanted_ms = self._turn()
        self._busy_ms, self._clock.ahead_ms = self._clock.moment_ms(), 0
        if wanted_ms is not None:
            next_ms = wanted_ms + self._clock.began_ms
            self._at(self._agenda.awake_at(next_ms) if next_ms > self._busy_ms else self._busy_ms)


class SteppedLink(Link):
    """The log's link. ``woken`` is called where another link wants it to greet, or to try again."""

    woken: Callable[[], None]

    def greet(self) -> None:
        """The registry may have been restored."""
        super().greet()
        self.woken()

    def reached(self) -> None:
        """The registry answers again."""
        super().reached()
        self.woken()

    def turn(self) -> int | None:
        """Do what is due; when to be asked again on the link's clock, None: when something is logged."""
        now_ms = self._clock.mono_ms()
        self._link = self._heard(now_ms)
        step = self._paced(uplink.plan(self._link, now_ms), now_ms)
        if step.do is Do.WAIT:
            return step.until_ms
        self._attempt(step.do, now_ms)
        return self._clock.mono_ms()

    @property
    def grown(self) -> int:
        """Up to where rows are on disk, as it was told."""
        return self._grown

    def leave(self) -> None:
        """Let go of files and connection, and write nothing any more."""
        self._exchange.close()


class SteppedReplicaLink(ReplicaLink):
    """The replica's link. ``woken`` is called where another link wants it to pull, or to try again.

    A request is made and answered in one turn, and takes its time afterwards: until then the lane's link must not see
    what the answer brought.
    """

    woken: Callable[[], None]
    _shown: Held
    _coming: tuple[tuple[int, Held], ...] = ()

    @property
    def held(self) -> Held:
        """The version that the site decides by, as another thread sees it now."""
        now_ms = self._clock.moment_ms()  # type: ignore[attr-defined]
        for at_ms, held in self._coming:
            if at_ms <= now_ms:
                self._shown = held
        self._coming = tuple(one for one in self._coming if one[0] > now_ms)
        return self._shown

    @held.setter
    def held(self, held: Held) -> None:
        self._coming = (*self._coming, (self._clock.moment_ms(), held))  # type: ignore[attr-defined]

    def begin(self) -> None:
        """What its thread does first."""
        self._settle()

    def pull(self) -> None:
        """There is something to pull, or the lane does not answer any more."""
        super().pull()
        self.woken()

    def reached(self) -> None:
        """The registry answers again."""
        super().reached()
        self.woken()

    def turn(self) -> int | None:
        """Do what is due; when to be asked again on the link's clock."""
        now_ms = self._clock.mono_ms()
        step = self._planned(now_ms)
        if step.do is downlink.Do.WAIT:
            return step.until_ms
        self._attempt(now_ms)
        return self._clock.mono_ms()

    def leave(self) -> None:
        """Let go of the connection."""
        self._exchange.close()


class SteppedLaneLink(LaneLink):
    """The lane's link."""

    def turn(self) -> int | None:
        """Do what is due; when to be asked again on the link's clock."""
        now_ms = self._clock.mono_ms()
        if now_ms >= self._lane.due_ms:
            self._attempt(now_ms)
        return self._lane.due_ms

    def leave(self) -> None:
        """Let go of the connection."""
        self._client.close()


class PromptTimekeeping(Timekeeping):
    """It writes its note at once, without a thread."""

    def tend(self, loop: Loop, mono_ms: int) -> None:
        """Once a minute: note the times."""
        if mono_ms < self._due_ms:
            return
        self._due_ms = mono_ms + NOTE_EVERY_MS
        self._find_again(loop)
        if self._lost is None:
            self._last = self._times(loop)
            self._write(self._last)
