"""When a series takes place: in local time, within bounds, and with its exceptions."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.hours import unix_ms
from registry.recurrence.occurrences import LARGEST, MOST, Moved, Series, expanded, in_step
from registry.recurrence.rule import rule_of
from registry.recurrence.wall import Length, RecurrenceRefused, moment
from tests.support.chance_rules import HOUR, ROME, series, wall

FAR_MS = unix_ms(datetime(2100, 1, 1, tzinfo=UTC))
HOUR_MS = 3_600_000


def every(rule: str, start: str = "2026-11-23T09:00", zone: ZoneInfo = ROME) -> Series:
    """An hour by a rule; 2026-11-23 is a Monday."""
    return Series(wall(start), HOUR, zone, rule_of(rule))


def days(one: Series, until: str = "2100-01-01") -> list[str]:
    """The recurrence ids of all occurrences until a day, as dates."""
    found = expanded(one, moment(wall(until), ROME)).occurrences
    return [f"{occurrence.recurrence_id:%Y-%m-%d}" for occurrence in found]


def utc(text: str) -> int:
    return unix_ms(wall(text).replace(tzinfo=UTC))


def test_a_series_begins_at_the_same_local_time_before_and_after_clocks_change() -> None:
    weekly = expanded(every("FREQ=WEEKLY;COUNT=3", "2026-10-20T09:00"), FAR_MS).occurrences
    assert [one.start_ms for one in weekly] == [
        utc("2026-10-20T07:00"),
        utc("2026-10-27T08:00"),
        utc("2026-11-03T08:00"),
    ]


def test_an_occurrence_in_a_skipped_hour_begins_after_the_skip_and_keeps_its_id() -> None:
    nightly = expanded(every("FREQ=DAILY;COUNT=3", "2026-03-28T02:30"), FAR_MS).occurrences
    assert [one.recurrence_id for one in nightly] == [wall(f"2026-03-{day}T02:30") for day in (28, 29, 30)]
    assert [one.start_ms for one in nightly] == [
        utc("2026-03-28T01:30"),
        utc("2026-03-29T01:00"),
        utc("2026-03-30T00:30"),
    ]
    assert {one.end_ms - one.start_ms for one in nightly} == {HOUR_MS}


def test_an_occurrence_in_a_repeated_hour_is_the_first() -> None:
    (_, night, _) = expanded(every("FREQ=DAILY;COUNT=3", "2026-10-24T02:30"), FAR_MS).occurrences
    assert night.start_ms == utc("2026-10-25T00:30")


def test_whole_days_follow_one_another_without_a_gap_across_clock_changes() -> None:
    daily = Series(wall("2026-03-20"), Length(days=1), ROME, rule_of("FREQ=DAILY;COUNT=300"))
    found = expanded(daily, FAR_MS).occurrences
    assert len(found) == 300
    assert [one.end_ms for one in found[:-1]] == [one.start_ms for one in found[1:]]


def test_what_does_not_repeat_takes_place_once() -> None:
    once = Series(wall("2026-11-23T09:00"), HOUR, ROME)
    found = expanded(once, FAR_MS)
    assert [one.start_ms for one in found.occurrences] == [utc("2026-11-23T08:00")]
    assert not found.goes_on
    assert in_step(once) is once


def test_the_31st_is_left_out_where_a_month_has_none() -> None:
    assert days(every("FREQ=MONTHLY;COUNT=4", "2027-01-31T09:00")) == [
        "2027-01-31",
        "2027-03-31",
        "2027-05-31",
        "2027-07-31",
    ]


def test_the_29th_of_february_comes_in_leap_years() -> None:
    assert days(every("FREQ=YEARLY;COUNT=3", "2028-02-29T09:00")) == ["2028-02-29", "2032-02-29", "2036-02-29"]


def test_the_first_workday_from_the_15th_on() -> None:
    rule = "FREQ=MONTHLY;BYMONTHDAY=15,16,17;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=1;COUNT=3"
    assert days(every(rule, "2026-08-17T09:00")) == ["2026-08-17", "2026-09-15", "2026-10-15"]


def test_until_is_within_the_rule_as_a_day_as_a_local_time_and_in_utc() -> None:
    expected = ["2026-11-23", "2026-11-24", "2026-11-25"]
    for until in ("20261125", "20261125T090000", "20261125T080000Z"):
        assert days(every(f"FREQ=DAILY;UNTIL={until}")) == expected
    for until in ("20261124", "20261125T085959", "20261125T075959Z"):
        assert days(every(f"FREQ=DAILY;UNTIL={until}")) == expected[:2]


def test_the_start_is_the_first_of_the_count_also_where_the_rule_does_not_name_it() -> None:
    assert days(every("FREQ=WEEKLY;BYDAY=WE;COUNT=3")) == ["2026-11-23", "2026-11-25", "2026-12-02"]
    assert days(every("FREQ=WEEKLY;UNTIL=20261101")) == ["2026-11-23"]


def test_days_are_added_and_left_out_and_counted_as_the_rule_says() -> None:
    one = replace(
        every("FREQ=DAILY;COUNT=4"),
        added=(wall("2026-12-24T09:00"), wall("2026-11-24T09:00")),
        left_out=(wall("2026-11-23T09:00"), wall("2026-11-25T09:00"), wall("2027-01-01T09:00")),
    )
    assert days(one) == ["2026-11-24", "2026-11-26", "2026-12-24"]


def test_a_moved_occurrence_comes_in_the_order_of_its_new_time_under_its_old_id() -> None:
    one = replace(
        every("FREQ=DAILY;COUNT=3"),
        left_out=(wall("2026-11-23T09:00"),),
        moved=(Moved(wall("2026-11-23T09:00"), wall("2026-11-25T15:00"), Length(ms=2 * HOUR_MS)),),
    )
    found = expanded(one, FAR_MS).occurrences
    assert days(one) == ["2026-11-24", "2026-11-25", "2026-11-23"]
    assert (found[2].start_ms, found[2].end_ms) == (utc("2026-11-25T14:00"), utc("2026-11-25T16:00"))


def test_the_horizon_is_half_open_and_what_runs_at_its_beginning_is_in() -> None:
    hourly = every("FREQ=DAILY;COUNT=3")
    nine = [moment(wall(f"2026-11-{day}T09:00"), ROME) for day in (23, 24, 25)]
    assert len(expanded(hourly, nine[1]).occurrences) == 1
    assert len(expanded(hourly, nine[1] + 1).occurrences) == 2
    assert len(expanded(hourly, FAR_MS, nine[0] + HOUR_MS - 1).occurrences) == 3
    assert len(expanded(hourly, FAR_MS, nine[0] + HOUR_MS).occurrences) == 2


def test_a_rule_without_end_is_bounded_by_the_horizon_and_by_the_number() -> None:
    endless = every("FREQ=DAILY")
    found = expanded(endless, FAR_MS)
    assert (len(found.occurrences), found.cut, found.goes_on) == (MOST, True, True)
    week = expanded(endless, moment(wall("2026-11-30"), ROME))
    assert (len(week.occurrences), week.cut, week.goes_on) == (7, False, True)
    two = expanded(endless, FAR_MS, most=2)
    assert [f"{one.recurrence_id:%d}" for one in two.occurrences] == ["23", "24"]


@pytest.mark.parametrize("most", [0, LARGEST + 1])
def test_at_most_a_thousand_are_asked_for(most: int) -> None:
    assert len(expanded(every("FREQ=DAILY"), FAR_MS, most=LARGEST).occurrences) == 1000
    with pytest.raises(RecurrenceRefused, match="1 to 1000"):
        expanded(every("FREQ=DAILY"), FAR_MS, most=most)


def test_moved_occurrences_count_among_the_number_asked_for() -> None:
    last = wall("2026-11-25T09:00")
    one = replace(every("FREQ=DAILY;COUNT=3"), moved=(Moved(last, wall("2026-11-22T09:00"), HOUR),))
    found = expanded(one, FAR_MS, most=2)
    assert [f"{occurrence.recurrence_id:%d}" for occurrence in found.occurrences] == ["25", "23"]
    assert found.cut


def test_occurrences_moved_far_ahead_take_no_place_from_those_that_come_first() -> None:
    late = [Moved(wall(f"2026-11-{day}T09:00"), wall(f"2027-01-{day}T09:00"), HOUR) for day in (25, 26, 27)]
    found = expanded(replace(every("FREQ=DAILY;COUNT=9"), moved=tuple(late)), FAR_MS, most=3)
    assert [f"{occurrence.recurrence_id:%d}" for occurrence in found.occurrences] == ["23", "24", "28"]


def test_an_occurrence_moved_beyond_the_horizon_is_told_to_come() -> None:
    one = replace(every("FREQ=DAILY;COUNT=1"), moved=(Moved(wall("2026-11-23T09:00"), wall("2027-01-01T09:00"), HOUR),))
    found = expanded(one, moment(wall("2026-12-01"), ROME))
    assert (found.occurrences, found.goes_on) == ((), True)


@given(one=series(), since=st.integers(-50, 900), wide=st.integers(1, 900), most=st.integers(1, 50))
def test_a_span_gives_what_of_all_occurrences_lies_in_it(one: Series, since: int, wide: int, most: int) -> None:
    since_ms = max(0, moment(one.start + timedelta(days=since), ROME))
    until_ms = since_ms + wide * 24 * HOUR_MS
    long = Series(one.start, HOUR, ROME, one.rule)
    every_one = expanded(long, FAR_MS).occurrences
    inside = [found for found in every_one if found.start_ms < until_ms and found.end_ms > since_ms]
    found = expanded(one, until_ms, since_ms, most)
    assert list(found.occurrences) == inside[:most] or len(every_one) == MOST
    assert found.cut == (len(inside) > most) or len(every_one) == MOST


def test_a_start_that_the_rule_does_not_name_is_refused_with_one_that_it_names() -> None:
    with pytest.raises(RecurrenceRefused, match=r"first day, 2026-11-23; start on 2026-11-25\."):
        in_step(every("FREQ=WEEKLY;BYDAY=WE"))
    assert in_step(every("FREQ=WEEKLY;BYDAY=MO")).rule is not None


def test_a_rule_that_names_no_day_is_refused() -> None:
    with pytest.raises(RecurrenceRefused, match="no day at all"):
        in_step(every("FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1,2;BYSETPOS=2"))


@pytest.mark.parametrize("until", ["20261122", "20261123T085959", "20261123T075959Z"])
def test_a_rule_that_ends_before_it_begins_is_refused(until: str) -> None:
    with pytest.raises(RecurrenceRefused, match="ends before its first day, 2026-11-23"):
        in_step(every(f"FREQ=DAILY;UNTIL={until}"))


@pytest.mark.parametrize("until", ["20261123", "20261123T090000", "20261123T080000Z"])
def test_a_rule_may_end_with_its_first_occurrence(until: str) -> None:
    assert days(in_step(every(f"FREQ=DAILY;UNTIL={until}"))) == ["2026-11-23"]


def test_times_of_a_series_are_of_whole_seconds_from_1970_on() -> None:
    for start in (wall("1969-12-31T23:59"), wall("2026-11-23T09:00:00.5"), wall("2026-11-23T09:00+01:00")):
        with pytest.raises(RecurrenceRefused, match="whole seconds"):
            Series(start, HOUR, ROME)
    with pytest.raises(RecurrenceRefused, match="whole seconds"):
        replace(every("FREQ=DAILY"), added=(wall("1969-12-31T09:00"),))


def test_a_series_has_at_most_400_exceptions() -> None:
    gone = tuple(wall("2026-11-23T09:00") + timedelta(days=day) for day in range(MOST + 1))
    assert expanded(replace(every("FREQ=DAILY"), left_out=gone[:-1]), FAR_MS).occurrences[0].recurrence_id == gone[-1]
    with pytest.raises(RecurrenceRefused, match="at most 400 exceptions"):
        replace(every("FREQ=DAILY"), left_out=gone)
