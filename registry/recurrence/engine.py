"""The days of a rule, by dateutil, inside the bounds and against the faults of that library.

dateutil looks for the next day of a rule until the year 9999, ``UNTIL`` or not, so a rule that names no day at all
costs seconds. The calendar repeats every 400 years to the weekday, so the rule is asked 7600 years later, where little
is left to look through. In a WEEKLY rule with BYSETPOS its first week begins at the start instead of at WKST (its
issue 1398), so it is asked from the week's beginning.
"""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from dateutil import rrule

from access.hours import unix_ms
from registry.recurrence.rule import Rule
from registry.recurrence.wall import LAST, moment

_CYCLE_YEARS = 7600
_FREQ: dict[str, Literal[0, 1, 2, 3]] = {
    "DAILY": rrule.DAILY,
    "WEEKLY": rrule.WEEKLY,
    "MONTHLY": rrule.MONTHLY,
    "YEARLY": rrule.YEARLY,
}


def dates(rule: Rule, start: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The wall times of a rule, rising, at most to 2199: first the start, even where it is not one of the rule's."""
    yield start
    given = 1
    for wall in named(rule, start):
        if wall == start:
            continue
        if wall > LAST or given == rule.count or _is_past(rule.until, wall, zone):
            return
        yield wall
        given += 1


def named(rule: Rule, start: datetime) -> Iterator[datetime]:
    """The wall times from the start on that the rule itself names, rising, without heed to COUNT and UNTIL."""
    week = rule.freq == "WEEKLY" and bool(rule.positions)
    first = start - timedelta(days=(start.weekday() - rule.week_start) % 7 if week else 0)
    days = [rrule.weekday(day.weekday, day.nth) for day in rule.days]
    if week and not days:
        days = [rrule.weekday(start.weekday())]
    found = rrule.rrule(
        _FREQ[rule.freq],
        dtstart=first.replace(year=first.year + _CYCLE_YEARS),
        interval=rule.interval,
        wkst=rrule.weekdays[rule.week_start],
        bymonth=rule.months or None,
        bymonthday=rule.month_days or None,
        byweekday=days or None,
        bysetpos=rule.positions or None,
    )
    walls = (wall.replace(year=wall.year - _CYCLE_YEARS) for wall in found)
    return (wall for wall in walls if wall >= start)


def _is_past(until: datetime | None, wall: datetime, zone: ZoneInfo) -> bool:
    if until is None:
        return False
    return wall > until if until.tzinfo is None else moment(wall, zone) > unix_ms(until.astimezone(UTC))
