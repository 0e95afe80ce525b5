"""What staff see of past days: desks and zones hour by hour, and how full the site is by weekday. Nobody is named."""

import asyncio
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Any

from fastapi import APIRouter, Request, Response

from access.clock import HOUR_MS, MINUTE_MS
from access.desk import DeskShown
from access.hours import local
from access.site import StandsFor
from gateway.database import StoreBroken
from gateway.days.fold import Piece, bounds, day_of
from gateway.days.following import Days
from gateway.days.heat import Cell, heat, hours_shown
from gateway.days.timeline import Stretch, Watch, stretches, window
from gateway.pages.face import Face
from pages.languages import Words

DAYS_BACK, WEEKS = 30, 4
SHOWN = tuple(one for one in DeskShown if one not in {DeskShown.FREE, DeskShown.OUT_OF_SERVICE})
FIRST_HOUR, LAST_HOUR = 7, 21
WIDTH, LABEL, MARGIN, ROW = 1_000, 170, 12, 26
"""Of the drawing: its width, that of the names at its left and of the edge at its right, and the height of a row."""
LOOK_EVERY_S, BETWEEN_S = 5.0, 0.05
BOOKED_EVERY_S, BOOKED_AGAIN_S = 15.0, 120.0
"""How soon after the last look at bookings there is another: where the site knows more since, and in any case."""
CELL_WIDTH, CELL_HEIGHT = 48, 30


@dataclass(frozen=True, slots=True)
class Drawn:
    """One stretch as it is drawn and told."""

    state: str
    x: int
    width: int
    says: str


@dataclass(frozen=True, slots=True)
class Line:
    """One resource's day: its name, where its row begins, its stretches."""

    name: str
    y: int
    told: list[Drawn]


@dataclass(frozen=True, slots=True)
class DayDrawn:
    """A whole day. ``hours`` are (x, label); ``now_x`` where the present is, None on another day."""

    lines: list[Line]
    hours: list[tuple[int, str]]
    height: int
    now_x: int | None


def resources(face: Face) -> Iterator[tuple[str, str, bool]]:
    """Zones, then desks: as facts name them, their name, and whether somebody there would be seen."""
    sensed = {one.ref for one in face.site.devices.values() if one.stands_for is StandsFor.DESK_SENSOR}
    for zone in face.site.zones.values():
        yield f"zone:{zone.id}", zone.name, True
    for desk in face.site.desks.values():
        yield f"desk:{desk.id}", desk.name, desk.id in sensed


def drawn(face: Face, words: Words, days: Days, day: str, found: list[Piece], now_ms: int) -> DayDrawn:
    """A day's stretches, as a drawing and in words."""
    begin_ms, end_ms = bounds(day, days.zone)
    watch = Watch(days.known[0], max(days.known[1], now_ms))
    of: dict[str, list[Piece]] = {}
    for piece in found:
        of.setdefault(piece.resource.rpartition(":")[2], []).append(piece)
    told = [
        (name, stretches(of.get(one.rpartition(":")[2], []), one, watch, sensed=sensed))
        for one, name, sensed in resources(face)
    ]
    from_ms, to_ms = window(
        [one for _, all_of in told for one in all_of if one.state != DeskShown.UNKNOWN],
        begin_ms,
        end_ms,
        FIRST_HOUR,
        LAST_HOUR,
    )

    @cache
    def hour_of(minute: int) -> str:
        return words.hour(local(minute * MINUTE_MS, days.zone))  # Many begin and end in the same minute.

    def x(at_ms: int) -> int:
        return LABEL + (min(max(at_ms, from_ms), to_ms) - from_ms) * (WIDTH - LABEL - MARGIN) // (to_ms - from_ms)

    def line(number: int, name: str, all_of: list[Stretch]) -> Line:
        return Line(name, ROW * (number + 1), [_stretch(one, x(one.from_ms), x(one.to_ms)) for one in all_of])

    def _stretch(one: Stretch, left: int, right: int) -> Drawn:
        clock = f"{hour_of(one.from_ms // MINUTE_MS)}–{hour_of(one.to_ms // MINUTE_MS)}"
        return Drawn(one.state, left, max(right - left, 2), f"{clock} {words(f'desk.{one.state}')}")

    hours = [(x(at_ms), f"{local(at_ms, days.zone):%H}") for at_ms in range(from_ms, to_ms + 1, HOUR_MS)]
    lines = [line(number, name, all_of) for number, (name, all_of) in enumerate(told)]
    now_x = x(now_ms) if from_ms <= now_ms <= to_ms else None
    return DayDrawn(lines, hours, ROW * (len(lines) + 1) + 6, now_x)


def chosen_day(asked: str, today: str) -> str:
    """The day that is asked for where it is one of the last DAYS_BACK, else today."""
    try:
        day, last = date.fromisoformat(asked[:10]), date.fromisoformat(today)
    except ValueError:
        return today
    return day.isoformat() if last - timedelta(days=DAYS_BACK) <= day <= last else today


@dataclass(frozen=True, slots=True)
class Following:
    """Follows the log in the pages' own process, in threads, for as long as it runs."""

    face: Face
    days: Days

    async def run(self) -> None:
        """From the gateway's first word on, a bounded step at a time until cancelled; at bookings, now and then."""
        booked: tuple[float, int] | None = None
        while self.face.feed.seen is None:
            await self.face.feed.moved(LOOK_EVERY_S)
        while True:
            more = await asyncio.to_thread(self.days.look)
            seen, now_s = self.face.feed.seen, self.face.monotonic_s()
            if not more and seen is not None and is_due(booked, now_s, seen["sources"]["replica_version"]):
                await asyncio.to_thread(self.days.look_at_bookings, seen["at_ms"])
                booked = now_s, seen["sources"]["replica_version"]
            await asyncio.sleep(BETWEEN_S if more else LOOK_EVERY_S)


def is_due(looked: tuple[float, int] | None, now_s: float, version: int) -> bool:
    """Whether bookings are looked at again: ``looked`` is when they were, and by which version of the replica."""
    if looked is None:
        return True
    return now_s - looked[0] > (BOOKED_AGAIN_S if looked[1] == version else BOOKED_EVERY_S)


def routes(face: Face, days: Days) -> APIRouter:
    """Both pages. They are made in threads of their own, and wait for nobody's door."""
    router = APIRouter()

    def now_ms() -> int:
        seen = face.feed.seen
        return days.known[1] if seen is None or face.feed.silent_s is not None else seen["at_ms"]

    @router.get("/timeline")
    def timeline(request: Request) -> Response:
        """One day of desks and zones; ``?day=2026-11-23``."""
        face.staff(request)
        words, today = face.words_for(request), day_of(now_ms(), days.zone)
        day = chosen_day(request.query_params.get("day", today), today)
        seen: DayDrawn | None = None
        with suppress(StoreBroken):
            seen = drawn(face, words, days, day, days.day(day, now_ms()), now_ms())
        at = date.fromisoformat(day)
        choices = [(date.fromisoformat(today) - timedelta(days=back)) for back in range(DAYS_BACK + 1)]
        listed = [(one.isoformat(), words.date(one)) for one in choices]
        near: dict[str, Any] = {"before": _near(day, -1, listed), "after": _near(day, 1, listed)}
        told: dict[str, Any] = {"day": day, "seen": seen, "label": words.date(at), "states": SHOWN, "days": listed}
        return face.page(request, "timeline.html", **told, **near)

    @router.get("/heat")
    def heat_map(request: Request) -> Response:
        """How full the site is by weekday and hour, over the last weeks."""
        face.staff(request)
        words, today = face.words_for(request), day_of(now_ms(), days.zone)
        first = (date.fromisoformat(today) - timedelta(weeks=WEEKS)).isoformat()
        cells: dict[tuple[int, int], Cell] = {}
        with suppress(StoreBroken):
            cells = heat(days.hours(first, today))
        weekdays = words.locale.days["format"]["abbreviated"]
        hours = hours_shown([key for key, cell in cells.items() if cell.people is not None], FIRST_HOUR, LAST_HOUR)
        rows = [
            (weekdays[weekday], [(hour, *_told(words, cells.get((weekday, hour)))) for hour in hours])
            for weekday in range(7)
        ]
        said: dict[str, Any] = {"rows": rows, "hours": list(hours), "known": bool(cells), "weeks": WEEKS}
        return face.page(request, "heat.html", cell_width=CELL_WIDTH, cell_height=CELL_HEIGHT, **said)

    return router


def _told(words: Words, cell: Cell | None) -> tuple[str, str]:
    """A cell's class and what stands in it."""
    if cell is None:
        return "none", words("heat.none")
    return f"{cell.level}", words("heat.few") if cell.people is None else str(cell.people)


def _near(day: str, step: int, listed: list[tuple[str, str]]) -> tuple[str, str] | None:
    """The day before or after, where it is one of those shown."""
    near = (date.fromisoformat(day) + timedelta(days=step)).isoformat()
    return next((one for one in listed if one[0] == near), None)
