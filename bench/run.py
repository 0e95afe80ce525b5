"""The bench's composition root: a folder and a size of effort become everything that is measured."""

import os
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from bench import drain, rendered, verifying
from bench.broker import start_broker
from bench.clock import wall_ms
from bench.figures import spread
from bench.ingest import COUNT_FILE, Ingested, Sustained
from bench.judging import medians_us
from bench.population import LARGE, NORMAL, Size
from bench.processes import Processes
from bench.rendered import LOOKS, Rendered
from bench.report import HIGHEST_FLOOR_US, Beside, Measured, Memory, demand_a_floor
from bench.seed import chance
from bench.starting import Running, prepared, start_gateway, start_site
from bench.taps import sample
from bench.watched import A_CROWD, Crowd, Crowded, Watched

DESKS = 32
SEED = 1
TOLD_EVERY = 100

Told = Callable[[str], None]
"""Called with one line on what is being measured now."""


@dataclass(frozen=True, slots=True)
class Effort:
    """How long to measure: taps, seconds of sustained messages, how large the large site is and how often it starts,
    how many events a site logged while its registry was away, how many are verified; above which floor nothing measured
    counts; how many live pages are open, how often each page is looked at, and whether the centre has a year behind it.
    """

    taps: int = 600
    ingest_s: float = 60.0
    large: Size = LARGE
    starts: int = 3
    away_events: int = 25_000
    verified_events: int = 1_000_000
    highest_floor_us: float = HIGHEST_FLOOR_US
    crowd: Crowd = A_CROWD
    looks: int = LOOKS
    a_year: bool = True


def measure(folder: Path, effort: Effort, told: Told) -> Measured:
    """Everything, on real processes in this folder. Raises CannotMeasure or FloorTooHigh."""
    load = os.getloadavg()[0]
    with ExitStack() as stack:
        processes = stack.enter_context(Processes(folder))
        port = start_broker(processes)
        feedback, lock, ingested, normal_mb, pages_mb, watched, pages = _normal(stack, processes, port, effort, told)
        large_mb, first_s = _large(stack, processes, port, effort, told)
        pages += rendered.of_the_centre(processes, effort.looks, told, a_year=effort.a_year)
        drained = drain.measure(processes, port, effort.away_events, lambda what: told(f"a week drained: {what}"))
    log = verifying.measure(folder / "verified", effort.verified_events, lambda what: told(f"a long log: {what}"))
    told("judge at 1 000 and at 100 000 bookings")
    judge_us = medians_us(folder, chance(SEED), wall_ms())
    memory = Memory(normal_mb, large_mb, pages_mb)
    return Measured(
        feedback,
        lock,
        ingested,
        judge_us,
        memory,
        first_s,
        drained,
        log,
        (load, os.getloadavg()[0]),
        watched,
        tuple(pages),
    )


def _normal(
    stack: ExitStack, processes: Processes, port: int, effort: Effort, told: Told
) -> tuple[Beside, Beside, Ingested, float, float, Watched, list[Rendered]]:
    """Taps, messages, and the memory after them, at a normal site; then its pages, which many have open."""
    told("starting a normal site")
    place = prepared(processes.folder / "normal", NORMAL, port, DESKS)
    processes.python("floor-echo", "bench.echo", str(port), str(processes.folder / "floor.db"))
    processes.python("floor-counter", "bench.counter", str(port), str(processes.folder / COUNT_FILE))
    site = start_site(stack, processes, place, NORMAL, port)
    feedback, lock = _taps(site, effort, told)
    sustained = Sustained(processes, place, port)
    ingested = sustained.measure(effort.ingest_s, lambda what: told(f"sustained messages: {what}"))
    memory_mb, pages_mb = site.memory_mb(), site.pages_mb()
    pages = rendered.of_a_site(processes, site, effort.looks, told)
    watched = Crowded(processes, site, port, effort.crowd).measure(lambda what: told(f"live pages open: {what}"))
    site.gateway.stop()
    return feedback, lock, ingested, memory_mb, pages_mb, watched, pages


def _taps(site: Running, effort: Effort, told: Told) -> tuple[Beside, Beside]:
    def progress(done: int) -> None:
        if done % TOLD_EVERY == 0:
            told(f"taps: {done} of {effort.taps}")

    sampled = sample(site.readers, effort.taps, progress)
    floor = spread(sampled.floor)
    demand_a_floor(floor, effort.highest_floor_us)
    return Beside(spread(sampled.feedback), floor), Beside(spread(sampled.lock), floor)


def _large(stack: ExitStack, processes: Processes, port: int, effort: Effort, told: Told) -> tuple[float, float]:
    """Memory, and the time to the first decision (the middle of some starts), at a large site."""
    told(f"filling a site of {effort.large.people} people and {effort.large.bookings} bookings")
    place = prepared(processes.folder / "large", effort.large, port, DESKS)
    site = start_site(stack, processes, place, effort.large, port)
    seconds = [site.first_decision_s]
    while len(seconds) < effort.starts:
        told(f"starting a large site: {len(seconds) + 1} of {effort.starts}")
        site.gateway.stop()
        site = start_gateway(processes, place, site.readers)
        seconds.append(site.first_decision_s)
    return site.memory_mb(), median(seconds)
