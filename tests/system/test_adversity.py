"""Parts that are absent, wrong or stuck: one clear sentence, no harm, and recovery without a restart."""

from collections.abc import Iterator
from pathlib import Path
from time import monotonic

import pytest

from access.facts import Lapsed
from tests.support.small_site import LOCK, UID, UNBOOKED_UID, front_reader, opens, says, small_site
from tests.support.whole_site import GATEWAY_PASSWORD, WholeSite


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with small_site(tmp_path) as made:
        yield made


def test_a_gateway_started_before_its_broker_says_so_and_serves_once_it_is_there(site: WholeSite) -> None:
    for part in (site.registry, site.doorkeeper, site.gateway):
        part.start()
    says(site, f"the broker at {site.broker.host}:{site.broker.port} cannot be reached: .*; see .broker.")
    site.wait_registry()
    site.wait_ready()
    site.broker.start()
    with front_reader(site) as front:
        opens(site, front)
    says(site, "in order again")
    site.wait_synced()


def test_a_wrong_broker_password_is_named_and_the_right_one_needs_no_restart(site: WholeSite) -> None:
    site.password_file.write_text("wrong")
    site.start()
    says(site, "refuses .*: Not authorized; see username and password_file")
    site.password_file.unlink()
    says(site, "broker-password")
    site.password_file.write_text(GATEWAY_PASSWORD + "\n")
    with front_reader(site) as front:
        opens(site, front)
    assert site.gateway.running
    assert GATEWAY_PASSWORD not in site.gateway.words()


def test_a_site_whose_registry_never_answered_knows_nobody_until_it_does(site: WholeSite) -> None:
    site.broker.start()
    site.doorkeeper.start()
    site.gateway.start()
    says(site, "the link to the registry: nobody answers at http://127.0.0.1:")
    with front_reader(site) as front:
        front.born()
        stranger = front.tap(UID)
        assert front.signal(stranger) == "denied"
        assert site.log.verdicts()[-1].reason == "unknown-badge"
        assert site.releases(LOCK) == 0
        site.registry.start()
        says(site, "the registry answers again")
        site.wait_ready()
        opens(site, front)
    site.wait_synced()
    site.centre.assert_equals(site.log)


def test_a_registry_that_hangs_holds_up_no_door(site: WholeSite) -> None:
    site.start()
    with front_reader(site) as front:
        opens(site, front)
        site.wait_synced()
        site.registry.freeze()
        began_s = monotonic()
        for _ in range(5):
            opens(site, front)
        refused = front.tap(UNBOOKED_UID)
        assert front.signal(refused) == "denied"
        assert monotonic() - began_s < 20, "each decision comes at once"
        standing = site.centre.standing()
        assert standing is not None
        assert standing.seq < len(site.log.entries())
        site.registry.thaw()
        site.wait_synced()
    site.centre.assert_equals(site.log)


def test_without_its_doorkeeper_a_grant_lapses_and_the_reader_says_wait(site: WholeSite) -> None:
    site.broker.start()
    site.registry.start()
    site.wait_registry()
    site.gateway.start()
    says(site, "does not answer; see that its service runs")
    with front_reader(site) as front:
        front.born()

        def is_known() -> bool:
            return front.signal(front.tap(UID)) == "wait"

        site.until(is_known, "the replica to come", every_s=0.2)
        assert [fact.door for fact in site.log.facts(Lapsed)] == ["front"]
        site.doorkeeper.start()
        site.wait_ready()
        assert site.releases(LOCK) == 0, "what lapsed does not open later"
        opens(site, front)
        says(site, "the doorkeeper is in order again")
        site.doorkeeper.kill()
        says(site, "the doorkeeper at .* does not answer", times=2)
        assert front.signal(front.tap(UID)) == "wait"
        site.doorkeeper.start()
        says(site, "the doorkeeper is in order again", times=2)
        opens(site, front)


def test_two_gateways_do_not_write_one_log(site: WholeSite) -> None:
    site.start()
    second = type(site.gateway)("second", site.folder, ["gateway", "--config", site.config])
    second.start()
    try:
        assert second.ended() == 1
        assert "end the other gateway of this log first" in second.words()
        assert len(second.words().splitlines()) == 1
        with front_reader(site) as front:
            opens(site, front)
    finally:
        second.end_all()


def test_a_site_goes_on_by_the_replica_that_it_has_when_it_starts_without_its_registry(site: WholeSite) -> None:
    site.start()
    with front_reader(site) as front:
        opens(site, front)
        site.registry.stop()
        says(site, "the link to the registry: nobody answers", times=1)
        site.gateway.kill()
        site.restart_gateway()
        opens(site, front)
        assert front.signal(front.tap(UNBOOKED_UID)) == "denied"
