"""A call as it moves, by server-sent events: the sentence, the time that is left, what to do next."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from sse_starlette import EventSourceResponse
from starlette.concurrency import run_in_threadpool

from pages.streams import changes, opening
from registry.names import Id
from registry.problems import Problem
from registry.web import enrol_rows as rows
from registry.web.enrol_pages import HOME
from registry.web.face import Face, NotYours

FRAGMENTS = ("headline", "left", "next")
EVERY_S = 0.5
SAY_AT_LEAST_EVERY = 8
"""Looks after which something is said in any case, so that the page knows that it is heard."""
LOOKS_AT_MOST = 2_000
STREAMS_AT_MOST = 32
SEND_WITHIN_S = 10.0


@dataclass(slots=True)
class Live:
    """The streams of one process."""

    face: Face
    streams: int = 0

    def fragments(self, request: Request, call: str) -> Mapping[str, str] | None:
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

    async def stream(self, request: Request, call: str) -> AsyncIterator[bytes]:
        """What changed, as it changes."""
        had: dict[str, str] = {}
        self.streams += 1
        try:
            yield opening()
            for look in range(LOOKS_AT_MOST):
                now = await run_in_threadpool(self.fragments, request, call)
                if now is None:
                    break
                if look % SAY_AT_LEAST_EVERY == 0:
                    had.pop("left", None)
                if new := changes(had, now):
                    yield new
                had = dict(now)
                await asyncio.sleep(EVERY_S)
        finally:
            self.streams -= 1


def routes(face: Face) -> APIRouter:
    """The stream."""
    router, live = APIRouter(), Live(face)

    @router.get(f"{HOME}/calls/{{call}}/events")
    async def events(request: Request, call: Id) -> Response:
        """The stream; 401 to whom the call is not shown, 503 beyond the bound."""
        if await run_in_threadpool(live.fragments, request, call) is None:
            return PlainTextResponse("sign in first", 401)
        if live.streams >= STREAMS_AT_MOST:
            return PlainTextResponse("too many live pages are open", 503, {"retry-after": "30"})
        return EventSourceResponse(live.stream(request, call), sep="\n", send_timeout=SEND_WITHIN_S)

    return router
