"""How a participant's bookings read: where, when in the site's own time, how they stand, and until when to come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.hours import local
from pages.languages import Words
from registry import noshow, own_bookings
from registry import tables as t
from registry.booking_rows import Line

BOOKINGS = "/me/bookings"
TONES: Mapping[str, str] = {
    "booked": "good",
    "checked-in": "good",
    "pending": "info",
    "offered": "info",
    "unconfirmed": "warning",
    "site-offline": "warning",
    "missed": "warning",
}
"""A state's colour; every other one is plain."""


@dataclass(frozen=True, slots=True)
class Seen:
    """One booking in words. ``come_by`` and ``left``: until when to come, and how long that still is ("" where there is
    no such time to come, or they came); ``whose`` a team's or a cohort's name where it is one's group's.
    """

    line: Line
    site: str
    resource: str
    day: str
    hours: str
    state: str
    tone: str
    come_by: str = ""
    left: str = ""
    begins: str = ""
    whose: str = ""

    @property
    def path(self) -> str:
        """Its own page."""
        return f"{BOOKINGS}/{self.line['site']}/{self.line['id']}"


@dataclass(frozen=True, slots=True)
class Places:
    """The sites' names and zones, and their resources' names."""

    sites: Mapping[str, tuple[str, ZoneInfo]]
    resources: Mapping[tuple[str, str], str]

    def site(self, ident: str) -> str:
        """A site's name."""
        return self.sites[ident][0]

    def zone(self, ident: str) -> ZoneInfo:
        """A site's time zone."""
        return self.sites[ident][1]

    def resource(self, site: str, ident: str | None) -> str:
        """A resource's name; "" for none."""
        return self.resources.get((site, ident or ""), ident or "")


def places(connection: Connection, sites: Iterable[str]) -> Places:
    """The names at some sites."""
    wanted = sorted(set(sites))
    s, r = t.site.c, t.resource.c
    found = connection.execute(select(s.id, s.name, s.timezone).where(s.id.in_(wanted)))
    named = connection.execute(select(r.site, r.id, r.name).where(r.site.in_(wanted)))
    return Places(
        {row.id: (row.name, ZoneInfo(row.timezone)) for row in found},
        {(row.site, row.id): row.name for row in named},
    )


def seen(connection: Connection, words: Words, lines: Iterable[Line], now_ms: int) -> list[Seen]:
    """These bookings, as they stand at a moment."""
    held = list(lines)
    named = places(connection, (line["site"] for line in held))
    heard = {site: noshow.last_event_ms(connection, site) for site in named.sites}
    groups = own_bookings.group_names(connection, (line["group_id"] for line in held if line["group_id"]))
    return [_seen(words, line, named, groups, heard[line["site"]], now_ms) for line in held]


def _seen(
    words: Words, line: Line, named: Places, groups: Mapping[str, str], heard_ms: int | None, now_ms: int
) -> Seen:
    zone = named.zone(line["site"])
    state = _state(line, noshow.status(line, now_ms, heard_ms), now_ms)
    due_ms = line["hold_until_ms"] if state == "offered" else line["release_ms"] if state == "booked" else None
    to_come = due_ms is not None and due_ms > now_ms
    return Seen(
        line,
        named.site(line["site"]),
        named.resource(line["site"], line["resource"]),
        words.date(local(line["start_ms"], zone).date()),
        hours(words, line["start_ms"], line["end_ms"], zone),
        state,
        TONES.get(state, "plain"),
        words.hour(local(due_ms, zone)) if to_come and due_ms is not None else "",
        span(words, due_ms - now_ms) if to_come and due_ms is not None else "",
        span(words, line["start_ms"] - now_ms) if line["start_ms"] > now_ms else "",
        groups.get(line["group_id"] or "", ""),
    )


def _state(line: Line, status: str, now_ms: int) -> str:
    """How a booking stands, as its holder is told."""
    if status == noshow.SITE_OFFLINE:
        return "site-offline"
    if status == "booked" and line["end_ms"] <= now_ms:
        return "ended"
    if status == "released":
        return "lapsed" if line["release_ms"] is None else "missed"
    return status


def hours(words: Words, start_ms: int, end_ms: int, zone: ZoneInfo) -> str:
    """From when to when, with the last day where that is another one; midnight belongs to the day that it ends."""
    start, end = local(start_ms, zone), local(end_ms, zone)
    upto = words.hour(end)
    if local(end_ms - 1, zone).date() != start.date():
        upto = words("time.other_day", day=words.day(end), hour=upto)
    return f"{words.hour(start)}–{upto}"


def span(words: Words, length_ms: int) -> str:
    """How long something still is, in the largest unit that says it well enough."""
    for unit, unit_ms in (("days", DAY_MS), ("hours", HOUR_MS)):
        if length_ms >= 2 * unit_ms:
            return words.number(f"span.{unit}", length_ms // unit_ms)
    minutes = max(1, length_ms // MINUTE_MS)
    return words.number("span.minutes", minutes)
