"""The registry's process is killed while rows come in, again and again: what it acknowledged it has, each row once."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from hubout.ports import free_port
from registry.setup import Registry
from tests.support.link_bench import LinkBench, holds_the_same, link_bench
from tests.support.logs import SITE
from tests.support.parts import Part, wait_until

KILLS = 6


@pytest.fixture
def books(tmp_path: Path) -> Iterator[Registry]:
    with Registry(f"sqlite:///{tmp_path / 'registry.db'}", tmp_path / "keys") as made:
        made.add_site(SITE, "Matera").write(tmp_path / "secrets")
        yield made


@pytest.fixture
def port() -> int:
    return free_port()


@pytest.fixture
def process(books: Registry, port: int, tmp_path: Path) -> Iterator[Part]:
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    made = Part("registry", tmp_path, ["registry", "--database", url, "--keys", tmp_path / "keys", "--port", str(port)])
    yield made
    made.end_all()


@pytest.fixture
def bench(books: Registry, port: int, tmp_path: Path) -> Iterator[LinkBench]:
    token = (tmp_path / "secrets" / "gateway.token").read_text()
    with link_bench(tmp_path, f"http://127.0.0.1:{port}", token) as made:
        yield made


def acked(bench: LinkBench) -> int:
    return bench.link.status.acked


def test_a_registry_killed_in_the_midst_of_batches_has_what_it_acknowledged(
    books: Registry, process: Part, bench: LinkBench
) -> None:
    chance = Random(11)
    in_the_midst = 0
    for _ in range(KILLS):
        process.start()
        bench.log(4_000)
        goal = acked(bench) + chance.randrange(1, 2_000)
        wait_until(lambda goal=goal: acked(bench) >= goal, "some rows to be acknowledged", 60, process.tail)  # type: ignore[misc]
        process.kill()
        said = acked(bench)
        standing = books.standing(SITE)
        assert standing is not None
        assert standing.seq >= said
        in_the_midst += said < bench.chain.seq
    assert in_the_midst > KILLS // 2
    process.start()
    bench.until_acked(90)
    holds_the_same(books, bench)
    bench.until_well()
