"""The centre's pages as one ASGI application, beside the API."""

import json
from functools import partial
from zoneinfo import ZoneInfo

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException

from pages import assets, languages, look
from pages.guard import Guard
from pages.troubles import answer_failures
from registry.enrolments import HOME_ZONE
from registry.keys import BadKey
from registry.metrics import log
from registry.openid import OpenId
from registry.problems import Problem
from registry.settings import Shared
from registry.web import (
    account_pages,
    accounts_staff,
    badges_pages,
    closures_edit,
    closures_pages,
    enrol,
    home,
    imports_pages,
    participant,
    people_chosen,
    people_edit,
    people_pages,
    second,
    sign_in,
)
from registry.web.face import Face, NotOurForm, NotYours, SignInNeeded, see
from registry.web.imports_pages import IMPORTS
from registry.web.openid_pages import routes as openid_routes
from registry.web.times import span
from registry.web.uploads import UPLOAD_BYTES

OWN_TEMPLATES = ("registry", "web/templates")
OWN_WORDS = ("registry", "web/words")
ICONS = ("it-map-marker", "it-user", "it-warning-circle", "it-info-circle", "it-check-circle", "it-arrow-right")
PARTS = (
    sign_in,
    second,
    home,
    account_pages,
    accounts_staff,
    participant,
    enrol,
    people_pages,
    people_edit,
    people_chosen,
    badges_pages,
    closures_pages,
    closures_edit,
    imports_pages,
)
"""The modules of pages; each has ``routes(face)``."""
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
    provider = shared.settings.openid
    face = Face(shared, words, templates, None if provider is None else OpenId(provider))
    app = FastAPI(title="hubout centre", openapi_url=None)
    app.state.face = face
    app.add_middleware(Guard, body_bytes=BODY_BYTES, larger={IMPORTS: UPLOAD_BYTES})
    app.add_route(f"{assets.PREFIX}{{name}}", files.serve)
    for part in PARTS:
        app.include_router(part.routes(face))
    app.include_router(openid_routes(face))
    _answer_trouble(app, face)
    return app


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
