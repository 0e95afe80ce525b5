"""Weekly hours as a site file writes them: ``mon-fri 08:00-18:00``, ``sat,sun 09:00-12:30``.

Days are the first three letters of their English names, one, a span of them, or several with commas; a span may go over
Sunday (``fri-mon``). Times are local, from 00:00 to 24:00, and end the same day: what goes over midnight is written
twice.
"""

import re

from access.clock import HOUR_MS, MINUTE_MS
from access.site import FreeSpan
from devices.sitefile_mistake import nearest, quoted

DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_HOURS = re.compile(r"(?P<days>[A-Za-z,-]+) +(?P<start>[0-9]{2}:[0-9]{2}) ?- ?(?P<end>[0-9]{2}:[0-9]{2})")
_HOUR_MINUTES = HOUR_MS // MINUTE_MS
_DAY_MINUTES = 24 * _HOUR_MINUTES


class BadHours(ValueError):
    """A text that is no hours of a week; the message is half a sentence that says why."""


def minute_of(text: str) -> int:
    """The minute from midnight of a time, ``00:00`` to ``24:00``. Raises BadHours."""
    hours, minutes = (int(part) for part in text.split(":"))
    minute = hours * _HOUR_MINUTES + minutes
    if minutes >= _HOUR_MINUTES or minute > _DAY_MINUTES:
        raise BadHours(f"{quoted(text)} is no time of the day")
    return minute


def spans_of(text: str) -> tuple[FreeSpan, ...]:
    """The spans of hours, by weekday. Raises BadHours."""
    found = _HOURS.fullmatch(text.strip())
    if found is None:
        raise BadHours(f"{quoted(text)} is not written as days and hours")
    start, end = minute_of(found["start"]), minute_of(found["end"])
    if start >= end:
        raise BadHours(f"{quoted(text)} ends before it begins; hours over midnight are written as two")
    days = sorted({day for part in found["days"].lower().split(",") for day in _days(part)})
    return tuple(FreeSpan(day, start, end) for day in days)


def _days(part: str) -> list[int]:
    first, dash, last = part.partition("-")
    start = _day(first)
    end = _day(last) if dash else start
    return [(start + step) % len(DAYS) for step in range((end - start) % len(DAYS) + 1)]


def _day(name: str) -> int:
    if name not in DAYS:
        meant = nearest(name, DAYS)
        raise BadHours(f"{quoted(name)} is no day of the week" + (f" (did you mean {meant}?)" if meant else ""))
    return DAYS.index(name)
