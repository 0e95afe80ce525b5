"""Many seeds, over all processors: each a run of its own, given back in the order of their numbers."""

import gc
import logging
import multiprocessing
import os
import tempfile
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from itertools import count, islice
from pathlib import Path

from hubout.simulate.books import Prepared, prepare
from hubout.simulate.plan import Mix
from hubout.simulate.run import Outcome, run

AGAIN_EVERY = 20
"""So often a seed is run twice, to compare (guarantee S13)."""
AHEAD_PER_PROCESS = 2
COLLECTED_EVERY = 50_000
"""New objects between two rounds of the garbage collector: a run makes many and soon lets them go."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which seeds, how many days each; ``goes_on`` is asked before each one."""

    first: int
    seeds: int
    days: int
    processes: int
    goes_on: Callable[[], bool]


def processors() -> int:
    """How many runs go at once."""
    return len(os.sched_getaffinity(0))


def outcomes(wanted: Wanted) -> Iterator[Outcome]:
    """The outcome of each seed, in order."""
    with tempfile.TemporaryDirectory(prefix="hubout-simulate-") as folder:
        prepared = prepare(Path(folder))
        _quiet()
        yield from _spread(wanted, prepared) if wanted.processes > 1 else _one_by_one(wanted, prepared)


def _one_by_one(wanted: Wanted, prepared: Prepared) -> Iterator[Outcome]:
    for seed in range(wanted.first, wanted.first + wanted.seeds):
        if not wanted.goes_on():
            return
        yield compared(seed, wanted.days, prepared)


def _spread(wanted: Wanted, prepared: Prepared) -> Iterator[Outcome]:
    seeds = iter(islice(count(wanted.first), wanted.seeds))
    running: deque[tuple[int, Future[Outcome]]] = deque()
    # This process has no thread and no database open, and all that a run imports: to begin anew would take seconds.
    forked = multiprocessing.get_context("fork")
    with ProcessPoolExecutor(wanted.processes, mp_context=forked) as pool:
        while True:
            while len(running) < AHEAD_PER_PROCESS * wanted.processes and wanted.goes_on():
                seed = next(seeds, None)
                if seed is None:
                    break
                running.append((seed, pool.submit(compared, seed, wanted.days, prepared)))
            if not running:
                return
            yield _given(*running.popleft(), wanted.days)


def _given(seed: int, future: Future[Outcome], days: int) -> Outcome:
    """What came of a seed; where a program of ours failed inside, that."""
    error = future.exception()
    if error is None:
        return future.result()
    return Outcome(seed, days, "", 0, (f"the run ended with {type(error).__name__}: {error}",))


def _quiet() -> None:
    """What simulated programs say to their logs is nobody's news; and what was imported stays."""
    logging.disable(logging.CRITICAL)
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECTED_EVERY)


def compared(seed: int, days: int, prepared: Prepared, mix: Mix | None = None) -> Outcome:
    """A seed's outcome; now and then of two runs, whose digests must be the same. Nobody judges the second one: so who
    judges is seen to change nothing.
    """
    outcome = run(seed, days, prepared, mix)
    if seed % AGAIN_EVERY:
        return outcome
    again = run(seed, days, prepared, mix, checkers=())
    same = again.digest == outcome.digest
    told = () if same else (f"S13: the seed gave {outcome.digest} and then {again.digest}",)
    reached = outcome.reached | {"S13": outcome.reached.get("S13", 0) + 1}
    return replace(outcome, broken=outcome.broken + told, reached=reached)
