"""A series of occurrences: a rule, the times it adds and leaves out, and those of its occurrences that were moved.

Its times are wall times of one zone (``recurrence_wall`` says which moment each names), and an occurrence is known
through all its changes by the wall time at which the rule put it, its recurrence id (RFC 5545, 3.8.4.4). The start is
always the first occurrence and counts as one (RFC 5545, 3.8.5.3), also where the rule does not name it; who lets people
write series holds them to ``in_step``.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from heapq import merge
from itertools import groupby, takewhile
from zoneinfo import ZoneInfo

from registry.recurrence.engine import dates, named
from registry.recurrence.rule import Rule
from registry.recurrence.wall import FIRST, Length, RecurrenceRefused, checked_wall, span, wall_at

MOST = 400
"""Occurrences that a series gives at once if no other number is asked for, and exceptions that it has."""
LARGEST = 1000
"""The largest number to ask for."""
_SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Moved:
    """One occurrence that begins at another wall time than its rule says, or lasts otherwise."""

    recurrence_id: datetime
    start: datetime
    length: Length


@dataclass(frozen=True, slots=True)
class Series:
    """A start, a length, a zone, and what repeats; ``rule`` None and nothing ``added`` is a single occurrence.

    Every ``datetime`` is a wall time of whole seconds; ``added`` and ``left_out`` are RDATE and EXDATE. Where an
    occurrence is both left out and moved, it was moved. Raises RecurrenceRefused.
    """

    start: datetime
    length: Length
    zone: ZoneInfo
    rule: Rule | None = None
    added: tuple[datetime, ...] = ()
    left_out: tuple[datetime, ...] = ()
    moved: tuple[Moved, ...] = ()

    def __post_init__(self) -> None:
        for wall in (self.start, *self.added, *self.left_out, *(m.start for m in self.moved)):
            checked_wall(wall)
        if len(self.added) + len(self.left_out) + len(self.moved) > MOST:
            raise RecurrenceRefused(f"a series has at most {MOST} exceptions; split it.")


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time that a series takes place: its recurrence id, and its span in Unix ms."""

    recurrence_id: datetime
    start_ms: int
    end_ms: int


@dataclass(frozen=True, slots=True)
class Expanded:
    """The occurrences asked for, in order of time; ``cut``: more than were asked for begin before the horizon;
    ``goes_on``: the series has some that begin after the last of these.
    """

    occurrences: tuple[Occurrence, ...]
    cut: bool
    goes_on: bool


def expanded(series: Series, until_ms: int, since_ms: int = 0, most: int = MOST) -> Expanded:
    """The occurrences that begin before ``until_ms`` and end after ``since_ms``, the first 1 to 1000 of them.

    Raises RecurrenceRefused for another number, and for a ``since_ms`` outside 1970 to 2199.
    """
    if not 1 <= most <= LARGEST:
        raise RecurrenceRefused(f"1 to {LARGEST} occurrences are given at once; ask for so many.")
    moves = [_occurrence(series, m.recurrence_id, m.start, m.length) for m in series.moved]
    found = [one for one in moves if one.start_ms < until_ms and one.end_ms > since_ms]
    goes_on = any(one.start_ms >= until_ms for one in moves)
    early = wall_at(since_ms, series.zone) - timedelta(days=2 + series.length.days, milliseconds=series.length.ms)
    unmoved = (_occurrence(series, wall, wall, series.length) for wall in _unmoved(series) if wall >= early)
    ahead = (one for one in unmoved if one.end_ms > since_ms)
    for one in ahead:
        if one.start_ms >= until_ms or len(found) > most + len(moves):
            goes_on = True
            break
        found.append(one)
    found.sort(key=lambda one: (one.start_ms, one.recurrence_id))
    return Expanded(tuple(found[:most]), len(found) > most, goes_on or len(found) > most)


def in_step(series: Series) -> Series:
    """The series as it is, where its start is one of the times that its rule names and not after its UNTIL.

    Raises RecurrenceRefused with the day on which it can start instead.
    """
    if series.rule is None:
        return series
    first = next(named(series.rule, series.start), None)
    if first is None:
        raise RecurrenceRefused("the rule names no day at all; correct it.")
    if first != series.start:
        raise RecurrenceRefused(
            f"the rule does not name the first day, {series.start:%Y-%m-%d}; start on {first:%Y-%m-%d}."
        )
    until = series.rule.until
    if until is not None and until.replace(tzinfo=until.tzinfo or series.zone) < first.replace(tzinfo=series.zone):
        raise RecurrenceRefused(f"the rule ends before its first day, {first:%Y-%m-%d}; correct UNTIL.")
    return series


def without(series: Series, recurrence_id: datetime) -> Series:
    """The series without one of its occurrences. Raises RecurrenceRefused where it has no such one."""
    _find(series, recurrence_id)
    left_out = tuple(sorted({*series.left_out, recurrence_id}))
    return replace(series, left_out=left_out, moved=_other_moves(series, recurrence_id))


def moving(series: Series, recurrence_id: datetime, start: datetime, length: Length) -> Series:
    """The series with one of its occurrences at another wall time. Raises RecurrenceRefused where there is none."""
    _find(series, recurrence_id)
    moves = (*_other_moves(series, recurrence_id), Moved(recurrence_id, start, length))
    return replace(series, moved=tuple(sorted(moves, key=lambda m: m.recurrence_id)))


def split(series: Series, recurrence_id: datetime) -> tuple[Series, Series]:
    """What comes before an occurrence, and the series that begins with it: together the same occurrences, so that "this
    and the following" can be changed. Raises RecurrenceRefused where the rule does not name it, or it is the first.
    """
    _find(series, recurrence_id)
    rule, at = series.rule, recurrence_id
    if rule is None or at == series.start:
        raise RecurrenceRefused("nothing of the series comes before that occurrence; change the whole series.")
    given, here = 0, False
    for wall in takewhile(lambda wall: wall <= at, dates(rule, series.start, series.zone)):
        given, here = given + (wall < at), wall == at
    if not here:
        raise RecurrenceRefused("that occurrence was added to the series by hand; split at one that its rule names.")
    if rule.count is None:
        ends, goes_on = replace(rule, until=at - _SECOND), rule
    else:
        ends, goes_on = replace(rule, count=given), replace(rule, count=rule.count - given)
    return _kept(replace(series, rule=ends), FIRST, at), _kept(replace(series, start=at, rule=goes_on), at, None)


def at_time(series: Series, time_of_day: time, length: Length) -> Series:
    """The series on the same days at another time of day, with what was added, left out and moved. A moved occurrence
    stays where it was moved to. Raises RecurrenceRefused.
    """
    by = datetime.combine(series.start, time_of_day) - series.start
    rule = series.rule
    if rule is not None and rule.until is not None:
        rule = replace(rule, until=rule.until + by)
    return replace(
        series,
        start=series.start + by,
        length=length,
        rule=rule,
        added=tuple(wall + by for wall in series.added),
        left_out=tuple(wall + by for wall in series.left_out),
        moved=tuple(replace(m, recurrence_id=m.recurrence_id + by) for m in series.moved),
    )


def _kept(series: Series, since: datetime, before: datetime | None) -> Series:
    """The series with those of its exceptions alone whose recurrence ids lie in a span."""

    def kept(wall: datetime) -> bool:
        return since <= wall and (before is None or wall < before)

    return replace(
        series,
        added=tuple(filter(kept, series.added)),
        left_out=tuple(filter(kept, series.left_out)),
        moved=tuple(m for m in series.moved if kept(m.recurrence_id)),
    )


def _recurrence_ids(series: Series) -> Iterator[datetime]:
    """Every recurrence id of the series, rising, those left out too."""
    regular = (series.start,) if series.rule is None else dates(series.rule, series.start, series.zone)
    return (wall for wall, _ in groupby(merge(sorted(series.added), regular)))


def _unmoved(series: Series) -> Iterator[datetime]:
    gone = {*series.left_out, *(m.recurrence_id for m in series.moved)}
    return (wall for wall in _recurrence_ids(series) if wall not in gone)


def _occurrence(series: Series, recurrence_id: datetime, start: datetime, length: Length) -> Occurrence:
    return Occurrence(recurrence_id, *span(start, length, series.zone))


def _other_moves(series: Series, recurrence_id: datetime) -> tuple[Moved, ...]:
    return tuple(m for m in series.moved if m.recurrence_id != recurrence_id)


def _find(series: Series, recurrence_id: datetime) -> None:
    """Refuse what is no occurrence of the series."""
    if any(m.recurrence_id == recurrence_id for m in series.moved):
        return
    if recurrence_id not in takewhile(lambda wall: wall <= recurrence_id, _unmoved(series)):
        raise RecurrenceRefused(f"the series has no occurrence at {recurrence_id:%Y-%m-%d %H:%M}; list those it has.")
