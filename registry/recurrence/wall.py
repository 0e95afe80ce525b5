"""Local wall-clock times and the moments that they name.

A wall time is a naive ``datetime`` of some zone. Where clocks skip it, it names
the moment after the skip; where they come to it twice, the first: what ``access.hours`` says of a minute of the day.
"""

from bisect import bisect_left
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from access.hours import local, unix_ms

FIRST = datetime(1970, 1, 1, tzinfo=UTC).replace(tzinfo=None)
"""No wall time of the registry lies before this one."""
LAST = datetime(2199, 12, 31, tzinfo=UTC).replace(tzinfo=None)
"""None lies after this one: from here on nobody books, and every sum of times still has a date."""
LONGEST_DAYS = 366


class RecurrenceRefused(ValueError):
    """A time, a rule or a change of a series that is not accepted; its text is one clear sentence."""


@dataclass(frozen=True, slots=True)
class Length:
    """How long an occurrence lasts: whole local days first, then an exact time (RFC 5545, 3.3.6).

    ``Length(ms=8 * 3_600_000)`` from 22:00 ends at 06:00, and on the night that loses an hour at 07:00;
    ``Length(days=1)`` ends at the same wall time next day, were the day 23 or 25 hours long.
    """

    days: int = 0
    ms: int = 0

    def __post_init__(self) -> None:
        longest = self.days <= LONGEST_DAYS and self.ms <= LONGEST_DAYS * 86_400_000
        if self.days < 0 or self.ms < 0 or self.days == self.ms == 0 or not longest:
            raise RecurrenceRefused(f"it lasts more than nothing and at most {LONGEST_DAYS} days; correct its length.")


def checked_wall(wall: datetime) -> datetime:
    """A wall time as it is. Raises RecurrenceRefused."""
    if wall.tzinfo is not None or wall.fold or wall.microsecond or not FIRST <= wall <= LAST:
        raise RecurrenceRefused("a local time is of whole seconds and lies from 1970 to 2199; correct it.")
    return wall


def moment(wall: datetime, zone: ZoneInfo) -> int:
    """The moment in Unix ms that a wall time names in a zone."""
    there = wall.replace(tzinfo=zone, fold=0)
    first, second = unix_ms(there), unix_ms(there.replace(fold=1))
    if first <= second:
        return first
    before = local(second, zone).utcoffset()
    between = range(second, first + 1)
    return between[bisect_left(between, 1, key=lambda ms: local(ms, zone).utcoffset() != before)]


def wall_at(at_ms: int, zone: ZoneInfo) -> datetime:
    """The wall time of a moment, its microseconds whole milliseconds. Raises RecurrenceRefused outside 1970 to 2199."""
    if not 0 <= at_ms <= unix_ms(LAST.replace(tzinfo=UTC)):
        raise RecurrenceRefused("a time lies from 1970 to 2199; correct it.")
    return local(at_ms, zone).replace(tzinfo=None, fold=0)


def span(wall: datetime, length: Length, zone: ZoneInfo) -> tuple[int, int]:
    """From when until when, in Unix ms, what begins at a wall time lasts."""
    start = moment(wall, zone)
    if not length.days:
        return start, start + length.ms
    return start, moment(wall + timedelta(days=length.days), zone) + length.ms
