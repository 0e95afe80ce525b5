"""A call as it moves, by server-sent events: the sentence, the time that is left, what to do next."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from pages.streams import Parts, Streams
from registry.names import Id
from registry.problems import Problem
from registry.web.badges import enrol_rows as rows
from registry.web.badges.enrol_pages import HOME
from registry.web.face import Face, NotYours

FRAGMENTS = ("headline", "left", "next")
EVERY_S = 0.5
LOOKS_AT_MOST = 2_000
STREAMS_AT_MOST = 32


@dataclass(slots=True)
class Live:
    """The streams of one process."""

    face: Face
    streams: Streams = field(default_factory=lambda: Streams(STREAMS_AT_MOST, "left", LOOKS_AT_MOST))

    def fragments(self, request: Request, call: str) -> Parts | None:
        """Name → HTML of each part of the page as things stand; None where it is not this reader's any more."""
        viewer = self.face.viewer_now(request)
        if viewer is None or not viewer.passed or viewer.must_change or viewer.second_missing:
            return None
        try:
            with self.face.shared.database.read() as connection:
                told_now = rows.telling(connection, viewer, call, self.face.now_ms())
        except (NotYours, Problem):
            return None
        known = {"t": self.face.words_for(request), "viewer": viewer, "call": told_now, "minutes": rows.minutes_left}
        return {name: self._one(name, known) for name in FRAGMENTS}

    def _one(self, name: str, known: Mapping[str, object]) -> str:
        return self.face.look.get_template(f"enrol/{name}.html").render(known).strip()

    def stream(self, request: Request, call: str) -> Response:
        """What changed, as it changes."""

        async def parts() -> Parts | None:
            return await run_in_threadpool(self.fragments, request, call)

        async def moved() -> None:
            await asyncio.sleep(EVERY_S)

        return self.streams.answer(parts, moved)


async def _live(request: Request) -> Live:
    live: Live = request.app.state.enrol_live
    return live


Ours = Annotated[Live, Depends(_live)]


def routes() -> APIRouter:
    """The stream."""
    router = APIRouter()

    @router.get(f"{HOME}/calls/{{call}}/events")
    async def events(request: Request, call: Id, live: Ours) -> Response:
        """The stream; 401 to whom the call is not shown, 503 beyond the bound."""
        if await run_in_threadpool(live.fragments, request, call) is None:
            return PlainTextResponse("sign in first", 401)
        return live.stream(request, call)

    return router
