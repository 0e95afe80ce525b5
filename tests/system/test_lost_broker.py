"""A broker that loses what it kept, or finds it damaged: sessions, queues and retained messages (S2, S9, S12)."""

from pathlib import Path
from random import Random

import pytest

from tests.support.hurt_site import PINS, hurt_site, load_of
from tests.support.hurting import Hurts
from tests.support.line_watch import LineWatch

LOSSES = 3


@pytest.mark.timeout(300)
def test_a_broker_that_lost_or_damaged_its_database_loses_and_doubles_nothing(tmp_path: Path) -> None:
    with hurt_site(tmp_path) as site, load_of(site, 2) as load, LineWatch(site.board, PINS) as lines:
        hurts = Hurts(site, load, Random(2))
        load.begin()
        for _ in range(LOSSES):
            hurts.one({"lose broker": 1})
            hurts.one({"damage broker": 1})
        hurts.holds.settle(lines)
    assert len(lines.seen) > LOSSES
