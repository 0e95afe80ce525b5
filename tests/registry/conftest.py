"""Every test of the registry runs on SQLite and on PostgreSQL, behind a real server."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from registry.setup import Registry
from tests.support.centres import Centre, centre
from tests.support.databases import KINDS, Cluster, cluster, database_url


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture(params=KINDS, scope="session")
def backend(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="session")
def running(backend: str, request: pytest.FixtureRequest) -> Cluster | None:
    return request.getfixturevalue("postgresql") if backend == "postgresql" else None


@pytest.fixture
def url(backend: str, running: Cluster | None, tmp_path: Path) -> Iterator[str]:
    with database_url(backend, tmp_path, running) as found:
        yield found


@pytest.fixture
def registry(url: str, tmp_path: Path) -> Iterator[Registry]:
    with Registry(url, tmp_path / "keys") as opened:
        yield opened


@pytest.fixture(scope="session")
def lasting(backend: str, running: Cluster | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """One running registry for many tests, each of which finds it empty."""
    folder = tmp_path_factory.mktemp(f"lasting-{backend}")
    with database_url(backend, folder, running) as found, centre(found, folder / "keys") as made:
        yield made


@pytest.fixture
def empty(lasting: Centre) -> Centre:
    """A running registry of no site."""
    lasting.wipe()
    return lasting


@pytest.fixture
def own(url: str, tmp_path: Path) -> Iterator[Centre]:
    """A running registry of two sites that a test may break."""
    with centre(url, tmp_path / "keys") as made:
        made.add_site("cinisello")
        made.add_site("matera")
        yield made


@pytest.fixture(scope="session")
def shared(backend: str, running: Cluster | None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Centre]:
    """A running registry of two sites for tables of requests that must change nothing."""
    folder = tmp_path_factory.mktemp(backend)
    with database_url(backend, folder, running) as found, centre(found, folder / "keys") as made:
        made.add_site("cinisello")
        made.add_site("matera")
        yield made


@pytest.fixture
def both(empty: Centre) -> Centre:
    """A running registry of two sites."""
    empty.add_site("cinisello")
    empty.add_site("matera")
    return empty
