"""One running centre, its time set by hand, for every test of the participant's pages; each finds it anew."""

from collections.abc import Iterator

import pytest

from tests.support.centres import Centre
from tests.support.participants import Clock, School, clocked, school


@pytest.fixture(scope="session")
def hand_set(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Centre, Clock]]:
    with clocked(tmp_path_factory.mktemp("hand-set")) as running:
        yield running


@pytest.fixture
def place(hand_set: tuple[Centre, Clock]) -> Iterator[School]:
    with school(*hand_set) as found:
        yield found
