"""Putting the registry together: one database, one folder of keys, the gate, the routes."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from sqlalchemy.exc import InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from starlette.exceptions import HTTPException
from starlette.responses import Response

from registry.accounts.used import Used
from registry.api.described import VERSION, routed
from registry.database import Database
from registry.downlink.applied import Noted
from registry.guard.gate import Gate, answer, unavailable
from registry.guard.metrics import Served, log
from registry.guard.rate import Rates
from registry.migrate import upgrade
from registry.mistakes import problem_of
from registry.problems import Kind, Problem
from registry.retention.keeping import Keeping
from registry.settings import Settings, Shared
from registry.sites.keys import BadKey, Keys
from registry.web.app import make
from registry.web.beside import Beside

_OF_STATUS = {400: Kind.BAD_REQUEST, 404: Kind.NOT_FOUND, 405: Kind.METHOD}


def create_app(settings: Settings) -> FastAPI:
    """The registry as an ASGI application: its database is brought up to date now, and closed at shutdown."""
    keys = Keys(settings.keys_dir)
    keys.open()
    database = Database(settings.database_url)
    upgrade(database)
    return _app(Shared(settings, database, keys, Noted(database, settings.wall_ms), Used(database, settings.wall_ms)))


def _app(shared: Shared) -> FastAPI:
    @asynccontextmanager
    async def lifespan(app: FastAPI) -> AsyncIterator[None]:
        del app
        keeping = Keeping(shared.database, shared.settings.wall_ms, shared.keys.folder)
        keeping.start()
        yield
        keeping.close()
        shared.noted.close()
        shared.used.close()
        shared.glances.close()
        shared.database.close()

    app = FastAPI(
        title="Hubout registry",
        version=VERSION,
        lifespan=lifespan,
        docs_url=None,
        redoc_url=None,
        openapi_url="/api/v1/openapi.json",
    )
    app.state.shared = shared
    app.state.served = Served()
    limits = shared.settings.limits
    app.add_middleware(Gate, shared=shared, rates=Rates(limits.rate_per_s, limits.burst), served=app.state.served)
    app.add_middleware(Beside, pages=make(shared), shared=shared, served=app.state.served)  # Before the gate.
    _handle_errors(app)
    return routed(app)


def _handle_errors(app: FastAPI) -> None:
    """Every refusal is a problem of one form; what failed inside says nothing of what was inside."""

    @app.exception_handler(Problem)
    def refused(request: Request, error: Problem) -> Response:
        del request
        return answer(error)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> Response:
        del request
        return answer(problem_of(error.errors()))

    @app.exception_handler(HTTPException)
    def plain(request: Request, error: HTTPException) -> Response:
        del request
        kind = _OF_STATUS.get(error.status_code, Kind.BAD_REQUEST)
        return answer(Problem(kind, "see /api/v1/openapi.json for what there is.", dict(error.headers or {})))

    @app.exception_handler(OperationalError)
    @app.exception_handler(InterfaceError)
    @app.exception_handler(PoolTimeout)
    def no_database(request: Request, error: SQLAlchemyError) -> Response:
        del request
        log.error(json.dumps({"failure": "database", "what": str(error).split("\n", 1)[0]}))
        return answer(unavailable())

    @app.exception_handler(BadKey)
    def no_key(request: Request, error: BadKey) -> Response:
        del request
        log.error(json.dumps({"failure": "key", "what": str(error)}))
        return answer(Problem(Kind.INTERNAL, "a site's credential key cannot be read; its log names the file."))

    @app.exception_handler(500)
    def failed(request: Request, error: Exception) -> Response:
        del request, error
        return answer(Problem(Kind.INTERNAL, "the registry failed; its log says where."))
