"""An uploaded calendar, of whatever bytes, as the closures or sessions that it holds: one row an occurrence.

What is wrong with the file as a whole refuses it; what is wrong with one event leaves that event out, by its line and
uid. To-dos, journals, alarms and what programs add of their own are passed over.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from registry.ical.event import PROPERTIES, Entry, RowError, entry_of
from registry.ical.force import InForce, in_force
from registry.ical.lines import Block, CalendarRefused, calendars, shown
from registry.ical.times import EventRefused
from registry.ical.zones import ZONE_PROPERTIES, Zones, ZoneUnknown
from registry.reasons import reason_of, why
from registry.recurrence.occurrences import LARGEST, expanded
from registry.recurrence.wall import RecurrenceRefused, wall_at

MOST_EVENTS = 2000
MOST_SERIES = 100
MOST_ROWS = 5000


@dataclass(frozen=True, slots=True)
class Imported:
    """One occurrence. With ``uid``, ``recurrence_id`` (``20261231T180000``, empty for what does not repeat) is the same
    whenever the calendar is exported again. Unix ms, half open; ``all_day``: whole local days of the site.
    ``cancelled``: its calendar says that it does not take place.
    """

    uid: str
    recurrence_id: str
    title: str
    place: str
    start_ms: int
    end_ms: int
    all_day: bool
    cancelled: bool
    line: int


@dataclass(frozen=True, slots=True)
class CalendarRead:
    """What a file holds within the span asked for, in order of time, and what of it was left out, in order of lines."""

    rows: tuple[Imported, ...]
    errors: tuple[RowError, ...]


def read_calendar(data: bytes, site: ZoneInfo, since_ms: int, until_ms: int) -> CalendarRead:
    """The occurrences of a file's events that end after ``since_ms`` and begin before ``until_ms``.

    Floating times and dates are the site's local ones. Raises CalendarRefused for what is no calendar, or has more than
    2 MiB, 2000 events, 100 series or 5000 occurrences in the span.
    """
    read = [_read(event, zones) for event, zones in _events(data, site, wall_at(since_ms, site).year)]
    entries = [one for one in read if isinstance(one, Entry)]
    if sum(entry.series.rule is not None for entry in entries) > MOST_SERIES:
        raise CalendarRefused(
            why("calendar.series", "the file has more than {most} series; export a shorter time.", most=MOST_SERIES)
        )
    rows, errors = list[Imported](), [one for one in read if isinstance(one, RowError)]
    for one in in_force(entries):
        made = one if isinstance(one, RowError) else _rows(one, since_ms, until_ms)
        if isinstance(made, RowError):
            errors.append(made)
            continue
        rows += made
        if len(rows) > MOST_ROWS:
            raise CalendarRefused(
                why(
                    "calendar.rows",
                    "the file has more than {most} occurrences in that time; choose a shorter one.",
                    most=MOST_ROWS,
                )
            )
    rows.sort(key=lambda row: (row.start_ms, row.line, row.recurrence_id))
    return CalendarRead(tuple(rows), tuple(sorted(errors, key=lambda error: error.line)))


def _events(data: bytes, site: ZoneInfo, year: int) -> Iterator[tuple[Block, Zones]]:
    """Every event of the file, with the zones that its calendar defines. Raises CalendarRefused."""
    found = 0
    for calendar in calendars(data, PROPERTIES | ZONE_PROPERTIES):
        zones = Zones(site, tuple(block for block in calendar.blocks if block.name == "VTIMEZONE"), year)
        for event in (block for block in calendar.blocks if block.name == "VEVENT"):
            found += 1
            if found > MOST_EVENTS:
                raise CalendarRefused(
                    why(
                        "calendar.events",
                        "the file has more than {most} events; export a shorter time.",
                        most=MOST_EVENTS,
                    )
                )
            yield event, zones


def _read(event: Block, zones: Zones) -> Entry | RowError:
    try:
        return entry_of(event, zones)
    except (EventRefused, RecurrenceRefused, ZoneUnknown) as refused:
        return RowError(event.line, shown(event.first("UID")), reason_of(refused, "event.other"))


def _rows(one: InForce, since_ms: int, until_ms: int) -> list[Imported] | RowError:
    entry, series = one.entry, one.series
    found = expanded(series, until_ms, since_ms, LARGEST)
    if found.cut:
        often = why(
            "event.often",
            "the event takes place more than {most} times in the time that is read; give it an end.",
            most=LARGEST,
        )
        return RowError(entry.line, shown(entry.uid), often)
    alone = one.recurrence_id is None and series.rule is None and not series.added
    return [
        Imported(
            uid=entry.uid,
            recurrence_id="" if alone else f"{one.recurrence_id or occurrence.recurrence_id:%Y%m%dT%H%M%S}",
            title=entry.title,
            place=entry.place,
            start_ms=occurrence.start_ms,
            end_ms=occurrence.end_ms,
            all_day=entry.start.is_date,
            cancelled=entry.cancelled,
            line=entry.line,
        )
        for occurrence in found.occurrences
    ]
