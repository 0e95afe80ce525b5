"""Open spans say of each moment what the door's own rule says of it, on DST nights too."""

from datetime import datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.hours import closed_until, unix_ms
from access.records import Closure, Opening
from access.spans import Span
from registry.calendars.open_hours import open_spans
from tests.support.core_site import rome

ROME, SANTIAGO, KOLKATA = ZoneInfo("Europe/Rome"), ZoneInfo("America/Santiago"), ZoneInfo("Asia/Kolkata")
HOUR_MS, MINUTE_MS = 3_600_000, 60_000
SUMMER_MS, WINTER_MS = 1_774_746_000_000, 1_792_890_000_000
"""Rome's clocks change on these: Sunday 2026-03-29 and Sunday 2026-10-25, 01:00 UTC."""
SANTIAGO_MS = 1_788_667_200_000
"""Santiago's skip a midnight on Sunday 2026-09-06, 04:00 UTC."""
MINUTES = st.sampled_from([0, 60, 90, 119, 120, 121, 150, 179, 180, 181, 240, 600, 1_380, 1_439, 1_440])
AUDIENCES = st.sampled_from(["", "", "junior", "senior"])


@st.composite
def openings(draw: st.DrawFn) -> Opening:
    first, last = sorted((draw(MINUTES), draw(MINUTES)))
    last = last if last > first else first + 1
    weekday = draw(st.sampled_from([5, 6, 6, 0]))
    return Opening("o", weekday, min(first, 1_439), min(max(last, min(first, 1_439) + 1), 1_440), draw(AUDIENCES))


@st.composite
def closures(draw: st.DrawFn, around_ms: int) -> Closure:
    start_ms = around_ms + draw(st.integers(-30, 30)) * 30 * MINUTE_MS
    length_ms = draw(st.integers(1, 20)) * 30 * MINUTE_MS
    return Closure("c", start_ms, start_ms + length_ms, "w", draw(AUDIENCES), draw(st.sampled_from(["", "", "d1"])))


@pytest.mark.parametrize(
    ("zone", "change_ms"), [(ROME, SUMMER_MS), (ROME, WINTER_MS), (SANTIAGO, SANTIAGO_MS), (KOLKATA, WINTER_MS)]
)
@given(data=st.data())
def test_a_moment_lies_in_an_open_span_exactly_when_the_door_finds_the_site_open(
    zone: ZoneInfo, change_ms: int, data: st.DataObject
) -> None:
    weekly = data.draw(st.lists(openings(), max_size=4))
    shut = data.draw(st.lists(closures(change_ms), max_size=3))
    audiences = data.draw(
        st.sampled_from(
            [frozenset[str](), frozenset({"junior"}), frozenset({"junior", "senior"}), frozenset({"", "junior"})]
        )
    )
    start_ms = change_ms + data.draw(st.integers(-40, 10)) * HOUR_MS
    within = Span(start_ms, start_ms + data.draw(st.integers(1, 50)) * HOUR_MS)
    spans = open_spans(weekly, shut, within, zone, audiences)
    edges = {within.start_ms, within.end_ms, change_ms, *(ms for span in spans for ms in (span.start_ms, span.end_ms))}
    edges |= {within.start_ms + number * 30 * MINUTE_MS for number in range(100)}
    for at_ms in {moment for edge in edges for moment in (edge - 1, edge, edge + 1)}:
        if not within.start_ms <= at_ms < within.end_ms:
            continue
        closed, _ = closed_until(weekly, shut, at_ms, zone, audiences)
        assert any(span.start_ms <= at_ms < span.end_ms for span in spans) != closed, at_ms
    assert all(one.end_ms < other.start_ms for one, other in pairwise(spans))


def test_a_night_opening_lasts_as_long_as_its_night() -> None:
    night = [Opening("o", 6, 60, 240)]
    for change_ms, hours in ((SUMMER_MS, 2), (WINTER_MS, 4)):
        (span,) = open_spans(night, (), Span(change_ms - 30 * HOUR_MS, change_ms + 30 * HOUR_MS), ROME)
        assert span.end_ms - span.start_ms == hours * HOUR_MS


def test_who_is_of_two_audiences_may_be_there_while_it_is_open_to_one() -> None:
    weekly = (Opening("o", 0, 540, 660), Opening("y", 0, 840, 1080, "junior"))
    day = Span(rome("2026-06-01 00:00"), rome("2026-06-02 00:00"))
    shut = Closure("c", day.start_ms, day.end_ms, "", "junior")
    morning = Span(rome("2026-06-01 09:00"), rome("2026-06-01 11:00"))
    afternoon = Span(rome("2026-06-01 14:00"), rome("2026-06-01 18:00"))
    both = frozenset({"", "junior"})
    assert open_spans(weekly, (), day, ROME, both) == (morning, afternoon)
    assert open_spans(weekly, (shut,), day, ROME, both) == (morning,)
    assert open_spans(weekly, (shut,), day, ROME, frozenset({"junior"})) == ()


def test_no_hours_at_all_means_always_open_and_hours_of_others_alone_never() -> None:
    within = Span(0, HOUR_MS)
    assert open_spans((), (), within, ROME) == (within,)
    assert open_spans([Opening("o", 3, 0, 1_440, "junior")], (), within, ROME) == ()
    assert open_spans([Opening("o", 3, 0, 1_440, "junior")], (), within, ROME, frozenset({"junior"})) == (within,)


def test_the_changes_of_these_tests_are_where_they_are_said_to_be() -> None:
    assert unix_ms(datetime(2026, 3, 29, 3, tzinfo=ROME)) == SUMMER_MS
    assert unix_ms(datetime(2026, 10, 25, 2, tzinfo=ROME, fold=1)) == WINTER_MS
    assert unix_ms(datetime(2026, 9, 6, 1, tzinfo=SANTIAGO)) == SANTIAGO_MS
