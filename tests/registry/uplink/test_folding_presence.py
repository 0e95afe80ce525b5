"""The registry's fold of what sites say of visits, transfers and moves equals the site's own (guarantee S5)."""

from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.codec import encode_fact
from access.facts import Checkpoint, Fact
from access.log import Chain, Row, link
from access.occupancy import Occupancy, fold, to_stored
from access.stays import Ended, ended
from registry.uplink.folding import Folded, dumped, fold_rows, loaded
from tests.support.chance_bookings import Morning
from tests.support.core_site import at
from tests.support.log_rows import rows_of

REACHED: Counter[str] = Counter()
SITE = {"doors": {}, "desks": {}, "lockdown": False, "fire": False}


def _nothing(_morning: Morning, _fact: Fact) -> None:
    """Nobody looks."""


def _rows(log: list[tuple[int, Fact]]) -> list[Row]:
    """The rows of a log, each of its moment."""
    chain, rows = Chain("matera", 1, "r"), list[Row]()
    for number, (wall_ms, fact) in enumerate(log, 1):
        now = at(wall_ms - at(0).wall_ms)
        chain, row = link(chain, number, fact.KIND, encode_fact(fact), bytes(32), now)
        rows.append(row)
    return rows


@settings(max_examples=60)
@given(st.integers(0, 2**32), st.integers(1, 40))
def test_a_morning_folds_at_the_registry_as_at_its_site_however_it_is_cut(seed: int, batch: int) -> None:
    morning = Morning(seed, _nothing)
    rows, folded = _rows(morning.log), Folded()
    for first in range(0, len(rows), batch):
        after, _ = fold_rows(folded, rows[first : first + batch])
        folded = loaded(*dumped(after), after.last_event_ms, after.poisoned)
    assert folded.poisoned == 0
    assert folded.occupancy == morning.player.state.occupancy
    REACHED.update(morning.reached)


@settings(max_examples=60)
@given(st.integers(0, 2**32))
def test_the_stays_of_a_morning_end_alike_at_both(seed: int) -> None:
    morning, here, there = Morning(seed, _nothing), list[Ended](), list[Ended]()
    occupancy, folded = Occupancy(), Folded()
    for (at_ms, fact), row in zip(morning.log, _rows(morning.log), strict=True):
        after = fold(occupancy, fact, at_ms)
        here += ended(occupancy, after, fact, at_ms)
        occupancy = after
        later, _ = fold_rows(folded, [row])
        there += ended(folded.occupancy, later.occupancy, fact, at_ms)
        folded = loaded(*dumped(later), later.last_event_ms, later.poisoned)
    assert here == there
    REACHED["stays"] += len(here)


def test_the_mornings_reached_what_matters() -> None:
    if not REACHED:
        test_a_morning_folds_at_the_registry_as_at_its_site_however_it_is_cut()
        test_the_stays_of_a_morning_end_alike_at_both()
    wanted = ("Entered", "Left", "VisitBegan", "VisitEnded", "Checkpoint", "DayClosed", "stays")
    assert [name for name in wanted if not REACHED[name]] == []


@pytest.mark.parametrize(
    ("occupancy", "poisoned"),
    [
        (to_stored(Occupancy()), 0),
        ({"stays": [["anna", "hall", 1, False]], "anonymous": [], "estimated": []}, 0),
        ({"stays": [["anna", "hall", 1, False, 9]], "anonymous": [], "estimated": [], "visits": []}, 0),
        ({"stays": [["anna", "hall", 1, False, "9"]], "anonymous": [], "estimated": []}, 1),
        ({"stays": [], "anonymous": [], "estimated": [], "visits": [["v1", "hall", 1, "sara"]]}, 0),
        ({"stays": [], "anonymous": [], "estimated": [], "visits": [["v1", "hall", "x", "sara"]]}, 1),
        ({"stays": [], "anonymous": [], "estimated": [], "visits": [["v1", "hall", 1]]}, 1),
    ],
)
def test_checkpoints_of_this_version_and_of_earlier_ones_are_read(occupancy: dict[str, object], poisoned: int) -> None:
    assert fold_rows(Folded(), rows_of(Checkpoint(occupancy, SITE)))[0].poisoned == poisoned
