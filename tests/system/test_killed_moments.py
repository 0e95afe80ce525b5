"""Killed at the moments that matter: in the middle of a lease, and while a commit waits for the disk."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from access.facts import KeeperChanged, Lapsed
from gateway.database import BUSY_TIMEOUT_MS
from tests.support.parts import stays
from tests.support.site_toml import SITE, Plan, door, reader
from tests.support.whole_site import Someone, WholeSite, whole_site
from tests.support.wire_device import WireDevice

LOCK, PULSE_MS, EARLY_MS, LATE_MS = 17, 3_000, 25, 150
MS_NS = 1_000_000
GATEWAY_DEATH_NS, KEEPER_DEATH_NS = 200 * MS_NS, 2_000 * MS_NS
BLOCKED_S = 1.0
TOO_OLD_S = 2.3
UID = "04A1B2C3D4E580"
PLAN = Plan(
    doors=[door("front", LOCK, pulse_ms=PULSE_MS)],
    devices=[reader("front-in", "front")],
    policy={"tap_interval_s": 0},
)


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with whole_site(tmp_path, PLAN, [Someone("anna", UID)], persistent=True) as made:
        made.start()
        yield made


@pytest.fixture
def front(site: WholeSite) -> Iterator[WireDevice]:
    with WireDevice(site.broker.port, SITE, "front-in") as connected:
        connected.born()
        yield connected


def opened(site: WholeSite, front: WireDevice) -> int:
    """A booked card opens the door; gives the releases so far."""
    before = site.releases(LOCK)
    assert front.signal(front.tap(UID)) == "granted"
    site.until(lambda: site.is_released(LOCK), "the door released")
    assert site.releases(LOCK) == before + 1
    return before + 1


def secured_ns(site: WholeSite, since_ns: int) -> int:
    """Wait until the door is secured, and give how long after a moment that was, by the line's own clock."""
    site.until(lambda: site.is_secured(LOCK), "the door secured", every_s=0.001)
    return site.board.changed_ns(LOCK) - since_ns


def test_each_part_killed_in_mid_lease_leaves_the_door_secured_in_time(site: WholeSite, front: WireDevice) -> None:
    opened(site, front)
    assert 0 < secured_ns(site, site.gateway.kill()) <= GATEWAY_DEATH_NS
    site.restart_gateway()
    front.born()
    assert site.releases(LOCK) == 1, "no grant of an earlier run is pulsed"

    opened(site, front)
    assert 0 < secured_ns(site, site.kill_keeper()) <= KEEPER_DEATH_NS
    site.until(lambda: len([k for k in site.log.facts(KeeperChanged) if k.present]) == 3, "the next keeper to be found")

    releases = opened(site, front)
    released_ns = site.board.released_ns(LOCK)
    site.broker.kill()
    site.registry.kill()
    lasted_ms = secured_ns(site, released_ns) / MS_NS
    assert PULSE_MS - EARLY_MS <= lasted_ms <= PULSE_MS + LATE_MS, "the lease ends by itself, whoever is gone"
    site.broker.start()
    site.registry.start()
    site.wait_synced()
    assert site.releases(LOCK) == releases


@contextmanager
def disk_that_waits(site: WholeSite) -> Iterator[None]:
    """As long as this lasts no commit of the gateway gets through, and none fails."""
    assert BLOCKED_S * 1_000 < TOO_OLD_S * 1_000 < BUSY_TIMEOUT_MS
    with closing(sqlite3.connect(site.log.path, isolation_level=None)) as holding:
        holding.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            holding.execute("ROLLBACK")


def test_killed_while_its_commit_waits_the_gateway_has_neither_opened_nor_answered(
    site: WholeSite, front: WireDevice
) -> None:
    """D1, S12: commit, door, answer, in this order. What was not committed comes again from the broker."""
    with disk_that_waits(site):
        tap = front.tap(UID)
        stays(lambda: site.releases(LOCK) == 0 and not front.answers(tap), "nothing opened or answered", BLOCKED_S)
        assert not front.is_acked(tap.seq)
        site.gateway.kill()
    assert site.log.verdicts() == []
    site.restart_gateway()
    front.wait_acked(tap.seq)
    assert front.signal(tap) == "wait"
    assert [verdict.reason for verdict in site.log.verdicts()] == ["stale"]
    assert site.releases(LOCK) == 0
    front.born()
    opened(site, front)


def test_a_grant_whose_commit_took_more_than_two_seconds_is_never_pulsed(site: WholeSite, front: WireDevice) -> None:
    """D2."""
    with disk_that_waits(site):
        tap = front.tap(UID)
        stays(lambda: site.releases(LOCK) == 0 and not front.answers(tap), "nothing opened or answered", TOO_OLD_S)
    front.wait_acked(tap.seq)
    site.until(lambda: site.log.facts(Lapsed), "the grant to lapse")
    assert site.log.verdicts()[-1].granted
    assert site.releases(LOCK) == 0
    front.born()
    opened(site, front)
