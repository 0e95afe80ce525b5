"""What must hold of a site whose parts are being hurt: while it runs, when its gateway is dead, and at the end."""

from collections import Counter
from collections.abc import Mapping
from functools import partial
from time import monotonic_ns

from access.facts import Sensed
from tests.support.hurt_site import PINS, every_card_decided_once
from tests.support.line_watch import LineWatch, ungranted
from tests.support.load import Load
from tests.support.site_books import SiteLog
from tests.support.site_toml import SITE
from tests.support.whole_site import WholeSite

AT_WORK_WITHIN_S = 90.0
"""A gateway that takes a dying broker for a second gateway waits a minute (S6)."""
Counts = tuple[Counter[str], Counter[str]]
"""Releases and grants by door."""


class Holds:
    """A broken guarantee is an AssertionError. ``slowest_ms``: by who was hurt, the longest until a door was secure."""

    def __init__(self, site: WholeSite, load: Load) -> None:
        """Nothing has happened yet."""
        self.site, self.load = site, load
        self.slowest_ms: dict[str, int] = {}
        self._began = self._dead = self._counts()

    def secured_after(self, whose: str, hurt_ns: int, within_ns: int) -> None:
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

    def _no_more_releases_than_grants(self, before: Counts, now: Counts) -> None:
        for door in PINS:
            opened, granted = now[0][door] - before[0][door], now[1][door] - before[1][door]
            assert opened <= granted, f"D1: door {door} opened {opened} times on {granted} grants"

    def _is_on_disk(self, told: Mapping[str, int]) -> None:
        on_disk, boots = self.site.log.cursors(), self.load.boots()
        for device, upto in told.items():
            assert upto <= on_disk.get((device, boots[device]), 0), f"S12: {device} was told of {upto}"

    def _counts(self) -> Counts:
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
        whole = SiteLog(site.log.path, SITE)
        site.until(lambda: site.centre.has_all_of(whole), "the registry to hold all of the log", every_s=0.05)
        site.centre.assert_equals(whole)
        assert ungranted(lines.seen, site.log.entries()) == [], "D2: a door opened without a grant of its own"
