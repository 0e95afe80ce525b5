"""How full a site will be, from how full it was: for each weekday and hour the middle of the last weeks. Pure.

The method is the simplest that is any good: what is foretold for Tuesday at ten is the median of the most people who
were there at once on each of the last ``WEEKS`` Tuesdays between ten and eleven, with the least and the most of them.
It knows of no holiday and no event; how good it was is said beside it: what it would have foretold for last week, and
what was.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import median_high

from access.disclosure import LEAST

WEEKS = 8
LEVELS = 5
Hour = tuple[int, int]
"""A weekday (Monday is 0) and an hour of the local day."""
Week = Mapping[Hour, int]
"""The most people who were there at once, in each hour of a week in which anybody was."""


@dataclass(frozen=True, slots=True)
class Foretold:
    """Of an hour: the median, the least and the most of some weeks."""

    middle: int
    least: int
    most: int

    @property
    def told(self) -> bool:
        """Whether it is of enough people to be said."""
        return self.middle >= LEAST


@dataclass(frozen=True, slots=True)
class Peak:
    """The fullest hour that is foretold."""

    hour: Hour
    of: Foretold


def foretold(weeks: Sequence[Week]) -> dict[Hour, Foretold]:
    """What each hour will be, by the last weeks; an hour in which nobody was in a week had none then."""
    hours = {hour for week in weeks for hour in week}
    values = {hour: [week.get(hour, 0) for week in weeks] for hour in sorted(hours)}
    return {hour: Foretold(median_high(some), min(some), max(some)) for hour, some in values.items()}


def peak(hours: Mapping[Hour, Foretold]) -> Peak | None:
    """The fullest hour, of equals the first of the week; None where none is said."""
    said = [(hour, one) for hour, one in hours.items() if one.told]
    if not said:
        return None
    hour, one = min(said, key=lambda pair: (-pair[1].middle, pair[0]))
    return Peak(hour, one)


def was(week: Week) -> int | None:
    """The most people at once in a week; None where they are too few to be said."""
    most = max(week.values(), default=0)
    return most if most >= LEAST else None


def level(one: Foretold, most: int) -> int:
    """How dark an hour is drawn beside one of the ``most`` people: 0 where it is not said, and else up to LEVELS."""
    return max(1, -(-one.middle * LEVELS // most)) if one.told else 0


def most_in_each_hour(starts: Iterable[int], ends: Iterable[int], hour_ms: int) -> dict[int, int]:
    """The most of these spans that share a moment of each hour (its start ÷ ``hour_ms``) that any of them touches. One
    that ends when another begins shares none with it.
    """
    moves = defaultdict[int, int](int)
    for step, moments in ((1, starts), (-1, ends)):
        for at_ms in moments:
            moves[at_ms] += step
    found, there, hour = dict[int, int](), 0, 0
    for at_ms in sorted(moves):
        now, into_ms = divmod(at_ms, hour_ms)
        if there:
            found |= dict.fromkeys(range(hour + 1, now + (into_ms > 0)), there)
        hour, there = now, there + moves[at_ms]
        if there:
            found[now] = max(found.get(now, 0), there)
    return found
