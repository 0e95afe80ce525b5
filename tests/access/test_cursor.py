"""Each (boot, number) is taken once, gaps are exact, and what is remembered is bounded (D8, S2)."""

from hypothesis import given
from hypothesis import strategies as st

from access.cursor import BEYOND_AT_MOST, Cursor, Gap, give_up, seen, take


def _take(*numbers: int) -> tuple[Cursor, list[Gap]]:
    cursor, gaps = Cursor("b"), list[Gap]()
    for mono_ms, number in enumerate(numbers):
        if not seen(cursor, number):
            cursor, found = take(cursor, number, mono_ms)
            gaps += found
    return cursor, gaps


def test_numbers_in_order_leave_nothing_beyond() -> None:
    assert _take(1, 2, 3) == (Cursor("b", 3), [])


def test_a_hole_is_remembered_since_it_was_seen() -> None:
    assert _take(1, 3) == (Cursor("b", 1, frozenset({3}), hole_ms=1), [])
    assert _take(1, 3, 4) == (Cursor("b", 1, frozenset({3, 4}), hole_ms=1), [])


def test_a_filled_hole_is_gone() -> None:
    assert _take(1, 3, 4, 2) == (Cursor("b", 4), [])


def test_the_next_hole_waits_from_when_it_became_the_lowest() -> None:
    assert _take(2, 4, 1) == (Cursor("b", 2, frozenset({4}), hole_ms=2), [])


def test_a_hole_too_far_back_is_given_up_as_far_as_it_must() -> None:
    cursor, gaps = _take(BEYOND_AT_MOST + 3)
    assert gaps == [Gap("b", 1, 3)]
    assert cursor == Cursor("b", 3, frozenset({BEYOND_AT_MOST + 3}), hole_ms=0)


def test_a_hole_given_up_in_part_waits_on_since_it_was_seen() -> None:
    cursor, _ = take(Cursor("b", 0, frozenset({300}), hole_ms=5), 301, 9)
    assert cursor.hole_ms == 5


def test_giving_up_takes_the_lowest_hole_alone() -> None:
    cursor, gap = give_up(Cursor("b", 1, frozenset({4, 5, 8}), hole_ms=0), 60_000)
    assert gap == Gap("b", 2, 3)
    assert cursor == Cursor("b", 5, frozenset({8}), hole_ms=60_000)


def test_zero_and_less_were_always_taken() -> None:
    assert seen(Cursor("b"), 0)
    assert seen(Cursor("b"), -7)
    assert not seen(Cursor("b"), 1)


@st.composite
def _arrivals(draw: st.DrawFn) -> list[int]:
    """Numbers as a lossy line brings them: mostly in order, some missing, some late, some twice, some far ahead."""
    count = draw(st.integers(5, 60))
    kept = [n for n in range(1, count + 1) if draw(st.integers(0, 9)) > 1]
    late = draw(st.lists(st.sampled_from(kept or [1]), max_size=8))
    jumps = draw(st.lists(st.integers(count, count + 1200), max_size=6))
    order = [*kept, *late, *jumps]
    for _ in range(draw(st.integers(0, 12))):
        first, second = draw(st.integers(0, len(order) - 1)), draw(st.integers(0, len(order) - 1))
        order[first], order[second] = order[second], order[first]
    return order


REACHED = {"gap": 0, "hole": 0, "filled": 0, "twice": 0}


def _follow(arrivals: list[int], give_up_after: int) -> None:
    cursor, taken, lost = Cursor("b"), set[int](), set[int]()
    for mono_ms, number in enumerate(arrivals):
        assert seen(cursor, number) == (number in taken | lost)
        REACHED["twice"] += number in taken
        REACHED["filled"] += bool(cursor.beyond) and number < max(cursor.beyond) and not seen(cursor, number)
        if not seen(cursor, number):
            taken.add(number)
            cursor, gaps = take(cursor, number, mono_ms)
            if cursor.beyond and mono_ms % give_up_after == 0:
                cursor, gap = give_up(cursor, mono_ms)
                gaps = (*gaps, gap)
            for gap in gaps:
                REACHED["gap"] += 1
                missing = set(range(gap.first, gap.last + 1))
                assert missing
                assert not missing & taken
                assert not missing & lost
                lost |= missing
        REACHED["hole"] += bool(cursor.beyond)
        assert len(cursor.beyond) <= BEYOND_AT_MOST
        assert cursor.upto + 1 not in cursor.beyond
        assert all(cursor.upto < one <= cursor.upto + BEYOND_AT_MOST for one in cursor.beyond)
        assert set(range(1, cursor.upto + 1)) | cursor.beyond == taken | lost
        assert (cursor.hole_ms is None) == (not cursor.beyond)


@given(_arrivals(), st.integers(2, 30))
def test_whatever_comes_in_whatever_order_each_number_counts_once_and_gaps_are_exact(
    arrivals: list[int], give_up_after: int
) -> None:
    _follow(arrivals, give_up_after)


def test_the_arrivals_reached_gaps_holes_late_and_double_numbers() -> None:
    if not any(REACHED.values()):
        test_whatever_comes_in_whatever_order_each_number_counts_once_and_gaps_are_exact()
    assert all(REACHED.values()), REACHED
