"""The link and a real registry: nothing is lost, nothing doubled, and the replica is always its own (S1, S2, S10)."""

import json
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from access.codec import record_from_json
from access.replica import Put, Replica, apply
from registry.people.people import Profile, Rights
from registry.seed.bulk import NewBadge, Seed
from tests.support.centres import Centre, centre
from tests.support.link_bench import LinkBench, holds_the_same, link_bench
from tests.support.logs import SITE
from tests.support.lossy_proxy import lossy_proxy
from tests.support.parts import wait_until

HALL = Rights(frozenset({"hall"}))


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Centre]:
    with centre(f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "keys") as made:
        made.add_site(SITE)
        yield made


@pytest.fixture
def bench(registry: Centre, tmp_path: Path) -> Iterator[LinkBench]:
    with link_bench(tmp_path, str(registry.http.base_url), registry.gateways[SITE].token) as made:
        yield made


def fed(registry: Centre) -> Replica:
    """What a gateway that begins now would hold."""
    page = registry.as_gateway(SITE, "GET", "/changes?limit=2000").json()
    records = [record_from_json(c["kind"], json.dumps(c["record"])) for c in page["changes"]]
    return apply(Replica(), page["generation"], page["version"], map(Put, records))


def until_same(registry: Centre, bench: LinkBench) -> None:
    """Wait until the site holds what the registry says."""
    wait_until(lambda: bench.held == fed(registry), "the registry's replica", 15)


def test_a_log_goes_up_whole(registry: Centre, bench: LinkBench) -> None:
    for count in (1, 40, 1_200):
        bench.log(count)
    bench.until_acked()
    holds_the_same(registry.registry, bench)


def test_a_log_that_was_there_before_the_registry_goes_up_whole(registry: Centre, bench: LinkBench) -> None:
    bench.link.stop()
    bench.log(800)
    bench.restart()
    bench.until_acked()
    bench.restart()
    bench.log(3)
    bench.until_acked()
    holds_the_same(registry.registry, bench)


def test_an_erased_body_goes_up_as_erased(registry: Centre, bench: LinkBench) -> None:
    bench.link.stop()
    bench.log(5)
    bench.store.connected().exec_driver_sql("DELETE FROM body WHERE seq = 3")
    bench.restart()
    bench.until_acked()
    events = registry.ask("GET", f"/sites/{SITE}/events").json()["items"]
    assert [item["seq"] for item in events] == [1, 2, 3, 4, 5]
    standing = registry.registry.standing(SITE)
    assert standing is not None
    assert standing.poisoned == 0


def test_people_badges_and_bookings_come_down_and_go(registry: Centre, bench: LinkBench) -> None:
    bench.until_well()
    person = registry.admit(SITE, "Zoë Ferri")
    badge = registry.registry.enrol(person, "04A1B2C3D4E580")
    until_same(registry, bench)
    held = bench.replica
    assert held is not None
    assert held.persons[person].name == "Zoë Ferri"
    assert len(held.badges[badge].credentials) == 1
    registry.registry.revoke(badge)
    until_same(registry, bench)
    assert bench.replica is not None
    assert bench.replica.badges[badge].revoked


def test_a_revoked_badge_is_known_within_five_seconds_though_rows_wait(registry: Centre, bench: LinkBench) -> None:
    """D9: a backlog does not stand before a change of rights."""
    person = registry.admit(SITE)
    badge = registry.registry.enrol(person, "04A1B2C3D4E580")
    until_same(registry, bench)
    bench.log(20_000)
    registry.registry.revoke(badge)
    wait_until(lambda: bench.replica is not None and bench.replica.badges[badge].revoked, "the revocation", 5)
    bench.until_acked(60)


def brought(count: int) -> Seed:
    return Seed(
        persons={f"person-{n}": Profile(f"Persona {n}") for n in range(count)},
        rights=[(SITE, f"person-{n}", HALL) for n in range(count)],
        badges=[NewBadge(f"badge-{n}", f"person-{n}", f"04{n:012X}") for n in range(count)],
    )


def test_a_snapshot_of_many_pages_is_one_version_and_restarts_from_disk(registry: Centre, bench: LinkBench) -> None:
    bench.until_well()
    registry.registry.seed(brought(900))
    wait_until(lambda: bench.replica is not None and len(bench.replica.persons) == 900, "900 people", 15)
    sizes = {len(event.replica.badges) for event in bench.posted if hasattr(event, "replica")}
    assert sizes <= {0, 900}
    held = bench.held
    posted = len(bench.replicas)
    bench.restart()
    assert bench.held == held
    bench.until_well()
    assert len(bench.replicas) == posted


def test_a_registry_with_a_new_history_gives_a_snapshot(registry: Centre, bench: LinkBench) -> None:
    person = registry.admit(SITE)
    until_same(registry, bench)
    before = bench.held.generation
    registry.registry.new_generation()
    until_same(registry, bench)
    assert bench.held.generation != before
    assert person in bench.held.persons


def test_a_replica_that_is_damaged_on_disk_is_fetched_anew(registry: Centre, bench: LinkBench) -> None:
    registry.admit(SITE)
    until_same(registry, bench)
    bench.link.stop()
    (bench.folder / "link.db").write_bytes(sha256(b"rubbish").digest() * 500)
    bench.restart()
    until_same(registry, bench)
    bench.until_well()


def grown(bench: LinkBench) -> bool:
    """Log one more row, so that there is always something to send, and to lose."""
    bench.log(1)
    return True


@pytest.mark.parametrize("seed", range(2))
def test_whatever_is_lost_on_the_way_nothing_is_lost_or_doubled(seed: int, registry: Centre, tmp_path: Path) -> None:
    with (
        lossy_proxy(str(registry.http.base_url).rstrip("/"), seed) as proxy,
        link_bench(tmp_path, proxy.url, registry.gateways[SITE].token) as bench,
    ):
        bench.until_well()
        proxy.cut_share = 0.12
        for _ in range(25):
            bench.log(30)
            wait_until(lambda: bench.link.status.acked >= bench.chain.seq - 400, "room", 60)
        wait_until(lambda: grown(bench) and all(proxy.cuts.values()), "losses both ways", 60)
        proxy.cut_share = 0.0
        bench.until_acked(60)
        holds_the_same(registry.registry, bench)
        until_same(registry, bench)
