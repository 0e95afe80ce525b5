"""One person's (or resource's) bookings, found by time.

A door looks among hundred thousand bookings, most of them not in the processor's caches: so it searches plain numbers
that lie together, and touches only the bookings that count.
"""

from array import array
from bisect import bisect_right
from collections.abc import Container, Iterable
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter

from access.records import Booking


@dataclass(frozen=True, slots=True)
class Diary:
    """Bookings by start; ``numbers`` are all their starts, then for each the latest end up to it."""

    bookings: tuple[Booking, ...]
    numbers: "array[int]"


class _Everywhere:
    """Every zone."""

    def __contains__(self, _zone: object) -> bool:
        return True


EVERYWHERE: Container[str] = _Everywhere()


def diary_of(bookings: Iterable[Booking]) -> Diary:
    """The diary of these bookings, which come by start."""
    held = tuple(bookings)
    ends = accumulate((booking.end_ms for booking in held), max)
    return Diary(held, array("q", [*(booking.start_ms for booking in held), *ends]))


def around(diary: Diary | tuple[()], at_ms: int, grace_ms: int) -> tuple[Booking, ...]:
    """What is to be shown of a diary at a moment, by start: all bookings that are current (from ``grace_ms`` before
    their start), the one that ended last, and the next one to come. O(log n), and a walk over those current.
    """
    if not isinstance(diary, Diary):
        return ()
    begun = bisect_right(diary.numbers, at_ms + grace_ms, 0, len(diary.bookings))
    found = [*_current(diary, begun, at_ms, EVERYWHERE), *_last_ended(diary, begun, at_ms, EVERYWHERE)]
    return (*sorted(found, key=attrgetter("start_ms", "id")), *diary.bookings[begun : begun + 1])


def that_matter(diary: Diary | tuple[()], at_ms: int, grace_ms: int, zones: Container[str]) -> tuple[Booking, ...]:
    """What a door must look at, of the bookings in these zones: those current; where none is, the next one to come;
    where none comes, the one that ended last. By start.
    """
    if not isinstance(diary, Diary):
        return ()
    begun = bisect_right(diary.numbers, at_ms + grace_ms, 0, len(diary.bookings))
    if current := _current(diary, begun, at_ms, zones):
        return tuple(current)
    for index in range(begun, len(diary.bookings)):
        if diary.bookings[index].zone in zones:
            return (diary.bookings[index],)
    return _last_ended(diary, begun, at_ms, zones)


def _current(diary: Diary, begun: int, at_ms: int, zones: Container[str]) -> list[Booking]:
    """The bookings that have not ended, of the first ``begun``, by start."""
    bookings, numbers, found = diary.bookings, diary.numbers, list[Booking]()
    latest_end = len(bookings) - 1
    while begun and numbers[latest_end + begun] > at_ms:
        begun -= 1
        booking = bookings[begun]
        if booking.end_ms > at_ms and booking.zone in zones:
            found.append(booking)
    found.reverse()
    return found


def _last_ended(diary: Diary, begun: int, at_ms: int, zones: Container[str]) -> tuple[Booking, ...]:
    """The booking that ended last by then, of the first ``begun``, or none."""
    count, last = len(diary.bookings), None
    for index in range(begun - 1, -1, -1):
        booking = diary.bookings[index]
        if booking.end_ms <= at_ms and booking.zone in zones and (last is None or booking.end_ms > last.end_ms):
            last = booking
        if last is not None and index and diary.numbers[count + index - 1] <= last.end_ms:
            break
    return () if last is None else (last,)
