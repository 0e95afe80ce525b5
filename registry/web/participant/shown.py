"""How a participant's bookings read: where, when in the site's own time, how they stand, and until when to come."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, select

from access.clock import DAY_MS, HOUR_MS, MINUTE_MS
from access.hours import local
from pages.languages import Words
from registry.bookings import noshow
from registry.bookings.rows import Line
from registry.own import bookings as own_bookings
from registry.tables import core as t

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
    no such time to come, or they came); ``begins``: in how long it does; ``whose`` a team's or a cohort's name where it
    is one's group's. What a list does not say is put into words where it is said.
    """

    line: Line
    site: str
    resource: str
    hours: str
    state: str
    tone: str
    words: Words
    zone: ZoneInfo
    now_ms: int
    due_ms: int | None = None
    whose: str = ""

    @property
    def day(self) -> str:
        """On which day."""
        return self.words.date(local(self.line["start_ms"], self.zone).date())

    @property
    def come_by(self) -> str:
        """Until when to come."""
        return "" if self.due_ms is None else self.words.hour(local(self.due_ms, self.zone))

    @property
    def left(self) -> str:
        """How long that still is."""
        return "" if self.due_ms is None else span(self.words, self.due_ms - self.now_ms)

    @property
    def begins(self) -> str:
        """In how long it begins."""
        ahead_ms = self.line["start_ms"] - self.now_ms
        return span(self.words, ahead_ms) if ahead_ms > 0 else ""

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

    def where(self, words: Words, line: Line) -> str:
        """At which resource a booking is; of a desk that is forgotten only that it was one, and in which zone."""
        if line["resource"] is None:
            return words("bookings.some_desk", zone=self.resource(line["site"], line["zone"]))
        return self.resource(line["site"], line["resource"])


def places(connection: Connection, sites: Iterable[str]) -> Places:
    """The names at some sites."""
    wanted = sorted(set(sites))
    s, r = t.site.c, t.resource.c
    found = connection.execute(select(s.id, s.name, s.timezone).where(s.id.in_(wanted))).all()
    named = connection.execute(select(r.site, r.id, r.name).where(r.site.in_(wanted))).all()
    return Places(
        {row.id: (row.name, ZoneInfo(row.timezone)) for row in found},
        {(site, ident): name for site, ident, name in named},
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
    return Seen(
        line,
        named.site(line["site"]),
        named.where(words, line),
        hours(words, line["start_ms"], line["end_ms"], zone),
        state,
        TONES.get(state, "plain"),
        words,
        zone,
        now_ms,
        due_ms if due_ms is not None and due_ms > now_ms else None,
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
    if end.date() != start.date() and local(end_ms - 1, zone).date() != start.date():
        upto = words("time.other_day", day=words.day(end), hour=upto)
    return f"{words.hour(start)}–{upto}"


def span(words: Words, length_ms: int) -> str:
    """How long something still is, in the largest unit that says it well enough."""
    for unit, unit_ms in (("days", DAY_MS), ("hours", HOUR_MS)):
        if length_ms >= 2 * unit_ms:
            return words.number(f"span.{unit}", length_ms // unit_ms)
    minutes = max(1, length_ms // MINUTE_MS)
    return words.number("span.minutes", minutes)
