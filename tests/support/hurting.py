"""Hurting the parts of a running site at seeded moments, and looking each time what must hold all the same.

What a seed gives again is who is hurt, how, and after how long; what the processes were doing then is the machine's.
"""

import os
import signal
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic_ns

from tests.support.holding import AT_WORK_WITHIN_S, Holds
from tests.support.hurt_site import LONGEST_PULSE_MS, PINS
from tests.support.load import Load
from tests.support.mosquitto import MosquittoDown
from tests.support.power import GatewayPower
from tests.support.site_books import SiteLog
from tests.support.site_toml import SITE
from tests.support.whole_site import WholeSite

LIVES_S = (0.05, 1.5)
"""How long everything is left alone between two: sometimes less than a program needs to start."""
PIECE_BYTES = 64
DEAD_S, FROZEN_S = (0.0, 0.4), (0.05, 2.5)
GATEWAY_DEATH_NS, KEEPER_DEATH_NS = 200_000_000, 2_000_000_000
LEASE_OVER_NS = LONGEST_PULSE_MS * 1_000_000 + GATEWAY_DEATH_NS


class Hurts:
    """Hurts one part after another, and sees that all holds; ``done`` counts what was done."""

    def __init__(self, site: WholeSite, load: Load, chance: Random) -> None:
        """Nobody is hurt yet."""
        self.site, self.load, self.chance = site, load, chance
        self.done: Counter[str] = Counter()
        self.mid_lease = self.unsynced = 0
        self.power = GatewayPower(site, chance)
        self.holds = Holds(site, load)
        self._pause = Event()

    def one(self, ways: Mapping[str, int]) -> None:
        """Wait a little, or until a door stands open, while there is anybody left who could come; hurt one part in one
        of these ways, way → how often; look.
        """
        if self.chance.random() < 0.5:
            self.site.until(lambda: self._is_open() or self.load.all_came(), "a grant", AT_WORK_WITHIN_S)
        self._wait(LIVES_S)
        (way,) = self.chance.choices(list(ways), list(ways.values()))
        self.done[way] += 1
        WAYS[way](self)
        self.holds.check()

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
        self.holds.secured_after("gateway", self.site.gateway.kill(), GATEWAY_DEATH_NS)
        self.holds.check_what_a_dead_gateway_leaves()
        self._wait(DEAD_S)
        self.site.gateway.start()

    def cut_gateway(self) -> None:
        """SIGKILL, and its disk forgets what was not synced."""
        self.mid_lease += self._is_open()
        known = self.site.log.rows
        self.holds.secured_after("gateway", self.site.gateway.kill(), GATEWAY_DEATH_NS)
        self.unsynced += self.power.cut()
        left = SiteLog(self.site.log.path, SITE)
        left.entries()
        assert left.rows[: len(known)] == known, f"the log lost events after the power cut: {len(left.rows)} are left"
        self.holds.check_what_a_dead_gateway_leaves()
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
        self.holds.secured_after("keeper", at_ns, KEEPER_DEATH_NS)

    def kill_supervisor(self) -> None:
        """SIGKILL of the doorkeeper's supervisor, with which its keeper ends."""
        self.holds.secured_after("supervisor", self.site.doorkeeper.kill(), KEEPER_DEATH_NS)
        self._wait(DEAD_S)
        self.site.doorkeeper.start()

    def kill_broker(self) -> None:
        """SIGKILL."""
        self.site.broker.kill()
        self._wait(DEAD_S)
        self.site.broker.start()

    def lose_broker(self) -> None:
        """SIGKILL, and all that it had kept is gone."""
        self.site.broker.kill()
        self.site.broker.database.unlink(missing_ok=True)
        self.site.broker.start()

    def damage_broker(self) -> None:
        """SIGKILL, and a piece of what it had kept is other bytes; where it does not start so, it begins anew."""
        self.site.broker.kill()
        if self.site.broker.database.exists():
            _overwrite(self.site.broker.database, self.chance)
        try:
            self.site.broker.start()
        except MosquittoDown:
            self.site.broker.database.unlink()
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
            self.holds.secured_after("frozen gateway", at_ns, LEASE_OVER_NS)
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
            self.holds.check()
        finally:
            thaw()


WAYS: Mapping[str, Callable[[Hurts], None]] = {
    "kill gateway": Hurts.kill_gateway,
    "kill keeper": Hurts.kill_keeper,
    "kill supervisor": Hurts.kill_supervisor,
    "kill broker": Hurts.kill_broker,
    "kill registry": Hurts.kill_registry,
    "lose broker": Hurts.lose_broker,
    "damage broker": Hurts.damage_broker,
    "freeze gateway": Hurts.freeze_gateway,
    "freeze keeper": Hurts.freeze_keeper,
    "freeze supervisor": Hurts.freeze_supervisor,
    "freeze broker": Hurts.freeze_broker,
    "freeze registry": Hurts.freeze_registry,
    "cut gateway": Hurts.cut_gateway,
}
KILLS = {way: 2 if way == "kill gateway" else 1 for way in WAYS if way.startswith("kill")}
"""The gateway twice as often: the most can go wrong with it."""


def _overwrite(path: Path, chance: Random) -> None:
    content = bytearray(path.read_bytes())
    begin = chance.randrange(max(1, len(content)))
    content[begin : begin + PIECE_BYTES] = chance.randbytes(PIECE_BYTES)
    path.write_bytes(content)
