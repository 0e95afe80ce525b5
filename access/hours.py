"""When a site is closed: its weekly opening hours in local time, and its closures.

Local clocks skip an hour and repeat one: an opening that begins in a skipped hour begins after the skip, and one that
lies in a repeated hour is open both times.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from access.clock import DAY_MS, MINUTE_MS
from access.records import Closure, Opening, Pass

LOOK_AHEAD_DAYS = 15
"""Every weekday comes within these, today included, even where a place once skipped one."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_LAST_LOOK_MS = (datetime(9999, 12, 1, tzinfo=UTC) - _EPOCH) // timedelta(milliseconds=1)
"""From here on the days to look at may lie beyond the last that the calendar has."""


def local(at_ms: int, zone: ZoneInfo) -> datetime:
    """The local time of a moment; its microseconds carry the milliseconds."""
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone)


def unix_ms(moment: datetime) -> int:
    """The moment of a local time, DST by its fold."""
    return (moment - _EPOCH) // timedelta(milliseconds=1)


def day_start_ms(day: date, zone: ZoneInfo) -> int:
    """The first moment of a local day: its midnight, the first of two, or the moment after a skip over it."""
    return _at_minute(day, 0, zone)[0]


def next_local_minute(at_ms: int, minute: int, zone: ZoneInfo) -> int:
    """The first moment after ``at_ms`` that begins ``minute`` minutes past a local midnight, once a day.

    On a night whose clocks skip that minute, the moment after the skip; on one that has it twice, the first.
    """
    today = local(at_ms, zone).date()
    for days in range(4):
        moment = _at_minute(today + timedelta(days), minute, zone)[0]
        if moment > at_ms:
            return moment
    raise AssertionError("some day of four holds every minute of the clock")


def _at_minute(day: date, minute: int, zone: ZoneInfo) -> tuple[int, ...]:
    """The moments at which a local day comes to that minute: one, or two where clocks go back over it; where they skip
    it, the moment after the skip.
    """
    wall = datetime.combine(day, time(), zone) + timedelta(minutes=minute)
    first, second = unix_ms(wall), unix_ms(wall.replace(fold=1))
    if first > second:
        return (_change_between(second, first, zone),)
    return (first,) if first == second else (first, second)


def _change_between(before_ms: int, after_ms: int, zone: ZoneInfo) -> int:
    """The moment at which the local clock changes, which it does once between these two."""
    old = local(before_ms, zone).utcoffset()
    while after_ms - before_ms > 1:
        middle = (before_ms + after_ms) // 2
        if local(middle, zone).utcoffset() == old:
            before_ms = middle
        else:
            after_ms = middle
    return after_ms


EVERYBODY = frozenset({""})
"""The audience of whoever is of none: everybody's hours and closures are theirs."""


def closed_until(
    openings: Iterable[Opening],
    closures: Iterable[Closure],
    at_ms: int,
    zone: ZoneInfo,
    audiences: frozenset[str] = EVERYBODY,
) -> tuple[bool, int | None]:
    """Whether the site is closed at a moment to somebody of these audiences, and from when it is open again (None: it
    is open, or never will be). It is open to them while it is to one of the audiences; none named is everybody's.

    An audience that has hours of its own goes by those, every other by everybody's; no opening hours at all means
    always open; a closure of everybody or of the audience beats opening hours.
    """
    every = tuple(one for one in openings if not one.resource)
    shut = tuple(one for one in closures if one.end_ms > at_ms and not one.resource)
    opens: list[int] = []
    for audience in audiences or EVERYBODY:
        first = _opens_to(audience, every, shut, at_ms, zone)
        if first == at_ms:
            return False, None
        if first is not None:
            opens.append(first)
    return True, min(opens, default=None)


def _opens_to(
    audience: str, every: tuple[Opening, ...], closures: tuple[Closure, ...], at_ms: int, zone: ZoneInfo
) -> int | None:
    """From when on the site is open to one audience, ``at_ms`` where it is now; None: never."""
    weekly = hours_of(audience, every)
    if every and not weekly:
        return None
    opens = _opens(weekly, at_ms, zone)
    theirs = (closure for closure in closures if closure.audience in {"", audience})
    for closure in sorted(theirs, key=lambda closure: closure.start_ms):
        if opens is None or opens < closure.start_ms:
            break
        opens = _opens(weekly, max(opens, closure.end_ms), zone)
    return opens


def hours_of(audience: str, openings: Iterable[Opening]) -> tuple[Opening, ...]:
    """The opening hours that an audience goes by: its own where it has any, else everybody's."""
    every = tuple(openings)
    own = tuple(one for one in every if one.audience == audience)
    return own or tuple(one for one in every if not one.audience)


def resting(openings: Iterable[Opening], at_ms: int, zone: ZoneInfo) -> frozenset[str]:
    """The resources with hours of their own of which none holds at a moment."""
    own: dict[str, list[Opening]] = {}
    for one in openings:
        if one.resource:
            own.setdefault(one.resource, []).append(one)
    return frozenset(resource for resource, weekly in own.items() if not _open_at(tuple(weekly), at_ms, zone))


def window(held: Pass, at_ms: int, zone: ZoneInfo) -> tuple[int, int] | None:
    """The span of a pass that runs at a moment, or the next one to come; None where none comes."""
    whole_day = held.to_minute - held.from_minute == DAY_MS // MINUTE_MS
    if whole_day and not held.weekdays:
        return (max(at_ms, held.start_ms), held.end_ms) if at_ms < held.end_ms else None
    weekly = _weekly(held.from_minute, held.to_minute, held.weekdays)
    opens = _opens(weekly, max(at_ms, held.start_ms), zone)
    if opens is None or opens >= held.end_ms:
        return None
    closes = _closes(weekly, opens, zone)
    return opens, held.end_ms if closes is None else min(closes, held.end_ms)


def daily(
    from_minute: int, to_minute: int, at_ms: int, zone: ZoneInfo, weekdays: frozenset[int] = frozenset()
) -> int | None:
    """The first moment, from ``at_ms`` on, that lies between two local minutes of a day of these weekdays (none named:
    of every day); None where that is beyond the calendar.
    """
    return _opens(_weekly(from_minute, to_minute, weekdays), at_ms, zone)


def _weekly(from_minute: int, to_minute: int, weekdays: frozenset[int]) -> tuple[Opening, ...]:
    return tuple(Opening("", day, from_minute, to_minute) for day in sorted(weekdays) or range(7))


def _opens(openings: tuple[Opening, ...], at_ms: int, zone: ZoneInfo) -> int | None:
    """From when on opening hours hold: at once, or later; None where they never do, or only beyond the calendar."""
    if not openings:
        return at_ms
    if at_ms > _LAST_LOOK_MS:
        return None
    if _open_at(openings, at_ms, zone):
        return at_ms
    today = local(at_ms, zone).date()
    for days in range(LOOK_AHEAD_DAYS):
        for moment in sorted(_may_open(openings, today + timedelta(days), zone)):
            if moment > at_ms and _open_at(openings, moment, zone):
                return moment
    return None


def _closes(openings: tuple[Opening, ...], at_ms: int, zone: ZoneInfo) -> int | None:
    """Until when opening hours hold that do at a moment; None where that is farther than one looks ahead."""
    today = local(at_ms, zone).date()
    for days in range(LOOK_AHEAD_DAYS if at_ms <= _LAST_LOOK_MS else 0):
        day = today + timedelta(days)
        ends = [ms for o in openings if o.weekday == day.weekday() for ms in _at_minute(day, o.to_minute, zone)]
        for moment in sorted([*ends, *_clock_change(day, zone)]):
            if moment > at_ms and not _open_at(openings, moment, zone):
                return moment
    return None


def _open_at(openings: tuple[Opening, ...], at_ms: int, zone: ZoneInfo) -> bool:
    here = local(at_ms, zone)
    minute, weekday = here.hour * 60 + here.minute, here.weekday()
    return any(o.weekday == weekday and o.from_minute <= minute < o.to_minute for o in openings)


def _may_open(openings: tuple[Opening, ...], day: date, zone: ZoneInfo) -> Iterator[int]:
    """Every moment of a local day at which a closed site may open: an opening begins, or the local clock changes."""
    for opening in openings:
        if opening.weekday == day.weekday():
            yield from _at_minute(day, opening.from_minute, zone)
    yield from _clock_change(day, zone)


def _clock_change(day: date, zone: ZoneInfo) -> tuple[int, ...]:
    """The moment of a local day at which its clock changes, where it does."""
    start, end = _at_minute(day, 0, zone)[0], _at_minute(day + timedelta(1), 0, zone)[0]
    changes = local(start, zone).utcoffset() != local(end, zone).utcoffset()
    return (_change_between(start, end, zone),) if changes else ()
