"""Calendars for others to subscribe to: an iCalendar text (RFC 5545, 7986) from plain values.

Every event has its own times in UTC, which Apple's, Google's and Microsoft's calendars all show in their owner's zone;
so there is no VTIMEZONE to get wrong, and recurrences are written occurrence by occurrence. Equal values make equal
bytes, so a feed's ETag is a hash of them.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Component
from icalendar import Event as Entry
from icalendar.prop import vDuration, vText

PRODUCT = "-//Hubout//Hubout 1//EN"
_SPECIAL = re.compile(r"[\\;,]")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Status(StrEnum):
    """How sure an event is."""

    CONFIRMED = "confirmed"
    TENTATIVE = "tentative"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Event:
    """One entry of a calendar. ``uid`` is the same in every version of the entry, ``sequence`` rises with each change
    of its times, and ``modified_ms`` is when it last changed. Spans are Unix ms, whole seconds counting.
    """

    uid: str
    start_ms: int
    end_ms: int
    title: str
    modified_ms: int
    place: str = ""
    description: str = ""
    sequence: int = 0
    status: Status = Status.CONFIRMED
    categories: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Heading:
    """What a calendar says of itself: its name, the zone that it is of, and how often to fetch it again."""

    name: str
    timezone: str
    refresh: timedelta = timedelta(minutes=15)


class _Written(vText):
    """A TEXT value as it is written: the library itself writes a backslash before a capital N as a line break."""

    def to_ical(self) -> bytes:
        """The value as it is."""
        return self.encode()


def calendar_bytes(heading: Heading, events: Iterable[Event]) -> bytes:
    """The iCalendar text, in UTF-8, of events in order of time whatever order they come in.

    Control characters are left out of texts, but for line breaks and tabs, since iCalendar has no way to write them.
    """
    calendar = Calendar()
    _add(calendar, {"prodid": PRODUCT, "version": "2.0", "calscale": "GREGORIAN", "method": "PUBLISH"})
    _add(calendar, {"name": _text(heading.name), "x-wr-calname": _text(heading.name)})
    _add(calendar, {"x-wr-timezone": _text(heading.timezone), "x-published-ttl": vDuration(heading.refresh)})
    calendar.add("refresh-interval", vDuration(heading.refresh), parameters={"VALUE": "DURATION"})
    for event in sorted(events, key=lambda event: (event.start_ms, event.uid)):
        calendar.add_component(_entry(event))
    return bytes(calendar.to_ical())


def _entry(event: Event) -> Entry:
    entry = Entry()
    times = {"dtstart": event.start_ms, "dtend": event.end_ms}
    stamps = {"dtstamp": event.modified_ms, "last-modified": event.modified_ms}
    _add(entry, {name: _utc(ms) for name, ms in (times | stamps).items()})
    _add(entry, {"uid": _text(event.uid), "sequence": event.sequence, "status": event.status.upper()})
    texts = {"summary": event.title, "location": event.place, "description": event.description}
    _add(entry, {name: _text(text) for name, text in texts.items() if text})
    if event.categories:
        entry.add("categories", _Written(",".join(map(_text, event.categories))), encode=False)
    entry.add("transp", "TRANSPARENT" if event.status is Status.CANCELLED else "OPAQUE")
    return entry


def _add(component: Component, properties: Mapping[str, object]) -> None:
    for name, value in properties.items():
        component.add(name, value)


def _utc(at_ms: int) -> datetime:
    return _EPOCH + timedelta(seconds=at_ms // 1000)


def _text(text: str) -> _Written:
    """A text, escaped, with every line break as one and without what iCalendar cannot carry."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = "".join(sign for sign in lines if sign in "\n\t" or not _is_lost(sign))
    return _Written(_SPECIAL.sub(r"\\\g<0>", kept).replace("\n", r"\n"))


def _is_lost(sign: str) -> bool:
    """Whether a sign is a control, half of one, or the mark with which a file may begin and that readers drop."""
    return unicodedata.category(sign) in {"Cc", "Cs"} or sign == "\ufeff"
