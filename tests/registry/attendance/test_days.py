"""Local days: each begins where the one before ended, whatever the clocks of its country do."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.clock import HOUR_MS
from registry.api.bookings import day_span
from registry.problems import Problem

ZONES = [
    "Europe/Rome",
    "UTC",
    "America/St_Johns",
    "Australia/Lord_Howe",
    "Pacific/Apia",
    "Africa/Cairo",
    "Asia/Kathmandu",
]


@given(day=st.dates(date(1980, 1, 1), date(2090, 12, 30)), zone=st.sampled_from(ZONES))
def test_days_follow_one_another_without_gap_or_overlap(day: date, zone: str) -> None:
    _, end = day_span(day.isoformat(), zone)
    after, _ = day_span((day + timedelta(days=1)).isoformat(), zone)
    assert after == end


@given(day=st.dates(date(1980, 1, 1), date(2090, 12, 30)))
def test_a_day_at_rome_has_23_to_25_hours(day: date) -> None:
    start, end = day_span(day.isoformat(), "Europe/Rome")
    assert (end - start) // HOUR_MS in {23, 24, 25}


@pytest.mark.parametrize(
    ("day", "zone", "start_ms"),
    [
        ("1970-01-01", "UTC", 0),
        ("1970-01-01", "Europe/Rome", -HOUR_MS),
        ("2026-11-23", "Europe/Rome", 1_795_388_400_000),
        ("2026-07-02", "Europe/Rome", 1_782_943_200_000),
    ],
)
def test_a_day_starts_at_local_midnight(day: str, zone: str, start_ms: int) -> None:
    assert day_span(day, zone)[0] == start_ms


@pytest.mark.parametrize(
    "day", ["", "x", "2026-02-30", "2026/11/23", "23.11.2026", "9999-12-31", "-1-01-01", "2026-11-23T09:00"]
)
def test_what_is_no_day_is_refused(day: str) -> None:
    with pytest.raises(Problem, match="a date such as"):
        day_span(day, "UTC")
