"""Small iCalendar files for tests, and what is read of them at a site in Rome in a year."""

from datetime import timedelta

from registry.ical.incoming import CalendarRead, Imported, read_calendar
from registry.recurrence.wall import moment
from tests.support.chance_rules import ROME, wall

SINCE_MS = moment(wall("2026-01-01"), ROME)
UNTIL_MS = moment(wall("2027-01-01"), ROME)
NINE = ("DTSTART:20261123T090000", "DTEND:20261123T100000")


def event(*lines: str, uid: str = "e-1") -> str:
    """A VEVENT of these lines; without any, one of an hour on 23 November at nine."""
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", *(lines or NINE), "END:VEVENT", ""])


def calendar(*blocks: str) -> bytes:
    """A VCALENDAR of these blocks."""
    return ("BEGIN:VCALENDAR\r\nVERSION:2.0\r\n" + "".join(blocks) + "END:VCALENDAR\r\n").encode()


def read(*blocks: str) -> CalendarRead:
    """What a calendar of these blocks holds in 2026."""
    return read_calendar(calendar(*blocks), ROME, SINCE_MS, UNTIL_MS)


def rows(*blocks: str) -> tuple[Imported, ...]:
    """The occurrences of a calendar of which nothing is left out."""
    found = read(*blocks)
    assert found.errors == ()
    return found.rows


def reason(*blocks: str) -> str:
    """Why the one event of a calendar that is left out is."""
    (error,) = read(*blocks).errors
    return error.reason


def times(*blocks: str) -> list[tuple[str, str]]:
    """From when to when, in UTC, each occurrence of a calendar lasts."""
    return [(utc(row.start_ms), utc(row.end_ms)) for row in rows(*blocks)]


def utc(at_ms: int) -> str:
    """A moment as a person reads it, in UTC."""
    return f"{wall('1970-01-01') + timedelta(milliseconds=at_ms):%m-%d %H:%M}"
