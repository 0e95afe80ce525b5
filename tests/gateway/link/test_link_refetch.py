"""What a damaged log has lost comes back from the registry, byte for byte, and only what the chain proves (S3, S7)."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path
from random import Random

import pytest
from sqlalchemy import update

from access.log import Row
from gateway.log.logbook import verified
from gateway.log.reader import Reader
from gateway.log.shape import Hole
from gateway.log.store_mending import StoreMending
from registry.tables import core as t
from tests.support.centres import Centre, centre
from tests.support.databases import KINDS, cluster, database_url
from tests.support.link_bench import LinkBench, link_bench
from tests.support.logs import SITE, lost
from tests.support.parts import stays, wait_until
from tests.support.scripted_http import Answer, scripted_http

PAGE = 4_096
BOUND = "the log is at its bound"


@pytest.fixture(params=KINDS, scope="module")
def registry(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    folder = tmp_path_factory.mktemp("registry")
    if request.param == "sqlite":
        with centre(f"sqlite:///{folder / 'registry.db'}", folder / "keys") as made:
            yield made
        return
    with cluster() as running, database_url("postgresql", folder, running) as url, centre(url, folder / "keys") as made:
        yield made


@pytest.fixture
def bench(registry: Centre, tmp_path: Path) -> Iterator[LinkBench]:
    registry.wipe()
    registry.add_site(SITE)
    with link_bench(tmp_path, str(registry.http.base_url), registry.gateways[SITE].token) as made:
        yield made


def read(bench: LinkBench, ask: Callable[[Reader], list[Row] | list[Hole]]) -> list[Row] | list[Hole]:
    reader = Reader.open(bench.folder / "log.db")
    try:
        return ask(reader)
    finally:
        reader.close()


def rows(bench: LinkBench) -> dict[int, Row]:
    found = read(bench, lambda reader: reader.rows(0, bench.chain.seq + 1, 1 << 40))
    return {row.seq: row for row in found if isinstance(row, Row)}


def gaps(bench: LinkBench) -> list[tuple[int, int]]:
    """What is no more, once what was offered is written as the loop would."""
    bench.returning.put()
    found = read(bench, lambda reader: reader.holes())
    return [(hole.gap.first, hole.gap.last) for hole in found if isinstance(hole, Hole)]


def holds(bench: LinkBench) -> None:
    """The log verifies, to its end."""
    path = bench.folder / "log.db"
    reader = Reader.open(path)
    try:
        verified(path, reader, lambda _: None)
    finally:
        reader.close()


def test_all_that_a_damaged_log_lost_comes_back_byte_for_byte(bench: LinkBench) -> None:
    bench.log(450)
    bench.until_acked()
    before, path = rows(bench), bench.folder / "log.db"
    bench.store.connected().exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    with path.open("r+b") as file:
        file.seek(PAGE)
        file.write(Random(3).randbytes(path.stat().st_size - PAGE))
    mending = StoreMending(bench.store)
    mending.begin(0, "a page cannot be read")
    while mending.active():
        mending.step()
    assert gaps(bench) == [(1, 450)]
    bench.log(1)
    bench.until_acked()
    wait_until(lambda: gaps(bench) == [], "all of it", 20)
    assert {seq: row for seq, row in rows(bench).items() if seq <= 450} == before
    holds(bench)
    bench.until_well()


def test_what_the_registry_lacks_stays_a_gap_and_so_does_what_the_bound_gave_up(
    bench: LinkBench, registry: Centre
) -> None:
    bench.log(300)
    bench.until_acked()
    bench.link.stop()
    bench.log(60)
    before, path = rows(bench), bench.folder / "log.db"
    lost(path, 5, 9, BOUND)
    lost(path, 20, 20)
    lost(path, 50, 340)
    with registry.database.write() as connection:
        connection.execute(update(t.event).where(t.event.c.seq == 60).values(salt=None, body=None))
    bench.restart()
    bench.until_acked()
    wait_until(lambda: gaps(bench) == [(5, 9), (301, 340)], "what the registry has", 20)
    found = rows(bench)
    assert found[60].body is found[60].salt is None, "it was erased"
    assert all(found[seq] == before[seq] for seq in (*range(10, 60), *range(61, 301)))
    holds(bench)
    bench.log(1)
    bench.until_acked()
    stays(lambda: not bench.returning.waits and gaps(bench) == [(5, 9), (301, 340)], "the gap", 1)


@pytest.mark.parametrize("member", ["header", "body"])
def test_what_does_not_verify_is_not_taken_and_said_once_and_all_else_comes_back(
    bench: LinkBench, registry: Centre, member: str, caplog: pytest.LogCaptureFixture
) -> None:
    bench.log(60)
    bench.until_acked()
    bench.link.stop()
    before, path, e = rows(bench), bench.folder / "log.db", t.event.c
    lost(path, 10, 12)
    lost(path, 30, 40)
    wrong = before[36].header.replace(b'"trusted":true', b'"trusted":false') if member == "header" else b"{}"
    assert wrong != before[36].header
    with registry.database.write() as connection:
        connection.execute(update(t.event).where(e.seq == 36).values({member: wrong}))
    with caplog.at_level(logging.WARNING):
        bench.restart()
        bench.until_trouble("is not taken from the registry")
        wait_until(lambda: gaps(bench) == [(30, 40)], "the other gap", 20)
        bench.log(1)
        bench.until_acked()
        stays(lambda: gaps(bench) == [(30, 40)] and "not taken" in bench.trouble, "the gap", 1)
    assert sum("is not taken from the registry" in line.message for line in caplog.records) == 1
    assert rows(bench)[11] == before[11]
    holds(bench)
    with registry.database.write() as connection:
        connection.execute(update(t.event).where(e.seq == 36).values({member: getattr(before[36], member)}))
    bench.restart()
    wait_until(lambda: gaps(bench) == [], "the rest, put right", 20)
    assert {seq: row for seq, row in rows(bench).items() if seq <= 60} == before


@pytest.mark.parametrize("answer", [Answer(404), Answer(200, b"<html>"), Answer(200, {"rows": [{"seq": 1}]})])
def test_a_registry_that_does_not_give_it_is_left_alone_for_long(tmp_path: Path, answer: Answer) -> None:
    with scripted_http() as (scripted, url), link_bench(tmp_path, url) as bench:
        scripted.usual["log"] = lambda _: answer
        bench.log(20)
        bench.until_acked()
        lost(tmp_path / "log.db", 5, 9)
        bench.link.stop()
        scripted.usual["hello"] = lambda _: Answer(body={"resume": 20, "head": bench.chain.head.hex()})
        bench.restart()
        wait_until(lambda: scripted.count("log"), "it to be asked for", 20)
        stays(lambda: scripted.count("log") == 1, "no other question", 1)
        assert gaps(bench) == [(5, 9)]
        bench.log(1)
        bench.until_acked()
        assert bench.link.status.online
