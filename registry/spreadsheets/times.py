"""Days and times in cells: as Italians write them, dd/mm/yyyy and hh:mm or hh.mm, and ISO 8601; both are read always.

12/03/2026 is the 12th of March, never December 3rd. Local times are those of the row's site. One that the clocks skip
in spring is a mistake; one that they show twice in autumn is the first, with a warning, unless its offset from UTC is
written after it, as we do for the second. Values are Unix milliseconds.
"""

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

from access.hours import day_start_ms, unix_ms
from access.hours import local as local_time
from registry.names import LAST_MS
from registry.reasons import why
from registry.spreadsheets.cells import At, BadCell, Dialect, Plain, Style, Written

UTC_ZONE = ZoneInfo("UTC")
_ITALIAN = r"(?P<d>\d{1,2})(?P<s>[/.-])(?P<m>\d{1,2})(?P=s)(?P<y>\d{4})"
_ISO = r"(?P<iy>\d{4})(?P<is>[/-])(?P<im>\d{1,2})(?P=is)(?P<id>\d{1,2})"
_DAY = re.compile(f"(?:{_ITALIAN}|{_ISO})", re.ASCII)
_TIME = re.compile(r"(\d{1,2})[:.](\d{2})(?:[:.](\d{2})(?:[.,](\d{1,3}))?)?", re.ASCII)
_OFFSET = re.compile(r"\s*(?:(Z)|([+-])(\d{2}):?(\d{2})(?::(\d{2}))?)\Z", re.ASCII | re.IGNORECASE)
_HOURS_AND_MINUTES = re.compile(r"(\d{1,5})[:h](\d{2})(?::00)?", re.ASCII)
_NUMBER = re.compile(r"(\d{1,6})(?:,(\d{1,2}))?", re.ASCII)
_NO_DAY = why("day.bad", "this is no date; write it as 31/12/2026 or 2026-12-31, the year with four digits.")
_NO_TIME = why("moment.bad", "this is no date and time; write it as 31/12/2026 14:30.")
_SKIPPED = why("time.skipped", "this time does not exist: that night the clocks go forward over it; write a later one.")
_TWICE = why("time.twice", "this time comes twice that night, as the clocks go back; the first is taken.")
_OUT = why("moment.out", "a moment lies between the years 1970 and 9999; correct the year.")


def _day_start_ms(day: date, zone: ZoneInfo) -> int:
    try:
        return _bounded(day_start_ms(day, zone))
    except OverflowError:  # The first and the last day that the calendar has.
        raise BadCell(_OUT) from None


def _bounded(at_ms: int) -> int:
    if not 0 <= at_ms <= LAST_MS:
        raise BadCell(_OUT)
    return at_ms


def _day(text: str) -> tuple[date, str]:
    """The day with which a text begins, and the rest. Raises BadCell."""
    match = _DAY.match(text)
    if match is None:
        raise BadCell(_NO_DAY)
    year, month, day = (int(match[name] or match[f"i{name}"]) for name in "ymd")
    try:
        return date(year, month, day), text[match.end() :]
    except ValueError:
        raise BadCell(
            why("day.none", "the calendar has no such day; it is read as day/month/year or year-month-day.")
        ) from None


def _clock(text: str) -> tuple[time, str]:
    """The time of day with which a text begins, to the millisecond, and the rest. Raises BadCell."""
    match = _TIME.match(text)
    if match is None:
        raise BadCell(_NO_TIME)
    hour, minute, second = (int(part or 0) for part in match.groups()[:3])
    try:
        return time(hour, minute, second, 1_000 * int((match[4] or "0").ljust(3, "0"))), text[match.end() :]
    except ValueError:
        raise BadCell(
            why("time.out", "a time lies between 00:00 and 23:59; the end of a day is 00:00 of the next.")
        ) from None


@dataclass(frozen=True, slots=True)
class Day:
    """A day, as a date. ``sets``: the row's times of day are on it."""

    first_year: int = 1900
    last_year: int = 2200
    empty: date | None = None
    sets: bool = False

    def read(self, text: str, at: At) -> date:
        """The day; midnight after it, which Excel may add, is let pass. Raises BadCell."""
        found, rest = _day(text)
        if rest.strip() and _clock(rest.lstrip(" T")) != (time(), ""):
            raise BadCell(_NO_DAY)
        if not self.first_year <= found.year <= self.last_year:
            first, last = str(self.first_year), str(self.last_year)
            raise BadCell(
                why("year.out", "the year lies between {first} and {last}; correct it.", first=first, last=last)
            )
        if self.sets:
            at.day = found
        return found

    def write(self, value: date, style: Style) -> Written:
        """The day."""
        return Plain(_shown_day(value, style.dialect))


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A moment given in local time; a time alone is on the day that the row named before."""

    empty: int | None = None

    def read(self, text: str, at: At) -> int:
        """The moment. Raises BadCell."""
        if _TIME.match(text) and not _DAY.match(text):
            if at.day is None:
                raise BadCell(
                    why("time.no_day", "this time has no day; write it as 31/12/2026 14:30, or add a column “Data”.")
                )
            day, rest = at.day, text
        else:
            day, rest = _day(text)
            rest = rest.lstrip(" T,")
            if not rest:
                raise BadCell(why("day.no_time", "this day has no time; write it as 31/12/2026 14:30."))
        at.day = at.day or day
        clock, rest = _clock(rest)
        return _moment(datetime.combine(day, clock), rest, at)

    def write(self, value: int, style: Style) -> Written:
        """The local time, with its offset where it comes the second time."""
        return Plain(_shown_moment(value, style))


@dataclass(frozen=True, slots=True)
class From:
    """When something begins to be in force: a day (its first moment), or a local time; empty, always."""

    empty: int = 0

    def read(self, text: str, at: At) -> int:
        """The moment. Raises BadCell."""
        day, rest = _day(text)
        return LocalTime().read(text, at) if rest.strip() else _day_start_ms(day, at.zone)

    def write(self, value: int, style: Style) -> Written:
        """The day where it begins with it, else the local time."""
        return _shown_edge(value, style, timedelta(0))


@dataclass(frozen=True, slots=True)
class Until:
    """Until when something is in force: a day (that day still is), or a local time (no longer at that moment)."""

    empty: int | None = None

    def read(self, text: str, at: At) -> int:
        """The moment. Raises BadCell."""
        day, rest = _day(text)
        if rest.strip():
            return LocalTime().read(text, at)
        if day == date.max:
            return LAST_MS
        return _day_start_ms(day + timedelta(days=1), at.zone)

    def write(self, value: int, style: Style) -> Written:
        """The last day where it ends with one, else the local time."""
        return _shown_edge(value, style, timedelta(days=1))


@dataclass(frozen=True, slots=True)
class Duration:
    """A length in whole minutes, written h:mm; a bare number counts ``unit`` minutes (1: minutes, 60: hours)."""

    unit: int = 1
    empty: int | None = None

    def read(self, text: str, at: At) -> int:
        """The minutes. Raises BadCell."""
        del at
        parts = _HOURS_AND_MINUTES.fullmatch(text)
        if parts and int(parts[2]) < 60:
            return int(parts[1]) * 60 + int(parts[2])
        number = _NUMBER.fullmatch(text)
        hundredths = self.unit * int(number[1] + (number[2] or "").ljust(2, "0")) if number else 1
        if hundredths % 100:
            raise BadCell(why("length.bad", "this is no length in whole minutes; write hours and minutes, as 1:30."))
        return hundredths // 100

    def write(self, value: int, style: Style) -> Written:
        """The minutes as h:mm."""
        del style
        return Plain(f"{value // 60}:{value % 60:02}")


def _moment(local: datetime, offset: str, at: At) -> int:
    """A local time as Unix ms. Raises BadCell where the clocks skip it; warns where they show it twice."""
    if offset.strip():
        match = _OFFSET.match(offset)
        if match is None:
            raise BadCell(_NO_TIME)
        return _bounded(unix_ms(local.replace(tzinfo=_offset(match))))
    first, second = (local.replace(tzinfo=at.zone, fold=fold) for fold in (0, 1))
    found = _bounded(unix_ms(first))
    if first.utcoffset() != second.utcoffset():
        if local_time(found, at.zone).replace(tzinfo=None) != local:
            raise BadCell(_SKIPPED)
        at.doubts.append(_TWICE)
    return found


def _offset(match: re.Match[str]) -> timezone:
    if match[1]:
        return UTC
    length = timedelta(hours=int(match[3]), minutes=int(match[4]), seconds=int(match[5] or 0))
    if length >= timedelta(days=1):
        raise BadCell(_NO_TIME)
    return timezone(-length if match[2] == "-" else length)


def _shown_day(day: date, dialect: Dialect) -> str:
    return day.isoformat() if dialect is Dialect.CSV else f"{day.day:02}/{day.month:02}/{day.year:04}"


def _shown_moment(at_ms: int, style: Style) -> str:
    try:
        local = local_time(at_ms, style.zone)
    except OverflowError:  # The last hours of the year 9999, east of Greenwich.
        local = local_time(at_ms, UTC_ZONE)
    precision = "milliseconds" if at_ms % 1_000 else "seconds" if at_ms % 60_000 else "minutes"
    clock = local.time().isoformat(precision)
    between = "T" if style.dialect is Dialect.CSV else " "
    return f"{_shown_day(local.date(), style.dialect)}{between}{clock}{_said_offset(local)}"


def _said_offset(local: datetime) -> str:
    """The offset where the local time alone would be read as another moment."""
    if local.tzinfo is UTC_ZONE:
        return "Z"
    return local.isoformat(timespec="seconds")[19:] if local.fold else ""


def _shown_edge(at_ms: int, style: Style, back: timedelta) -> Written:
    try:
        local = local_time(at_ms, style.zone)
        day = local.date() - back
        if _day_start_ms(local.date(), style.zone) == at_ms and day.year >= 1970:
            return Plain(_shown_day(day, style.dialect))
    except (OverflowError, BadCell):
        pass
    return Plain(_shown_moment(at_ms, style))
