"""Recognised ÷ delivered against a threshold, what is missing of it, and whether it is in reach."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.attendance import Attended, Session, SessionState, Terms
from access.clock import MINUTE_MS
from access.spans import Span
from access.threshold import Total, total

EIGHTY = Terms()
REACHED = dict.fromkeys(("met exactly", "a minute short", "reachable by a minute", "out of reach by a minute"), 0)


def planned(minutes: int, state: SessionState = SessionState.PLANNED) -> Session:
    return Session("p", 0, minutes * MINUTE_MS, state)


def row(recognised: int, delivered: int) -> Attended:
    return Attended("s", delivered, recognised)


def test_a_total_sums_what_was_delivered_and_recognised() -> None:
    found = total([row(120, 240), row(200, 200), row(0, 60)], [planned(100), planned(50)], EIGHTY)
    assert found == Total(500, 320, 150, 6400, met=False, missing_minutes=80, needed_minutes=200, reachable=False)


def test_a_break_to_come_is_not_to_be_attended() -> None:
    lesson = Session("p", 0, 240 * MINUTE_MS, SessionState.PLANNED, breaks=(Span(0, 15 * MINUTE_MS),))
    assert total([], [lesson], EIGHTY).planned_minutes == 225


@pytest.mark.parametrize("state", [SessionState.CANCELLED, SessionState.DELIVERED])
def test_only_planned_sessions_are_to_come(state: SessionState) -> None:
    assert total([row(1, 2)], [planned(60, state)], EIGHTY).planned_minutes == 0


def test_before_anything_was_delivered_there_is_no_percentage_and_nothing_is_missing() -> None:
    assert total([], [], EIGHTY) == Total(0, 0, 0, None, met=False, missing_minutes=0, needed_minutes=0, reachable=True)
    ahead = total([], [planned(100)], EIGHTY)
    assert (ahead.basis_points, ahead.met, ahead.needed_minutes, ahead.reachable) == (None, False, 80, True)


@pytest.mark.parametrize(
    ("recognised", "delivered", "points", "met", "missing"),
    [
        (80, 100, 8000, True, 0),
        (79, 100, 7900, False, 1),
        # 79.996 % is shown rounded down and is not eighty.
        (19999, 25000, 7999, False, 1),
        (20000, 25000, 8000, True, 0),
        # 80 % of 7 minutes is 5.6: the sixth minute reaches it.
        (5, 7, 7142, False, 1),
        (6, 7, 8571, True, 0),
        (0, 1, 0, False, 1),
        (100, 100, 10000, True, 0),
    ],
)
def test_both_sides_of_the_threshold(recognised: int, delivered: int, points: int, met: bool, missing: int) -> None:
    found = total([row(recognised, delivered)], [], EIGHTY)
    assert (found.basis_points, found.met, found.missing_minutes) == (points, met, missing)


@pytest.mark.parametrize(("percent", "met"), [(0, True), (1, False), (100, False)])
def test_a_programme_sets_its_own_threshold(percent: int, met: bool) -> None:
    assert total([row(0, 100)], [], Terms(threshold_percent=percent)).met == met


@st.composite
def courses(draw: st.DrawFn) -> tuple[int, int, int, int]:
    """Recognised, delivered and planned minutes and a threshold, most of them a minute from where it turns."""
    percent = draw(st.one_of(st.sampled_from([50, 80, 80]), st.integers(0, 100)))
    delivered, ahead = draw(st.integers(0, 30)) * draw(st.sampled_from([1, 5])), draw(st.integers(0, 40))
    turns = st.sampled_from([percent * delivered // 100, percent * (delivered + ahead) // 100 - ahead])
    near = st.builds(int.__add__, turns, st.integers(-1, 1)).map(lambda found: min(delivered, max(0, found)))
    return draw(st.one_of(near, near, st.integers(0, delivered))), delivered, ahead, percent


@given(courses())
def test_totals_agree_with_exact_fractions_and_with_trying_every_minute(course: tuple[int, int, int, int]) -> None:
    recognised, delivered, ahead, percent = course
    asked = Fraction(percent, 100)
    found = total([row(recognised, delivered)], [planned(ahead)], Terms(threshold_percent=percent))
    assert found.met == (delivered > 0 and Fraction(recognised, max(1, delivered)) >= asked)
    more = [n for n in range(delivered + 1) if recognised + n >= asked * delivered]
    assert found.missing_minutes == more[0]
    enough = [n for n in range(ahead + 1) if recognised + n >= asked * (delivered + ahead)]
    assert found.reachable == bool(enough)
    assert not enough or found.needed_minutes == enough[0]
    REACHED["met exactly"] += 0 < recognised == asked * delivered < delivered
    REACHED["a minute short"] += found.missing_minutes == 1
    REACHED["reachable by a minute"] += 0 < found.needed_minutes == ahead
    REACHED["out of reach by a minute"] += found.needed_minutes == ahead + 1


def test_the_totals_reached_both_sides() -> None:
    if not all(REACHED.values()):
        test_totals_agree_with_exact_fractions_and_with_trying_every_minute()
    assert all(REACHED.values()), REACHED
