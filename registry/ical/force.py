"""Which of a file's events are in force: of two versions the later, and in a series what stands for an occurrence."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import groupby

from registry.ical.event import Entry, RowError
from registry.ical.lines import shown
from registry.ical.times import id_of
from registry.reasons import reason_of, why
from registry.recurrence.occurrences import Series
from registry.recurrence.wall import RecurrenceRefused


@dataclass(frozen=True, slots=True)
class InForce:
    """An event and what is in force of its series; ``recurrence_id``: it stands for that one occurrence of another."""

    entry: Entry
    series: Series
    recurrence_id: datetime | None = None


def in_force(entries: Iterable[Entry]) -> Iterator[InForce | RowError]:
    """The events in force, a series without the occurrences for which others stand, and why the others are not."""
    for _, group in groupby(sorted(entries, key=lambda entry: (entry.uid, entry.line)), key=lambda entry: entry.uid):
        same = tuple(group)
        try:
            yield from _of_one_uid(same)
        except RecurrenceRefused as refused:
            yield RowError(same[0].line, shown(same[0].uid), reason_of(refused, "event.other"))


def _of_one_uid(entries: tuple[Entry, ...]) -> list[InForce | RowError]:
    whole = [entry for entry in entries if entry.stands_for is None]
    series = max(whole, key=_version, default=None)
    by_id = dict[datetime, list[Entry]]()
    for entry in entries:
        if entry.stands_for is not None:
            start = entry.stands_for if series is None else series.start
            by_id.setdefault(id_of(entry.stands_for, start), []).append(entry)
    found = [_alone(max(same, key=_version), recurrence_id) for recurrence_id, same in by_id.items()]
    if series is not None:
        left_out = tuple(sorted({*series.series.left_out, *by_id}))
        found.append(InForce(series, replace(series.series, left_out=left_out)))
    kept = {one.entry.line for one in found}
    return [*found, *(_replaced(entry) for entry in entries if entry.line not in kept)]


def _alone(entry: Entry, recurrence_id: datetime) -> InForce:
    return InForce(entry, replace(entry.series, rule=None, added=(), left_out=()), recurrence_id)


def _version(entry: Entry) -> tuple[tuple[int, str], int]:
    return entry.version, entry.line


def _replaced(entry: Entry) -> RowError:
    later = why("event.later", "the file holds a later version of the same event, which is taken.")
    return RowError(entry.line, shown(entry.uid), later)
