"""Local dates as spans of time: a programme's or a cohort's first and last day, both included."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from access.hours import day_start_ms

_LAST = date(9998, 12, 31)
"""No later day has a next one in every time zone."""


def dates_span(start: str | None, end: str | None, zone: ZoneInfo) -> tuple[int, int | None]:
    """The moments of the days from ``start`` to ``end`` (ISO, both included; None: no limit), by a zone's calendar."""
    last = None if end is None else date.fromisoformat(end)
    until_ms = None if last is None or last >= _LAST else day_start_ms(last + timedelta(days=1), zone)
    return 0 if start is None else max(0, day_start_ms(date.fromisoformat(start), zone)), until_ms


def common(*spans: tuple[int, int | None]) -> tuple[int, int | None]:
    """What several spans share; it ends before it begins where that is nothing."""
    ends = [until_ms for _, until_ms in spans if until_ms is not None]
    return max(from_ms for from_ms, _ in spans), min(ends, default=None)
