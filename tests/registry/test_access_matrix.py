"""The whole of who may what, asked route by route and object by object, is what was read and kept."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.access_matrix import table
from tests.support.centres import NINE_MS, Centre, centre

KEPT = Path(__file__).parents[1] / "data" / "access" / "matrix.txt"


@pytest.fixture
def running(url: str, tmp_path: Path) -> Iterator[Centre]:
    with centre(url, tmp_path / "keys", wall_ms=lambda: NINE_MS) as made:
        yield made


@pytest.mark.timeout(900)
def test_every_role_may_what_the_table_says_of_every_route_and_no_more(running: Centre) -> None:
    found = table(running).splitlines()
    kept = KEPT.read_text(encoding="utf-8").splitlines()
    differing = [line for line in found if line not in kept] + [f"kept: {line}" for line in kept if line not in found]
    assert differing == [], "read it, then: python -m tests.support.access_matrix > tests/data/access/matrix.txt"
    assert found == kept
