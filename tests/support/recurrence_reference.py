"""What RFC 5545 says of a rule's days, by walking every day: slow, plain, and nobody's library."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby

from registry.recurrence.rule import Rule

ONE_DAY = timedelta(days=1)


def walked(rule: Rule, start: datetime, last: datetime) -> list[datetime]:
    """The wall times that a rule names from a start to a last one, COUNT and UNTIL left aside."""
    found: list[datetime] = []
    for number, days in groupby(_days(start, last), key=lambda day: period(rule, day)):
        if (number - period(rule, start)) % rule.interval:
            continue
        named = [day for day in days if is_named(rule, start, day)]
        chosen = [day for at, day in enumerate(named) if not rule.positions or takes(rule, at, len(named))]
        found += [day for day in chosen if start <= day <= last]
    return found


def _days(start: datetime, last: datetime) -> Iterator[datetime]:
    """Every day of every period that the span touches."""
    day = start - timedelta(days=start.timetuple().tm_yday + 7)
    while day <= last + timedelta(days=370):
        yield day
        day += ONE_DAY


def period(rule: Rule, day: datetime) -> int:
    """The number of the interval of the rule's frequency in which a day lies."""
    if rule.freq == "DAILY":
        return day.toordinal()
    if rule.freq == "WEEKLY":
        return (day.toordinal() - 1 - rule.week_start) // 7
    return day.year * 12 + day.month if rule.freq == "MONTHLY" else day.year


def takes(rule: Rule, at: int, count: int) -> bool:
    """Whether BYSETPOS takes the one at an index of so many."""
    return at + 1 in rule.positions or at - count in rule.positions


def is_named(rule: Rule, start: datetime, day: datetime) -> bool:
    """Whether a day is among those from which BYSETPOS chooses."""
    if rule.months and day.month not in rule.months:
        return False
    if rule.month_days and not {day.day, day.day - days_of_month(day) - 1} & set(rule.month_days):
        return False
    if rule.days:
        return any(one.weekday == day.weekday() and one.nth in {None, *nths(rule, day)} for one in rule.days)
    return bool(rule.month_days) or is_like_start(rule, start, day)


def is_like_start(rule: Rule, start: datetime, day: datetime) -> bool:
    """What a rule that says nothing of days takes over from its start."""
    if rule.freq == "WEEKLY":
        return day.weekday() == start.weekday()
    if rule.freq == "MONTHLY":
        return day.day == start.day
    return rule.freq == "DAILY" or (day.day == start.day and (bool(rule.months) or day.month == start.month))


def nths(rule: Rule, day: datetime) -> set[int]:
    """Which of its weekday a day is, from either end: of its month, or of its year where the rule numbers those."""
    if rule.freq == "YEARLY" and not rule.months:
        at, of = day.timetuple().tm_yday, day.replace(month=12, day=31).timetuple().tm_yday
    else:
        at, of = day.day, days_of_month(day)
    return {(at - 1) // 7 + 1, -((of - at) // 7 + 1)}


def days_of_month(day: datetime) -> int:
    """How many days the month of a day has."""
    return ((day.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY).day
