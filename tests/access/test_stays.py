"""The stays that one fact ended: what rows of stays are written from."""

import pytest

from access.attendance import ClosedStay, Closing
from access.facts import Checkpoint, Counted, DayClosed, DoorMoved, Entered, Fact, Left, LockdownSet, WentElsewhere
from access.occupancy import Occupancy, fold, to_stored
from access.stays import Ended, How, ended

INTO = Entered("anna", "front", "hall", "1-1")
INTO_STORE = Entered("anna", "store", "store", "1-2", outer="hall")
OUT = Left("front", "hall", "", "anna")
BACK = Left("store", "store", "hall", "anna")


def after(*facts: Fact) -> tuple[Occupancy, tuple[Ended, ...]]:
    """The occupancy after these facts, a second apart, and what the last of them ended."""
    occupancy, found = Occupancy(), tuple[Ended, ...]()
    for second, fact in enumerate(facts):
        later = fold(occupancy, fact, second * 1_000)
        occupancy, found = later, ended(occupancy, later, fact, second * 1_000)
    return occupancy, found


@pytest.mark.parametrize(
    ("facts", "wanted"),
    [
        ((INTO,), ()),
        ((INTO, OUT), (Ended("anna", "hall", 0, 1_000, How.EXIT, False),)),
        ((INTO, INTO_STORE), (Ended("anna", "hall", 0, 1_000, How.MOVED, False),)),
        ((INTO, INTO_STORE, BACK), (Ended("anna", "store", 1_000, 2_000, How.MOVED, False),)),
        ((INTO, INTO_STORE, BACK, OUT), (Ended("anna", "hall", 2_000, 3_000, How.EXIT, False),)),
        # Nobody, or nothing that ends a stay.
        ((INTO, Left("front", "hall", "")), ()),
        ((INTO, Counted("c", "hall", 2, 1)), ()),
        ((INTO, DoorMoved("front", True, "forced", ("hall",))), ()),
        ((INTO, LockdownSet(True, "sara", "")), ()),
        ((INTO, WentElsewhere("bruno", "cinisello", 500)), ()),
        # What was missed is closed by system, and marked.
        ((INTO, INTO), (Ended("anna", "hall", 0, 1_000, How.SYSTEM, True),)),
        ((INTO, INTO_STORE, OUT), (Ended("anna", "store", 1_000, 2_000, How.EXIT, False),)),
        ((INTO, DayClosed(("anna",))), (Ended("anna", "hall", 0, 1_000, How.SYSTEM, True),)),
        ((INTO, Checkpoint(to_stored(Occupancy()), {})), (Ended("anna", "hall", 0, 1_000, How.SYSTEM, True),)),
        # A tap that came late tells when.
        ((INTO, Left("front", "hall", "", "anna", 400)), (Ended("anna", "hall", 0, 400, How.EXIT, False),)),
        ((INTO, Left("front", "hall", "store", "anna", 400)), (Ended("anna", "hall", 0, 400, How.MOVED, False),)),
        # Who came to another site.
        ((INTO, WentElsewhere("anna", "cinisello", 700)), (Ended("anna", "hall", 0, 700, How.ELSEWHERE, True),)),
        ((INTO, WentElsewhere("anna", "cinisello", 0)), ()),
        ((INTO, INTO_STORE, WentElsewhere("anna", "cinisello", 500)), ()),
    ],
)
def test_what_a_fact_ends(facts: tuple[Fact, ...], wanted: tuple[Ended, ...]) -> None:
    assert after(*facts)[1] == wanted


def test_the_same_stays_read_again_end_nothing() -> None:
    occupancy, _ = after(INTO, INTO_STORE)
    again = Checkpoint(to_stored(occupancy), {})
    assert ended(occupancy, fold(occupancy, again, 9_000), again, 9_000) == ()


def test_a_stay_that_a_clock_gone_back_ends_has_no_length() -> None:
    inside = fold(Occupancy(), INTO, 5_000)
    assert ended(inside, fold(inside, OUT, 3_000), OUT, 3_000)[0].end_ms == 5_000


def test_where_nothing_changed_nothing_is_looked_at() -> None:
    occupancy, _ = after(INTO)
    assert fold(occupancy, LockdownSet(True, "sara", ""), 9).stays is occupancy.stays
    assert fold(occupancy, Counted("c", "hall", 1, 0), 9).stays is occupancy.stays


@pytest.mark.parametrize(
    ("how", "closing"),
    [
        (How.EXIT, Closing.EXIT),
        (How.MOVED, Closing.EXIT),
        (How.SYSTEM, Closing.SYSTEM),
        (How.ELSEWHERE, Closing.TRANSFER),
    ],
)
def test_attendance_takes_it_as_it_is(how: How, closing: Closing) -> None:
    assert Ended("anna", "hall", 1, 2, how, False).attended == ClosedStay(1, 2, closing)
