"""Killed for real: SIGKILL of gateway, broker, registry and doorkeeper at seeded moments under load (D1, D2, D4, D5,
S1 to S5, S12). HUBOUT_KILLS says how many, HUBOUT_KILL_SEED at which moments. ``scripts/torture`` does it at length.
"""

import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from tests.support.hurt_site import PINS, hurt_site, load_of
from tests.support.hurting import KILLS as WAYS
from tests.support.hurting import Hurts
from tests.support.line_watch import LineWatch
from tests.support.whole_site import WholeSite

KILLS = int(os.environ.get("HUBOUT_KILLS", "20"))
SEED = int(os.environ.get("HUBOUT_KILL_SEED", "1"))


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with hurt_site(tmp_path) as made:
        yield made


@pytest.mark.timeout(200 + 5 * KILLS)
def test_parts_killed_at_random_moments_under_load_lose_nothing_and_open_nothing_ungranted(site: WholeSite) -> None:
    with load_of(site, SEED) as load, LineWatch(site.board, PINS) as lines:
        hurts = Hurts(site, load, Random(SEED))
        load.begin()
        for _ in range(KILLS):
            hurts.one(WAYS)
        hurts.holds.settle(lines)
    assert len(lines.seen) > KILLS
    it_got_there(site, hurts)


def it_got_there(site: WholeSite, hurts: Hurts) -> None:
    """A run in which nothing happened proves nothing."""
    assert sum(hurts.done.values()) == KILLS
    reasons = Counter(verdict.reason for verdict in site.log.verdicts())
    assert reasons["booking"] > 2 * KILLS
    assert reasons["no-booking"] > 0
    if KILLS >= 20:
        assert set(hurts.done) == set(WAYS)
        assert hurts.mid_lease > 0
        assert reasons["stale"] > 0, "some came late"
