"""The sites as they move, by server-sent events: all of them on one page, and each on its own."""

import asyncio
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Annotated
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Depends, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool

from access.hours import local
from pages.languages import Words
from pages.streams import Parts, Streams
from registry.guard import looks
from registry.guard.looking import look_on
from registry.names import Id
from registry.people.enrolments import HOME_ZONE
from registry.problems import Problem
from registry.web.face import Face, NotYours
from registry.web.sites import files as site_rows
from registry.web.sites import rows as sites_rows
from registry.web.sites.rows import SITES, Reach
from registry.web.viewer import Viewer

EVERY_S = 1.0
LOOKS_AT_MOST = 2_000
STREAMS_AT_MOST = 32
KEPT_AT_MOST = 64
CARD = "site-"
"""What the part of a site is called after."""
ALL, ONE = ("feed", "headline"), ("feed", "now", "doors", "desks", "people", "pending")


@dataclass(slots=True)
class Live:
    """Renders the parts; in streams those of all sites once a second for all who are shown the same in one language."""

    face: Face
    streams: Streams = field(default_factory=lambda: Streams(STREAMS_AT_MOST, "feed", LOOKS_AT_MOST))
    _made: dict[tuple[str, Reach], tuple[float, Parts]] = field(default_factory=dict)

    def recent(self, words: Words, viewer: Viewer) -> Parts:
        """Those of all sites as they stood within the last second."""
        made = self._made.get((words.language, sites_rows.reach_of(viewer)))
        if made is None or self.face.now_s() - made[0] >= EVERY_S:
            return self.all_sites(words, viewer)
        return made[1]

    def all_sites(self, words: Words, viewer: Viewer) -> Parts:
        """Name → HTML of each part of the page of all sites as things stand."""
        reach, now_s = sites_rows.reach_of(viewer), self.face.now_s()
        if len(self._made) >= KEPT_AT_MOST:
            self._made.clear()
        parts = self._all(words, reach, self.face.now_ms())
        self._made[words.language, reach] = (now_s, parts)
        return parts

    def _all(self, words: Words, reach: Reach, at_ms: int) -> Parts:
        with self.face.shared.database.read() as connection:
            glances = sites_rows.glances(connection, reach, at_ms)
        known = {"t": words, "at_ms": at_ms, "clock": clock(words, at_ms), "glances": glances}
        parts = {name: self._one(f"sites/{name}", known) for name in ALL}
        return parts | {f"{CARD}{one.id}": self._one("sites/card", {**known, "site": one}) for one in glances}

    def one_site(self, words: Words, viewer: Viewer, site: str) -> Parts:
        """The same of one site's page; whom it shows is noted as looked at. Raises NotYours or Problem."""
        at_ms, shared = self.face.now_ms(), self.face.shared
        looker = (viewer.account, viewer.authority.person)
        show = partial(site_rows.telling, viewer=viewer, site=site, replicas=shared.replicas, at_ms=at_ms)
        telling = look_on(shared.database, looker, looks.PRESENCE, show, at_ms)
        known = {"t": words, "at_ms": at_ms, "clock": clock(words, at_ms), "telling": telling, "site": telling.glance}
        return {name: self._one(f"sites/{name}" if name == "feed" else f"site/{name}", known) for name in ONE}

    def _one(self, name: str, known: Mapping[str, object]) -> str:
        return self.face.look.get_template(f"{name}.html").render(known).strip()

    def answer(self, request: Request, parts: Callable[[Words, Viewer], Parts]) -> Response:
        """A stream of these parts, for as long as whoever looks may see them."""
        return self.streams.answer(partial(run_in_threadpool, self.for_reader, request, parts), pause)

    def for_reader(self, request: Request, parts: Callable[[Words, Viewer], Parts]) -> Parts | None:
        """The parts for whoever looks at this moment; None where they may not, or not any more."""
        viewer = self.face.viewer_now(request)
        if viewer is None or not viewer.let_in or sites_rows.nothing_shown(sites_rows.reach_of(viewer)):
            return None
        try:
            return parts(self.face.words_for(request), viewer)
        except (NotYours, Problem):
            return None


async def pause() -> None:
    """Until the next look."""
    await asyncio.sleep(EVERY_S)


def clock(words: Words, at_ms: int) -> str:
    """The registry's own time, to the second."""
    return words.second(local(at_ms, ZoneInfo(HOME_ZONE)))


async def _live(request: Request) -> Live:
    live: Live = request.app.state.sites_live
    return live


Ours = Annotated[Live, Depends(_live)]
"""Those of the face that a request came to."""


def routes() -> APIRouter:
    """The streams; 401 to whom the page is not shown, 503 beyond the bound."""
    router = APIRouter()

    async def streamed(live: Live, request: Request, parts: Callable[[Words, Viewer], Parts]) -> Response:
        if await run_in_threadpool(live.for_reader, request, parts) is None:
            return PlainTextResponse("sign in first", 401)
        return live.answer(request, parts)

    @router.get(f"{SITES}-events")
    async def events(request: Request, live: Ours) -> Response:
        """All sites."""
        return await streamed(live, request, live.recent)

    @router.get(f"{SITES}/{{site}}/events")
    async def of_one(request: Request, site: Id, live: Ours) -> Response:
        """One of them."""
        return await streamed(live, request, partial(live.one_site, site=site))

    return router
