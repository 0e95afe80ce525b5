"""Visitors without a badge: staff begin a visit as its host, and end it."""

from fastapi import APIRouter, Request, Response

from gateway.pages.actions import ask, note
from gateway.pages.face import Face, see
from gateway.pages.shape import VisitSeen
from gateway.pages.view import Telling

VISIT_REASONS = ("help", "meeting", "tour", "delivery", "other")


def routes(face: Face) -> APIRouter:
    """The page and what its forms post to."""
    router = APIRouter()

    def running() -> list[VisitSeen]:
        return [] if face.feed.seen is None else face.feed.seen["visits"]

    def page(request: Request, *, status: int = 200, wrong: str = "", text: str = "", zone: str = "") -> Response:
        seen, words = face.feed.seen, face.words_for(request)
        visits = [] if seen is None else [(one, Telling(seen, words).at(one["since_ms"])) for one in running()]
        said = {"wrong": wrong, "text": text, "zone": zone, "reasons": VISIT_REASONS, "visits": visits}
        return face.page(request, "visits.html", status=status, zones=face.site.zones.values(), **said)

    @router.get("/visits")
    def visits(request: Request) -> Response:
        """The visits that run, and the form that begins one."""
        face.staff(request)
        return page(request)

    @router.post("/visits")
    async def begin(request: Request) -> Response:
        """Begin a visit. 422 without a zone of the site's or a purpose."""
        session, words = face.staff(request), face.words_for(request)
        fields = await face.staff_form(request, session)
        purpose, zone = note(words, "visit_reason", VISIT_REASONS, fields), fields.get("zone", "")
        if purpose is None or zone not in face.site.zones:
            return page(request, status=422, wrong=words("refused.reason"), text=fields.get("text", ""), zone=zone)
        await ask(face, words, session, words("visit.done"), {"do": "visit", "zone": zone, "note": purpose})
        return see("/")

    @router.post("/visits/{visit}/end")
    async def end(visit: str, request: Request) -> Response:
        """End a visit that runs."""
        session, words = face.staff(request), face.words_for(request)
        await face.staff_form(request, session)
        if any(one["id"] == visit for one in running()):
            await ask(face, words, session, words("visit.end_done"), {"do": "visit-end", "visit": visit})
        return see("/")

    return router
