"""The wall display: what anybody in the room may read, by a link that staff made and can withdraw; without a name.

It is made from ``Public`` alone, which has no place for one (guarantee P7). With the gateway silent it keeps its last
state and says how old that is; nothing else is reachable with its link.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from access.clock import SECOND_MS
from access.desk import DeskShown
from access.hours import local
from gateway.pages.display_links import Displays
from gateway.pages.face import Face
from gateway.pages.shape import CountSeen, Snapshot, ZoneSeen
from gateway.pages.sources import span
from gateway.pages.view import Telling
from pages.languages import Words
from pages.streams import Parts, Streams

FRAGMENTS = ("banner", "clock", "count", "desks", "sessions")
STREAMS_AT_MOST = 16


@dataclass(frozen=True, slots=True)
class Public:
    """What a display shows: counts, desks as (name, state, its word), sessions as (when, where); times are the site's.
    ``danger`` is what everybody must do now, "" where nothing is.
    """

    day: str
    clock: str
    at: str
    danger: str
    total: CountSeen
    zones: list[ZoneSeen]
    desks: list[tuple[str, str, str]]
    free: int
    sessions: list[tuple[str, str]]


def public(seen: Snapshot, words: Words) -> Public:
    """The nameless part of a snapshot, in words."""
    telling, at = Telling(seen, words), local(seen["at_ms"], ZoneInfo(seen["site"]["timezone"]))
    states = [desk["state"] for desk in seen["desks"]]
    sessions = [
        (words("wall.from_to", start=telling.at(one["start_ms"]), end=telling.at(one["end_ms"])), one["place"])
        for one in seen["sessions"]
    ]
    return Public(
        day=telling.on(seen["at_ms"]),
        clock=words.hour(at),
        at=words.second(at),
        danger=next((words(f"wall.{what}") for what in ("fire", "evacuation") if seen[what]), ""),
        total=seen["total"],
        zones=seen["zones"],
        desks=[(desk["name"], desk["state"], words(f"desk.{desk['state']}")) for desk in seen["desks"]],
        free=states.count(DeskShown.FREE),
        sessions=sessions,
    )


@dataclass(slots=True)
class Wall:
    """Renders the fragments, once for all displays of a language."""

    face: Face
    displays: Displays
    streams: Streams = field(default_factory=lambda: Streams(STREAMS_AT_MOST, "clock"))
    _made: dict[str, tuple[tuple[int, int], Mapping[str, str]]] = field(default_factory=dict)

    def fragments(self, words: Words) -> Mapping[str, str]:
        """Name → HTML of each part as things stand."""
        silent_s = self.face.feed.silent_s
        moment = (self.face.feed.version, 0 if silent_s is None else int(silent_s))
        made = self._made.get(words.language)
        if made is None or made[0] != moment:
            made = self._made[words.language] = (moment, self._render(words, silent_s))
        return made[1]

    def _render(self, words: Words, silent_s: float | None) -> Mapping[str, str]:
        seen = self.face.feed.seen
        age = "" if silent_s is None else span(words, int(silent_s) * SECOND_MS)
        known = {"t": words, "age": age, "now": None if seen is None else public(seen, words)}
        names = FRAGMENTS if seen is not None else ("banner",)
        look = self.face.look
        return {name: look.get_template(f"wall/{name}.html").render(known).strip() for name in names}

    def stream(self, words: Words, secret: str) -> Response:
        """What changed, as it changes, while the link holds."""

        async def parts() -> Parts | None:
            return None if self.displays.of(secret) is None else self.fragments(words)

        return self.streams.answer(parts, self.face.feed.moved)


def routes(wall: Wall) -> APIRouter:
    """The display and its stream; both answer 404 to a link that does not hold."""
    router, face = APIRouter(), wall.face

    @router.get("/display/{secret}")
    def display(secret: str, request: Request) -> HTMLResponse:
        """The page as things stand."""
        if wall.displays.of(secret) is None:
            return face.page(request, "wall_gone.html", status=404)
        words = face.words_for(request)
        return face.page(request, "wall.html", parts=wall.fragments(words), events=f"/display/{secret}/events")

    @router.get("/display/{secret}/events")
    def events(secret: str, request: Request) -> Response:
        """The stream; 503 beyond the bound."""
        if wall.displays.of(secret) is None:
            return PlainTextResponse("this link holds no more", 404)
        return wall.stream(face.words_for(request), secret)

    return router
