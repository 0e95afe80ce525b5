"""The whole of who may what, asked route by route and object by object, is what was read and kept."""

from collections.abc import Container, Iterator
from pathlib import Path

import pytest

from tests.support.access_matrix import METHODS, table
from tests.support.centres import NINE_MS, Centre, centre

KEPT = Path(__file__).parents[2] / "data" / "access" / "matrix.txt"


@pytest.fixture
def running(laid_url: str, tmp_path: Path) -> Iterator[Centre]:
    with centre(laid_url, tmp_path / "keys", wall_ms=lambda: NINE_MS) as made:
        yield made


@pytest.mark.timeout(900)
def test_every_role_may_what_the_table_says_of_every_route_and_no_more(running: Centre, backend: str) -> None:
    """Which rows are shown is each database's own to find; who may not write is refused before any is asked."""
    read = {"get"} if backend == "postgresql" else METHODS
    found = table(running, read).splitlines()
    kept = [line for line in KEPT.read_text(encoding="utf-8").splitlines() if _is_of(line, read)]
    differing = [line for line in found if line not in kept] + [f"kept: {line}" for line in kept if line not in found]
    assert differing == [], "read it, then: python -m tests.support.access_matrix > tests/data/access/matrix.txt"
    assert found == kept


def _is_of(line: str, methods: Container[str]) -> bool:
    """Whether a line of the table is its head's, or a route's with one of these methods."""
    method = line.partition(" ")[0].lower()
    return method in methods or method not in METHODS
