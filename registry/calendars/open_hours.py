"""When a site is open to somebody, as spans: what ``access.hours.closed_until`` says of each moment, at once."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from access.clock import DAY_MS, MINUTE_MS
from access.hours import EVERYBODY, hours_of, local, unix_ms
from access.records import Closure, Opening
from access.spans import Span, clipped, merged, without


def open_spans(
    openings: Iterable[Opening],
    closures: Iterable[Closure],
    within: Span,
    zone: ZoneInfo,
    audiences: frozenset[str] = EVERYBODY,
) -> tuple[Span, ...]:
    """The moments of a time at which a site is open to somebody of these audiences: while it is to one of them.
    Closures and hours of one resource alone are not the site's and count not. Every moment lies from 1970 to 9998.
    """
    every = tuple(one for one in openings if not one.resource)
    shut = [one for one in closures if not one.resource]
    return merged(span for audience in audiences or EVERYBODY for span in _open_to(audience, every, shut, within, zone))


def in_service(
    openings: Iterable[Opening], resource: str, lies_in: str, within: Span, zone: ZoneInfo
) -> tuple[Span, ...]:
    """The moments of a time at which a resource's own hours hold, and those of the zone that it ``lies_in``: always,
    where neither has any.
    """
    known = tuple(one for one in openings if one.resource)
    rests = (span for place in {resource, lies_in} for span in without([within], _own(known, place, within, zone)))
    return without([within], list(rests))


def _own(openings: tuple[Opening, ...], resource: str, within: Span, zone: ZoneInfo) -> tuple[Span, ...]:
    own = tuple(one for one in openings if one.resource == resource)
    return clipped(_weekly(own, within, zone), within) if own else (within,)


def _open_to(
    audience: str, openings: tuple[Opening, ...], closures: Iterable[Closure], within: Span, zone: ZoneInfo
) -> tuple[Span, ...]:
    shut = [Span(one.start_ms, one.end_ms) for one in closures if one.audience in {"", audience}]
    if not openings:
        return without([within], shut)
    return without(clipped(_weekly(hours_of(audience, openings), within, zone), within), shut)


def _weekly(openings: tuple[Opening, ...], within: Span, zone: ZoneInfo) -> Iterator[Span]:
    for part in _steady(within, zone):
        ahead_ms = _ahead_ms(part.start_ms, zone)
        first = local(part.start_ms, zone).date()
        last = local(part.end_ms - 1, zone).date()
        for day in _days(first, last):
            midnight_ms = unix_ms(datetime.combine(day, time(), ZoneInfo("UTC"))) - ahead_ms
            for o in openings:
                if o.weekday == day.weekday():
                    yield from clipped([_minutes(o, midnight_ms)], part)


def _minutes(opening: Opening, midnight_ms: int) -> Span:
    return Span(midnight_ms + opening.from_minute * MINUTE_MS, midnight_ms + opening.to_minute * MINUTE_MS)


def _days(first: date, last: date) -> Iterator[date]:
    return (first + timedelta(number) for number in range((last - first).days + 1))


def _steady(within: Span, zone: ZoneInfo) -> Iterator[Span]:
    """The parts of a time in each of which local clocks keep one distance from UTC; they change once a day at most."""
    start_ms = at_ms = within.start_ms
    while at_ms < within.end_ms:
        next_ms = min(at_ms + DAY_MS, within.end_ms)
        if _ahead_ms(next_ms, zone) != _ahead_ms(at_ms, zone):
            change_ms = _change_ms(at_ms, next_ms, zone)
            yield Span(start_ms, change_ms)
            start_ms = change_ms
        at_ms = next_ms
    if start_ms < within.end_ms:
        yield Span(start_ms, within.end_ms)


def _ahead_ms(at_ms: int, zone: ZoneInfo) -> int:
    """How far local clocks are ahead of UTC."""
    offset = local(at_ms, zone).utcoffset() or timedelta()
    return offset // timedelta(milliseconds=1)


def _change_ms(before_ms: int, after_ms: int, zone: ZoneInfo) -> int:
    old = _ahead_ms(before_ms, zone)
    while after_ms - before_ms > 1:
        middle_ms = (before_ms + after_ms) // 2
        before_ms, after_ms = (middle_ms, after_ms) if _ahead_ms(middle_ms, zone) == old else (before_ms, middle_ms)
    return after_ms
