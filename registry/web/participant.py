"""The participant's pages, all that is under ``/me``."""

from fastapi import APIRouter

from registry.web import participant_book, participant_bookings, participant_today, participant_waiting
from registry.web.face import Face

PARTS = (participant_today, participant_book, participant_bookings, participant_waiting)


def routes(face: Face) -> APIRouter:
    """Every one of them."""
    router = APIRouter()
    for part in PARTS:
        router.include_router(part.routes(face))
    return router
