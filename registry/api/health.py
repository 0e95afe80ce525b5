"""Whether the registry lives, whether it can serve, and its metrics."""

from typing import Annotated

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse
from sqlalchemy.exc import InterfaceError, OperationalError

from registry import migrate
from registry.api.desk import Desk, reads
from registry.guard import whose
from registry.guard.areas import Area
from registry.guard.gate import unavailable
from registry.guard.metrics import exposition
from registry.settings import Shared

router = APIRouter(tags=["health"])


@router.get("/healthz")
def alive() -> dict[str, str]:
    """Say that the process answers."""
    return {"status": "alive"}


@router.get("/readyz")
def ready(request: Request) -> dict[str, str]:
    """Say that the database answers and is of this version; else 503."""
    shared: Shared = request.app.state.shared
    try:
        with shared.database.read() as connection:
            current = migrate.is_current(connection)
    except (OperationalError, InterfaceError):
        current = False
    if not current:
        raise unavailable()
    return {"status": "ready"}


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request, desk: Annotated[Desk, reads(Area.CENTRE, whose.COMMON)]) -> str:
    """Prometheus text."""
    with desk.reading() as connection:
        return exposition(connection, request.app.state.served)
