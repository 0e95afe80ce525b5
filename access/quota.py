"""Quotas: how many minutes and how many bookings a day and a week, by programme or person (domain, bookings).

Days are local ones, weeks ISO weeks of local days, from Monday. A booking counts once, on the day and in the week in
which it starts; its minutes count in each day and week for what lies in it. Minutes are real ones: the hour that comes
twice on an autumn night counts twice. Two bookings at one time count both. Which bookings a quota speaks of
(a person's own, a team's) is the caller's to say, and a booking that is being changed is left out by the caller.
Every moment lies before the year 9998.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from access.clock import MINUTE_MS
from access.hours import day_start_ms, local, unix_ms
from access.spans import Span

LOOK_AHEAD_DAYS = 366
"""A day on which a booking would fit is looked for so far ahead, and no farther."""


class Limit(StrEnum):
    """Which of a quota's limits."""

    WEEK_COUNT = "week-count"
    WEEK_MINUTES = "week-minutes"
    DAY_COUNT = "day-count"
    DAY_MINUTES = "day-minutes"


_UNITS = {Limit.WEEK_COUNT: 1, Limit.WEEK_MINUTES: MINUTE_MS, Limit.DAY_COUNT: 1, Limit.DAY_MINUTES: MINUTE_MS}


@dataclass(frozen=True, slots=True)
class Quota:
    """Limits of one quota; None: no limit. 0 is a limit too: nothing fits."""

    day_minutes: int | None = None
    day_count: int | None = None
    week_minutes: int | None = None
    week_count: int | None = None


@dataclass(frozen=True, slots=True)
class Exceeded:
    """A booking does not fit: ``limit`` allows ``allowed`` (minutes or bookings), ``used`` of them are used in the
    day or week that starts at ``period_ms``. It would fit, at the same time of day, on the local day that starts at
    ``fits_from_ms``, as the bookings now stand (None: on none in sight).
    """

    limit: Limit
    allowed: int
    used: int
    period_ms: int
    fits_from_ms: int | None


_Uses = Counter[tuple[Limit, date]]
"""How much is used of a limit in the day or week that begins on a date: bookings, or milliseconds."""


def tighter(one: Quota, other: Quota) -> Quota:
    """The quota that holds where both do: a programme's and a person's."""
    return Quota(
        _least(one.day_minutes, other.day_minutes),
        _least(one.day_count, other.day_count),
        _least(one.week_minutes, other.week_minutes),
        _least(one.week_count, other.week_count),
    )


def _least(*limits: int | None) -> int | None:
    return min((limit for limit in limits if limit is not None), default=None)


def refusal(quota: Quota, booked: Iterable[Span], wanted: Span, zone: ZoneInfo) -> Exceeded | None:
    """Why one more booking does not fit beside the live ones; None: it does."""
    return refusals(quota, booked, [wanted], zone)[0]


def refusals(
    quota: Quota, booked: Iterable[Span], wanted: Iterable[Span], zone: ZoneInfo
) -> tuple[Exceeded | None, ...]:
    """The same for several in their order, each beside those before it that fit: a recurring series at once.

    Of several limits exceeded the week's is named, which binds longest. ``booked`` holds at least the live bookings
    that lie in the weeks of ``wanted``; ``fits_from_ms`` knows of no others.
    """
    allowed = _allowed(quota)
    uses: _Uses = Counter()
    for span in booked:
        uses.update(_asked(span, zone))
    answers: list[Exceeded | None] = []
    for span in wanted:
        asked = _asked(span, zone)
        over = _exceeded(allowed, uses, asked)
        if over is None:
            uses.update(asked)
            answers.append(None)
        else:
            limit, day = over
            unit = _UNITS[limit]
            used, fits_ms = -(-uses[over] // unit), _fits_from_ms(allowed, uses, span, zone)
            answers.append(Exceeded(limit, allowed[limit] // unit, used, day_start_ms(day, zone), fits_ms))
    return tuple(answers)


def _allowed(quota: Quota) -> dict[Limit, int]:
    """The limits that there are, in bookings or milliseconds."""
    limits = {
        Limit.WEEK_COUNT: quota.week_count,
        Limit.WEEK_MINUTES: quota.week_minutes,
        Limit.DAY_COUNT: quota.day_count,
        Limit.DAY_MINUTES: quota.day_minutes,
    }
    return {limit: allowed * _UNITS[limit] for limit, allowed in limits.items() if allowed is not None}


def _asked(span: Span, zone: ZoneInfo) -> _Uses:
    """What a booking takes of each day and week that it touches, the week's first."""
    days = _by_day(span, zone)
    first = days[0][0]
    asked: _Uses = Counter({(Limit.WEEK_COUNT, _monday(first)): 1})
    for day, ms in days:
        asked[Limit.WEEK_MINUTES, _monday(day)] += ms
    asked[Limit.DAY_COUNT, first] = 1
    asked.update({(Limit.DAY_MINUTES, day): ms for day, ms in days})
    return asked


def _monday(day: date) -> date:
    return day - timedelta(day.weekday())


def _by_day(span: Span, zone: ZoneInfo) -> list[tuple[date, int]]:
    """The local days that a booking lies in, at least the one on which it starts, and how long it does."""
    day, start_ms = _day(span.start_ms, zone), span.start_ms
    found: list[tuple[date, int]] = []
    while not found or start_ms < span.end_ms:
        until_ms = min(day_start_ms(day + timedelta(1), zone), max(start_ms, span.end_ms))
        found.append((day, until_ms - start_ms))
        day, start_ms = day + timedelta(1), until_ms
    return found


def _day(at_ms: int, zone: ZoneInfo) -> date:
    """The local day of a moment. Where clocks go back over a midnight, the new day has begun the first time."""
    tomorrow = local(at_ms, zone).date() + timedelta(1)
    return tomorrow if day_start_ms(tomorrow, zone) <= at_ms else tomorrow - timedelta(1)


def _exceeded(allowed: Mapping[Limit, int], uses: _Uses, asked: _Uses) -> tuple[Limit, date] | None:
    """The first limit, and the day or week, that do not hold what is asked for."""
    for (limit, day), more in asked.items():
        if limit in allowed and uses[limit, day] + more > allowed[limit]:
            return limit, day
    return None


def _fits_from_ms(allowed: Mapping[Limit, int], uses: _Uses, span: Span, zone: ZoneInfo) -> int | None:
    """The start of the first later day on which a booking of this length fits at this time of day. Each weekday comes
    within a fortnight of the last booking, with a week before and after it that are as empty as they will be.
    """
    here, day = local(span.start_ms, zone), _day(span.start_ms, zone)
    last = min(max([day, *(used for _, used in uses)]) + timedelta(14), day + timedelta(LOOK_AHEAD_DAYS))
    while day < last:
        day += timedelta(1)
        start_ms = unix_ms(datetime.combine(day, here.time(), zone))
        moved = _asked(Span(start_ms, start_ms + span.end_ms - span.start_ms), zone)
        if _exceeded(allowed, uses, moved) is None:
            return day_start_ms(day, zone)
    return None
