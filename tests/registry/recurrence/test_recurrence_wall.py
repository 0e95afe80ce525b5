"""What a wall time means where clocks change, and how long things last across it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.hours import local, next_local_minute, unix_ms
from registry.recurrence.wall import FIRST, LAST, Length, RecurrenceRefused, checked_wall, moment, span, wall_at
from tests.support.chance_rules import ROME, wall

APIA = ZoneInfo("Pacific/Apia")
HOUR_MS = 3_600_000
ZONES = [ROME, APIA, ZoneInfo("Australia/Lord_Howe"), ZoneInfo("America/Santiago"), ZoneInfo("UTC")]


def utc(text: str) -> int:
    return unix_ms(datetime.fromisoformat(text).replace(tzinfo=UTC))


def test_a_time_of_a_skipped_hour_is_the_moment_after_the_skip() -> None:
    for skipped in ("2026-03-29T02:00", "2026-03-29T02:30", "2026-03-29T02:59:59"):
        assert moment(wall(skipped), ROME) == utc("2026-03-29T01:00")
    assert moment(wall("2026-03-29T01:59"), ROME) == utc("2026-03-29T00:59")
    assert moment(wall("2026-03-29T03:00"), ROME) == utc("2026-03-29T01:00")


def test_a_time_of_a_repeated_hour_is_its_first() -> None:
    assert moment(wall("2026-10-25T02:30"), ROME) == utc("2026-10-25T00:30")
    assert moment(wall("2026-10-25T03:00"), ROME) == utc("2026-10-25T02:00")


def test_a_time_of_a_skipped_day_is_the_moment_after_the_skip() -> None:
    assert moment(wall("2011-12-30T12:00"), APIA) == utc("2011-12-30T10:00")


@given(minute=st.integers(0, 24 * 60 - 1), day=st.integers(1, 31), month=st.sampled_from([3, 10]))
def test_a_minute_of_a_day_is_the_moment_that_opening_hours_give_it(minute: int, day: int, month: int) -> None:
    midnight = wall(f"2026-{month:02}-{day:02}")
    before = moment(midnight, ROME) - 1
    assert moment(midnight + timedelta(minutes=minute), ROME) == next_local_minute(before, minute, ROME)


@given(
    walls=st.lists(st.datetimes(wall("2011-01-01"), wall("2026-12-31")), min_size=2, max_size=2),
    near=st.sampled_from(["2026-03-29T02:00", "2026-10-25T02:00", "2011-12-30T00:00", "2026-04-05T01:30"]),
    by=st.lists(st.integers(-200, 200), min_size=2, max_size=2),
    zone=st.sampled_from(ZONES),
)
def test_a_later_wall_time_is_never_an_earlier_moment(
    walls: list[datetime], near: str, by: list[int], zone: ZoneInfo
) -> None:
    for pair in (walls, [wall(near) + timedelta(minutes=minutes) for minutes in by]):
        early, late = sorted(pair)
        assert moment(early, zone) <= moment(late, zone)


@given(at=st.datetimes(wall("1970-01-02"), wall("2199-12-30")), zone=st.sampled_from(ZONES))
def test_a_wall_time_that_exists_comes_back_from_its_moment(at: datetime, zone: ZoneInfo) -> None:
    at = at.replace(microsecond=0)
    there = at.replace(tzinfo=zone)
    exists = there.astimezone(UTC).astimezone(zone).replace(tzinfo=None) == at
    if exists:
        assert wall_at(moment(at, zone), zone) == at
    assert local(moment(at, zone), zone).replace(tzinfo=None) >= at


def test_an_exact_length_is_as_long_on_every_night() -> None:
    eight = Length(ms=8 * HOUR_MS)
    for evening in ("2026-03-27T22:00", "2026-03-28T22:00", "2026-10-24T22:00"):
        start_ms, end_ms = span(wall(evening), eight, ROME)
        assert end_ms - start_ms == 8 * HOUR_MS
    assert wall_at(span(wall("2026-03-28T22:00"), eight, ROME)[1], ROME) == wall("2026-03-29T07:00")


def test_a_length_in_days_ends_at_the_same_wall_time_however_long_the_days_are() -> None:
    lengths = {"2026-03-28T12:00": 23, "2026-03-29T12:00": 24, "2026-10-24T12:00": 25}
    for noon, hours in lengths.items():
        start_ms, end_ms = span(wall(noon), Length(days=1), ROME)
        assert end_ms - start_ms == hours * HOUR_MS


def test_a_length_of_days_and_hours_counts_the_days_first() -> None:
    _, end_ms = span(wall("2026-03-28T22:00"), Length(days=1, ms=HOUR_MS), ROME)
    assert wall_at(end_ms, ROME) == wall("2026-03-29T23:00")


@pytest.mark.parametrize(("days", "ms"), [(0, 0), (-1, 0), (1, -1), (367, 0), (0, 366 * 24 * HOUR_MS + 1)], ids=str)
def test_a_length_is_more_than_nothing_and_at_most_a_year(days: int, ms: int) -> None:
    with pytest.raises(RecurrenceRefused, match="correct its length"):
        Length(days=days, ms=ms)
    assert {Length(days=366), Length(ms=366 * 24 * HOUR_MS)}


def test_wall_times_lie_from_1970_to_2199() -> None:
    assert checked_wall(FIRST) == FIRST
    assert checked_wall(LAST) == LAST
    beyond = [FIRST - timedelta(seconds=1), LAST + timedelta(seconds=1), FIRST.replace(tzinfo=UTC)]
    for refused in [*beyond, FIRST.replace(microsecond=1), FIRST.replace(fold=1)]:
        with pytest.raises(RecurrenceRefused, match="1970 to 2199"):
            checked_wall(refused)


@pytest.mark.parametrize("at_ms", [-1, unix_ms(LAST.replace(tzinfo=UTC)) + 1])
def test_moments_lie_from_1970_to_2199(at_ms: int) -> None:
    with pytest.raises(RecurrenceRefused, match="1970 to 2199"):
        wall_at(at_ms, ROME)
