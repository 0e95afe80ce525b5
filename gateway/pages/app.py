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
from devices.sitefile_settings import FEED_SOCKET
from gateway.days.following import Days
from gateway.pages import actions as pages_actions
from gateway.pages import clock as pages_clock
from gateway.pages import days as pages_days
from gateway.pages import denials as pages_denials
from gateway.pages import displays as pages_displays
from gateway.pages import enrol as pages_enrol
from gateway.pages import enrol_calls as pages_enrol_calls
from gateway.pages import health as pages_health
from gateway.pages import live as pages_live
from gateway.pages import muster as pages_muster
from gateway.pages import plan as pages_plan
from gateway.pages import sign_in as pages_sign_in
from gateway.pages import switches as pages_switches
from gateway.pages import visits as pages_visits
from gateway.pages import walk_in as pages_walk_in
from gateway.pages import wall as pages_wall
from gateway.pages.accounts import Standing
from gateway.pages.centre import Centre, Lending
from gateway.pages.days import Following
from gateway.pages.display_links import DISPLAYS_FILE, Displays
from gateway.pages.face import Face, NotOurForm, SignInNeeded, see
from gateway.pages.feed import FeedReader
from gateway.pages.floor import FLOOR_FILE, Floor
from gateway.pages.live import Live
from pages import assets, languages, look
from pages.guard import Guard
from pages.limiter import Limiter
from pages.sessions import Sessions
from pages.sought import Sought
from pages.troubles import answer_failures

LINK_FILE = "link.db"
OWN_TEMPLATES = ("gateway", "pages/templates")
OWN_WORDS = ("gateway", "pages/words")
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
    site: Site,
    code: str,
    directory: Path,
    key: bytes,
    monotonic_s: Callable[[], float],
    new_ident: Callable[[], str],
    centre: Centre | None = None,
) -> FastAPI:
    """The application of a site whose gateway keeps its feed, and the pages their own few files, in ``directory``.
    ``key`` signs its sessions; ``centre`` is the registry, where the site has one.
    """
    files = assets.load()
    words = languages.load((look.SHARED_WORDS, OWN_WORDS))
    templates = look.environment(OWN_TEMPLATES, files, ICONS)
    reader = FeedReader(directory / FEED_SOCKET, monotonic_s)
    sessions, link = Sessions(key), directory / LINK_FILE
    standing = Standing(link)
    face = Face(site, code, link, standing, reader, words, templates, sessions, Limiter(), monotonic_s, new_ident)
    floor = Floor(directory / FLOOR_FILE)
    live = Live(face, lambda: floor.places)
    days = Days(directory / "log.db", link, directory / "days.db", ZoneInfo(site.timezone))
    following = Following(face, days)
    app = FastAPI(title="hubout pages", openapi_url=None, lifespan=_reading(reader, following))
    app.state.face = face
    app.add_middleware(Sought, cookie=face.cookie_of)
    app.add_middleware(Guard)
    # Beside a form's token, for whose length nobody can probe: other sites' requests come without the session's cookie.
    app.add_middleware(GZipMiddleware, compresslevel=assets.PACKED)
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
    app.include_router(pages_walk_in.routes(face, link))
    here = pages_enrol.Enrolment(face, link, centre, Lending(sessions))
    app.include_router(pages_enrol.routes(here))
    app.include_router(pages_enrol_calls.routes(pages_enrol_calls.Calls(here)))
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
    async def sign_in(request: Request, _error: SignInNeeded) -> Response:
        return see("/sign-in?ended" if face.session_cookie in request.cookies else "/sign-in")

    @app.exception_handler(NotOurForm)
    async def not_ours(request: Request, _error: NotOurForm) -> Response:
        return trouble(request, 403, "refused.title", "refused.form")

    @app.exception_handler(HTTPException)
    async def other(request: Request, error: HTTPException) -> Response:
        if error.status_code in {404, 405}:
            return trouble(request, error.status_code, "refused.not_found_title", "refused.not_found")
        return trouble(request, error.status_code, "refused.title", "refused.form")

    answer_failures(app, lambda request: trouble(request, 500, "refused.failed_title", "refused.failed"))
