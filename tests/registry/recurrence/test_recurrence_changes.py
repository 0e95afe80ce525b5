"""Changes of a series: one occurrence cancelled or moved, this and all following ones."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from access.hours import unix_ms
from registry.recurrence.occurrences import (
    Moved,
    Occurrence,
    Series,
    at_time,
    expanded,
    in_step,
    moving,
    split,
    without,
)
from registry.recurrence.rule import rule_of, text_of
from registry.recurrence.wall import Length, RecurrenceRefused
from tests.support.chance_rules import HOUR, ROME, series, wall

LATE = wall("2029-06-01")
FAR_MS = unix_ms(datetime(2030, 1, 1, tzinfo=UTC))
TWO_HOURS = Length(ms=2 * 3_600_000)
MONDAYS = Series(wall("2026-11-23T09:00"), HOUR, ROME, rule_of("FREQ=WEEKLY;COUNT=5"))
SECOND, THIRD = wall("2026-11-30T09:00"), wall("2026-12-07T09:00")


def all_of(one: Series) -> tuple[Occurrence, ...]:
    return expanded(one, FAR_MS).occurrences


def ids(one: Series) -> list[str]:
    return [f"{found.recurrence_id:%m-%d}" for found in all_of(one)]


def test_a_cancelled_occurrence_is_gone_and_the_others_stay() -> None:
    assert ids(without(MONDAYS, SECOND)) == ["11-23", "12-07", "12-14", "12-21"]
    assert ids(without(without(MONDAYS, THIRD), SECOND)) == ["11-23", "12-14", "12-21"]


def test_a_moved_occurrence_can_be_moved_again_and_cancelled() -> None:
    once = moving(MONDAYS, SECOND, wall("2026-12-01T10:00"), TWO_HOURS)
    twice = moving(once, SECOND, wall("2026-12-02T10:00"), HOUR)
    assert twice.moved == (Moved(SECOND, wall("2026-12-02T10:00"), HOUR),)
    assert ids(twice) == ids(MONDAYS)
    assert ids(without(twice, SECOND)) == ["11-23", "12-07", "12-14", "12-21"]


@pytest.mark.parametrize("at", ["2026-11-24T09:00", "2026-11-30T10:00", "2027-01-04T09:00", "2026-11-16T09:00"])
def test_what_a_series_has_not_cannot_be_changed(at: str) -> None:
    for change in (without, split, lambda one, gone: moving(one, gone, SECOND, HOUR)):
        with pytest.raises(RecurrenceRefused, match=f"no occurrence at {at.replace('T', ' ')}"):
            change(MONDAYS, wall(at))


def test_a_cancelled_occurrence_cannot_be_cancelled_again() -> None:
    with pytest.raises(RecurrenceRefused, match="no occurrence at 2026-11-30 09:00; list those it has"):
        without(without(MONDAYS, SECOND), SECOND)


def test_a_split_of_so_many_gives_each_part_its_number() -> None:
    before, after = split(MONDAYS, THIRD)
    assert (before.start, after.start) == (MONDAYS.start, THIRD)
    assert [text_of(part.rule) for part in (before, after) if part.rule] == [
        "FREQ=WEEKLY;COUNT=2",
        "FREQ=WEEKLY;COUNT=3",
    ]


def test_a_split_of_what_ends_by_time_ends_the_first_part_just_before() -> None:
    for until in (None, wall("2027-12-31"), wall("2027-12-31").replace(tzinfo=UTC)):
        before, after = split(replace(MONDAYS, rule=replace(rule_of("FREQ=WEEKLY"), until=until)), THIRD)
        assert before.rule is not None
        assert after.rule is not None
        assert text_of(before.rule) == "FREQ=WEEKLY;UNTIL=20261207T085959"
        assert after.rule.until == until


def test_nothing_comes_before_the_first_nor_of_what_does_not_repeat() -> None:
    for one in (MONDAYS, replace(MONDAYS, rule=None)):
        with pytest.raises(RecurrenceRefused, match="change the whole series"):
            split(one, MONDAYS.start)


def test_a_series_is_not_split_at_a_day_added_by_hand() -> None:
    added = replace(MONDAYS, added=(wall("2026-12-08T09:00"),))
    with pytest.raises(RecurrenceRefused, match="added to the series by hand"):
        split(added, wall("2026-12-08T09:00"))


@st.composite
def changed_series(draw: st.DrawFn) -> tuple[Series, datetime]:
    """A series with something added, left out and moved, and one of its rule's later occurrences."""
    one = draw(series())
    found = [occurrence.recurrence_id for occurrence in expanded(one, FAR_MS, most=40).occurrences]
    assume(len(found) > 2)
    at = draw(st.sampled_from(found[1:]))
    spare = [recurrence_id for recurrence_id in found if recurrence_id != at]
    gone, moved = draw(st.permutations(spare))[:2]
    changed = moving(without(one, gone), moved, moved + timedelta(days=draw(st.integers(-30, 30))), TWO_HOURS)
    added = one.start + timedelta(days=draw(st.integers(1, 400)), minutes=7)
    return replace(changed, added=(added,)), at


@given(changed_series())
def test_the_parts_of_a_split_take_place_as_the_whole_did(drawn: tuple[Series, datetime]) -> None:
    whole, at = drawn
    before, after = split(whole, at)
    assume(len(all_of(whole)) < 400)
    assert {*all_of(before)} | {*all_of(after)} == {*all_of(whole)}
    assert not {*all_of(before)} & {*all_of(after)}
    assert all(found.recurrence_id < at for found in all_of(before))
    assert all(found.recurrence_id >= at for found in all_of(after))
    assert after.start == at


@given(changed_series())
def test_the_parts_of_a_split_can_be_split_and_written_again(drawn: tuple[Series, datetime]) -> None:
    for part in split(*drawn):
        assert part.rule is not None
        assert in_step(part).rule == rule_of(text_of(part.rule))


@given(drawn=changed_series(), hour=st.integers(3, 22))
def test_a_series_at_another_time_takes_place_on_the_same_days(drawn: tuple[Series, datetime], hour: int) -> None:
    whole, _ = drawn
    later = at_time(whole, time(hour), TWO_HOURS)
    by = later.start - whole.start
    assert later.start == datetime.combine(whole.start, time(hour))
    assume(len(all_of(whole)) < 400)
    expected = {found.recurrence_id + by for found in all_of(whole) if found.recurrence_id < LATE}
    assert {found.recurrence_id for found in all_of(later) if found.recurrence_id < LATE + by} == expected
    assert [move.start for move in later.moved] == [move.start for move in whole.moved]


def test_the_last_occurrence_stays_where_a_series_moves_later_in_the_day() -> None:
    until = replace(MONDAYS, rule=rule_of("FREQ=WEEKLY;UNTIL=20261207T090000"))
    assert ids(at_time(until, time(18), HOUR)) == ids(until) == ["11-23", "11-30", "12-07"]


def test_this_and_the_following_can_be_at_another_time() -> None:
    before, after = split(MONDAYS, THIRD)
    changed = at_time(after, time(14, 30), TWO_HOURS)
    starts = [f"{found.recurrence_id:%m-%d %H:%M}" for part in (before, changed) for found in all_of(part)]
    assert starts == ["11-23 09:00", "11-30 09:00", "12-07 14:30", "12-14 14:30", "12-21 14:30"]
