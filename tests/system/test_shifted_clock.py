"""The gateway's wall clock jumps while it runs, and is wrong when it starts (D3, S11)."""

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from access.log import read_header
from tests.support.shifted_clock import ShiftedClock
from tests.support.small_site import LOCK, UID, front_reader, opens, small_site
from tests.support.whole_site import WholeSite

JUMPS = {"+1d": "booking-ended", "-2d": "too-early", "-1y": "too-early"}
"""What the booked person hears, whose booking is of the right day."""
DAY_MS = 86_400_000


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with small_site(tmp_path) as made:
        yield made


def test_no_jump_of_the_wall_clock_changes_order_or_pulse_or_opens_again(site: WholeSite) -> None:
    clock = ShiftedClock(site.gateway, site.folder / "shift")
    site.start()
    with front_reader(site) as front:
        front.born()
        first = front.tap(UID)
        assert front.signal(first) == "granted"
        clock.jump("-1d")
        site.until(lambda: site.releases(LOCK) == 1 and site.is_secured(LOCK), "the one pulse")
        for jump, reason in JUMPS.items():
            clock.jump(jump)
            front.born()
            front.send(first)
            tap = front.tap(UID)
            assert front.signal(tap) == "denied"
            front.wait_acked(tap.seq)
            assert site.log.verdicts()[-1].reason == reason
        assert site.releases(LOCK) == 1, "a tap that was taken is taken, whatever the year"
        clock.jump("-2d")
        site.gateway.kill()
        site.restart_gateway()
        clock.jump("+0")
        opens(site, front)
    assert len(site.log.verdicts()) == len(JUMPS) + 2, "each tap was decided once"
    site.wait_synced()
    site.centre.assert_equals(site.log)
    headers = [read_header(row.header) for row in site.log.rows]
    assert any(after.at < before.at - DAY_MS for before, after in pairwise(headers)), "the clock did go back"
    for before, after in pairwise(headers):
        assert after.seq == before.seq + 1
        assert after.run != before.run or after.mono >= before.mono
