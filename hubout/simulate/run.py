"""One run: a world lives its days under faults, is healed, drains, and is judged."""

import tempfile
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import TypeVar

from access.clock import MINUTE_MS, SECOND_MS
from hubout.simulate.books import Prepared
from hubout.simulate.checks_doors import DOORS
from hubout.simulate.checks_log import LOG
from hubout.simulate.checks_sync import SYNC
from hubout.simulate.faults import FAULTS, Healed
from hubout.simulate.people import PEOPLE, STRANGERS
from hubout.simulate.plan import Planned
from hubout.simulate.staff import STAFF
from hubout.simulate.watch import Watch
from hubout.simulate.world import World

DRAINED_WITHIN_MS = 4 * MINUTE_MS
"""Of everything being healed: the longest wait before another attempt is one minute, and some follow one another."""
LOOK_MS = 5 * SECOND_MS
CHECKERS = (*DOORS, *LOG, *SYNC)
GUARANTEES = (*(checker.guarantee for checker in CHECKERS), "S13")
"""Those that are watched; the last one by running a seed twice."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one seed: its digest, what did not hold, and how often each interesting case happened."""

    seed: int
    days: int
    digest: str
    events: int
    broken: tuple[str, ...] = ()
    reached: dict[str, int] = field(default_factory=dict)
    happened: dict[str, int] = field(default_factory=dict)


def run(seed: int, days: int, prepared: Prepared) -> Outcome:
    """Live one seed's days, and judge them."""
    with tempfile.TemporaryDirectory(prefix="hubout-simulate-") as folder:
        watch = Watch()
        world = World(seed, days, prepared, Path(folder), watch.see)
        living = _Living(world)
        try:
            watch.over(world, CHECKERS)
            living.live()
            watch.end()
        finally:
            living.close()
        trace, happened = world.trace, dict(sorted(living.happened.items()))
        return Outcome(seed, days, trace.digest(), trace.events, tuple(watch.broken), watch.reached, happened)


class _Living:
    """The plan, carried out; faults under way are healed when their time is over, or at the end."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._healing: dict[int, Healed] = {}
        self.happened: dict[str, int] = {}

    def live(self) -> None:
        """Every day, then the healing, then as long as it takes until nothing waits."""
        world, agenda = self._world, self._world.agenda
        world.begin()
        for doing in world.plan.doings:
            agenda.at(doing.at_ms, partial(self._do, doing))
        agenda.run(world.plan.ends_ms)
        agenda.wake((agenda.now_ms, agenda.now_ms + DRAINED_WITHIN_MS))
        self._heal_all()
        until_ms = agenda.now_ms + DRAINED_WITHIN_MS
        while agenda.now_ms < until_ms:
            agenda.run(agenda.now_ms + LOOK_MS)
            if not any(one.waits(world.centre) for one in world.sites.values()):
                return

    def close(self) -> None:
        """Let go of every file."""
        for premises in self._world.sites.values():
            if premises.gateway is not None:
                premises.gateway.end()
        self._world.centre.close()

    def _do(self, doing: Planned) -> None:
        premises = self._world.sites[doing.site]
        match doing.kind:
            case "fault":
                self._fault(doing)
            case "people":
                self._drawn(PEOPLE, premises.chance)(self._world, premises)
            case "staff":
                self._drawn(STAFF, premises.chance)(self._world, premises)
            case _:
                self._drawn(STRANGERS, premises.chance)(self._world, premises)

    def _fault(self, doing: Planned) -> None:
        premises = self._world.sites[doing.site]
        key = len(self._healing) + self._world.ledger.fresh() * 1_000
        self._healing[key] = self._drawn(FAULTS, premises.chance)(self._world, premises)
        self._world.agenda.after(doing.lasts_ms, partial(self._heal, key))

    def _heal(self, key: int) -> None:
        self._healing.pop(key, _healed)()

    def _heal_all(self) -> None:
        for healed in list(self._healing.values()):
            healed()
        self._healing.clear()

    def _drawn(self, among: tuple[tuple[T, int], ...], chance: Random) -> T:
        drawn = chance.choices([one for one, _ in among], [weight for _, weight in among])[0]
        name = getattr(drawn, "__name__", "?")
        self.happened[name] = self.happened.get(name, 0) + 1
        return drawn


def _healed() -> None:
    """It was healed already."""
