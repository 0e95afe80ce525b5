"""What staff can do from the pages: open a door once, with a reason and their name; and what such forms share."""

from collections.abc import Mapping

from fastapi import APIRouter, Request, Response

from gateway.pages.face import Face, see
from gateway.pages.feed import AskRefused, NotAnswered, NotAsked
from gateway.pages.shape import DoorSeen
from pages.languages import Words
from pages.sessions import Session

OPEN_REASONS = ("visitor", "forgotten", "delivery", "assistance", "maintenance", "other")
TEXT_CHARACTERS = 200
OTHER = "other"


def note(words: Words, kind: str, reasons: tuple[str, ...], fields: Mapping[str, str]) -> str | None:
    """The reason as it is logged, None where there is none, or it is ``other`` and not said."""
    reason, text = fields.get("reason", ""), fields.get("text", "")[:TEXT_CHARACTERS]
    if reason not in reasons or (reason == OTHER and not text) or not text.isprintable():
        return None
    said = words(f"{kind}.{reason}")
    return f"{said}: {text}" if text else said


async def ask(face: Face, words: Words, session: Session, done: str, what: Mapping[str, object]) -> None:
    """Ask the gateway, and keep what came of it for the session's next page."""
    try:
        await face.feed.ask({"author": session.name, **what})
    except NotAsked:
        return face.sessions.tell(session.id, "danger", words("refused.gateway"))
    except NotAnswered:
        return face.sessions.tell(session.id, "warning", words("refused.late"))
    except AskRefused as refused:
        return face.sessions.tell(session.id, "danger", words("refused.said", why=refused))
    return face.sessions.tell(session.id, "success", done)


def routes(face: Face) -> APIRouter:
    """The forms and what they post to."""
    router = APIRouter()

    def openable(door: str) -> DoorSeen | None:
        doors = [] if face.feed.seen is None else face.feed.seen["doors"]
        return next((known for known in doors if known["id"] == door and known["can_open"]), None)

    def open_form(request: Request, door: DoorSeen, *, status: int = 200, wrong: str = "", text: str = "") -> Response:
        return face.page(request, "open.html", status=status, door=door, reasons=OPEN_REASONS, wrong=wrong, text=text)

    @router.get("/doors/{door}/open")
    def may_open(door: str, request: Request) -> Response:
        """The form that opens a door."""
        face.staff(request)
        known = openable(door)
        return see("/") if known is None else open_form(request, known)

    @router.post("/doors/{door}/open")
    async def do_open(door: str, request: Request) -> Response:
        """Open a door once. 422 without a reason."""
        session, words = face.staff(request), face.words_for(request)
        fields = await face.staff_form(request, session)
        known = openable(door)
        if known is None:
            return see("/")
        said = note(words, "open_reason", OPEN_REASONS, fields)
        if said is None:
            wrong, text = words("refused.reason"), fields.get("text", "")
            return open_form(request, known, status=422, wrong=wrong, text=text)
        done = words("open.done", door=known["name"])
        await ask(face, words, session, done, {"do": "open", "door": door, "note": said})
        return see("/")

    return router
