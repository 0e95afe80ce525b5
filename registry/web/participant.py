"""The participant's pages, all that is under ``/me``."""

from fastapi import APIRouter

from registry.web import (
    participant_book,
    participant_bookings,
    participant_calendar,
    participant_hours,
    participant_record,
    participant_refusals,
    participant_today,
    participant_waiting,
)
from registry.web.face import Face

PARTS = (
    participant_today,
    participant_book,
    participant_bookings,
    participant_waiting,
    participant_refusals,
    participant_hours,
    participant_calendar,
    participant_record,
)


def routes(face: Face) -> APIRouter:
    """Every one of them."""
    router = APIRouter()
    for part in PARTS:
        router.include_router(part.routes(face))
    return router
