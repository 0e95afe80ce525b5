"""Opening hours and closures on local clocks, held equal to a scan minute by minute over two weeks and DST."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from access.clock import DAY_MS, MINUTE_MS
from access.hours import closed_until, local, next_local_minute, unix_ms
from access.records import Closure, Opening
from tests.support.core_site import ROME, rome

CHANGES = (
    ("Europe/Rome", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Rome", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Europe/Rome", datetime(2028, 2, 29, 23, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2026, 3, 28, 22, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 11, 1, 5, tzinfo=UTC)),
    ("Pacific/Apia", datetime(2011, 12, 30, 10, tzinfo=UTC)),
)
"""Where and when local clocks jump, a leap day's end, and a place that once skipped a day."""
CLOCKS = (0, 60, 120, 150, 180, 480, 1200, 1380)
REACHED = dict.fromkeys(("open", "opens later", "fold", "after a skip", "within a closure"), 0)
SCANNED = 15 * DAY_MS // MINUTE_MS


def _open(openings: list[Opening], closures: list[Closure], at_ms: int, zone: ZoneInfo) -> bool:
    if any(closure.start_ms <= at_ms < closure.end_ms for closure in closures):
        return False
    here = local(at_ms, zone)
    minute = here.hour * 60 + here.minute
    return not openings or any(
        one.weekday == here.weekday() and one.from_minute <= minute < one.to_minute for one in openings
    )


def _scan(openings: list[Opening], closures: list[Closure], at_ms: int, zone: ZoneInfo) -> tuple[bool, int | None]:
    if _open(openings, closures, at_ms, zone):
        return False, None
    moment = at_ms - at_ms % MINUTE_MS
    for _ in range(SCANNED):
        moment += MINUTE_MS
        if _open(openings, closures, moment, zone):
            return True, moment
    return True, None


@st.composite
def _weeks(draw: st.DrawFn) -> tuple[list[Opening], list[Closure], int, ZoneInfo]:
    """A moment near a change of the clocks, with hours and closures about it; half of them right at the change."""
    name, change = draw(st.sampled_from(CHANGES))
    zone, near = ZoneInfo(name), draw(st.booleans())
    minute = unix_ms(change) + draw(st.integers(-70, 70) if near else st.integers(-1500, 2200)) * MINUTE_MS
    here = local(minute, zone)
    openings = []
    for index in range(draw(st.integers(0, 4))):
        about = st.sampled_from([-60, -30, -1, 0, 1, 30, 60]).map(
            lambda off: (here.hour * 60 + here.minute + off) % 1440
        )
        begins = draw(about if near else st.sampled_from(CLOCKS))
        ends = min(1440, begins + draw(st.sampled_from([1, 20, 30] if near else [1, 60, 90, 400])))
        openings.append(Opening(str(index), here.weekday() if near else draw(st.integers(0, 6)), begins, ends))
    closures = []
    for index in range(draw(st.integers(0, 3))):
        start = minute + draw(st.integers(-600, 3000)) * MINUTE_MS
        closures.append(Closure(str(index), start, start + draw(st.sampled_from([1, 60, 600, 3000])) * MINUTE_MS, ""))
    return openings, closures, minute + draw(st.sampled_from([0, 0, 1, 59_999])), zone


@settings(max_examples=200)
@given(_weeks())
@example(([Opening("o", 6, 150, 180)], [], rome("2026-10-25 02:59"), ROME))
@example(([Opening("o", 6, 150, 300)], [], rome("2026-03-29 01:59"), ROME))
@example(([Opening("o", 2, 0, 60)], [Closure("c", 0, rome("2026-06-03 00:30"), "")], rome("2026-06-01 09:00"), ROME))
def test_opening_times_equal_a_scan_of_every_minute(case: tuple[list[Opening], list[Closure], int, ZoneInfo]) -> None:
    openings, closures, at_ms, zone = case
    found, wanted = closed_until(openings, closures, at_ms, zone), _scan(openings, closures, at_ms, zone)
    assume(wanted[1] is not None or found[1] is None or found[1] < at_ms + SCANNED * MINUTE_MS)
    assert found == wanted
    REACHED["open"] += not found[0]
    REACHED["within a closure"] += any(one.start_ms <= at_ms < one.end_ms for one in closures)
    if found[1] is not None:
        REACHED["opens later"] += 1
        REACHED["fold"] += local(found[1], zone).fold
        before, after = local(found[1] - MINUTE_MS, zone), local(found[1], zone)
        REACHED["after a skip"] += (after.utcoffset() or 0) > (before.utcoffset() or 0)  # type: ignore[operator]


def test_the_weeks_reached_every_case() -> None:
    if not all(REACHED.values()):
        test_opening_times_equal_a_scan_of_every_minute()
    assert all(REACHED.values()), REACHED


@pytest.mark.parametrize(
    ("now", "minute", "then"),
    [
        ("2026-06-01 03:59:59.999", 240, "2026-06-01 04:00"),
        ("2026-06-01 04:00", 240, "2026-06-02 04:00"),
        ("2026-06-01 23:59", 0, "2026-06-02 00:00"),
        ("2028-02-28 12:00", 0, "2028-02-29 00:00"),
        ("2028-02-29 12:00", 0, "2028-03-01 00:00"),
        # The clocks skip 02:30: the day ends after the skip. They come to 02:30 twice: it ends once, the first time.
        ("2026-03-28 12:00", 150, "2026-03-29 03:00"),
        ("2026-03-29 03:00", 150, "2026-03-30 02:30"),
        ("2026-10-24 12:00", 150, "2026-10-25 02:30"),
        ("2026-10-25 02:30", 150, "2026-10-26 02:30"),
        ("2026-10-25 02:10'", 150, "2026-10-26 02:30"),
        ("2026-10-25 02:59", 240, "2026-10-25 04:00"),
    ],
)
def test_the_next_such_minute_of_the_clock(now: str, minute: int, then: str) -> None:
    assert next_local_minute(rome(now), minute, ROME) == rome(then)


@pytest.mark.parametrize("name", ["Pacific/Apia", "Asia/Beirut", "America/Havana", "UTC"])
def test_a_day_ends_once_a_day_even_where_clocks_do_strange_things(name: str) -> None:
    zone, moment = ZoneInfo(name), unix_ms(datetime(2011, 12, 27, tzinfo=UTC))
    for _ in range(10):
        later = next_local_minute(moment, 0, zone)
        assert 0 < later - moment <= 2 * DAY_MS
        moment = later


def test_without_hours_and_closures_a_site_is_open() -> None:
    assert closed_until((), (), 0, ROME) == (False, None)


def test_hours_of_no_day_never_open() -> None:
    never = [Opening("o", 9, 0, 60)]
    assert closed_until(never, (), 0, ROME) == (True, None)
    assert closed_until(never, [Closure("c", 0, 10, "")], 0, ROME) == (True, None)


def test_a_chain_of_closures_is_one_closure() -> None:
    chain = [Closure(str(n), n * DAY_MS, (n + 1) * DAY_MS + 5, "") for n in range(60)]
    assert closed_until((), reversed(chain), 7, ROME) == (True, 60 * DAY_MS + 5)


def test_a_closure_that_is_over_or_to_come_closes_nothing() -> None:
    over, to_come = Closure("a", 0, 10, ""), Closure("b", 20, 30, "")
    assert closed_until((), (over, to_come), 10, ROME) == (False, None)
    assert closed_until((), (over, to_come), 9, ROME) == (True, 10)
    assert closed_until((), (over, to_come), 20, ROME) == (True, 30)


@pytest.mark.parametrize("end_ms", [253_370_764_800_000, 253_402_300_799_999, 1 << 53])
@pytest.mark.parametrize("name", ["Europe/Rome", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
def test_a_closure_until_the_end_of_the_calendar_closes_and_stops_nothing(end_ms: int, name: str) -> None:
    zone, now_ms = ZoneInfo(name), rome("2026-06-01 10:00")
    for_good = [Closure("c", now_ms, end_ms, "until further notice")]
    closed, opens_ms = closed_until([Opening(f"o{day}", day, 0, 1_440) for day in range(7)], for_good, now_ms, zone)
    assert closed
    assert opens_ms in {None, end_ms}
    assert closed_until([], for_good, now_ms, zone) == (True, end_ms)
    assert closed_until([], for_good, now_ms - 1, zone) == (False, None)
