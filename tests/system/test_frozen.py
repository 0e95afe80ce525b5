"""Programs that stand still and go on: gateway and broker (D7, S2, S12). Of the registry ``test_adversity`` tells."""

from collections.abc import Callable, Iterator

import pytest

from tests.support.parts import stays
from tests.support.small_site import LOCK, UID, front_reader, opens, small_site
from tests.support.whole_site import WholeSite
from tests.support.wire_device import WireDevice

OLD_S = 5.2
"""After this no tap from before can open (D7)."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeSite]:
    with small_site(tmp_path_factory.mktemp("s")) as made:
        made.start()
        yield made


@pytest.fixture(scope="module")
def front(site: WholeSite) -> Iterator[WireDevice]:
    with front_reader(site) as connected:
        yield connected


def still(freeze: Callable[[], None], thaw: Callable[[], None], site: WholeSite, front: WireDevice) -> None:
    """Cards shown while something stands still open nothing, then or later; each is logged once."""
    opens(site, front)
    opened, decided = site.releases(LOCK), len(site.log.verdicts())
    freeze()
    try:
        taps = [front.tap_of(UID) for _ in range(3)]
        for tap in taps:
            front.send_blindly(tap)
        stays(lambda: site.releases(LOCK) == opened, "nothing opens", OLD_S)
    finally:
        thaw()
    front.wait_acked(taps[-1].seq, within_s=60)
    assert [verdict.reason for verdict in site.log.verdicts()[decided:]] == ["stale"] * 3
    assert site.releases(LOCK) == opened
    opens(site, front)
    site.wait_synced()
    site.centre.assert_equals(site.log)


def test_cards_shown_while_the_gateway_stands_still_open_nothing(site: WholeSite, front: WireDevice) -> None:
    still(site.gateway.freeze, site.gateway.thaw, site, front)


def test_cards_shown_while_the_broker_stands_still_open_nothing(site: WholeSite, front: WireDevice) -> None:
    still(site.broker.freeze, site.broker.thaw, site, front)
