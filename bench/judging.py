"""What one verdict costs with few bookings and with many, in this process, over people taken at random.

Both replicas hold the large site's people and badges, so that bookings alone differ.
"""

import gc
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from pathlib import Path
from random import Random
from statistics import median
from time import perf_counter_ns
from zoneinfo import ZoneInfo

from access.case import Request
from access.clock import Now
from access.credential import keyed_hash
from access.judge import judge
from access.replica import Replica
from access.site import Policy
from bench.population import LARGE, LINK_FILE, Size, fill, uid
from gateway.link.store import LinkStore

FEW = replace(LARGE, bookings=1_000)
MANY = LARGE
ROUNDS = 5
CALLS = 4_000
ZONE = ZoneInfo("Europe/Rome")
KEY = bytes(32)


def medians_us(folder: Path, chance: Random, now_ms: int) -> tuple[float, float]:
    """Median microseconds of a verdict at 1 000 and at 100 000 bookings: the least of some rounds, taken in turn.

    The replicas are loaded as a gateway loads them, from databases made in ``folder``.
    """
    held = [(size, _replica(folder / str(size.bookings), size, now_ms)) for size in (FEW, MANY)]
    found: dict[int, list[float]] = {FEW.bookings: [], MANY.bookings: []}
    now = Now(now_ms, 0, 0)
    with _collector_off():
        for _ in range(ROUNDS):
            for size, replica in held:
                found[size.bookings].append(median(_spans_ns(replica, _requests(size, chance), now)) / 1_000)
    few, many = (round(min(rounds), 2) for rounds in found.values())
    return few, many


def _replica(folder: Path, size: Size, now_ms: int) -> Replica:
    folder.mkdir()
    fill(folder, size, KEY, now_ms)
    with closing(LinkStore.open(folder / LINK_FILE)) as store:
        return store.replica()


def _requests(size: Size, chance: Random) -> list[Request]:
    onward = frozenset({"sala"})
    people = (chance.randrange(size.people) for _ in range(CALLS))
    return [Request("porta", "sala", onward, keyed_hash(KEY, uid(number))) for number in people]


def _spans_ns(replica: Replica, requests: list[Request], now: Now) -> list[int]:
    policy, spans = Policy(), list[int]()
    for request in requests:
        begin_ns = perf_counter_ns()
        judge(replica, policy, ZONE, request, now)
        spans.append(perf_counter_ns() - begin_ns)
    return spans


@contextmanager
def _collector_off() -> Iterator[None]:
    gc.collect()
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
