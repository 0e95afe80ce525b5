"""The live page: whole by GET, and by server-sent events of what changed. The same templates make both."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, PlainTextResponse

from gateway.pages import drawing
from gateway.pages import view as pages_view
from gateway.pages.alarms import alarms
from gateway.pages.face import Face
from gateway.pages.sources import sources
from gateway.pages.view import Telling
from pages.languages import Words
from pages.sessions import Session
from pages.streams import Parts, Streams

FRAGMENTS = ("feed", "alarms", "count", "zones", "people", "plan", "desks", "taps", "devices", "sources")
DOOR = "door-"
STREAMS_AT_MOST = 256
"""Two hundred people with the page open, and some whose old stream is not known to be gone yet."""


Moment = tuple[int, int, Mapping[str, tuple[int, ...]]]
"""Which snapshot, how silent since, and what staff have drawn: as long as these are the same, so is the page."""


@dataclass(slots=True)
class Live:
    """Renders the fragments, once for all readers of a language; ``placed`` tells where staff have drawn what."""

    face: Face
    placed: Callable[[], Mapping[str, tuple[int, ...]]] = dict
    streams: Streams = field(default_factory=lambda: Streams(STREAMS_AT_MOST, "feed"))
    _made: dict[str, tuple[Moment, Mapping[str, str]]] = field(default_factory=dict)

    def fragments(self, words: Words) -> Mapping[str, str]:
        """Name → HTML of each part of the page as things stand; none before the first snapshot but the feed's own."""
        silent_s = self.face.feed.silent_s
        moment = (self.face.feed.version, 0 if silent_s is None else int(silent_s), self.placed())
        made = self._made.get(words.language)
        if made is None or made[0] != moment:
            made = self._made[words.language] = (moment, self._render(words, silent_s))
        return made[1]

    def _render(self, words: Words, silent_s: float | None) -> Mapping[str, str]:
        seen = self.face.feed.seen
        known: dict[str, object] = {"t": words, "silent_s": None if silent_s is None else int(silent_s), "seen": seen}
        if seen is None:
            return {"feed": self._one("feed", known)}
        known |= {
            "telling": Telling(seen, words, self.placed()),
            "view": pages_view,
            "drawing": drawing,
            "alarms": alarms,
            "sources": sources,
        }
        made = {name: self._one(name, known) for name in FRAGMENTS}
        return made | {f"{DOOR}{door['id']}": self._one("door", {**known, "door": door}) for door in seen["doors"]}

    def _one(self, name: str, known: Mapping[str, object]) -> str:
        return self.face.look.get_template(f"live/{name}.html").render(known).strip()

    def stream(self, request: Request, session: Session) -> Response:
        """What changed, as it changes, while the session lives."""
        words = self.face.words_for(request)

        async def parts() -> Parts | None:
            return self.fragments(words) if self.face.session(request) == session else None

        return self.streams.answer(parts, self.face.feed.moved)


def routes(live: Live) -> APIRouter:
    """The live page and its stream."""
    router, face = APIRouter(), live.face

    @router.get("/")
    def page(request: Request) -> HTMLResponse:
        """The page as things stand; ``?still`` stops it there."""
        session = face.staff(request)
        still = "still" in request.query_params
        words, seen = face.words_for(request), face.feed.seen
        return face.page(
            request,
            "live.html",
            parts=live.fragments(words),
            doors=[] if seen is None else seen["doors"],
            still=still,
            at=None if seen is None else pages_view.clock(Telling(seen, words)),
            told=face.sessions.hear(session.id),
        )

    @router.get("/live/events")
    def events(request: Request) -> Response:
        """The stream; 401 without a session, 503 beyond the bound."""
        session = face.session(request)
        if session is None:
            return PlainTextResponse("sign in first", 401)
        return live.stream(request, session)

    return router
