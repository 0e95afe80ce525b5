"""How a site's bookings read to its staff: whose each is, how it stands, and where a day's lie beside each other."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Connection, Row

from access.clock import HOUR_MS
from access.hours import local
from access.records import BookingKind
from access.spans import Span
from pages.languages import Words
from registry.bookings.rows import Line
from registry.sites import live
from registry.web.bookings import rows as bookings_rows
from registry.web.bookings.rows import BOOKINGS
from registry.web.participant import shown as participant_shown
from registry.web.participant import times
from registry.web.participant.shown import Seen

SHAPES = {
    "booked": "booked",
    "checked-in": "occupied",
    "ended": "occupied",
    "unconfirmed": "booked-but-empty",
    "missed": "booked-but-empty",
}
"""A state's shape in the drawing, as the desks' states have theirs; every other one is drawn as not yet sure."""
AS_STAFF = frozenset({"checked-in", "offered"})
"""The states that staff read in other words than whoever booked."""
LEGEND = ("booked", "occupied", "booked-but-empty", "unknown", "session")
"""Every shape, in the order in which it is told; a session's is its own, however it stands."""
LEFT, RIGHT, TOP, LANE = 170, 1_000, 24, 26
LETTER, MARGIN, FEWEST_LETTERS = 8, 14, 4
"""How wide a letter is in the drawing, and how few of a name still tell whose it is."""
FIRST_HOUR, LAST_HOUR = 7, 20


@dataclass(frozen=True, slots=True)
class Held:
    """A booking in words: whose it is (a person's, a group's, a session's title), and the page that leads to it."""

    seen: Seen
    who: str
    is_session: bool

    @property
    def line(self) -> Line:
        """Its row."""
        return self.seen.line

    @property
    def stands(self) -> tuple[str, str]:
        """How it stands, in words for staff, and the colour of that."""
        state = self.seen.state
        return self.seen.words(f"bookings.state.{state}" if state in AS_STAFF else f"me.state.{state}"), self.seen.tone

    @property
    def told(self) -> tuple[str, str, str, str, bool]:
        """What a list says of it, at once: its page, when and whose, its tag and its colour, whether of a series."""
        seen = self.seen
        tag = (seen.words("bookings.session"), "info") if self.is_session else self.stands
        return self.path, f"{seen.hours} {self.who}", *tag, seen.line["series"] is not None

    @property
    def path(self) -> str:
        """Its page."""
        line, what = self.seen.line, "/sessions" if self.is_session else BOOKINGS
        return f"{what}/{line['site']}/{line['id']}"


@dataclass(frozen=True, slots=True)
class Where:
    """A row of a day or a week: a resource, or (no ``kind``) the desks of a zone that are forgotten."""

    id: str
    name: str
    kind: str = ""


@dataclass(frozen=True, slots=True)
class Bar:
    """A booking in the drawing."""

    x: int
    y: int
    width: int
    shape: str
    says: str
    who: str

    @property
    def label(self) -> str:
        """As much of whose it is as its width has room for."""
        letters = (self.width - MARGIN) // LETTER
        return (
            "" if letters < FEWEST_LETTERS else self.who if len(self.who) <= letters else f"{self.who[: letters - 1]}…"
        )


@dataclass(frozen=True, slots=True)
class Lane:
    """A row in the drawing."""

    name: str
    y: int
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Drawing:
    """A day as it is drawn: when its hours are, its lanes, and where now is (None: another day)."""

    height: int
    hours: tuple[tuple[int, str], ...]
    lanes: tuple[Lane, ...]
    now_x: int | None

    @property
    def legend(self) -> tuple[str, ...]:
        """Which shapes there are."""
        there = {bar.shape for lane in self.lanes for bar in lane.bars}
        return tuple(one for one in LEGEND if one in there)


def held(connection: Connection, words: Words, lines: Sequence[Line], now_ms: int) -> list[Held]:
    """These bookings of one site, as they stand at a moment."""
    if not lines:
        return []
    seen = participant_shown.seen(connection, words, lines, now_ms)
    names = live.names_of(connection, sorted({line["person"] for line in lines if line["person"]}))
    titles = bookings_rows.titles_of(connection, lines[0]["site"], lines)
    return [_held(one, names, titles) for one in seen]


def _held(one: Seen, names: dict[str, str], titles: dict[str, str]) -> Held:
    if one.line["kind"] == BookingKind.SESSION and one.line["id"] in titles:
        return Held(one, titles[one.line["id"]], is_session=True)
    who = names.get(one.line["person"] or "", one.line["person"] or "")
    return Held(one, who or one.whose, is_session=False)


def days_of(day: date, *, week: bool) -> list[date]:
    """A day, or the days of its week from Monday."""
    first = day - timedelta(day.weekday()) if week else day
    return [first + timedelta(number) for number in range(7 if week else 1)]


def within(days: Sequence[date], zone: ZoneInfo) -> Span:
    """The time of some days one after another."""
    return Span(times.within(days[0], zone).start_ms, times.within(days[-1], zone).end_ms)


def row_of(line: Line) -> str:
    """In which row a booking stands: its resource's, or that of its zone's forgotten desks (no id begins so)."""
    return str(line["resource"] or f"?{line['zone']}")


def rows_of(resources: Iterable[Row[Any]], found: Iterable[Held]) -> list[Where]:
    """The rows of some bookings: the resources, then what no longer says at which it was."""
    known = [Where(row.id, row.name, row.kind) for row in resources]
    forgotten = {row_of(one.line): one.seen.resource for one in found if one.line["resource"] is None}
    return [*known, *(Where(ident, name) for ident, name in sorted(forgotten.items()))]


def by_day(found: Iterable[Held], days: Sequence[date], zone: ZoneInfo) -> dict[str, dict[date, list[Held]]]:
    """By row and day, which bookings touch it; the days follow one another."""
    starts = [times.within(day, zone).start_ms for day in days]
    starts.append(times.within(days[-1], zone).end_ms)
    table = defaultdict[str, dict[date, list[Held]]](dict)
    for one in found:
        line = one.seen.line
        first, after = bisect_right(starts, line["start_ms"]) - 1, bisect_left(starts, line["end_ms"])
        for day in days[max(first, 0) : after]:
            table[row_of(line)].setdefault(day, []).append(one)
    return table


def drawing(found: Sequence[Held], rows: Sequence[Where], day: date, now_ms: int, zone: ZoneInfo) -> Drawing:
    """A day's bookings, a lane for each row; those of a row at the same time one below the other."""
    span = _span(found, times.within(day, zone), zone)
    scale = (RIGHT - LEFT) / (span.end_ms - span.start_ms)

    def at(moment_ms: int) -> int:
        return LEFT + round((min(max(moment_ms, span.start_ms), span.end_ms) - span.start_ms) * scale)

    lanes, y = list[Lane](), TOP
    for row in rows:
        tracks: list[int] = []
        bars = list[Bar]()
        for one in (one for one in found if row_of(one.line) == row.id):
            line = one.line
            track = next((n for n, end_ms in enumerate(tracks) if end_ms <= line["start_ms"]), len(tracks))
            tracks[track : track + 1] = [line["end_ms"]]
            shape = "session" if one.is_session else SHAPES.get(one.seen.state, "unknown")
            says = f"{row.name}: {one.seen.hours}, {one.who}"
            x = at(line["start_ms"])
            bars.append(Bar(x, y + track * LANE, max(at(line["end_ms"]) - x, 3), shape, says, one.who))
        lanes.append(Lane(row.name, y, tuple(bars)))
        y += LANE * max(len(tracks), 1)
    marks = (span.start_ms + n * HOUR_MS for n in range(0, (span.end_ms - span.start_ms) // HOUR_MS + 1, 2))
    hours = tuple((at(one), f"{local(one, zone):%H}") for one in marks)
    return Drawing(y + 4, hours, tuple(lanes), at(now_ms) if span.start_ms <= now_ms < span.end_ms else None)


def _span(found: Sequence[Held], day: Span, zone: ZoneInfo) -> Span:
    """The hours that are drawn: those of the working day, and those of what is booked outside them."""
    marks = range(day.start_ms, day.end_ms, HOUR_MS)
    usual = [one for one in marks if FIRST_HOUR <= local(one, zone).hour < LAST_HOUR]
    starts = [usual[0], *(max(one.line["start_ms"], day.start_ms) for one in found)]
    ends = [usual[-1] + HOUR_MS, *(min(one.line["end_ms"], day.end_ms) for one in found)]
    first = day.start_ms + (min(starts) - day.start_ms) // HOUR_MS * HOUR_MS
    return Span(first, day.end_ms - (day.end_ms - max(ends)) // HOUR_MS * HOUR_MS)
