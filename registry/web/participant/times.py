"""Times that people choose: what a free span is offered as, and a day with two hours of it as somebody types them."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from access.clock import HOUR_MS, MINUTE_MS
from access.hours import local, unix_ms
from access.spans import Span

SHORTEST_MS = 30 * MINUTE_MS
WHOLE_MS = 12 * HOUR_MS
RUNNING_HOURS = (1, 2, 4)
PARTS = ((9, 13), (14, 18), (9, 18))
"""Parts of a day that many want: from hour to hour."""
LAST_DAY = date(9998, 1, 1)


def choices(free: Iterable[Span], day: date, now_ms: int, zone: ZoneInfo) -> list[Span]:
    """What the free spans of a local day are offered as, by start: each whole, parts of it, some hours from now."""
    found = {one for span in free for one in _of(span, day, now_ms, zone)}
    return sorted(one for one in found if one.end_ms - one.start_ms >= SHORTEST_MS)


def _of(span: Span, day: date, now_ms: int, zone: ZoneInfo) -> Iterator[Span]:
    if span.end_ms - span.start_ms <= WHOLE_MS:
        yield span
    if span.start_ms <= now_ms:
        ends = (span.start_ms + hours * HOUR_MS for hours in RUNNING_HOURS)
        yield from (Span(span.start_ms, end_ms) for end_ms in ends if end_ms <= span.end_ms)
    for first, last in PARTS:
        part = Span(moment(day, time(first), zone), moment(day, time(last), zone))
        if span.start_ms <= part.start_ms and part.end_ms <= span.end_ms:
            yield part


def moment(day: date, at: time, zone: ZoneInfo) -> int:
    """The moment of a local time, the first where there are two."""
    return unix_ms(datetime.combine(day, at, zone))


def day_of(text: str, now_ms: int, zone: ZoneInfo) -> date:
    """A day as it stands in an address or a form; today for what is none, and for what is past."""
    today = local(now_ms, zone).date()
    return max(today, found) if (found := read_day(text)) is not None else today


def read_day(text: str) -> date | None:
    """A day such as 2026-11-23; None for what is none."""
    try:
        found = date.fromisoformat(text)
    except ValueError:
        return None
    return found if found < LAST_DAY else None


def read_time(text: str) -> time | None:
    """A time of day such as 09:30; None for what is none."""
    try:
        found = time.fromisoformat(text)
    except ValueError:
        return None
    return None if found.tzinfo is not None else found.replace(second=0, microsecond=0)


def within(day: date, zone: ZoneInfo) -> Span:
    """A local day."""
    return Span(moment(day, time(), zone), moment(day + timedelta(1), time(), zone))
