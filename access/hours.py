"""When a site is closed: its weekly opening hours in local time, and its closures."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from access.records import Closure, Opening

LOOK_AHEAD_DAYS = 14
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def local(at_ms: int, zone: ZoneInfo) -> datetime:
    """The local time of a moment; its microseconds carry the milliseconds."""
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone)


def unix_ms(moment: datetime) -> int:
    """The moment of a local time, DST by its fold."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def next_local_minute(at_ms: int, minute: int, zone: ZoneInfo) -> int:
    """The first moment after ``at_ms`` whose local time is ``minute`` minutes past midnight.

    On a night whose clocks skip that minute, the moment after the skip.
    """
    today = local(at_ms, zone).replace(hour=0, minute=0, second=0, microsecond=0)
    for days in range(3):
        moment = _at_minute(today + timedelta(days=days), minute)
        if moment > at_ms:
            return moment
    raise AssertionError("three local days hold every minute of the clock")


def _at_minute(midnight: datetime, minute: int) -> int:
    wall = midnight.replace(tzinfo=None) + timedelta(minutes=minute)
    return unix_ms(wall.replace(tzinfo=midnight.tzinfo))


def closed_until(
    openings: Iterable[Opening], closures: Iterable[Closure], at_ms: int, zone: ZoneInfo
) -> tuple[bool, int | None]:
    """Whether the site is closed at a moment, and from when it is open again (None: not within two weeks, or open).

    No opening hours at all means always open; a closure beats opening hours.
    """
    spans, weekly = tuple(closures), tuple(openings)
    moment = at_ms
    for _ in range(LOOK_AHEAD_DAYS + len(spans)):
        opens = _opens(weekly, _after_closures(spans, moment), zone)
        if opens is None:
            return True, None
        if opens == moment:
            return (moment > at_ms, moment if moment > at_ms else None)
        moment = opens
    return True, None


def _after_closures(closures: tuple[Closure, ...], at_ms: int) -> int:
    covering = [c.end_ms for c in closures if c.start_ms <= at_ms < c.end_ms]
    return max(covering, default=at_ms)


def _opens(openings: tuple[Opening, ...], at_ms: int, zone: ZoneInfo) -> int | None:
    if not openings:
        return at_ms
    here = local(at_ms, zone)
    minute, weekday = here.hour * 60 + here.minute, here.weekday()
    if any(o.weekday == weekday and o.from_minute <= minute < o.to_minute for o in openings):
        return at_ms
    midnight = here.replace(hour=0, minute=0, second=0, microsecond=0)
    starts = (
        _at_minute(midnight + timedelta(days=day), opening.from_minute)
        for day in range(8)
        for opening in openings
        if opening.weekday == (weekday + day) % 7
    )
    return min((start for start in starts if start > at_ms), default=None)


