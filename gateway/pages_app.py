"""The site's pages as one ASGI application."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager, suppress
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware

from access.site import Site
from gateway import (
    pages_actions,
    pages_clock,
    pages_days,
    pages_denials,
    pages_displays,
    pages_health,
    pages_live,
    pages_muster,
    pages_plan,
    pages_sign_in,
    pages_switches,
    pages_visits,
    pages_walk_in,
    pages_wall,
)
from gateway.days import Days
from gateway.displays import DISPLAYS_FILE, Displays
from gateway.floor import FLOOR_FILE, Floor
from gateway.pages_days import Following
from gateway.pages_face import Face, NotOurForm, SignInNeeded, see
from gateway.pages_feed import FeedReader
from gateway.pages_live import Live
from pages import assets, languages, look
from pages.guard import Guard
from pages.limiter import Limiter
from pages.sessions import Sessions
from pages.troubles import answer_failures

FEED_SOCKET, LINK_FILE = "feed.sock", "link.db"
OWN_TEMPLATES = ("gateway", "pages_templates")
OWN_WORDS = ("gateway", "pages_words")
PACKED = 5
"""How hard pages are compressed: a tenth of their size, in few milliseconds of a Raspberry Pi's."""
ICONS = (
    "it-ban",
    "it-check-circle",
    "it-clock",
    "it-close-circle",
    "it-error",
    "it-help-circle",
    "it-info-circle",
    "it-locked",
    "it-logout",
    "it-map-marker",
    "it-refresh",
    "it-unlocked",
    "it-user",
    "it-warning-circle",
)


def make(
    site: Site, code: str, directory: Path, key: bytes, monotonic_s: Callable[[], float], new_ident: Callable[[], str]
) -> FastAPI:
    """The application of a site whose gateway keeps its feed, and the pages their own few files, in ``directory``.
    ``key`` signs its sessions.
    """
    files = assets.load()
    words = languages.load((look.SHARED_WORDS, OWN_WORDS))
    templates = look.environment(OWN_TEMPLATES, files, ICONS)
    reader = FeedReader(directory / FEED_SOCKET, monotonic_s)
    sessions, link = Sessions(key), directory / LINK_FILE
    face = Face(site, code, link, reader, words, templates, sessions, Limiter(), monotonic_s, new_ident)
    floor = Floor(directory / FLOOR_FILE)
    live = Live(face, lambda: floor.places)
    days = Days(directory / "log.db", link, directory / "days.db", ZoneInfo(site.timezone))
    following = Following(face, days)
    app = FastAPI(title="hubout pages", openapi_url=None, lifespan=_reading(reader, following))
    app.add_middleware(Guard)
    # Beside a form's token, for whose length nobody can probe: other sites' requests come without the session's cookie.
    app.add_middleware(GZipMiddleware, compresslevel=PACKED)
    app.add_route(f"{assets.PREFIX}{{name}}", files.serve)
    for part in (
        pages_sign_in,
        pages_actions,
        pages_switches,
        pages_denials,
        pages_visits,
        pages_clock,
        pages_muster,
    ):
        app.include_router(part.routes(face))
    displays = Displays(directory / DISPLAYS_FILE)
    app.include_router(pages_displays.routes(face, displays))
    app.include_router(pages_plan.routes(face, floor))
    app.include_router(pages_days.routes(face, days))
    app.include_router(pages_walk_in.routes(face, directory / "link.db"))
    app.include_router(pages_wall.routes(pages_wall.Wall(face, displays)))
    app.include_router(pages_live.routes(live))
    app.include_router(pages_health.routes(live))
    _answer_trouble(app, face)
    return app


def _reading(reader: FeedReader, following: Following) -> Callable[[FastAPI], AbstractAsyncContextManager[None]]:
    @asynccontextmanager
    async def lifespan(_app: FastAPI) -> AsyncIterator[None]:
        tasks = [asyncio.create_task(part.run()) for part in (reader, following)]
        yield
        for task in tasks:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    return lifespan


def _answer_trouble(app: FastAPI, face: Face) -> None:
    def trouble(request: Request, status: int, title: str, why: str) -> Response:
        words = face.words_for(request)
        return face.page(request, "refused.html", status=status, title=words(title), why=words(why))

    @app.exception_handler(SignInNeeded)
    async def sign_in(_request: Request, _error: SignInNeeded) -> Response:
        return see("/sign-in")

    @app.exception_handler(NotOurForm)
    async def not_ours(request: Request, _error: NotOurForm) -> Response:
        return trouble(request, 403, "refused.title", "refused.form")

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        if error.status_code in {404, 405}:
            return trouble(request, error.status_code, "refused.not_found_title", "refused.not_found")
        return trouble(request, error.status_code, "refused.title", "refused.form")

    answer_failures(app, lambda request: trouble(request, 500, "refused.failed_title", "refused.failed"))
