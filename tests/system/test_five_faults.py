"""The five faults that lost a well-known gateway's messages: here each arrives exactly once, in the log and at the
registry (S1 to S3, S9). Gateway, Mosquitto and registry are real; between gateway and registry lies a relay of ours.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from time import monotonic

import pytest

from access.facts import Counted
from access.log import read_header
from tests.support.guarded_site import published_bounds
from tests.support.people_counters import Counters, number_of
from tests.support.site_toml import SITE, Plan, Table
from tests.support.tcp_proxy import TcpProxy, tcp_proxy
from tests.support.whole_site import WholeSite, whole_site

SILENT_S = 13.0
BURST, COUNTERS = 10_000, 40
PER_S, STEADY_S = 200, 8
DRAINED_WITHIN_S = 60.0


def counter(number: int) -> Table:
    named: Table = {"id": f"counter-{number:02}", "driver": "hubout", "stands_for": "people-counter"}
    return {**named, "zone": "hall"}


PLAN = Plan(devices=[counter(number) for number in range(COUNTERS)])


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeSite]:
    folder = tmp_path_factory.mktemp("five")
    with whole_site(folder, PLAN, persistent=True, broker_extra=published_bounds()) as made:
        yield made


@pytest.fixture(scope="module")
def proxy(site: WholeSite) -> Iterator[TcpProxy]:
    own = f"http://127.0.0.1:{site.registry_port}"
    with tcp_proxy(own) as relay:
        text = site.config.read_text()
        assert own in text
        site.config.write_text(text.replace(own, relay.url))
        site.broker.start()
        site.registry.start()
        site.wait_registry()
        site.gateway.start()
        yield relay


@pytest.fixture(scope="module")
def counters(site: WholeSite, proxy: TcpProxy) -> Iterator[Counters]:
    with Counters(site.broker.port, SITE, [f"counter-{number:02}" for number in range(COUNTERS)]) as made:
        made.say_more(COUNTERS)
        made.until_answered()
        all_arrived(site, range(1, COUNTERS + 1))
        yield made


def in_the_log(site: WholeSite) -> Counter[int]:
    return Counter(number_of(fact.entered, fact.left) for fact in site.log.facts(Counted))


def at_the_registry(site: WholeSite) -> Counter[int]:
    bodies = [body for _, header, _, body in site.centre.rows() if read_header(header).kind == Counted.KIND and body]
    return Counter(number_of(said["entered"], said["left"]) for said in map(json.loads, bodies))


def all_arrived(site: WholeSite, said: Iterable[int]) -> None:
    """Each of them once in the log and once at the registry, which holds exactly the log."""
    once = dict.fromkeys(said, 1)
    assert {number: times for number, times in in_the_log(site).items() if number in once} == once
    site.until(lambda: site.centre.has_all_of(site.log), "the log to be drained", DRAINED_WITHIN_S, every_s=0.1)
    assert {number: times for number, times in at_the_registry(site).items() if number in once} == once
    site.centre.assert_equals(site.log)


def reached(site: WholeSite) -> int:
    standing = site.centre.standing()
    return 0 if standing is None else standing.seq


def test_a_registry_that_is_silent_for_13_seconds_without_closing(
    site: WholeSite, proxy: TcpProxy, counters: Counters
) -> None:
    before, began_s = reached(site), monotonic()
    proxy.silence()
    said = counters.say_paced(2_000, per_s=round(2_000 / SILENT_S))
    site.until(lambda: monotonic() - began_s >= SILENT_S, "the silence to have lasted")
    counters.until_answered()
    assert reached(site) <= before + len(said) // 10, "nothing passes a silent relay but what was on its way"
    proxy.speak()
    all_arrived(site, said)


def test_a_burst_of_10_000_without_a_pause(site: WholeSite, proxy: TcpProxy, counters: Counters) -> None:
    said = counters.say_more(BURST)
    counters.until_answered()
    assert len(said) == BURST
    all_arrived(site, said)


def test_a_registry_that_is_down(site: WholeSite, proxy: TcpProxy, counters: Counters) -> None:
    site.registry.kill()
    said = counters.say_more(1_000)
    counters.until_answered()
    site.until(lambda: site.gateway.said("nobody answers|broke"), "the gateway to find nobody there")
    site.registry.start()
    all_arrived(site, said)


def test_a_gateway_that_is_killed_while_the_registry_is_down(
    site: WholeSite, proxy: TcpProxy, counters: Counters
) -> None:
    proxy.leave()
    said = [*counters.say_more(1_000)]
    site.until(lambda: sum(in_the_log(site)[number] for number in said) > 100, "some of them to be logged")
    site.gateway.kill()
    said += counters.say_more(1_000)
    site.gateway.start()
    counters.until_answered()
    proxy.come_back()
    all_arrived(site, said)


def test_a_steady_200_a_second(site: WholeSite, proxy: TcpProxy, counters: Counters) -> None:
    said = counters.say_paced(PER_S * STEADY_S, PER_S)
    counters.until_answered()
    all_arrived(site, said)
