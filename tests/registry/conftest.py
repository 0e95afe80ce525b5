"""Every test of the registry runs on SQLite and on PostgreSQL, with real HTTP parsing and a real application."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from registry.app import create_app
from registry.settings import Settings
from registry.setup import Registry
from tests.support.databases import KINDS, Cluster, cluster, database_url
from tests.support.served import served


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    running = request.getfixturevalue("postgresql") if request.param == "postgresql" else None
    with database_url(request.param, tmp_path, running) as found:
        yield found


@pytest.fixture
def registry(url: str, tmp_path: Path) -> Iterator[Registry]:
    with Registry(url, tmp_path / "keys") as opened:
        yield opened


@pytest.fixture
def client(url: str, registry: Registry, tmp_path: Path) -> Iterator[httpx.Client]:
    app = create_app(Settings(url, tmp_path / "keys"))
    with served(app) as address, httpx.Client(base_url=address, timeout=30) as made:
        yield made
