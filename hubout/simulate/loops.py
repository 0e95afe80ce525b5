"""The gateway's loop and what wakes it, by the agenda instead of by waiting."""

import math
from collections import deque
from collections.abc import Callable

from access import timed
from access.events import Event
from gateway.loop import LONGEST_WAIT_S, Loop
from gateway.wake import KEPT_AT_MOST, Wake
from hubout.simulate.keeper_line import KEEPER_FILENO, SiteKeeper
from hubout.simulate.session import PLUG_FILENO

LONGEST_IDLE_S = 3_600.0
WAKE_FILENO = -4


class VirtualWake(Wake):
    """Wakes the loop by the agenda, and not over a pair of sockets."""

    def __init__(self, woken: Callable[[], None]) -> None:
        self._events: deque[Event] = deque(maxlen=KEPT_AT_MOST)
        self._woken = woken

    def fileno(self) -> int:
        """A number that no file has."""
        return WAKE_FILENO

    def up(self) -> None:
        """Wake the loop."""
        self._woken()

    def drain(self) -> None:
        """There is nothing to forget."""

    def close(self) -> None:
        """There is nothing to let go of."""


USUAL = frozenset({WAKE_FILENO, PLUG_FILENO})
ALL = USUAL | {KEEPER_FILENO}


class SteppedLoop(Loop):
    """The loop, one turn at a time."""

    keeper: SiteKeeper

    def _wait(self) -> frozenset[int]:
        """Whatever there is to look at is looked at; the deadline was looked for when the turn before was over."""
        return ALL if self.keeper.line.has_news else USUAL

    def rests_ms(self) -> int:
        """How long it would wait now, if nothing came."""
        self._deadline = timed.next_deadline(self.writer.state)
        if self.store_trouble:
            return int(LONGEST_WAIT_S * 1_000)
        if self._kept or self.native.wants_to_read:
            return 0
        return math.ceil(1_000 * self.clock.seconds_until(self._deadline, LONGEST_IDLE_S))

    @property
    def waiting(self) -> tuple[Event, ...]:
        """What could not be stored yet."""
        return tuple(self._kept)
