"""Making a report's draft beside the requests: in a thread of its own, one at a time in a registry (ADR 0036).

What is made is kept in this process for an hour, so that what is published is what was seen. A registry that begins
anew has none: whoever waited is told that there is none, and asks again.
"""

import json
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from threading import Lock

from access.clock import HOUR_MS
from registry.database import Database
from registry.guard.metrics import log
from registry.reports import figures, kept
from registry.reports.periods import Period
from registry.reports.reading import STEPS, read
from registry.reports.report import Report

KEPT_FOR_MS = HOUR_MS
KEPT_AT_MOST = 4


@dataclass(frozen=True, slots=True)
class Stood:
    """How a draft stood at one moment: at which step, whether it was not over yet, and what there was. A draft may end
    while a page is written of it.
    """

    step: str
    running: bool
    ready: Report | None

    @property
    def steps_done(self) -> int:
        """How many of ``STEPS`` were behind it."""
        return len(STEPS) if self.ready is not None else STEPS.index(self.step)

    @property
    def failed(self) -> bool:
        """Whether it was over and there was nothing."""
        return not self.running and self.ready is None


@dataclass(slots=True)
class Making:
    """A draft that is made: of which period, since when, and how far it is."""

    period: Period
    begun_ms: int
    step: str = STEPS[0]
    outcome: Future[Report] = field(default_factory=Future[Report])

    def stood(self) -> Stood:
        """How it stands now."""
        over = self.outcome.done()
        made = over and self.outcome.exception() is None
        return Stood(self.step, not over, self.outcome.result() if made else None)

    def told(self, step: str) -> None:
        """It has come to a step."""
        self.step = step


@dataclass(slots=True)
class Makings:
    """The drafts of one process."""

    database: Database
    _thread: ThreadPoolExecutor = field(default_factory=lambda: ThreadPoolExecutor(1, "report"))
    _lock: Lock = field(default_factory=Lock)
    _made: dict[Period, Making] = field(default_factory=dict)

    def begin(self, period: Period, at_ms: int) -> Making | None:
        """Begin a draft, unless it is being made already. Where that of another period is, nothing is begun and it is
        returned. Raises Problem where no report of this period can be published.
        """
        with self.database.read() as connection:
            kept.check(connection, period, at_ms)
        with self._lock:
            busy = next((one for one in self._made.values() if not one.outcome.done()), None)
            if busy is not None:
                return busy if busy.period != period else None
            self._forget(at_ms)
            self._made[period] = self._begun(period, at_ms)
        return None

    def of(self, period: Period, at_ms: int) -> Making | None:
        """The draft of a period; None where none was begun, or it is too old to be published."""
        with self._lock:
            found = self._made.get(period)
        return None if found is None or (found.outcome.done() and _is_old(found, at_ms)) else found

    def _begun(self, period: Period, at_ms: int) -> Making:
        making = Making(period, at_ms)
        making.outcome = self._thread.submit(self._make, making)
        making.outcome.add_done_callback(partial(_note, period))
        return making

    def _make(self, making: Making) -> Report:
        with self.database.read() as connection:
            return figures.report(read(connection, making.period, making.told), making.begun_ms)

    def _forget(self, at_ms: int) -> None:
        """Let go of what is too old, and of the oldest where there are too many."""
        left = [one for one in self._made.values() if not _is_old(one, at_ms)][1 - KEPT_AT_MOST :]
        self._made = {one.period: one for one in left}


def _is_old(one: Making, at_ms: int) -> bool:
    return not one.begun_ms <= at_ms < one.begun_ms + KEPT_FOR_MS


def _note(period: Period, future: Future[Report]) -> None:
    """A failure is the operator's to know."""
    error = future.exception()
    if error is not None:
        log.error(json.dumps({"failure": "report", "period": period.name, "what": type(error).__name__}))
