"""One run: a world lives its days under faults, is healed, drains, and is judged."""

import os
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from random import Random
from typing import Any

from access.clock import MINUTE_MS, SECOND_MS
from firmware_sim.seed import chance_of
from hubout.simulate import restore
from hubout.simulate.books import Prepared
from hubout.simulate.checks_branches import BRANCHES
from hubout.simulate.checks_doors import DOORS
from hubout.simulate.checks_input import INPUT
from hubout.simulate.checks_lines import LINES
from hubout.simulate.checks_log import LOG
from hubout.simulate.checks_sync import SYNC
from hubout.simulate.checks_taps import TAPS
from hubout.simulate.faults import FAULTS, OF_THE_NETWORK, Fault, Healed
from hubout.simulate.people import PEOPLE, STRANGERS
from hubout.simulate.plan import Mix, Planned, plan_of
from hubout.simulate.premises import Premises
from hubout.simulate.staff import STAFF
from hubout.simulate.watch import Checker, Watch
from hubout.simulate.world import World

DRAINED_WITHIN_MS = 4 * MINUTE_MS
"""Of everything being healed: the longest wait before another attempt is one minute, and some follow one another."""
LOOK_MS = 5 * SECOND_MS
CHECKERS = (*DOORS, *LINES, *TAPS, *INPUT, *LOG, *SYNC, *BRANCHES)
GUARANTEES = (*(checker.guarantee for checker in CHECKERS), "S13")
"""Those that are watched; the last one by running a seed twice."""
IN_MEMORY = "/dev/shm"  # noqa: S108 -- whoever may write there may
Doing = Callable[[World, Premises], Any]
_KINDS: dict[str, Sequence[tuple[Doing, int]]] = {
    "people": PEOPLE,
    "staff": STAFF,
    "stranger": STRANGERS,
    "fault": FAULTS,
}
_NAMED: dict[str, Sequence[tuple[Doing, int]]] = {
    one.__name__: ((one, 1),) for kind in _KINDS.values() for one, _ in kind
}
DOINGS = _KINDS | _NAMED
FAULT_SET = frozenset(fault for fault, _ in FAULTS)


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


def run(
    seed: int,
    days: int,
    prepared: Prepared,
    mix: Mix | None = None,
    checkers: tuple[type[Checker], ...] = CHECKERS,
) -> Outcome:
    """Live one seed's days, and have them judged; ``mix`` says what is planned, where it is not the usual."""
    plan = plan_of(chance_of(f"hubout {seed} plan"), days, mix or Mix())
    with tempfile.TemporaryDirectory(prefix="hubout-simulate-", dir=scratch()) as folder:
        watch = Watch()
        world = World(seed, plan, prepared, Path(folder), watch.see)
        living = _Living(world)
        try:
            watch.over(world, checkers)
            living.live()
            watch.end()
        finally:
            living.close()
        trace, happened = world.trace, dict(sorted(living.happened.items()))
        return Outcome(seed, days, trace.digest(), trace.events, tuple(watch.broken), watch.reached, happened)


def scratch() -> str | None:
    """Where a run's simulated disks lie: in memory, where the machine offers it; None: wherever files may."""
    return IN_MEMORY if os.access(IN_MEMORY, os.W_OK) else None


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
        world.faulty = False
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
        drawn = self._drawn(DOINGS[doing.kind], premises.chance)
        if drawn in FAULT_SET:
            self._fault(doing, drawn)
        else:
            drawn(self._world, premises)

    def _fault(self, doing: Planned, fault: Fault) -> None:
        premises = self._world.sites[doing.site]
        key = self._world.ledger.fresh()
        healed = fault(self._world, premises)
        if fault in OF_THE_NETWORK:
            self._healing[key] = healed
        else:
            premises.ailing(1)
            self._healing[key] = partial(_well_again, premises, healed)
        self._world.agenda.after(doing.lasts_ms, partial(self._heal, key))

    def _heal(self, key: int) -> None:
        self._healing.pop(key, _healed)()

    def _heal_all(self) -> None:
        for healed in list(self._healing.values()):
            healed()
        self._healing.clear()
        for after_ms in (20 * SECOND_MS, 80 * SECOND_MS, 160 * SECOND_MS):
            for premises in self._world.sites.values():
                self._world.agenda.after(after_ms, partial(restore.confirm, self._world, premises))

    def _drawn(self, among: Sequence[tuple[Doing, int]], chance: Random) -> Doing:
        drawn = chance.choices([one for one, _ in among], [weight for _, weight in among])[0]
        self.happened[drawn.__name__] = self.happened.get(drawn.__name__, 0) + 1
        return drawn


def _well_again(premises: Premises, healed: Healed) -> None:
    healed()
    premises.ailing(-1)


def _healed() -> None:
    """It was healed already."""
