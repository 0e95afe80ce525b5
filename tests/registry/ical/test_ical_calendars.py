"""The calendars of many makers: what is read of them is what another library finds in them."""

import warnings
from collections.abc import Iterator
from datetime import date, datetime, timedelta

import recurring_ical_events
from icalendar import Calendar, Event

from access.hours import unix_ms
from registry.ical.incoming import CalendarRead, read_calendar
from registry.ical.lines import CalendarRefused
from registry.recurrence.wall import moment
from tests.support.chance_rules import ROME, wall
from tests.support.real_calendars import real_calendars

Found = set[tuple[str, int, int]]
YEARS = (2019, 2020, 2024)
"""Of which most of these calendars are."""
LEAST_ALIKE = 7_000
LEAST_FILES = 70
OTHERWISE = {
    "recurring_ical_events/issue_253_additional_recurrence_id.ics": "an older move of a day that the series lost since",
    "recurring_ical_events/issue_28_rrule_with_UTC_endinginZ.ics": "whole days until a moment, which lies in a day",
}
"""Where we differ on purpose, and why."""


def ours(data: bytes, year: int) -> CalendarRead | None:
    start, end = wall(f"{year}-01-01"), wall(f"{year + 1}-01-01")
    try:
        return read_calendar(data, ROME, moment(start, ROME), moment(end, ROME))
    except CalendarRefused:
        return None


def theirs(data: bytes, year: int) -> Found:
    """What the other library finds. What it raises where it cannot read them is of many kinds."""
    start, end = wall(f"{year}-01-01"), wall(f"{year + 1}-01-01")
    return {
        (str(event["UID"]), at_ms(event.start), at_ms(max(event.end, event.start + timedelta(days=not_a_time(event)))))
        for calendar in Calendar.from_ical(data, multiple=True)
        for event in recurring_ical_events.of(calendar).between(start.replace(tzinfo=ROME), end.replace(tzinfo=ROME))
        if "UID" in event and event.get("STATUS") != "CANCELLED" and (event.start < event.end or not_a_time(event))
    }


def not_a_time(event: Event) -> bool:
    """Whether an event is of whole days: one at least, to us."""
    return not isinstance(event.start, datetime)


def at_ms(when: date) -> int:
    if not isinstance(when, datetime):
        return moment(datetime.fromisoformat(when.isoformat()), ROME)
    return moment(when, ROME) if when.tzinfo is None else unix_ms(when)


def compared() -> Iterator[tuple[str, Found, Found]]:
    """What each has of a file and a year, without what either cannot take."""
    for name, data in real_calendars():
        for year in YEARS:
            read = ours(data, year)
            if read is None or name in OTHERWISE:
                break
            try:
                others = theirs(data, year)
            except (ValueError, TypeError, AttributeError, KeyError):
                break
            left_out = {error.uid.strip("“”").removesuffix("…") for error in read.errors}
            rows = {(row.uid, row.start_ms, row.end_ms) for row in read.rows if not row.cancelled}
            yield name, without(rows, left_out), without(others, left_out)


def without(found: Found, uids: set[str]) -> Found:
    return {one for one in found if one[0][:40] not in uids}


def test_what_is_read_of_real_calendars_is_what_another_library_finds() -> None:
    alike, files = 0, set[str]()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, mine, others in compared():
            assert mine == others, name
            alike += len(mine)
            files |= {name} if mine else set()
    assert alike >= LEAST_ALIKE
    assert len(files) >= LEAST_FILES
