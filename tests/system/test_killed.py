"""Killed for real: SIGKILL of gateway, broker, registry and doorkeeper at seeded moments under load (D1, D2, D4, D5,
S1 to S5, S12). HUBOUT_KILLS says how many, HUBOUT_KILL_SEED at which moments.
"""

import os
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from random import Random
from threading import Event
from time import monotonic_ns

import pytest

from access.facts import Sensed
from firmware_sim.radio import Broker
from tests.support.guarded_site import published_bounds
from tests.support.line_watch import LineWatch, ungranted
from tests.support.load import Load, uid_of
from tests.support.site_books import SiteLog
from tests.support.site_toml import SITE, Plan, desk, door, reader, sensor
from tests.support.whole_site import Someone, WholeSite, whole_site

KILLS = int(os.environ.get("HUBOUT_KILLS", "20"))
SEED = int(os.environ.get("HUBOUT_KILL_SEED", "1"))
VICTIMS = ("gateway", "gateway", "keeper", "broker", "registry", "doorkeeper")
"""The gateway twice as often: the most can go wrong with it."""
LIVES_S = (0.05, 1.5)
"""How long everything is left alone between kills: sometimes less than a program needs to start."""
AT_WORK_WITHIN_S = 75.0
"""A gateway that takes a dying broker for a second gateway waits a minute (S6)."""
DEAD_S = (0.0, 0.4)
GATEWAY_DEATH_NS, KEEPER_DEATH_NS = 200_000_000, 2_000_000_000
PINS = {"front": 17, "side": 18, "rear": 19}
PEOPLE, BOOKED_OF_FIVE = 4_000, 4
PLAN = Plan(
    # The rear door's pulses are long, so that a death finds a lease running more often than not.
    doors=[door(ident, pin, pulse_ms=2_000 if ident == "rear" else 100) for ident, pin in PINS.items()],
    desks=[desk(f"desk-0{number}") for number in range(1, 4)],
    devices=[
        *(reader(f"{ident}-in", ident) for ident in PINS),
        *(sensor(f"sensor-0{number}", f"desk-0{number}") for number in range(1, 4)),
    ],
    policy={"tap_interval_s": 0, "card_repeat_s": 0, "desk_hold_min": 0},
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    crowd = [Someone(f"p{n}", uid_of(n), booked=n % 5 < BOOKED_OF_FIVE) for n in range(1, PEOPLE + 1)]
    with whole_site(tmp_path, PLAN, crowd, persistent=True, broker_extra=published_bounds()) as made:
        made.start()
        yield made


def load_of(site: WholeSite) -> Load:
    readers = [f"{ident}-in" for ident in PINS]
    sensors = [f"sensor-0{number}" for number in range(1, 4)]
    return Load(SITE, Broker(site.broker.host, site.broker.port), readers, sensors, SEED)


class Killer:
    """Kills one part after another, and looks what a death leaves behind."""

    def __init__(self, site: WholeSite, load: Load) -> None:
        self.site, self.load = site, load
        self.chance, self._pause = Random(SEED), Event()
        self.killed: Counter[str] = Counter()
        self.mid_lease = 0
        self._releases, self._grants = self._counts()

    def one(self) -> None:
        """Wait a little, or until a door stands open; kill one, wait a little, and bring it back."""
        if self.chance.random() < 0.5:
            self.site.until(lambda: any(map(self.site.is_released, PINS.values())), "a grant", AT_WORK_WITHIN_S)
        self._pause.wait(self.chance.uniform(*LIVES_S))
        victim = self.chance.choice(VICTIMS)
        self.killed[victim] += 1
        DEATHS[victim](self)

    def dead_for_a_while(self) -> None:
        self._pause.wait(self.chance.uniform(*DEAD_S))

    def gateway(self) -> None:
        if any(map(self.site.is_released, PINS.values())):
            self.mid_lease += 1
        self._secured_after(self.site.gateway.kill(), GATEWAY_DEATH_NS)
        self.check_what_a_dead_gateway_leaves()
        self.dead_for_a_while()
        self.site.gateway.start()

    def keeper(self) -> None:
        try:
            killed_ns = self.site.kill_keeper()
        except (FileNotFoundError, ConnectionRefusedError):
            return  # It is only just being started again.
        self._secured_after(killed_ns, KEEPER_DEATH_NS)

    def doorkeeper(self) -> None:
        self._secured_after(self.site.doorkeeper.kill(), KEEPER_DEATH_NS)
        self.dead_for_a_while()
        self.site.doorkeeper.start()

    def broker(self) -> None:
        self.site.broker.kill()
        self.dead_for_a_while()
        self.site.broker.start()

    def registry(self) -> None:
        self.site.registry.kill()
        self.dead_for_a_while()
        self.site.registry.start()

    def _secured_after(self, killed_ns: int, within_ns: int) -> None:
        """D4: each line is seen secured within so long of a death."""
        for pin in PINS.values():
            self.site.until(partial(self.site.is_secured, pin), f"pin {pin} secured", every_s=0.001)
            took_ns = self.site.board.changed_ns(pin) - killed_ns
            assert took_ns <= within_ns or monotonic_ns() - killed_ns <= within_ns, f"pin {pin} took {took_ns} ns"

    def check_what_a_dead_gateway_leaves(self) -> None:
        """D1, D2, D5: since the last death the line of each door left its rest at most once for each grant on disk,
        so never for a grant that is not there, nor for an old one at a start. S12: what a device was told is there.
        """
        told = self.load.told()
        releases, grants = self._counts()
        for ident in PINS:
            assert releases[ident] - self._releases[ident] <= grants[ident] - self._grants[ident], ident
        self._releases, self._grants = releases, grants
        on_disk, boots = self.site.log.cursors(), self.load.boots()
        for device, upto in told.items():
            assert upto <= on_disk.get((device, boots[device]), 0), f"{device} was told of {upto}"

    def _counts(self) -> tuple[Counter[str], Counter[str]]:
        releases = Counter({ident: self.site.releases(pin) for ident, pin in PINS.items()})
        return releases, Counter(verdict.door for verdict in self.site.log.verdicts() if verdict.granted)


DEATHS: dict[str, Callable[[Killer], None]] = {
    "gateway": Killer.gateway,
    "keeper": Killer.keeper,
    "doorkeeper": Killer.doorkeeper,
    "broker": Killer.broker,
    "registry": Killer.registry,
}


@pytest.mark.timeout(200 + 5 * KILLS)
def test_parts_killed_at_random_moments_under_load_lose_nothing_and_open_nothing_ungranted(site: WholeSite) -> None:
    with load_of(site) as load, LineWatch(site.board, PINS) as lines:
        killer = Killer(site, load)
        load.begin()
        for _ in range(KILLS):
            killer.one()
        load.cease()
        site.until(load.all_told, "every message to be answered", within_s=60)
        site.until(lambda: all(map(site.is_secured, PINS.values())), "every door secured")
        site.wait_synced()
        assert site.gateway.stop() == 0
        killer.check_what_a_dead_gateway_leaves()
        every_card_decided_once(site, load)
        levels = {fact.sensor: fact.present for fact in site.log.facts(Sensed)}
        assert levels == load.levels()
        assert load.told() == {device: upto for (device, _), upto in site.log.cursors().items()}
    site.wait_synced()
    site.centre.assert_equals(SiteLog(site.log.path, SITE))
    assert ungranted(lines.seen, site.log.entries()) == []
    assert len(lines.seen) > KILLS
    it_got_there(site, killer)


def every_card_decided_once(site: WholeSite, load: Load) -> None:
    """S2: each tap has one verdict, however often it was said and whoever died meanwhile; a booked one that was fresh
    opened, and nobody else's did.
    """
    judged = Counter((verdict.reader, uid_of(int(verdict.person[1:]))) for verdict in site.log.verdicts())
    assert judged == load.taps()
    for verdict in site.log.verdicts():
        booked = int(verdict.person[1:]) % 5 < BOOKED_OF_FIVE
        assert verdict.reason in {"stale", "booking" if booked else "no-booking"}


def it_got_there(site: WholeSite, killer: Killer) -> None:
    """A run in which nothing happened proves nothing."""
    assert sum(killer.killed.values()) == KILLS
    reasons = Counter(verdict.reason for verdict in site.log.verdicts())
    assert reasons["booking"] > 2 * KILLS
    assert reasons["no-booking"] > 0
    if KILLS >= 20:
        assert set(killer.killed) == set(VICTIMS)
        assert killer.mid_lease > 0
        assert reasons["stale"] > 0, "some came late"
