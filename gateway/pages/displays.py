"""Staff make and withdraw the links of wall displays; each is shown once, and is known by its hash from then on."""

from fastapi import APIRouter, Request, Response

from gateway.pages.display_links import Displays, TooMany
from gateway.pages.face import Face, see
from gateway.pages.noting import noted
from gateway.pages.view import Telling
from pages.languages import Words
from pages.sessions import Session

NAME_CHARACTERS = 60
LINK = "link"
"""The tone of what a session is told once: the new link itself."""


def routes(face: Face, displays: Displays) -> APIRouter:
    """The page, and what its forms post to."""
    router = APIRouter()

    def page(request: Request, session: Session, *, status: int = 200, wrong: str = "", name: str = "") -> Response:
        words, seen = face.words_for(request), face.feed.seen
        made = [(one, "" if seen is None else Telling(seen, words).on(one.made_ms)) for one in reversed(displays.all())]
        said = {"wrong": wrong, "name": name, "displays": made, "told": face.sessions.hear(session.id)}
        return face.page(request, "displays.html", status=status, **said)

    @router.get("/displays")
    def listed(request: Request) -> Response:
        """The links there are, and the form that makes one."""
        return page(request, face.staff(request))

    @router.post("/displays")
    async def make(request: Request) -> Response:
        """Make a link. 422 without a name, or where there are too many."""
        session, words = face.staff(request), face.words_for(request)
        name = (await face.staff_form(request, session)).get("name", "")
        wrong = _wrong(name, words)
        if not wrong:
            wrong = await _made(face, displays, session, words, name, str(request.base_url))
        return page(request, session, status=422, wrong=wrong, name=name) if wrong else see("/displays")

    @router.get("/displays/{ident}/withdraw")
    def ask_withdraw(ident: str, request: Request) -> Response:
        """Ask whether the link is to be withdrawn."""
        face.staff(request)
        display = displays.find(ident)
        return see("/displays") if display is None else face.page(request, "display_withdraw.html", display=display)

    @router.post("/displays/{ident}/withdraw")
    async def withdraw(ident: str, request: Request) -> Response:
        """Withdraw it: it shows nothing from now on, also where the gateway cannot note who did it."""
        session, words = face.staff(request), face.words_for(request)
        await face.staff_form(request, session)
        if (display := displays.find(ident)) is not None:
            try:
                displays.revoke(display)
            except OSError:
                face.sessions.tell(session.id, "danger", words("displays.not_written"))
                return see("/displays")
            told = await noted(face, session, "display-withdrawn", display.name)
            said = words("displays.withdrawn", name=display.name)
            face.sessions.tell(session.id, "success", said if told else f"{said} {words('displays.not_noted')}")
        return see("/displays")

    return router


def _wrong(name: str, words: Words) -> str:
    return "" if name.isprintable() and 1 <= len(name) <= NAME_CHARACTERS else words("displays.no_name")


async def _made(face: Face, displays: Displays, session: Session, words: Words, name: str, base: str) -> str:
    """Make a link and tell the session; why not, else. What nobody noted is not made."""
    if not await noted(face, session, "display-made", name):
        return words("refused.gateway")
    secret, seen = face.new_ident(), face.feed.seen
    try:
        displays.make(name, session.name, 0 if seen is None else seen["at_ms"], secret)
    except TooMany:
        return words("displays.too_many")
    except OSError:
        return words("displays.not_written")
    face.sessions.tell(session.id, LINK, f"{base.rstrip('/')}/display/{secret}")
    return ""
