"""Connections that nobody closed and that carry nothing any more, and slow ones: relays of ours lie between gateway and
broker, and between gateway and registry (D11, S2, S9, S12).
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.support.parts import stays
from tests.support.small_site import LOCK, UID, front_reader, opens, small_site
from tests.support.tcp_proxy import TcpProxy, tcp_proxy
from tests.support.whole_site import WholeSite
from tests.support.wire_device import WireDevice

NOTICED_WITHIN_S = 60.0
"""The gateway asks a silent broker after 15 s, and a registry's answer is awaited for 10 s."""
SLOW_S, UNNOTICED_S = 0.3, 1.0


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with small_site(tmp_path) as made:
        yield made


@contextmanager
def relayed(site: WholeSite, port: int, written: str) -> Iterator[TcpProxy]:
    """A relay to a port of this machine, which the gateway takes for it: the site file names it in ``written``."""
    with tcp_proxy(f"http://127.0.0.1:{port}") as relay:
        text = site.config.read_text()
        assert text.count(written.format(port)) == 1
        site.config.write_text(text.replace(written.format(port), written.format(relay.port)))
        yield relay


@pytest.fixture
def to_broker(site: WholeSite) -> Iterator[TcpProxy]:
    site.broker.start()
    with relayed(site, site.broker.port, "port = {}\n") as relay:
        yield relay


@pytest.fixture
def to_registry(site: WholeSite) -> Iterator[TcpProxy]:
    with relayed(site, site.registry_port, '127.0.0.1:{}"') as relay:
        yield relay


@pytest.fixture
def front(site: WholeSite, to_broker: TcpProxy, to_registry: TcpProxy) -> Iterator[WireDevice]:
    site.start()
    with front_reader(site) as connected:
        opens(site, connected)
        site.wait_synced()
        yield connected


def test_what_is_half_open_is_noticed_and_costs_nothing(
    site: WholeSite, to_broker: TcpProxy, to_registry: TcpProxy, front: WireDevice
) -> None:
    to_broker.half_open()
    to_registry.half_open()
    before = site.releases(LOCK)
    taps = [front.tap(UID) for _ in range(3)]
    stays(lambda: not front.is_acked(taps[0].seq), "nobody hears them", UNNOTICED_S)
    site.until(lambda: front.is_acked(taps[-1].seq), "a new connection to the broker", NOTICED_WITHIN_S)
    assert [verdict.reason for verdict in site.log.verdicts()[-3:]] == ["stale"] * 3
    assert site.releases(LOCK) == before, "what was shown meanwhile opens nothing later"
    opens(site, front)
    site.until(lambda: site.centre.has_all_of(site.log), "a new connection to the registry", NOTICED_WITHIN_S)
    site.centre.assert_equals(site.log)


def test_connections_that_are_cut_and_slow_ones_cost_nothing(
    site: WholeSite, to_broker: TcpProxy, to_registry: TcpProxy, front: WireDevice
) -> None:
    for _ in range(3):
        to_broker.cut()
        to_registry.cut()
        opens(site, front)
    to_broker.delay_s = to_registry.delay_s = SLOW_S
    opens(site, front)
    site.wait_synced()
    site.centre.assert_equals(site.log)
