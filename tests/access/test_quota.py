"""Quotas by day and week in local time: what fits, what does not and why, and from when on it would."""

from datetime import date
from zoneinfo import ZoneInfo

import pytest

from access.clock import HOUR_MS, MINUTE_MS
from access.hours import day_start_ms, local
from access.quota import Exceeded, Limit, Quota, refusal, refusals, tighter
from access.spans import Span
from tests.support.core_site import ROME, rome

# 1 June 2026 is a Monday.
MONDAY, TUESDAY, NEXT_MONDAY = (rome(f"2026-06-{day:02} 00:00") for day in (1, 2, 8))


def span(text: str) -> Span:
    """A span of June 2026 written ``1 09:00-13:00``; one that ends before it starts ends the next day."""
    day, times = text.split()
    start, end = times.split("-")
    until = int(day) + (end <= start)
    return Span(rome(f"2026-06-{int(day):02} {start}"), rome(f"2026-06-{until:02} {end}"))


def said(quota: Quota, booked: list[str], wanted: str) -> Exceeded | None:
    return refusal(quota, map(span, booked), span(wanted), ROME)


def test_no_quota_refuses_nothing() -> None:
    assert said(Quota(), ["1 09:00-18:00"] * 50, "1 09:00-18:00") is None


@pytest.mark.parametrize(
    ("quota", "booked", "wanted", "limit", "used"),
    [
        (Quota(day_minutes=240), ["1 09:00-11:00"], "1 14:00-16:00", None, 0),
        (Quota(day_minutes=240), ["1 09:00-11:00"], "1 14:00-16:01", Limit.DAY_MINUTES, 120),
        (Quota(day_minutes=240), ["2 09:00-13:00"], "1 14:00-18:00", None, 0),
        (Quota(day_count=2), ["1 09:00-10:00"], "1 14:00-16:00", None, 0),
        (Quota(day_count=2), ["1 09:00-10:00", "1 10:00-11:00"], "1 14:00-16:00", Limit.DAY_COUNT, 2),
        (Quota(week_minutes=600), ["1 09:00-13:00", "3 09:00-13:00"], "7 09:00-11:00", None, 0),
        (Quota(week_minutes=600), ["1 09:00-13:00", "3 09:00-13:00"], "7 09:00-11:01", Limit.WEEK_MINUTES, 480),
        (Quota(week_minutes=600), ["1 09:00-13:00", "3 09:00-13:00"], "8 09:00-18:00", None, 0),
        (Quota(week_count=2), ["1 09:00-10:00", "7 09:00-10:00"], "5 09:00-10:00", Limit.WEEK_COUNT, 2),
        (Quota(week_count=2), ["1 09:00-10:00", "7 09:00-10:00"], "8 09:00-10:00", None, 0),
        # Two bookings at one time are two.
        (Quota(day_minutes=240), ["1 09:00-12:00", "1 09:00-10:00"], "1 09:00-09:01", Limit.DAY_MINUTES, 240),
        # Of several the week's is named.
        (Quota(60, 1, 60, 1), ["1 09:00-10:00"], "1 10:00-11:00", Limit.WEEK_COUNT, 1),
        (Quota(60, 1, 60), ["1 09:00-10:00"], "1 10:00-11:00", Limit.WEEK_MINUTES, 60),
        (Quota(60, 1), ["1 09:00-10:00"], "1 10:00-11:00", Limit.DAY_COUNT, 1),
        # None at all.
        (Quota(day_count=0), [], "1 10:00-11:00", Limit.DAY_COUNT, 0),
        (Quota(week_minutes=0), [], "1 10:00-11:00", Limit.WEEK_MINUTES, 0),
    ],
)
def test_both_sides_of_each_limit(quota: Quota, booked: list[str], wanted: str, limit: Limit | None, used: int) -> None:
    found = said(quota, booked, wanted)
    assert (found is None) == (limit is None)
    assert found is None or (found.limit, found.used) == (limit, used)


def test_a_refusal_says_what_is_allowed_in_which_period_and_when_it_would_fit() -> None:
    booked = ["1 09:00-13:00", "2 09:00-12:00", "3 09:00-13:00"]
    assert said(Quota(day_minutes=240), booked, "1 14:00-15:00") == Exceeded(
        Limit.DAY_MINUTES, 240, 240, MONDAY, TUESDAY
    )
    found = said(Quota(day_minutes=240), booked, "1 14:00-16:00")
    assert found == Exceeded(Limit.DAY_MINUTES, 240, 240, MONDAY, rome("2026-06-04 00:00"))
    assert said(Quota(week_count=3), booked, "4 09:00-10:00") == Exceeded(Limit.WEEK_COUNT, 3, 3, MONDAY, NEXT_MONDAY)


def test_a_started_minute_is_shown_as_used() -> None:
    found = refusal(Quota(day_minutes=10), [Span(MONDAY, MONDAY + 1)], Span(MONDAY, MONDAY + 10 * MINUTE_MS), ROME)
    assert found is not None
    assert (found.used, found.allowed) == (1, 10)


def test_what_can_never_fit_is_said_to_fit_on_no_day() -> None:
    for quota in (Quota(day_minutes=60), Quota(week_count=0)):
        found = said(quota, [], "1 10:00-12:00")
        assert found is not None
        assert found.fits_from_ms is None


def test_a_day_is_looked_for_no_farther_than_a_year_ahead() -> None:
    day_ms = 24 * HOUR_MS
    full = [Span(MONDAY + n * day_ms, MONDAY + n * day_ms + HOUR_MS) for n in range(367)]
    for days, fits_ms in ((366, MONDAY + 366 * day_ms), (367, None)):
        found = refusal(Quota(day_count=1), full[:days], full[0], ZoneInfo("Etc/GMT-2"))
        assert found is not None
        assert found.fits_from_ms == fits_ms


def test_what_fits_only_where_a_sunday_s_midnight_parts_it_is_found_there() -> None:
    """Eight hours in a week of four: half before that midnight and half after, once the first week is empty."""
    found = said(Quota(week_minutes=240), ["1 09:00-09:01"], "1 20:00-04:00")
    assert found == Exceeded(Limit.WEEK_MINUTES, 240, 1, MONDAY, rome("2026-06-14 00:00"))


def test_over_midnight_minutes_are_of_both_days_and_the_booking_of_the_first() -> None:
    night = "1 22:00-02:00"
    assert said(Quota(day_minutes=120), [], night) is None
    assert said(Quota(day_minutes=119), [], night) is not None
    assert said(Quota(day_minutes=180), [night], "2 09:00-10:00") is None
    over = said(Quota(day_minutes=180), [night], "2 09:00-10:01")
    assert over is not None
    assert (over.period_ms, over.used) == (TUESDAY, 120)
    assert said(Quota(day_count=1), [night], "2 09:00-10:00") is None
    assert said(Quota(day_count=1), [night], "1 09:00-10:00") is not None
    # The second day is full: the night before cannot reach into it, nor can that day's own.
    found = said(Quota(day_minutes=120), ["2 09:00-10:00"], night)
    assert found == Exceeded(Limit.DAY_MINUTES, 120, 60, TUESDAY, rome("2026-06-03 00:00"))


def test_over_a_sunday_s_midnight_minutes_are_of_both_weeks() -> None:
    night = "7 22:00-03:00"
    assert said(Quota(week_minutes=180), [], night) is None
    assert said(Quota(week_minutes=179), [], night) is not None
    assert said(Quota(week_count=1), [night], "8 09:00-10:00") is None
    assert said(Quota(week_count=1), [night], "1 09:00-10:00") is not None


def test_a_booking_of_days_counts_once_and_fills_each_day() -> None:
    long = Span(rome("2026-06-05 12:00"), rome("2026-06-09 12:00"))
    assert refusal(Quota(day_minutes=1440, week_count=1, day_count=1), [], long, ROME) is None
    assert refusal(Quota(day_minutes=1439), [], long, ROME) is not None
    found = refusal(Quota(week_minutes=36 * 60), [long], span("8 12:00-12:01"), ROME)
    assert found is not None
    assert (found.used, found.period_ms) == (36 * 60, NEXT_MONDAY)


def test_what_ends_at_midnight_is_of_its_own_day_alone() -> None:
    assert said(Quota(day_minutes=60), ["2 09:00-10:00"], "1 23:00-00:00") is None
    assert said(Quota(day_minutes=60), ["1 09:00-10:00"], "2 00:00-01:00") is None


def test_a_booking_of_no_length_counts_and_takes_no_minutes() -> None:
    nothing = Span(MONDAY, MONDAY)
    assert refusal(Quota(day_minutes=0), [], nothing, ROME) is None
    assert refusal(Quota(day_count=1), [nothing], nothing, ROME) is not None


@pytest.mark.parametrize(("day", "minutes"), [("2026-03-29", 23 * 60), ("2026-10-25", 25 * 60)])
def test_days_on_which_clocks_change_have_the_minutes_that_they_have(day: str, minutes: int) -> None:
    whole = Span(rome(f"{day} 00:00"), rome(f"{day} 23:59") + MINUTE_MS)
    assert refusal(Quota(day_minutes=minutes), [], whole, ROME) is None
    assert refusal(Quota(day_minutes=minutes - 1), [], whole, ROME) is not None


def test_where_clocks_go_back_over_midnight_the_day_has_begun_the_first_time() -> None:
    """St John's went from a minute past midnight back to 23:01: what is booked in that hour is of the new day."""
    zone = ZoneInfo("America/St_Johns")
    sunday = day_start_ms(date(2010, 11, 7), zone)
    assert [local(sunday + n * MINUTE_MS, zone).day for n in (-1, 0, 1, 59, 60)] == [6, 7, 6, 6, 7]
    again = Span(sunday + 30 * MINUTE_MS, sunday + 40 * MINUTE_MS)
    before = Span(sunday - 30 * MINUTE_MS, sunday - 20 * MINUTE_MS)
    assert refusal(Quota(day_count=1), [before], again, zone) is None
    assert refusal(Quota(day_count=1), [Span(sunday + 5 * HOUR_MS, sunday + 6 * HOUR_MS)], again, zone) is not None


def test_a_series_is_judged_with_what_came_before_it() -> None:
    series = [span(f"{day} 09:00-11:00") for day in (1, 2, 3, 4, 8, 9)]
    answers = refusals(Quota(week_count=3), [span("5 09:00-10:00")], series, ROME)
    assert [answer is None for answer in answers] == [True, True, False, False, True, True]
    assert answers[2] == Exceeded(Limit.WEEK_COUNT, 3, 3, MONDAY, NEXT_MONDAY)


def test_what_was_refused_uses_nothing() -> None:
    series = [span("1 09:00-14:00"), span("1 09:00-12:00"), span("1 14:00-15:00")]
    answers = refusals(Quota(day_minutes=240), [], series, ROME)
    assert [answer is None for answer in answers] == [False, True, True]


def test_two_quotas_hold_as_the_tighter_of_each_limit() -> None:
    assert tighter(Quota(240, None, 600, 5), Quota(300, 2, None, 4)) == Quota(240, 2, 600, 4)
    assert tighter(Quota(), Quota()) == Quota()
    assert tighter(Quota(day_count=0), Quota(day_count=3)) == Quota(day_count=0)
