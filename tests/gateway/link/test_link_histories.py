"""Logs that are behind what a real registry has, in each way: they go on as branches, and all is kept (S6, S7)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest
from sqlalchemy import select

from access.events import EpochGiven
from access.facts import EpochBegan
from gateway.log.reader import Reader
from registry.tables import core as t
from tests.support.centres import Centre, centre
from tests.support.link_bench import LinkBench, link_bench
from tests.support.logs import CHECKPOINT, SITE, opened, some_fact
from tests.support.parts import wait_until

OTHER = 1_000
"""From here on facts count that no other history has."""


@pytest.fixture
def registry(tmp_path: Path) -> Iterator[Centre]:
    with centre(f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "keys") as made:
        made.add_site(SITE)
        yield made


@contextmanager
def gateway(registry: Centre, folder: Path, run: str) -> Iterator[LinkBench]:
    """A run of the gateway whose files lie in a folder."""
    folder.mkdir(exist_ok=True)
    url, token = str(registry.http.base_url), registry.gateways[SITE].token
    with link_bench(folder, url, token, run=run) as bench:
        yield bench


def went_on(bench: LinkBench, count: int) -> None:
    """Log facts that no other run has logged, in the epoch that was given, if any."""
    for n in range(count):
        bench.begin(bench.chain.epoch, some_fact(OTHER + n))


def healed(bench: LinkBench, within_s: float = 30.0) -> None:
    """As the loop does: begin the epoch that is given. Wait until the registry has the whole log."""

    def holds() -> bool:
        for event in bench.posted:
            if isinstance(event, EpochGiven) and event.epoch > bench.chain.epoch:
                bench.begin(event.epoch, EpochBegan(event.epoch, event.of_epoch, event.of_seq, event.why), CHECKPOINT)
        return bench.link.up.status.online and bench.link.status.acked == bench.chain.seq

    wait_until(holds, "the log to be acknowledged", within_s, lambda: f"{bench.link.status} {bench.chain}")


def branch(registry: Centre, epoch: int) -> list[bytes]:
    """A branch's own rows, in order."""
    e = t.event.c
    with registry.registry.database.read() as connection:
        query = select(e.header).where(e.site == SITE, e.epoch == epoch).order_by(e.seq)
        return [bytes(header) for header in connection.execute(query).scalars()]


def headers(bench: LinkBench, after: int = 0) -> list[bytes]:
    """The log's rows, in order."""
    reader = Reader.open(bench.folder / "log.db")
    rows = reader.rows(after, 1 << 20, 1 << 40)
    reader.close()
    return [row.header for row in rows]


def alarms(registry: Centre) -> set[str]:
    items = registry.ask("GET", f"/sites/{SITE}/alarms").json()["items"]
    return {item["kind"] for item in items}


def confirm(registry: Centre, epoch: int) -> None:
    body = {"epoch": epoch, "note": "it is the site's"}
    answer = registry.ask("POST", f"/sites/{SITE}/confirmed-epoch", body)
    assert answer.status_code == 200, answer.text


def grown(registry: Centre, folder: Path, count: int = 30) -> list[bytes]:
    """A log that the registry has, in this folder; its rows."""
    with gateway(registry, folder, "aa") as bench:
        bench.log(count)
        healed(bench)
        return headers(bench)


def test_an_old_copy_of_the_log_becomes_a_branch_and_the_one_before_stays(registry: Centre, tmp_path: Path) -> None:
    folder = tmp_path / "gateway"
    before = grown(registry, folder, 20)
    old = (folder / "log.db").read_bytes()
    with gateway(registry, folder, "bb") as bench:
        went_on(bench, 10)
        healed(bench)
        whole = headers(bench)
    (folder / "log.db").write_bytes(old)
    with gateway(registry, folder, "cc") as bench:
        assert headers(bench) == before
        went_on(bench, 15)
        healed(bench)
        assert bench.chain.epoch > 1
        assert branch(registry, 1) == whole, "the branch before is kept"
        assert branch(registry, bench.chain.epoch) == headers(bench, 20), "what differs is the new one's, once"
        assert "fork" in alarms(registry)
        wait_until(lambda: not bench.link.standing(0, 0).confirmed, "to be told that it is not the site's", 20)
        assert bench.link.up.status.online
        confirm(registry, bench.chain.epoch)
        bench.restart()
        bench.until_well()
        assert bench.link.standing(0, 0).confirmed
        went_on(bench, 3)
        healed(bench)
        assert branch(registry, bench.chain.epoch) == headers(bench, 20)


def test_an_old_copy_that_has_not_gone_on_yet_is_found_out_as_well(registry: Centre, tmp_path: Path) -> None:
    folder = tmp_path / "gateway"
    grown(registry, folder, 20)
    old = (folder / "log.db").read_bytes()
    with gateway(registry, folder, "aa") as bench:
        bench.log(10)
        healed(bench)
    (folder / "log.db").write_bytes(old)
    with gateway(registry, folder, "bb") as bench:
        wait_until(lambda: any(isinstance(one, EpochGiven) for one in bench.posted), "an epoch", 20)
        went_on(bench, 1)
        healed(bench)
        assert len(branch(registry, 1)) == 30
        assert "fork" in alarms(registry)


@contextmanager
def taken_back(tmp_path: Path) -> Iterator[None]:
    """What the registry learns within is lost, as when its database is put back from a backup."""
    with closing(sqlite3.connect(tmp_path / "registry.db")) as live, closing(sqlite3.connect(":memory:")) as old:
        live.backup(old)
        yield
        old.backup(live)


def test_a_registry_that_was_restored_to_before_a_branch_makes_one_anew(registry: Centre, tmp_path: Path) -> None:
    folder = tmp_path / "gateway"
    before = grown(registry, folder, 20)
    with taken_back(tmp_path):
        (folder / "log.db").unlink()
        with gateway(registry, folder, "bb") as bench:
            went_on(bench, 3)
            healed(bench)
            given = bench.chain.epoch
    with gateway(registry, folder, "cc") as bench:
        healed(bench)
        assert bench.chain.epoch > given
        assert branch(registry, 1) == before
        assert branch(registry, bench.chain.epoch) == headers(bench)


def test_a_log_that_lost_its_end_and_goes_on_is_a_branch(registry: Centre, tmp_path: Path) -> None:
    """As a start leaves it that found the last pages damaged."""
    folder = tmp_path / "gateway"
    before = grown(registry, folder, 30)
    with sqlite3.connect(folder / "log.db") as connection:
        for table in ("log", "body"):
            connection.execute(f"DELETE FROM {table} WHERE seq > 25")  # noqa: S608
    connection.close()
    store, _ = opened(folder / "log.db")
    store.close()
    with gateway(registry, folder, "bb") as bench:
        went_on(bench, 10)
        healed(bench)
        assert branch(registry, 1) == before
        assert branch(registry, bench.chain.epoch) == headers(bench, 25)
