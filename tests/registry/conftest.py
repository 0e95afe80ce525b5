"""Every test of the registry runs on SQLite and on PostgreSQL, behind a real server."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from functools import cache
from pathlib import Path

import pytest

from registry.database import Database
from registry.migrate import upgrade
from registry.setup import Registry
from tests.support import fixed_day
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
    """An empty database."""
    with database_url(backend, tmp_path, running) as found:
        yield found


Kept = Callable[[str, str, Cluster | None], Centre]


@pytest.fixture(scope="session")
def templates(
    postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Callable[[str, Cluster | None], str]]:
    """A database of each kind with today's tables and nothing in them, made once, for copies."""
    with ExitStack() as made:

        @cache
        def template(kind: str, cluster: Cluster | None) -> str:
            found = made.enter_context(database_url(kind, tmp_path_factory.mktemp("template"), cluster))
            database = Database(found)
            upgrade(database)
            database.close()
            return found

        yield template


@pytest.fixture
def laid_url(
    backend: str, running: Cluster | None, tmp_path: Path, templates: Callable[[str, Cluster | None], str]
) -> Iterator[str]:
    """A database with today's tables and nothing in them."""
    with database_url(backend, tmp_path, running, templates(backend, running)) as found:
        yield found


@pytest.fixture
def registry(laid_url: str, tmp_path: Path) -> Iterator[Registry]:
    with Registry(laid_url, tmp_path / "keys", fixed_day.wall_ms) as opened:
        yield opened


@pytest.fixture(scope="session")
def centres(postgresql: Cluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Kept]:
    """A running registry of each kind and use, begun when it is first wanted and kept to the end: tests of a kind
    follow one another within a file alone. They end before the cluster does.
    """
    with ExitStack() as made:

        @cache
        def centre_of(use: str, kind: str, cluster: Cluster | None) -> Centre:
            folder = tmp_path_factory.mktemp(f"{use}-{kind}")
            found = made.enter_context(database_url(kind, folder, cluster))
            return made.enter_context(centre(found, folder / "keys"))

        yield centre_of


@pytest.fixture(scope="session")
def lasting(backend: str, running: Cluster | None, centres: Kept) -> Centre:
    """One running registry for many tests, each of which finds it empty."""
    return centres("lasting", backend, running)


@pytest.fixture
def empty(lasting: Centre) -> Centre:
    """A running registry of no site."""
    lasting.wipe()
    return lasting


@pytest.fixture
def own(laid_url: str, tmp_path: Path) -> Iterator[Centre]:
    """A running registry of two sites that a test may break."""
    with centre(laid_url, tmp_path / "keys") as made:
        made.add_site("cinisello")
        made.add_site("matera")
        yield made


@pytest.fixture(scope="session")
def shared(backend: str, running: Cluster | None, centres: Kept) -> Centre:
    """A running registry of two sites for tables of requests that must change nothing; begun anew for each file."""
    found = centres("shared", backend, running)
    found.wipe()
    found.add_site("cinisello")
    found.add_site("matera")
    return found


@pytest.fixture
def both(empty: Centre) -> Centre:
    """A running registry of two sites."""
    empty.add_site("cinisello")
    empty.add_site("matera")
    return empty
