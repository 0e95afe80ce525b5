"""Spans of time as people of a site read them."""

from zoneinfo import ZoneInfo

from access.hours import local
from pages import look
from pages.languages import Words


def moment(words: Words, at_ms: int, of_ms: int, zone: str) -> str:
    """A moment by a site's clock: the hour, with its day where that is not the day of ``of_ms``."""
    return look.moment(words, at_ms, of_ms, ZoneInfo(zone))


def span(words: Words, start_ms: int, end_ms: int, zone: str) -> str:
    """From when to when, by a site's clock."""
    start, end = local(start_ms, ZoneInfo(zone)), local(end_ms, ZoneInfo(zone))
    if start.date() == end.date():
        return f"{words.day(start.date())}, {words.hour(start)}–{words.hour(end)}"
    return f"{words.day(start.date())}, {words.hour(start)} – {words.day(end.date())}, {words.hour(end)}"
