"""Bookings found by time equal a naive scan of them all."""

from hypothesis import example, given
from hypothesis import strategies as st

from access.clock import DAY_MS, HOUR_MS
from access.diary import Diary, around, diary_of, that_matter, to_come
from access.records import Booking

ZONES = ("hall", "lab")
REACHED = dict.fromkeys(("none", "one current", "many current", "coming", "ended", "long before"), 0)


def _by_start(booking: Booking) -> tuple[int, str]:
    return booking.start_ms, booking.id


@st.composite
def _bookings(draw: st.DrawFn) -> list[Booking]:
    """A few bookings, many of which overlap, begin together or end together; some are days long."""
    spans = draw(st.lists(st.tuples(st.integers(0, 12), st.sampled_from([1, 1, 2, 3, 48, 168, 168])), max_size=12))
    return sorted(
        (
            Booking(f"k{index}", "anna", ZONES[index % 2], "d", start * HOUR_MS, (start + hours) * HOUR_MS)
            for index, (start, hours) in enumerate(spans)
        ),
        key=_by_start,
    )


MOMENTS = st.integers(-2, 14).map(lambda hour: hour * HOUR_MS) | st.integers(2 * DAY_MS, 8 * DAY_MS)
GRACES = st.sampled_from([0, 1, HOUR_MS // 4, HOUR_MS])


def _naive(bookings: list[Booking], at_ms: int, grace_ms: int) -> tuple[list[Booking], list[Booking], list[Booking]]:
    begun = [one for one in bookings if one.start_ms - grace_ms <= at_ms]
    current = [one for one in begun if one.end_ms > at_ms]
    ended = [one for one in begun if one.end_ms <= at_ms]
    last = [max(ended, key=lambda one: (one.end_ms, *_by_start(one)))] if ended else []
    return last, current, [one for one in bookings if one.start_ms - grace_ms > at_ms][:1]


@given(_bookings(), MOMENTS, GRACES)
@example([], 0, 0)
def test_around_equals_a_naive_scan(bookings: list[Booking], at_ms: int, grace_ms: int) -> None:
    ended, current, coming = _naive(bookings, at_ms, grace_ms)
    found = around(diary_of(bookings), at_ms, grace_ms)
    assert list(found) == [*sorted([*ended, *current], key=_by_start), *coming]
    REACHED["none"] += not found
    REACHED["one current"] += len(current) == 1
    REACHED["many current"] += len(current) > 1
    REACHED["long before"] += any(at_ms - one.start_ms > 2 * DAY_MS for one in current)


@given(_bookings(), MOMENTS, GRACES, st.frozensets(st.sampled_from(ZONES)))
def test_what_a_door_looks_at_equals_a_naive_scan(
    bookings: list[Booking], at_ms: int, grace_ms: int, zones: frozenset[str]
) -> None:
    ended, current, coming = _naive([one for one in bookings if one.zone in zones], at_ms, grace_ms)
    assert list(that_matter(diary_of(bookings), at_ms, grace_ms, zones)) == (current or coming or ended)
    REACHED["coming"] += bool(coming and not current)
    REACHED["ended"] += bool(ended and not coming and not current)


@given(_bookings(), MOMENTS, st.frozensets(st.sampled_from(ZONES)))
def test_what_is_to_come_equals_a_naive_scan(bookings: list[Booking], at_ms: int, zones: frozenset[str]) -> None:
    coming = [one for one in bookings if one.start_ms > at_ms and one.zone in zones]
    assert list(to_come(diary_of(bookings), at_ms, zones)) == coming


def test_who_has_no_diary_has_no_bookings() -> None:
    assert around(None, 0, 0) == that_matter(None, 0, 0, frozenset(ZONES)) == ()
    assert list(to_come(None, 0, frozenset(ZONES))) == []


def test_a_diary_keeps_its_numbers_beside_its_bookings() -> None:
    long, short = Booking("a", "p", "z", "r", 0, 90), Booking("b", "p", "z", "r", 10, 20)
    diary = diary_of([long, short])
    assert isinstance(diary, Diary)
    assert list(diary.numbers) == [0, 10, 90, 90]


def test_the_bookings_reached_every_case() -> None:
    if not all(REACHED.values()):
        test_around_equals_a_naive_scan()
        test_what_a_door_looks_at_equals_a_naive_scan()
    assert all(REACHED.values()), REACHED
