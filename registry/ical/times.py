"""The times of an iCalendar event: what its DTSTART, DTEND, DURATION, RDATE and EXDATE mean at a site."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from registry.ical.lines import Block, Property
from registry.ical.zones import Zones
from registry.reasons import why
from registry.recurrence.wall import Length, checked_wall, moment, wall_at

UTC_ZONE = ZoneInfo("UTC")
_WHEN = re.compile(r"(\d{8})(?:T(\d{6})(Z?))?")
_DURATION = re.compile(r"\+?P(?:(\d{1,4})W)?(?:(\d{1,5})D)?(?:T(?:(\d{1,5})H)?(?:(\d{1,6})M)?(?:(\d{1,8})S)?)?")


class EventRefused(ValueError):
    """One event that cannot be taken, in one clear sentence."""


@dataclass(frozen=True, slots=True)
class When:
    """A wall time of a zone; of a date, its midnight at the site."""

    wall: datetime
    zone: ZoneInfo
    is_date: bool

    def at_ms(self) -> int:
        """The moment."""
        return moment(self.wall, self.zone)

    def in_zone(self, zone: ZoneInfo) -> datetime:
        """The wall time of the same moment in another zone."""
        return self.wall if zone == self.zone else wall_at(self.at_ms(), zone)


def start_of(event: Block, zones: Zones) -> When:
    """When an event begins. Raises EventRefused, ZoneUnknown, RecurrenceRefused."""
    starts = event.all("DTSTART")
    if len(starts) != 1:
        raise EventRefused(why("event.start", "an event has one DTSTART; write one."))
    return _when(starts[0], starts[0].value, zones)


def length_of(event: Block, start: When, zones: Zones) -> Length:
    """How long an event lasts: exactly, where its end is a time; in whole days, where it is a date (RFC 5545, 3.8.5.3).

    A date without an end, or with itself as end, is one day. Raises EventRefused, ZoneUnknown, RecurrenceRefused.
    """
    ends, durations = event.all("DTEND"), event.all("DURATION")
    if len(ends) + len(durations) > 1:
        raise EventRefused(why("event.ends", "an event has one DTEND or one DURATION; leave the others out."))
    if durations:
        return _duration(durations[0], start)
    if not ends:
        if start.is_date:
            return Length(days=1)
        raise EventRefused(why("event.no_end", "the event has no end; write its DTEND or its DURATION."))
    end = _when(ends[0], ends[0].value, zones)
    if end.is_date != start.is_date:
        raise EventRefused(why("event.kinds", "DTSTART and DTEND are both dates or both times; correct one."))
    if end.at_ms() < start.at_ms() or (end.at_ms() == start.at_ms() and not start.is_date):
        raise EventRefused(why("event.empty", "the event does not end after it starts; correct its times."))
    if start.is_date:
        return Length(days=max(1, (end.wall - start.wall).days))
    return Length(ms=end.at_ms() - start.at_ms())


def walls_of(event: Block, name: str, start: When, zones: Zones) -> tuple[datetime, ...]:
    """The wall times, in the zone of the event's start, of its RDATEs or EXDATEs; a date means that day's occurrence.

    Raises EventRefused, ZoneUnknown, RecurrenceRefused.
    """
    return tuple(sorted({id_of(when, start) for one in event.all(name) for when in _list(one, zones)}))


def id_of(when: When, start: When) -> datetime:
    """The recurrence id that a time means in a series that begins at ``start``."""
    if start.is_date or when.is_date:
        return datetime.combine(when.wall.date(), start.wall.time())
    return when.in_zone(start.zone)


def recurrence_id_of(event: Block, zones: Zones) -> When | None:
    """Which occurrence of a series this event stands for; None where it is the series itself. Raises EventRefused,
    ZoneUnknown, RecurrenceRefused.
    """
    found = event.all("RECURRENCE-ID")
    if found and found[0].range:
        raise EventRefused(
            why(
                "event.following",
                "a change of all following occurrences is not accepted; end the series and begin another.",
            )
        )
    return _when(found[0], found[0].value, zones) if found else None


def _list(one: Property, zones: Zones) -> Iterator[When]:
    for value in filter(str.strip, one.value.split(",")):
        if "/" in value:
            raise EventRefused(
                why(
                    "event.period",
                    "line {line} adds a PERIOD, which is not accepted; write its start alone.",
                    line=one.line,
                )
            )
        yield _when(one, value, zones)


def _when(one: Property, value: str, zones: Zones) -> When:
    found = _WHEN.fullmatch(value.strip())
    digits = found[1] + (found[2] or "000000") if found else ""
    try:
        wall = datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=UTC)
    except ValueError:
        raise EventRefused(
            why("event.no_date", "line {line} holds no date as 20261231 or time as 20261231T180000.", line=one.line)
        ) from None
    if not found or not found[2]:
        return When(checked_wall(wall.replace(tzinfo=None)), zones.site, is_date=True)
    zone = UTC_ZONE if found[3] else zones.named(one.tzid) if one.tzid else zones.site
    return When(checked_wall(wall.replace(tzinfo=None)), zone, is_date=False)


def _duration(one: Property, start: When) -> Length:
    found = _DURATION.fullmatch(one.value.strip().upper())
    if found is None:
        raise EventRefused(
            why("event.no_length", "line {line} holds no length such as PT1H30M or P1D; correct it.", line=one.line)
        )
    weeks, days, hours, minutes, seconds = (int(number or 0) for number in found.groups())
    exact = timedelta(hours=hours, minutes=minutes, seconds=seconds)
    if start.is_date and exact:
        raise EventRefused(why("event.whole", "an event of whole days lasts whole days; correct its DURATION."))
    return Length(days=7 * weeks + days, ms=exact // timedelta(milliseconds=1))
