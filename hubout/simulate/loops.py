"""The gateway's loop and what wakes it, by the agenda instead of by waiting."""

import math
from collections.abc import Callable

from access import timed
from access.events import Event
from gateway.loop import LONGEST_WAIT_S, Loop
from gateway.wake import Wake
from hubout.simulate.keeper_line import KEEPER_FILENO
from hubout.simulate.session import PLUG_FILENO

LONGEST_IDLE_S = 3_600.0


class VirtualWake(Wake):
    """Wakes the loop by the agenda."""

    def __init__(self, woken: Callable[[], None]) -> None:
        super().__init__()
        self._woken = woken

    def up(self) -> None:
        """Wake the loop."""
        self._woken()


class SteppedLoop(Loop):
    """The loop, one turn at a time."""

    def _wait(self) -> frozenset[int]:
        """Whatever there is to look at is looked at."""
        self._deadline = timed.next_deadline(self.writer.state)
        return frozenset({self.wake.fileno(), PLUG_FILENO, KEEPER_FILENO})

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
