"""The wall display: what anybody in the room may read, by a link that staff made and can withdraw; without a name.

It is made from ``Public`` alone, which has no place for one (guarantee P7). With the gateway silent it keeps its last
state and says how old that is; nothing else is reachable with its link.
"""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse
from sse_starlette import EventSourceResponse

from access.clock import SECOND_MS
from access.desk import DeskShown
from access.hours import local
from gateway.displays import Displays
from gateway.pages_face import Face
from gateway.pages_live import LOOK_AGAIN_S, SEND_WITHIN_S
from gateway.pages_shape import CountSeen, Snapshot, ZoneSeen
from gateway.pages_sources import span
from gateway.pages_view import Telling
from pages.languages import Words
from pages.streams import changes, opening

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
    streams: int = 0
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

    async def stream(self, words: Words, secret: str) -> AsyncIterator[bytes]:
        """What changed, as it changes, while the link holds."""
        had: dict[str, str] = {}
        self.streams += 1
        try:
            yield opening()
            while self.displays.of(secret) is not None:
                now = self.fragments(words)
                if new := changes(had, now):
                    yield new
                had = dict(now)
                await self.face.feed.moved(LOOK_AGAIN_S)
        finally:
            self.streams -= 1


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
        if wall.streams >= STREAMS_AT_MOST:
            return PlainTextResponse("too many displays are on", 503, {"retry-after": "30"})
        return EventSourceResponse(wall.stream(face.words_for(request), secret), sep="\n", send_timeout=SEND_WITHIN_S)

    return router
