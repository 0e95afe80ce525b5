"""Taps at a gateway whose live page many have open while its devices talk: when each page shows a tap, and what the
open pages cost the door. Each run with pages has one without beside it, with the same devices talking.
"""

import json
from bisect import bisect_left
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from bench.clock import holds_within, mono_ns
from bench.figures import percentile
from bench.memory import children, most_resident_mb
from bench.place import DOORS
from bench.processes import Process, Processes
from bench.publisher import PACE
from bench.starting import Running
from bench.taps import Readers, Tapped
from bench.trouble import CannotMeasure
from bench.watchers import OPEN

SLOT_NS = 250_000_000
"""A tap every so often: twelve stand on a page, so that none is gone before it is seen."""
MESSAGES_PER_S = 200
OPENS_WITHIN_S, ENDS_WITHIN_S = 120.0, 90.0
LATEST_NS = 10_000_000_000
LASTS_SPARE_S = 3.0


@dataclass(frozen=True, slots=True)
class Crowd:
    """How many pages are open, how many messages a second come, how many taps a run has, how many pairs of runs."""

    pages: int = 200
    per_s: int = MESSAGES_PER_S
    taps: int = 120
    pairs: int = 5


A_CROWD = Crowd()


@dataclass(frozen=True, slots=True)
class Watched:
    """Middle figures of the pairs. ``missing``: taps that a page did not show within ten seconds, and streams that
    ended; ``memory_mb``: the most that the pages' process ever held.
    """

    pages: int
    page_p50_ms: float
    page_p99_ms: float
    lock_p99_us: float
    alone_lock_p99_us: float
    ratio: float
    missing: int
    kb_per_s: float
    memory_mb: float


@dataclass(frozen=True, slots=True)
class _Run:
    lock_p99_us: float
    shown_ns: Sequence[int] = ()
    missing: int = 0
    bytes_per_s: float = 0.0


class Crowded:
    """Measures one running site."""

    def __init__(self, processes: Processes, site: Running, port: int, crowd: Crowd) -> None:
        self._processes, self._site, self._port, self._crowd = processes, site, port, crowd
        self._runs = 0

    def measure(self, told: Callable[[str], None]) -> Watched:
        """The pairs, in turn with and without pages first. Raises CannotMeasure."""
        self._site.demand_pages()
        alone, among = list[_Run](), list[_Run]()
        for number in range(self._crowd.pairs):
            told(f"pair {number + 1} of {self._crowd.pairs}")
            for with_pages in (number % 2 == 0, number % 2 != 0):
                (among if with_pages else alone).append(self._run(with_pages=with_pages))
        memory = sum(most_resident_mb(pid) for pid in children(self._site.gateway.pid))
        return Watched(
            self._crowd.pages,
            median(percentile(run.shown_ns, 50) for run in among) / 1e6,
            median(percentile(run.shown_ns, 99) for run in among) / 1e6,
            median(run.lock_p99_us for run in among),
            median(run.lock_p99_us for run in alone),
            round(median(one.lock_p99_us / other.lock_p99_us for one, other in zip(among, alone, strict=True)), 2),
            sum(run.missing for run in among),
            round(median(run.bytes_per_s for run in among) / 1e3, 1),
            round(memory, 1),
        )

    def _run(self, *, with_pages: bool) -> _Run:
        self._runs += 1
        watchers = self._opened() if with_pages else None
        publisher = self._publisher()
        begun_ns = mono_ns()
        tapped = paced(self._site.readers, self._crowd.taps)
        lasted_s = (mono_ns() - begun_ns) / 1e9
        lock_p99_us = percentile([one.lock_ns for one in tapped], 99) / 1e3
        if not holds_within(lambda: publisher.ended, ENDS_WITHIN_S):
            raise CannotMeasure("the publisher did not come to an end")
        if watchers is None:
            return _Run(lock_p99_us)
        watchers.stop()
        said = _last_words(watchers)
        shown, missing = shown_within(tapped, {int(k): v for k, v in said["came"].items()}, self._crowd.pages)
        return _Run(lock_p99_us, shown, missing + said["ended"], said["bytes"] / lasted_s)

    def _opened(self) -> Process:
        place = self._site.place
        words = (str(place.pages_port), place.code, str(self._crowd.pages))
        watchers = self._processes.python(f"watchers-{self._runs}", "bench.watchers", *words)
        open_there = holds_within(lambda: watchers.ended or bool(watchers.out.read_bytes()), OPENS_WITHIN_S)
        if watchers.ended or not open_there:
            raise CannotMeasure(f"the live pages did not open; they said: {watchers.words()}")
        return watchers

    def _publisher(self) -> Process:
        seconds = self._crowd.taps * SLOT_NS / 1e9 + LASTS_SPARE_S
        words = (str(self._port), str(self._site.place.desks), str(seconds), f"{PACE}{self._crowd.per_s}")
        return self._processes.python(f"talking-{self._runs}", "bench.publisher", *words)


def paced(readers: Readers, taps: int) -> list[Tapped]:
    """So many taps, one a slot, each at the next door."""
    found: list[Tapped] = []
    slot_ns = mono_ns() + 2_000_000_000
    for index in range(taps):
        readers.client.serve_until(slot_ns)
        found.append(readers.tap(index % DOORS))
        slot_ns = max(slot_ns + SLOT_NS, mono_ns())
    readers.client.serve_until(mono_ns() + 2_000_000_000)
    return found


def shown_within(tapped: Sequence[Tapped], came: Mapping[int, Sequence[int]], pages: int) -> tuple[list[int], int]:
    """How long after each tap each page showed it, and how many pages did not within ten seconds."""
    spans: list[int] = []
    missing = 0
    for one in tapped:
        there = sorted(came.get(one.badge, ()))
        first = bisect_left(there, one.sent_ns)
        found = [at_ns - one.sent_ns for at_ns in there[first : first + pages] if at_ns - one.sent_ns <= LATEST_NS]
        spans += found
        missing += pages - len(found)
    return spans, missing


def _last_words(watchers: Process) -> dict[str, Any]:
    lines = watchers.out.read_text(encoding="utf-8").splitlines()
    if len(lines) != 2 or lines[0] != OPEN:
        raise CannotMeasure(f"the live pages failed; they said: {watchers.words()}")
    said: dict[str, Any] = json.loads(lines[1])
    return said
