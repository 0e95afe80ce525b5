"""A day's stretches in states, and averages by hour: joined, cut, and never of fewer than five people."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.clock import HOUR_MS, MINUTE_MS
from gateway.days.fold import Hours, Piece
from gateway.days.heat import FEWEST, LEVELS, Cell, heat, hours_shown
from gateway.days.timeline import Stretch, Watch, stretches, window
from tests.support.live_site import NINE_MS

DAY, WATCH = "2026-11-23", Watch(NINE_MS, NINE_MS + 4 * HOUR_MS)


def at(minutes: int) -> int:
    return NINE_MS + minutes * MINUTE_MS


def piece(what: str, from_minute: int, to_minute: int, resource: str = "") -> Piece:
    known = resource or ("d01" if what in {"booked", "released"} else "desk:d01")
    return Piece(DAY, known, what, at(from_minute), at(to_minute))


def told(*found: Piece, sensed: bool = True) -> list[tuple[str, int, int]]:
    day = stretches(found, "desk:d01", WATCH, sensed=sensed)
    return [(one.state, (one.from_ms - NINE_MS) // MINUTE_MS, (one.to_ms - NINE_MS) // MINUTE_MS) for one in day]


def test_a_booking_somebody_sits_at_and_one_nobody_comes_for() -> None:
    assert told(piece("booked", 0, 60), piece("occupied", 10, 90)) == [
        ("booked-but-empty", 0, 10),
        ("occupied", 10, 60),
        ("occupied-without-booking", 60, 90),
    ]


def test_what_is_to_come_is_booked_and_not_empty() -> None:
    assert told(piece("booked", 180, 300)) == [("booked-but-empty", 180, 240), ("booked", 240, 300)]


def test_a_desk_without_a_sensor_is_never_called_empty() -> None:
    assert told(piece("booked", 0, 60), sensed=False) == [("booked", 0, 60)]


def test_a_booking_that_was_released_ends_there() -> None:
    assert told(piece("booked", 0, 60), piece("released", 15, 15)) == [("booked-but-empty", 0, 15)]


def test_neighbours_of_one_state_are_one_stretch_and_others_resources_are_not_mixed_in() -> None:
    found = (piece("booked", 0, 30), piece("booked", 30, 60), piece("occupied", 0, 60, "desk:d02"))
    assert told(*found, sensed=False) == [("booked", 0, 60)]
    assert told(piece("unknown", 0, 30)) == [("unknown", 0, 30)]
    assert told() == []


@given(
    st.lists(
        st.tuples(st.sampled_from(["booked", "occupied", "unknown"]), st.integers(0, 200), st.integers(1, 100)),
        max_size=8,
    )
)
def test_stretches_never_overlap_and_cover_all_that_was_in_use(found: list[tuple[str, int, int]]) -> None:
    day = told(*(piece(what, begin, begin + length) for what, begin, length in found))
    assert all(one[2] <= other[1] for one, other in pairwise(day))
    assert all(begin < end for _, begin, end in day)
    minutes = {minute for _, begin, end in day for minute in range(begin, end)}
    assert minutes == {minute for _, begin, length in found for minute in range(begin, begin + length)}


def test_a_day_is_drawn_from_seven_to_nine_and_wider_where_something_lies_beyond() -> None:
    begin = NINE_MS - 9 * HOUR_MS
    usual = (begin + 7 * HOUR_MS, begin + 21 * HOUR_MS)
    assert window([], begin, begin + 24 * HOUR_MS, 7, 21) == usual
    early = Stretch("occupied", begin + 5 * HOUR_MS + 1, begin + 22 * HOUR_MS + 1)
    assert window([early], begin, begin + 24 * HOUR_MS, 7, 21) == (begin + 5 * HOUR_MS, begin + 23 * HOUR_MS)


def hour(people: float, day: str = DAY, at_hour: int = 9) -> tuple[str, int, Hours]:
    return day, at_hour, Hours(round(people * HOUR_MS), HOUR_MS)


@pytest.mark.parametrize(
    ("people", "cell"), [(0, Cell(None, 0)), (4.4, Cell(None, 0)), (4.6, Cell(5, 5)), (20, Cell(20, 5))]
)
def test_an_average_below_five_is_not_told(people: float, cell: Cell) -> None:
    assert heat([hour(people)]) == {(0, 9): cell}


def test_averages_are_over_the_weeks_and_by_what_was_watched() -> None:
    half = ("2026-11-16", 9, Hours(20 * HOUR_MS // 2, HOUR_MS // 2))
    assert heat([hour(8), half])[0, 9].people == 12
    assert (0, 10) not in heat([hour(8), ("2026-11-16", 10, Hours())])


@given(st.dictionaries(st.tuples(st.integers(0, 6), st.integers(0, 23)), st.integers(0, 300)))
def test_no_cell_tells_fewer_than_five_and_levels_rise_with_people(counts: dict[tuple[int, int], int]) -> None:
    cells = heat(hour(people, f"2026-11-{23 + weekday}", at) for (weekday, at), people in counts.items())
    assert all(cell.people is None or cell.people >= FEWEST for cell in cells.values())
    shown = sorted((cell.people, cell.level) for cell in cells.values() if cell.people is not None)
    assert [level for _, level in shown] == sorted(level for _, level in shown)
    assert all(1 <= level <= LEVELS for _, level in shown)


def test_hours_beyond_the_usual_are_drawn_where_there_is_something_to_tell() -> None:
    assert hours_shown([], 7, 21) == range(7, 21)
    assert hours_shown([(0, 6), (3, 22)], 7, 21) == range(6, 23)
