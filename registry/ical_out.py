"""Calendars for others to subscribe to: an iCalendar text (RFC 5545, 7986) from plain values.

Every event has its own times in UTC, which Apple's, Google's and Microsoft's calendars all show in their owner's zone;
so there is no VTIMEZONE to get wrong, and recurrences are written occurrence by occurrence. Equal values make equal
bytes, so a feed's ETag is a hash of them.
"""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from icalendar import Calendar, Component
from icalendar import Event as Entry
from icalendar.prop import vDuration, vText

PRODUCT = "-//Hubout//Hubout 1//EN"
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


def calendar_bytes(heading: Heading, events: Iterable[Event]) -> bytes:
    """The iCalendar text, in UTF-8, of events in order of time whatever order they come in.

    Control characters are left out of texts, but for line breaks and tabs, since iCalendar has no way to write them.
    """
    calendar = Calendar()
    _add(calendar, {"prodid": PRODUCT, "version": "2.0", "calscale": "GREGORIAN", "method": "PUBLISH"})
    for name, text in {"name": heading.name, "x-wr-calname": heading.name, "x-wr-timezone": heading.timezone}.items():
        calendar.add(name, vText(_plain(text)))
    calendar.add("refresh-interval", vDuration(heading.refresh), parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", vDuration(heading.refresh))
    for event in sorted(events, key=lambda event: (event.start_ms, event.uid)):
        calendar.add_component(_entry(event))
    return bytes(calendar.to_ical())


def _entry(event: Event) -> Entry:
    entry = Entry()
    times = {"dtstamp": event.modified_ms, "dtstart": event.start_ms, "dtend": event.end_ms}
    _add(entry, {name: _utc(ms) for name, ms in times.items()} | {"last-modified": _utc(event.modified_ms)})
    _add(entry, {"uid": _plain(event.uid), "sequence": event.sequence, "status": event.status.upper()})
    texts = {"summary": event.title, "location": event.place, "description": event.description}
    _add(entry, {name: _plain(text) for name, text in texts.items() if text})
    if event.categories:
        entry.add("categories", [_plain(category) for category in event.categories])
    entry.add("transp", "TRANSPARENT" if event.status is Status.CANCELLED else "OPAQUE")
    return entry


def _add(component: Component, properties: Mapping[str, object]) -> None:
    for name, value in properties.items():
        component.add(name, value)


def _utc(at_ms: int) -> datetime:
    return _EPOCH + timedelta(seconds=at_ms // 1000)


def _plain(text: str) -> str:
    """The text with every line break as one, and without what iCalendar cannot carry."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(sign for sign in lines if sign in "\n\t" or unicodedata.category(sign) not in {"Cc", "Cs"})
