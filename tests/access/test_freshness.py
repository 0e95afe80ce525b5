"""How old is what a device says: shown by our beacons, to the millisecond (interfaces: freshness)."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.case import Age
from access.freshness import BEACON_EVERY_MS, REMEMBERED_MS, Beacons, Heard, age_of, sent

AT_MS = 100_000
FIVE_S = 5_000


@pytest.mark.parametrize(
    ("ms_ago", "now_ms", "age", "age_ms"),
    [
        (0, AT_MS, Age.FRESH, 0),
        (1_000, AT_MS + 1_000, Age.FRESH, 0),
        (0, AT_MS + 5_000, Age.FRESH, 5_000),
        (0, AT_MS + 5_001, Age.STALE, 5_001),
        (250, AT_MS, Age.FRESH, 0),
        (251, AT_MS, Age.STALE, None),
        (60_000, AT_MS + 60_000, Age.FRESH, 0),
        (60_001, AT_MS + 60_001, Age.STALE, None),
        (-1, AT_MS, Age.STALE, None),
        (60_000, AT_MS + 89_999, Age.STALE, 29_999),
        (60_000, AT_MS + 90_000, Age.STALE, None),
    ],
)
def test_age_at_both_sides_of_each_limit(ms_ago: int, now_ms: int, age: Age, age_ms: int | None) -> None:
    beacons = sent(Beacons(), "b", AT_MS)
    assert age_of(beacons, Heard("b", ms_ago), now_ms, FIVE_S) == (age, age_ms)


def test_no_beacon_and_another_runs_beacon_show_no_age() -> None:
    beacons = sent(Beacons(), "b", AT_MS)
    assert age_of(beacons, None, AT_MS, FIVE_S) == (Age.STALE, None)
    assert age_of(beacons, Heard("of another run", 0), AT_MS, FIVE_S) == (Age.STALE, None)


def test_beacons_are_forgotten_after_ninety_seconds() -> None:
    beacons = Beacons()
    for number in range(40):
        beacons = sent(beacons, f"b{number}", number * BEACON_EVERY_MS)
    assert len(beacons.sent) == REMEMBERED_MS // BEACON_EVERY_MS
    assert "b39" in beacons.sent


def test_the_first_beacon_is_due_at_once_and_the_next_in_five_seconds() -> None:
    assert Beacons().due_ms <= 0
    assert sent(Beacons(), "b", 10).due_ms == 10 + BEACON_EVERY_MS


def test_a_beacon_that_is_wanted_comes_within_a_second_of_the_last() -> None:
    assert Beacons({}, 10, wanted=True).due_ms == 1_010
    assert not sent(Beacons({}, 10, wanted=True), "b", 1_010).wanted


@given(st.integers(0, 70_000), st.integers(-1_000, 100_000))
def test_a_fresh_age_is_never_more_than_allowed_and_never_guessed(ms_ago: int, after_ms: int) -> None:
    beacons = sent(Beacons(), "b", AT_MS)
    age, age_ms = age_of(beacons, Heard("b", ms_ago), AT_MS + after_ms, FIVE_S)
    true_ms = after_ms - ms_ago
    known = ms_ago <= 60_000 and after_ms < REMEMBERED_MS and true_ms >= -250
    assert age_ms == (max(0, true_ms) if known else None)
    assert (age is Age.FRESH) == (known and true_ms <= FIVE_S)
