"""Virtual time: what is to be done when, in one order that depends on nothing but the run itself (guarantee S13).

A day is long and little happens in most of it. So the plan of a run names the spans in which something does
(``awake``); outside of them, timers that recur for ever (a look at the clock, a heartbeat, a poll) go off together,
once an hour. What is on its way, and what a door waits for, is never put off.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable
from heapq import heappop, heappush

from access.clock import HOUR_MS

QUIET_LOOK_MS = 1 * HOUR_MS
Doing = Callable[[], None]
Span = tuple[int, int]


class Agenda:
    """``now_ms`` is true time since the run began, in milliseconds; no clock inside the simulated world shows it."""

    def __init__(self, awake: Iterable[Span]) -> None:
        """``awake`` spans, half open; they may overlap."""
        self.now_ms = 0
        self._spans = _joined(awake)
        self._heap: list[tuple[int, int, Doing]] = []
        self._count = 0

    def at(self, when_ms: int, doing: Doing) -> None:
        """Do this then; what lies in the past is done next. Things of one moment are done in the order of asking."""
        self._count += 1
        heappush(self._heap, (max(when_ms, self.now_ms), self._count, doing))

    def after(self, span_ms: int, doing: Doing) -> None:
        """Do this in so many milliseconds."""
        self.at(self.now_ms + span_ms, doing)

    def lazily(self, when_ms: int, doing: Doing) -> None:
        """Do this then, or, where nothing else happens then, with all else that may wait."""
        self.at(self.awake_at(when_ms), doing)

    def awake_at(self, when_ms: int) -> int:
        """The first moment from this one on at which timers go off."""
        index = bisect_right(self._spans, (when_ms, 1 << 62))
        if index and when_ms < self._spans[index - 1][1]:
            return when_ms
        look_ms = -(-when_ms // QUIET_LOOK_MS) * QUIET_LOOK_MS
        return min(look_ms, self._spans[index][0]) if index < len(self._spans) else look_ms

    def wake(self, span: Span) -> None:
        """Be awake in this span as well; timers that were put off before stay so."""
        self._spans = _joined([*self._spans, span])

    def run(self, until_ms: int) -> None:
        """Live until then."""
        while self._heap and self._heap[0][0] <= until_ms:
            self.now_ms, _, doing = heappop(self._heap)
            doing()
        self.now_ms = until_ms


def _joined(spans: Iterable[Span]) -> list[Span]:
    joined: list[Span] = []
    for begin_ms, end_ms in sorted(spans):
        if joined and begin_ms <= joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end_ms, joined[-1][1]))
        else:
            joined.append((begin_ms, end_ms))
    return joined
