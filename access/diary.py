"""One person's (or resource's) bookings, found by time.

A door looks among hundred thousand bookings, most of them not in the processor's caches: so it searches plain numbers
that lie together, and touches only the bookings that count.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate
from operator import attrgetter
from typing import Generic, Protocol, TypeVar


class Spanned(Protocol):
    """What a diary is of: a booking, or a pass."""

    @property
    def id(self) -> str:
        """Its id."""

    @property
    def start_ms(self) -> int:
        """When it begins, Unix ms."""

    @property
    def end_ms(self) -> int:
        """When it has ended, Unix ms."""

    def leads_to(self, zones: frozenset[str]) -> bool:
        """Whether it is a right to be in one of these zones."""


Held = TypeVar("Held", bound=Spanned)
Zones = frozenset[str] | None
"""Which zones count; None: every one."""


@dataclass(frozen=True, slots=True)
class Diary(Generic[Held]):
    """Bookings (or passes) by start; ``numbers`` are all their starts, then for each the latest end up to it."""

    bookings: tuple[Held, ...]
    numbers: "array[int]"


def diary_of(bookings: Iterable[Held]) -> Diary[Held]:
    """The diary of these bookings, which come by start."""
    held = tuple(bookings)
    ends = accumulate((booking.end_ms for booking in held), max)
    return Diary(held, array("q", [*(booking.start_ms for booking in held), *ends]))


def around(diary: Diary[Held] | None, at_ms: int, grace_ms: int) -> tuple[Held, ...]:
    """What is to be shown of a diary at a moment, by start: all bookings that are current (from ``grace_ms`` before
    their start), the one that ended last, and the next one to come. O(log n), and a walk over those current.
    """
    if diary is None:
        return ()
    begun = bisect_right(diary.numbers, at_ms + grace_ms, 0, len(diary.bookings))
    found = [*_current(diary, begun, at_ms, None), *_last_ended(diary, begun, at_ms, None)]
    return (*sorted(found, key=attrgetter("start_ms", "id")), *diary.bookings[begun : begun + 1])


def that_matter(diary: Diary[Held] | None, at_ms: int, grace_ms: int, zones: frozenset[str]) -> tuple[Held, ...]:
    """What a door must look at, of the bookings in these zones: those current; where none is, the next one to come;
    where none comes, the one that ended last. By start.
    """
    if diary is None:
        return ()
    begun = bisect_right(diary.numbers, at_ms + grace_ms, 0, len(diary.bookings))
    if current := _current(diary, begun, at_ms, zones):
        return tuple(current)
    for index in range(begun, len(diary.bookings)):
        if diary.bookings[index].leads_to(zones):
            return (diary.bookings[index],)
    return _last_ended(diary, begun, at_ms, zones)


def to_come(diary: Diary[Held] | None, at_ms: int, zones: frozenset[str]) -> Iterator[Held]:
    """What begins after a moment in these zones, by start."""
    if diary is None:
        return
    for index in range(bisect_right(diary.numbers, at_ms, 0, len(diary.bookings)), len(diary.bookings)):
        if diary.bookings[index].leads_to(zones):
            yield diary.bookings[index]


def _current(diary: Diary[Held], begun: int, at_ms: int, zones: Zones) -> list[Held]:
    """The bookings that have not ended, of the first ``begun``, by start."""
    bookings, numbers = diary.bookings, diary.numbers
    found: list[Held] = []
    latest_end = len(bookings) - 1
    while begun and numbers[latest_end + begun] > at_ms:
        begun -= 1
        booking = bookings[begun]
        if booking.end_ms > at_ms and (zones is None or booking.leads_to(zones)):
            found.append(booking)
    found.reverse()
    return found


def _last_ended(diary: Diary[Held], begun: int, at_ms: int, zones: Zones) -> tuple[Held, ...]:
    """The booking that ended last by then, of the first ``begun``, or none."""
    count = len(diary.bookings)
    last: Held | None = None
    for index in range(begun - 1, -1, -1):
        booking = diary.bookings[index]
        counts = booking.end_ms <= at_ms and (zones is None or booking.leads_to(zones))
        if counts and (last is None or booking.end_ms > last.end_ms):
            last = booking
        if last is not None and index and diary.numbers[count + index - 1] <= last.end_ms:
            break
    return () if last is None else (last,)
