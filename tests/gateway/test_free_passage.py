"""Free passage from the site's hours to the lock's line: core, keeper and line are the real ones."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from access import events as e
from access.clock import Now
from access.effects import FreeEnd, FreeLease
from access.site import Door, FreeSpan, GpioLines
from access.state import SiteState
from access.step import step
from tests.support.core_site import NINE, SITE, begun
from tests.support.keeper_desk import Desk
from tests.support.keepers import MAIN_LOCK, RunningKeeper, keeper_config, running_keeper, wait_until

FREE = Door("main", "Main", "hall", gpio=GpioLines(MAIN_LOCK), free=(FreeSpan(0, 9 * 60, 10 * 60),))
LONGER_THAN_A_LEASE_MS = 3_600
SECURED_S = 0.2


class Held:
    """A site of one door, stepped in real time with what its keeper says."""

    def __init__(self, running: RunningKeeper) -> None:
        self.running, self.desk = running, Desk(running.config.socket)
        self.state: SiteState = begun(site=replace(SITE, doors={"main": FREE}, devices={}))
        self.take(self.desk.until(e.KeeperFound))

    def take(self, event: e.Event) -> None:
        """Step one event now, and ask the keeper for what comes of it."""
        mono_ms = self.desk.mono_ms
        self.state, effects = step(self.state, event, Now(NINE + mono_ms, mono_ms, mono_ms))
        for effect in effects:
            if isinstance(effect, FreeLease):
                self.desk.keeper.hold(effect)
            elif isinstance(effect, FreeEnd):
                self.desk.keeper.let_go(effect)

    def released(self) -> bool:
        """Whether the lock's line is released, after a tick."""
        self.desk.turn()
        self.take(e.Ticked("n"))
        return self.running.board.level(MAIN_LOCK)


@pytest.fixture
def held(tmp_path: Path) -> Iterator[Held]:
    with running_keeper(keeper_config(tmp_path)) as running:
        made = Held(running)
        wait_until(made.released, "a released line")
        yield made
        made.desk.keeper.close()


def test_the_line_stays_released_for_longer_than_any_lease_and_is_secured_by_a_lockdown(held: Held) -> None:
    until_ms = held.desk.mono_ms + LONGER_THAN_A_LEASE_MS
    stayed: list[bool] = []

    def over() -> bool:
        stayed.append(held.released())
        return held.desk.mono_ms >= until_ms

    wait_until(over, "the end of a first lease")
    assert all(stayed)
    assert held.running.board.releases(MAIN_LOCK) == 1
    held.take(e.LockdownAsked(active=True, author="sara", note="drill"))
    wait_until(lambda: not held.running.board.level(MAIN_LOCK), "a secured line", SECURED_S)
    held.take(e.LockdownAsked(active=False, author="sara", note="drill"))
    wait_until(held.released, "a line released anew")


def test_a_gateway_that_stands_still_holds_no_door(held: Held) -> None:
    wait_until(lambda: not held.running.board.level(MAIN_LOCK), "a secured line", LONGER_THAN_A_LEASE_MS / 1_000)
    wait_until(held.released, "a line released anew")
