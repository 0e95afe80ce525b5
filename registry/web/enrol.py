"""Everything under ``/enrol``: badges are given, tested, revoked and replaced by showing them at a reader."""

from fastapi import APIRouter

from registry.web import enrol_calls, enrol_live, enrol_pages
from registry.web.face import Face


def routes(face: Face) -> APIRouter:
    """The pages, their forms and their stream."""
    router = APIRouter()
    for part in (enrol_pages, enrol_calls, enrol_live):
        router.include_router(part.routes(face))
    return router
