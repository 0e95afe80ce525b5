"""One event of an iCalendar file, as a series with what is said of it."""

import unicodedata
from dataclasses import dataclass

from registry.ical.lines import Block, text_of
from registry.ical.times import EventRefused, When, length_of, recurrence_id_of, start_of, walls_of
from registry.ical.zones import Zones
from registry.reasons import Reason, why
from registry.recurrence.occurrences import Series
from registry.recurrence.rule import rule_of

_TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID")
PROPERTIES = frozenset({*_TIMES, "UID", "SEQUENCE", "DTSTAMP", "STATUS", "SUMMARY", "LOCATION"})
LONGEST_UID = 255
LONGEST_TEXT = 120
_TURNS = frozenset({"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"})


@dataclass(frozen=True, slots=True)
class Entry:
    """An event as its file has it; ``stands_for``: the occurrence of another event's series that it replaces."""

    uid: str
    line: int
    version: tuple[int, str]
    """Its SEQUENCE and DTSTAMP: of two of one uid the higher one is in force (RFC 5546, 2.1.5)."""
    title: str
    place: str
    cancelled: bool
    start: When
    series: Series
    stands_for: When | None


@dataclass(frozen=True, slots=True)
class RowError:
    """An event left out: where its file has it, its uid as far as it has one, and why."""

    line: int
    uid: str
    reason: Reason


def entry_of(event: Block, zones: Zones) -> Entry:
    """The event of a VEVENT block. Raises EventRefused, ZoneUnknown, RecurrenceRefused."""
    fault = next((one.fault for one in event.properties if one.fault), None)
    if fault is not None:
        raise EventRefused(fault)
    start = start_of(event, zones)
    stands_for = recurrence_id_of(event, zones)
    return Entry(
        uid=uid_of(event),
        line=event.line,
        version=(_sequence(event), event.first("DTSTAMP").strip()),
        title=readable_text(event.first("SUMMARY")),
        place=readable_text(event.first("LOCATION")),
        cancelled=event.first("STATUS").strip().upper() == "CANCELLED",
        start=start,
        series=_series(event, start, zones),
        stands_for=stands_for,
    )


def uid_of(event: Block) -> str:
    """The uid of an event. Raises EventRefused."""
    uid = text_of(event.first("UID")).strip()
    if not 1 <= len(uid) <= LONGEST_UID or not uid.isprintable():
        raise EventRefused(
            why("event.uid", "an event has a UID of 1 to {most} printable characters; write one.", most=LONGEST_UID)
        )
    return uid


def readable_text(value: str) -> str:
    """A TEXT value as one line that people read: no control characters, none that turn the direction of writing, and at
    most 120 characters, the last of them an ellipsis where there were more.
    """
    line = " ".join(text_of(value).split())
    plain = "".join(sign for sign in line if unicodedata.category(sign) != "Cc")
    plain = "".join(sign for sign in plain if unicodedata.bidirectional(sign) not in _TURNS)
    return plain if len(plain) <= LONGEST_TEXT else plain[: LONGEST_TEXT - 1] + "…"


def _series(event: Block, start: When, zones: Zones) -> Series:
    if event.all("EXRULE"):
        raise EventRefused(why("event.exrule", "EXRULE is not accepted; write the days left out as EXDATE."))
    rules = [one for one in event.all("RRULE") if one.value.strip()]
    if len(rules) > 1:
        raise EventRefused(why("event.rrule", "an event has one RRULE; make one event of each."))
    return Series(
        start.wall,
        length_of(event, start, zones),
        start.zone,
        rule_of(rules[0].value) if rules else None,
        walls_of(event, "RDATE", start, zones),
        walls_of(event, "EXDATE", start, zones),
    )


def _sequence(event: Block) -> int:
    value = event.first("SEQUENCE").strip()
    return int(value) if value.isdecimal() and len(value) <= 9 else 0
