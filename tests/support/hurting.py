"""Hurting the parts of a running site at seeded moments, and looking each time what must hold all the same.

What a seed gives again is who is hurt, how, and after how long; what the processes were doing then is the machine's.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from functools import partial
from random import Random
from threading import Event
from time import monotonic_ns

from access.facts import Sensed
from tests.support.hurt_site import LONGEST_PULSE_MS, PINS, every_card_decided_once
from tests.support.line_watch import LineWatch, ungranted
from tests.support.load import Load
from tests.support.power import GatewayPower
from tests.support.site_books import SiteLog
from tests.support.site_toml import SITE
from tests.support.whole_site import WholeSite

LIVES_S = (0.05, 1.5)
"""How long everything is left alone between two: sometimes less than a program needs to start."""
AT_WORK_WITHIN_S = 90.0
"""A gateway that takes a dying broker for a second gateway waits a minute (S6)."""
DEAD_S, FROZEN_S = (0.0, 0.4), (0.05, 2.5)
GATEWAY_DEATH_NS, KEEPER_DEATH_NS = 200_000_000, 2_000_000_000
LEASE_OVER_NS = LONGEST_PULSE_MS * 1_000_000 + GATEWAY_DEATH_NS


class Hurts:
    """Hurts one part after another. ``done`` counts what was done; ``slowest_ms`` is, by what was hurt, the longest
    that a door took until it was secured. A broken guarantee is an AssertionError.
    """

    def __init__(self, site: WholeSite, load: Load, chance: Random) -> None:
        """Nobody is hurt yet."""
        self.site, self.load, self.chance = site, load, chance
        self.done: Counter[str] = Counter()
        self.slowest_ms: dict[str, int] = {}
        self.mid_lease = self.unsynced = 0
        self.power = GatewayPower(site, chance)
        self._pause = Event()
        self._began = self._dead = self._counts()

    def one(self, ways: Mapping[str, int]) -> None:
        """Wait a little, or until a door stands open; hurt one part in one of these ways, way → how often; look."""
        if self.chance.random() < 0.5:
            self.site.until(self._is_open, "a grant", AT_WORK_WITHIN_S)
        self._wait(LIVES_S)
        (way,) = self.chance.choices(list(ways), list(ways.values()))
        self.done[way] += 1
        WAYS[way](self)
        self.check()

    def _wait(self, span_s: tuple[float, float]) -> None:
        self._pause.wait(self.chance.uniform(*span_s))

    def _is_open(self) -> bool:
        return any(map(self.site.is_released, PINS.values()))

    def record(self) -> None:
        """Let the gateway's calls be recorded from now on, so that it can be cut off."""
        assert self.site.gateway.stop() == 0
        self.site.until(lambda: not self.site.gateway.others(), "the pages to end")
        self.power.on()
        self.site.restart_gateway()

    # -- ways to hurt

    def kill_gateway(self) -> None:
        """SIGKILL."""
        self.mid_lease += self._is_open()
        self._secured_after("gateway", self.site.gateway.kill(), GATEWAY_DEATH_NS)
        self.check_what_a_dead_gateway_leaves()
        self._wait(DEAD_S)
        self.site.gateway.start()

    def cut_gateway(self) -> None:
        """SIGKILL, and its disk forgets what was not synced."""
        self.mid_lease += self._is_open()
        known = self.site.log.rows
        self._secured_after("gateway", self.site.gateway.kill(), GATEWAY_DEATH_NS)
        self.unsynced += self.power.cut()
        left = SiteLog(self.site.log.path, SITE)
        left.entries()
        assert left.rows[: len(known)] == known, f"the log lost events after the power cut: {len(left.rows)} are left"
        self.check_what_a_dead_gateway_leaves()
        self.power.on()
        self.site.gateway.start()

    def kill_keeper(self) -> None:
        """SIGKILL of the keeper under its supervisor."""
        self._keeper_hit(signal.SIGKILL)

    def freeze_keeper(self) -> None:
        """SIGSTOP of the keeper, for its supervisor to notice."""
        self._keeper_hit(signal.SIGSTOP)

    def _keeper_hit(self, how: signal.Signals) -> None:
        try:
            pid = self.site.keeper_pid()
            at_ns = monotonic_ns()
            os.kill(pid, how)
        except (FileNotFoundError, ConnectionRefusedError, ProcessLookupError):
            return  # It is only just being started again.
        self._secured_after("keeper", at_ns, KEEPER_DEATH_NS)

    def kill_supervisor(self) -> None:
        """SIGKILL of the doorkeeper's supervisor, with which its keeper ends."""
        self._secured_after("supervisor", self.site.doorkeeper.kill(), KEEPER_DEATH_NS)
        self._wait(DEAD_S)
        self.site.doorkeeper.start()

    def kill_broker(self) -> None:
        """SIGKILL."""
        self.site.broker.kill()
        self._wait(DEAD_S)
        self.site.broker.start()

    def kill_registry(self) -> None:
        """SIGKILL."""
        self.site.registry.kill()
        self._wait(DEAD_S)
        self.site.registry.start()

    def freeze_gateway(self) -> None:
        """SIGSTOP, SIGCONT: no door outlives its lease meanwhile (D3)."""
        at_ns = monotonic_ns()
        self.site.gateway.freeze()
        try:
            self._secured_after("frozen gateway", at_ns, LEASE_OVER_NS)
            self._wait(FROZEN_S)
        finally:
            self.site.gateway.thaw()

    def freeze_supervisor(self) -> None:
        """SIGSTOP, SIGCONT: its keeper goes on."""
        self._frozen(self.site.doorkeeper.freeze, self.site.doorkeeper.thaw)

    def freeze_broker(self) -> None:
        """SIGSTOP, SIGCONT."""
        self._frozen(self.site.broker.freeze, self.site.broker.thaw)

    def freeze_registry(self) -> None:
        """SIGSTOP, SIGCONT."""
        self._frozen(self.site.registry.freeze, self.site.registry.thaw)

    def _frozen(self, freeze: Callable[[], None], thaw: Callable[[], None]) -> None:
        freeze()
        try:
            self._wait(FROZEN_S)
            self.check()
        finally:
            thaw()

    # -- what must hold

    def _secured_after(self, whose: str, hurt_ns: int, within_ns: int) -> None:
        """D4: each line is seen secured within so long."""
        for pin in PINS.values():
            self.site.until(partial(self.site.is_secured, pin), f"pin {pin} secured (D4)", every_s=0.001)
            took_ns = self.site.board.changed_ns(pin) - hurt_ns
            assert took_ns <= within_ns or monotonic_ns() - hurt_ns <= within_ns, f"D4: pin {pin} took {took_ns} ns"
            self.slowest_ms[whose] = max(self.slowest_ms.get(whose, 0), took_ns // 1_000_000)

    def check(self) -> None:
        """Whoever lives: what a device was told is on disk (S12); no door opened more often than grants are on disk
        (D1, D2); the chain holds as far as it goes (S4); the registry holds what the log does, and no more (S1, S2).
        """
        told, standing = self.load.told(), self.site.centre.standing()
        releases, grants = self._counts()
        self._no_more_releases_than_grants(self._began, (releases, grants))
        self._is_on_disk(told)
        if standing is not None and standing.seq:
            rows = self.site.log.rows
            assert standing.seq <= len(rows), f"S1: the registry holds {standing.seq} events, the log {len(rows)}"
            assert standing.head == rows[standing.seq - 1].hash, f"S2: event {standing.seq} is another at the registry"

    def check_what_a_dead_gateway_leaves(self) -> None:
        """D1, D2, D5: since the last death the line of each door left its rest at most once for each grant on disk,
        so never for a grant that is not there, nor for an old one at a start. S12: what a device was told is there.
        """
        told, now = self.load.told(), self._counts()
        self._no_more_releases_than_grants(self._dead, now)
        self._dead = now
        self._is_on_disk(told)

    def _no_more_releases_than_grants(self, before: "Counts", now: "Counts") -> None:
        for door in PINS:
            opened, granted = now[0][door] - before[0][door], now[1][door] - before[1][door]
            assert opened <= granted, f"D1: door {door} opened {opened} times on {granted} grants"

    def _is_on_disk(self, told: Mapping[str, int]) -> None:
        on_disk, boots = self.site.log.cursors(), self.load.boots()
        for device, upto in told.items():
            assert upto <= on_disk.get((device, boots[device]), 0), f"S12: {device} was told of {upto}"

    def _counts(self) -> "Counts":
        releases = Counter({ident: self.site.releases(pin) for ident, pin in PINS.items()})
        return releases, Counter(verdict.door for verdict in self.site.log.verdicts() if verdict.granted)

    def settle(self, lines: LineWatch) -> None:
        """Nobody comes any more: everything drains, every card was decided once, gateway and registry hold the same,
        and each opening had a grant of its own (D1, D2, S1 to S5, S9, S12).
        """
        site, load = self.site, self.load
        load.cease()
        site.until(load.all_told, "every message to be answered (S9)", within_s=AT_WORK_WITHIN_S)
        site.until(lambda: all(map(site.is_secured, PINS.values())), "every door secured (D3)")
        site.wait_synced()
        assert site.gateway.stop() == 0
        self.check_what_a_dead_gateway_leaves()
        every_card_decided_once(site, load)
        levels = {fact.sensor: fact.present for fact in site.log.facts(Sensed)}
        assert levels == load.levels(), "S2: what the sensors said last"
        assert load.told() == {device: upto for (device, _), upto in site.log.cursors().items()}, "S12"
        site.wait_synced()
        site.centre.assert_equals(SiteLog(site.log.path, SITE))
        assert ungranted(lines.seen, site.log.entries()) == [], "D2: a door opened without a grant of its own"


Counts = tuple[Counter[str], Counter[str]]
"""Releases and grants by door."""

WAYS: Mapping[str, Callable[[Hurts], None]] = {
    "kill gateway": Hurts.kill_gateway,
    "kill keeper": Hurts.kill_keeper,
    "kill supervisor": Hurts.kill_supervisor,
    "kill broker": Hurts.kill_broker,
    "kill registry": Hurts.kill_registry,
    "freeze gateway": Hurts.freeze_gateway,
    "freeze keeper": Hurts.freeze_keeper,
    "freeze supervisor": Hurts.freeze_supervisor,
    "freeze broker": Hurts.freeze_broker,
    "freeze registry": Hurts.freeze_registry,
    "cut gateway": Hurts.cut_gateway,
}
KILLS = {way: 2 if way == "kill gateway" else 1 for way in WAYS if way.startswith("kill")}
"""The gateway twice as often: the most can go wrong with it."""
