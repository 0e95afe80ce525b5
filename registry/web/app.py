"""The centre's pages as one ASGI application, beside the API."""

import json
from functools import cache, partial
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.routing import BaseRoute

from pages import assets, languages, look
from pages.guard import Guard
from pages.sought import Sought
from pages.troubles import answer_failures
from registry.accounts.openid import OpenId
from registry.guard.metrics import log
from registry.people.enrolments import HOME_ZONE
from registry.problems import Problem
from registry.settings import Shared
from registry.sites.keys import BadKey
from registry.web import home, search_pages
from registry.web.accounts import openid as openid_pages
from registry.web.accounts import parts as accounts
from registry.web.badges import enrol_live
from registry.web.badges import parts as badges
from registry.web.bookings import parts as bookings
from registry.web.evidence import parts as evidence
from registry.web.evidence import reports_new
from registry.web.face import Face, NotOurForm, NotYours, SignInNeeded, cookie_of, see
from registry.web.imports import parts as imports
from registry.web.imports.calendar import CALENDAR
from registry.web.imports.pages import IMPORTS
from registry.web.participant import parts as participant
from registry.web.people import parts as people
from registry.web.privacy import parts as privacy
from registry.web.programmes import parts as programmes
from registry.web.sites import live as sites_live
from registry.web.sites import parts as sites
from registry.web.times import moment, span
from registry.web.uploads import UPLOAD_BYTES

OWN_TEMPLATES = ("registry", "web/templates")
OWN_WORDS = ("registry", "web/words")
ICONS = (
    "it-map-marker",
    "it-user",
    "it-warning-circle",
    "it-info-circle",
    "it-check-circle",
    "it-arrow-right",
    "it-clock",
    "it-error",
    "it-help-circle",
    "it-locked",
    "it-unlocked",
)
PARTS = (
    *accounts.PARTS,
    home,
    search_pages,
    *participant.PARTS,
    *sites.PARTS,
    *badges.PARTS,
    *people.PARTS,
    *bookings.PARTS,
    *programmes.PARTS,
    *imports.PARTS,
    *evidence.PARTS,
    *privacy.PARTS,
)
"""The modules of pages; each has ``routes()``."""
BODY_BYTES = 64 * 1024
COME_AGAIN_S = "5"


def make(shared: Shared) -> FastAPI:
    """The application; ``shared`` is what it has in common with the API."""
    files = assets.load()
    words = languages.load((look.SHARED_WORDS, OWN_WORDS))
    templates = look.environment(OWN_TEMPLATES, files, ICONS)
    templates.globals["when"] = partial(look.moment, zone=ZoneInfo(HOME_ZONE))
    templates.globals["day"] = partial(look.day, zone=ZoneInfo(HOME_ZONE))
    templates.globals["span"] = span
    templates.globals["moment"] = moment
    provider = shared.settings.openid
    face = Face(shared, words, templates, None if provider is None else OpenId(provider))
    app = FastAPI(title="hubout centre", openapi_url=None)
    app.state.face = face
    app.state.enrol_live, app.state.sites_live = enrol_live.Live(face), sites_live.Live(face)
    app.state.reports_live = reports_new.Live(face)
    app.add_middleware(GZipMiddleware, compresslevel=assets.PACKED)
    app.add_middleware(Sought, cookie=cookie_of)
    app.add_middleware(Guard, body_bytes=BODY_BYTES, larger={IMPORTS: UPLOAD_BYTES, CALENDAR: UPLOAD_BYTES})
    app.add_route(f"{assets.PREFIX}{{name}}", files.serve)
    app.router.routes.extend(page_routes())
    if provider is not None:
        app.router.routes.extend(_openid_routes())
    _answer_trouble(app, face)
    return app


@cache
def page_routes() -> tuple[BaseRoute, ...]:
    """Every page's, but those of an identity provider. They are analysed once a process, and added as they are: they
    take their face from the request, and what includes a router analyses it anew for every application.
    """
    return tuple(route for part in PARTS for route in part.routes().routes)


@cache
def _openid_routes() -> tuple[BaseRoute, ...]:
    return tuple(openid_pages.routes().routes)


def _answer_trouble(app: FastAPI, face: Face) -> None:
    """Every refusal and every failure is a page in the same look, in words of the reader's language."""

    def trouble(request: Request, key: str, status: int, detail: str = "") -> Response:
        viewer = request.scope.get("state", {}).get("viewer")
        return face.page(request, "trouble.html", viewer, status=status, key=key, detail=detail)

    @app.exception_handler(SignInNeeded)
    def sign_in_first(_request: Request, error: SignInNeeded) -> Response:
        return see(error.path)

    @app.exception_handler(NotOurForm)
    def not_ours(request: Request, _error: NotOurForm) -> Response:
        return trouble(request, "form", 403)

    @app.exception_handler(NotYours)
    def not_yours(request: Request, _error: NotYours) -> Response:
        return trouble(request, "yours", 403)

    @app.exception_handler(Problem)
    def problem(request: Request, error: Problem) -> Response:
        key = "not_found" if error.kind.status == 404 else "problem"
        return trouble(request, key, error.kind.status, str(error))

    @app.exception_handler(RequestValidationError)
    def unreadable(request: Request, _error: RequestValidationError) -> Response:
        return trouble(request, "form", 422)

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> Response:
        return trouble(request, "not_found" if error.status_code in {404, 405} else "form", error.status_code)

    @app.exception_handler(OperationalError)
    @app.exception_handler(InterfaceError)
    @app.exception_handler(PoolTimeout)
    def no_database(request: Request, error: SQLAlchemyError) -> Response:
        log.error(json.dumps({"failure": "database", "what": str(error).split("\n", 1)[0]}))
        answer = face.page(request, "trouble.html", None, status=503, key="database", detail="")
        answer.headers["retry-after"] = COME_AGAIN_S
        return answer

    @app.exception_handler(BadKey)
    def no_key(request: Request, error: BadKey) -> Response:
        log.error(json.dumps({"failure": "key", "what": str(error)}))
        return face.page(request, "trouble.html", None, status=500, key="failed", detail="")

    answer_failures(app, lambda request: face.page(request, "trouble.html", None, status=500, key="failed", detail=""))
