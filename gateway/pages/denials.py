"""Staff bar a badge from the pages, at once and also where the registry cannot be reached (guarantee D9): that of a tap
just seen, or all badges of somebody present.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from gateway.pages.actions import ask, note
from gateway.pages.face import Face, see
from gateway.pages.view import Telling
from pages.languages import Words

DENY_REASONS = ("lost", "stolen", "misuse", "danger", "other")


@dataclass(frozen=True, slots=True)
class Barrable:
    """What can be barred: a ``badge``, or all of a ``person``; ``name`` is whose, ``seen`` when and where."""

    name: str
    seen: str
    badge: str = ""
    person: str = ""

    @property
    def path(self) -> str:
        """Where its form is."""
        return f"/badges/{self.badge}/deny" if self.badge else f"/people/{self.person}/deny"


def routes(face: Face) -> APIRouter:
    """The page, the forms and what they post to."""
    router = APIRouter()

    @router.get("/badges")
    def badges(request: Request) -> Response:
        """The badges just tapped, and the people present, each to be barred."""
        face.staff(request)
        words = face.words_for(request)
        return face.page(request, "badges.html", tapped=list(_tapped(face, words)), present=list(_present(face, words)))

    _add(router, face, "/badges/{ident}/deny", _tapped)
    _add(router, face, "/people/{ident}/deny", _present)
    return router


def _add(router: APIRouter, face: Face, path: str, listed: Callable[[Face, Words], Iterator[Barrable]]) -> None:
    def find(ident: str, words: Words) -> Barrable | None:
        return next((one for one in listed(face, words) if ident in {one.badge, one.person}), None)

    def form(request: Request, known: Barrable, *, status: int = 200, wrong: str = "", text: str = "") -> Response:
        said = {"reasons": DENY_REASONS, "wrong": wrong, "text": text}
        return face.page(request, "deny.html", status=status, known=known, **said)

    @router.get(path)
    def may(ident: str, request: Request) -> Response:
        """The form that bars it."""
        face.staff(request)
        known = find(ident, face.words_for(request))
        return see("/") if known is None else form(request, known)

    @router.post(path)
    async def do(ident: str, request: Request) -> Response:
        """Bar it. 422 without a reason."""
        session, words = face.staff(request), face.words_for(request)
        fields = await face.staff_form(request, session)
        known = find(ident, words)
        if known is None:
            return see("/")
        said = note(words, "deny_reason", DENY_REASONS, fields)
        if said is None:
            return form(request, known, status=422, wrong=words("refused.reason"), text=fields.get("text", ""))
        done = words("deny.done", name=known.name or words("people.no_name"))
        asked = {"do": "deny", "badge": known.badge, "person": known.person, "note": said}
        await ask(face, words, session, done, asked)
        return see("/")


def _tapped(face: Face, words: Words) -> Iterator[Barrable]:
    """The badges of the last taps that can be barred, each once."""
    if (seen := face.feed.seen) is not None:
        last = {line["badge"]: line for line in reversed(seen["happened"]) if line["badge"]}
        for badge, line in last.items():
            at = Telling(seen, words).at(line["at_ms"])
            yield Barrable(line["who"], words("deny.at", place=line["place"], at=at), badge=badge)


def _present(face: Face, words: Words) -> Iterator[Barrable]:
    """The people present of whose badges none is barred."""
    if (seen := face.feed.seen) is not None:
        for one in seen["people"]:
            if not one["barred"]:
                at = Telling(seen, words).at(one["since_ms"])
                yield Barrable(one["name"], words("visit.where", zone=one["zone"], at=at), person=one["id"])
