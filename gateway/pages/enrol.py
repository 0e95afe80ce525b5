"""Giving badges at the site's own pages: choose a person and a reader, show the badge there, confirm, test it.

A badge is the registry's to give, so staff do it in their own names there, and with the registry away the page says
what to do instead. A lost badge is barred here at once, with or without it (``gateway.pages.denials``).
"""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from access.records import Badge, Person
from access.staff import Staff
from gateway.database import StoreBroken
from gateway.pages import enrol_view as view
from gateway.pages.acquainted import Found, find_people, person_of
from gateway.pages.actions import TEXT_CHARACTERS, ask
from gateway.pages.centre import Away, Centre, Lending, Lent, Said, lent
from gateway.pages.face import Face, see
from gateway.pages.sources import trouble
from pages import sought
from pages.sessions import Session

HOME, NEW = "/enrol", "new"
NOBODY = Found((), more=False)
WRONG = {
    "in-use": "enrol.wrong.busy",
    "invalid": "enrol.wrong.reader",
    "out-of-turn": "enrol.wrong.late",
    "exists": "enrol.wrong.taken",
    "not-found": "enrol.wrong.unknown",
    "not-yours": "enrol.wrong.unknown",
}
"""What the registry's refusals mean to whoever stands at a desk."""
NOT_KNOWN = "not-known"
"""The kind of trouble where the registry does not know who is here (any more)."""


class Stands(StrEnum):
    """Whether a badge can be given now: ``who``: it is asked first who is here; the others say why it cannot."""

    READY = "ready"
    WHO = "who"
    CODE = "code"
    AWAY = "away"
    NONE = "none"


@dataclass(frozen=True, slots=True)
class Enrolment:
    """What the pages of enrolment stand on; ``link`` is the database of what the site knows."""

    face: Face
    link: Path
    centre: Centre | None
    lending: Lending

    def holder(self, session: Session) -> Staff | None:
        """Whose account a session was begun by; nobody's where it was the site's code."""
        return self.face.accounts.holder(session.proof)

    def lent(self, session: Session) -> Lent | None:
        """What the registry has lent to whoever is here."""
        return self.lending.of(session, self.face.monotonic_s())

    def stands(self, session: Session) -> Stands:
        """Whether a badge can be given now."""
        seen = self.face.feed.seen
        if self.centre is None:
            return Stands.NONE
        if seen is None or seen["sources"]["registry"] != "online":
            return Stands.AWAY
        if self.holder(session) is None:
            return Stands.CODE
        return Stands.WHO if self.lent(session) is None else Stands.READY

    async def ask(self, session: Session, method: str, path: str, body: object = None) -> Said:
        """Ask the registry in the name of whoever is here. Raises Away."""
        held = self.lent(session)
        if self.centre is None or held is None:
            raise Away("the registry does not know who is here; say it again", NOT_KNOWN)
        said = await run_in_threadpool(self.centre.ask, held.token, method, path, body)
        if said.status == 401:
            self.lending.drop(session)
            raise Away("the registry does not know who is here any more; say it again", NOT_KNOWN)
        return said

    async def person(self, ident: str) -> Person:
        """Whom the site knows by an id. Raises HTTPException where that is nobody."""
        try:
            found = await run_in_threadpool(person_of, self.link, ident)
        except StoreBroken:
            found = None
        if found is None:
            raise HTTPException(404)
        return found

    async def badges(self, person: str) -> list[Badge]:
        """The badges of a person that the site knows."""
        try:
            return await run_in_threadpool(view.badges_of, self.link, person)
        except StoreBroken:
            return []


def routes(here: Enrolment) -> APIRouter:
    """The pages, and what their forms post to."""
    router, face = APIRouter(), here.face

    @router.get(HOME)
    async def search(request: Request) -> Response:
        """Find somebody by a part of their name."""
        session, part = face.staff(request), request.query_params.get("name", "").strip()[:60]
        found, wrong = NOBODY, face.words_for(request)(key) if (key := sought.told(request)) else ""
        try:
            found = await run_in_threadpool(find_people, here.link, part) if part else NOBODY
        except StoreBroken:
            wrong = face.words_for(request)("walk_in.unread")
        stands = here.stands(session)
        return face.page(request, "enrol.html", part=part, found=found, wrong=wrong, stands=stands)

    @router.get(f"{HOME}/people/{{person}}")
    async def of_person(person: str, request: Request) -> Response:
        """Somebody's badges, and the form that asks for another."""
        face.staff(request)
        return await person_page(here, request, person, request.query_params.get("what", NEW))

    @router.post(f"{HOME}/people/{{person}}")
    async def call(person: str, request: Request) -> Response:
        """Ask for a badge at a reader. 422 where it cannot be."""
        session = face.staff(request)
        fields = await face.staff_form(request, session)
        return await call_on(here, request, person, fields.get("what", ""), fields.get("reader", ""))

    @router.post(f"{HOME}/people/{{person}}/who")
    async def who(person: str, request: Request) -> Response:
        """Show the registry who is here. 403 for what is wrong, 429 for too many guesses."""
        session = face.staff(request)
        fields = await face.staff_form(request, session)
        return await _show(here, request, session, person, fields)

    @router.get(f"{HOME}/badges/{{badge}}/lost")
    async def lost(badge: str, request: Request) -> Response:
        """Ask why a badge is to open nothing any more."""
        face.staff(request)
        return await _lost(here, request, badge)

    @router.post(f"{HOME}/badges/{{badge}}/lost")
    async def bar(badge: str, request: Request) -> Response:
        """Bar it here at once, and everywhere as soon as the registry hears of it. 422 without a reason."""
        session, words = face.staff(request), face.words_for(request)
        why = (await face.staff_form(request, session)).get("why", "")[:TEXT_CHARACTERS]
        if not why or not why.isprintable():
            return await _lost(here, request, badge, words("enrol.lost.why_missing"))
        known = await _known(here, badge)
        asked = {"do": "deny", "badge": badge, "person": "", "note": why}
        await ask(face, words, session, words("enrol.lost.barred"), asked)
        return see(f"{HOME}/people/{known.person}?what=replace:{badge}")

    return router


async def person_page(
    here: Enrolment, request: Request, ident: str, what: str, status: int = 200, **wrong: str
) -> Response:
    """Somebody's badges, with the form that can be filled in now; ``wrong``: what is wrong beside a field."""
    session = here.face.staff(request)
    person = await here.person(ident)
    said = {"badges": await here.badges(ident), "readers": view.readers(here.face.site), "what": what}
    stands = Stands.AWAY if "away" in wrong else here.stands(session)
    said |= {"stands": stands, "chosen": wrong.get("chosen", ""), "wrong": wrong.get("reader", ""), "viewer": session}
    said |= {"told": here.face.sessions.hear(session.id), "password_wrong": wrong.get("password", "")}
    said |= {"code_wrong": wrong.get("code", ""), "away": wrong.get("away", ""), "barred": _barred(here.face)}
    return here.face.page(request, "enrol_person.html", status=status, person=person, **said)


def _barred(face: Face) -> frozenset[str]:
    """The badges that are barred here and not revoked yet."""
    return frozenset() if face.feed.seen is None else frozenset(one["badge"] for one in face.feed.seen["barred"])


async def call_on(here: Enrolment, request: Request, person: str, what: str, reader: str) -> Response:
    """Call on a reader, and look at how it goes; 422 with what is wrong beside the field where it cannot be."""
    session, words = here.face.staff(request), here.face.words_for(request)
    purpose, _, badge = what.partition(":")
    named = {"purpose": "enrol", "person": person} if purpose == NEW else {"purpose": purpose, "badge": badge}
    try:
        said = await here.ask(session, "POST", "badge-calls", {"site": here.face.site.id, "reader": reader, **named})
    except Away as away:
        return await person_page(here, request, person, what, 503, away=trouble(words, away.kind, str(away)))
    if said.status != 201:
        wrong = words(WRONG.get(said.kind, "enrol.wrong.reader"))
        return await person_page(here, request, person, what, 422, reader=wrong, chosen=reader)
    return see(f"{HOME}/calls/{said.body['id']}")


async def _show(here: Enrolment, request: Request, session: Session, person: str, fields: dict[str, str]) -> Response:
    words, account, what = here.face.words_for(request), here.holder(session), fields.get("what", NEW)
    if here.centre is None or account is None:
        return see(f"{HOME}/people/{person}")
    if not fields.get("password"):
        return await person_page(here, request, person, what, 422, password=words("enrol.who_wrong"))
    shown = (account.login, fields["password"], fields.get("code", ""))
    try:
        said = await run_in_threadpool(here.centre.lend, *shown)
    except Away as away:
        return await person_page(here, request, person, what, 503, away=trouble(words, away.kind, str(away)))
    if said.status != 200:
        field = "code" if said.body.get("second") else "password"
        return await person_page(here, request, person, what, said.status, **{field: words(_wrong(said, shown[2]))})
    here.lending.keep(session, lent(said, here.face.monotonic_s()))
    return see(f"{HOME}/people/{person}?{urlencode({'what': what})}")


def _wrong(said: Said, code: str) -> str:
    """Why the registry does not take somebody for whom they say to be: the key of the sentence."""
    if said.body.get("second"):
        return "enrol.code_wrong" if code else "enrol.code_missing"
    if said.body.get("wrong"):
        return "enrol.who_wrong"
    return {"too-many": "enrol.who_wait", "out-of-turn": "enrol.who_second"}.get(said.kind, "enrol.who_not")


async def _known(here: Enrolment, badge: str) -> Badge:
    try:
        found = await run_in_threadpool(view.badge_of, here.link, badge)
    except StoreBroken:
        found = None
    if found is None:
        raise HTTPException(404)
    return found


async def _lost(here: Enrolment, request: Request, ident: str, wrong: str = "") -> Response:
    badge = await _known(here, ident)
    said = {"badge": badge, "person": await here.person(badge.person), "viewer": here.face.staff(request)}
    return here.face.page(request, "enrol_lost.html", status=422 if wrong else 200, wrong=wrong, **said)
