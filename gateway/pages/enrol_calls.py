"""A call on a reader at the site's own pages: how it stands as it moves; confirming, cancelling, asking again."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from fastapi import APIRouter, Request, Response
from fastapi.responses import PlainTextResponse
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException

from gateway.database import StoreBroken
from gateway.link.client import path_of
from gateway.pages import enrol_view as view
from gateway.pages.acquainted import person_of
from gateway.pages.centre import Away
from gateway.pages.enrol import HOME, NEW, WRONG, Enrolment, call_on
from gateway.pages.face import see
from gateway.pages.sources import trouble
from pages.sessions import Session
from pages.streams import Parts, Streams

FRAGMENTS = ("headline", "left", "next")
EVERY_S = 1.0
LOOKS_AT_MOST, STREAMS_AT_MOST = 900, 16


@dataclass(slots=True)
class Calls:
    """The calls that are looked at here, and their streams."""

    here: Enrolment
    streams: Streams = field(default_factory=lambda: Streams(STREAMS_AT_MOST, "left", LOOKS_AT_MOST))

    async def told(self, session: Session, call: str) -> view.Telling:
        """How a call of this site stands now. Raises Away, and HTTPException where there is none."""
        said = await self.here.ask(session, "GET", path_of("badge-calls", call))
        held, site = self.here.lent(session), self.here.face.site
        if said.status != 200 or held is None or said.body["site"] != site.id:
            raise HTTPException(404)
        now_ms = held.now_ms(self.here.face.monotonic_s())
        name, holder = await run_in_threadpool(self._whose, str(said.body["person"]), said.body["holder"])
        return view.told(said.body, now_ms, site, name, holder)

    def _whose(self, person: str, badge: str | None) -> tuple[str, view.Holder]:
        """The name of whom a call is for, and of whose the badge is that the card was already."""
        try:
            known = person_of(self.here.link, person)
            held = None if badge is None else view.badge_of(self.here.link, badge)
            holder = None if held is None else person_of(self.here.link, held.person)
        except StoreBroken:
            return "", view.Holder()
        whose = view.Holder() if held is None or holder is None else view.Holder(holder.name, holder.id, held.revoked)
        return "" if known is None else known.name, whose

    async def fragments(self, request: Request, session: Session, call: str) -> Parts | None:
        """Name → HTML of each part of the page as things stand; None where it can be told no more."""
        if self.here.face.session(request) != session:
            return None
        try:
            told_now = await self.told(session, call)
        except (Away, HTTPException):
            return None
        words = self.here.face.words_for(request)
        known: Mapping[str, object] = {"t": words, "viewer": session, "call": told_now, "minutes": view.minutes_left}
        look = self.here.face.look
        return {name: look.get_template(f"enrol/{name}.html").render(known).strip() for name in FRAGMENTS}


def routes(calls: Calls) -> APIRouter:
    """A call's page, its forms and its stream."""
    router = APIRouter()
    _looked_at(router, calls)
    _acted_on(router, calls)
    return router


def _looked_at(router: APIRouter, calls: Calls) -> None:
    face = calls.here.face

    @router.get(f"{HOME}/calls/{{call}}")
    async def progress(call: str, request: Request) -> Response:
        """How a call stands, and what is to be done next."""
        session = face.staff(request)
        try:
            told_now = await calls.told(session, call)
        except Away as away:
            return _away(calls, request, away)
        told = face.sessions.hear(session.id)
        minutes = view.minutes_left
        return face.page(request, "enrol_call.html", told=told, call=told_now, minutes=minutes, viewer=session)

    @router.get(f"{HOME}/calls/{{call}}/events")
    async def events(call: str, request: Request) -> Response:
        """The stream; 401 to whom the call is not shown, 503 beyond the bound."""
        session = face.session(request)
        if session is None or await calls.fragments(request, session, call) is None:
            return PlainTextResponse("sign in first", 401)

        async def parts() -> Parts | None:
            return await calls.fragments(request, session, call)

        async def moved() -> None:
            await asyncio.sleep(EVERY_S)

        return calls.streams.answer(parts, moved)


def _acted_on(router: APIRouter, calls: Calls) -> None:
    here, face = calls.here, calls.here.face

    @router.post(f"{HOME}/calls/{{call}}/confirm")
    async def confirm(call: str, request: Request) -> Response:
        """Enrol the card that was read."""
        session, words = face.staff(request), face.words_for(request)
        fields = await face.staff_form(request, session)
        body = {"long_pulse": fields.get("long") == "yes"}
        try:
            await calls.told(session, call)
            said = await here.ask(session, "POST", path_of("badge-calls", call, "confirm"), body)
        except Away as away:
            return _away(calls, request, away)
        if said.status != 200:
            face.sessions.tell(session.id, "warning", words(WRONG.get(said.kind, "enrol.wrong.late")))
        return see(f"{HOME}/calls/{call}")

    @router.post(f"{HOME}/calls/{{call}}/cancel")
    async def cancel(call: str, request: Request) -> Response:
        """Wait no more, and go back to the person."""
        session = face.staff(request)
        await face.staff_form(request, session)
        try:
            told_now = await calls.told(session, call)
            await here.ask(session, "POST", path_of("badge-calls", call, "cancel"))
        except Away as away:
            return _away(calls, request, away)
        return see(f"{HOME}/people/{told_now.row.person}")

    @router.post(f"{HOME}/calls/{{call}}/again")
    async def again(call: str, request: Request) -> Response:
        """Call on the same reader for the same; after an enrolment, for a test of the badge that was made."""
        session = face.staff(request)
        await face.staff_form(request, session)
        try:
            row = (await calls.told(session, call)).row
        except Away as away:
            return _away(calls, request, away)
        what = NEW if row.purpose == "enrol" else f"{row.purpose}:{row.badge}"
        return await call_on(here, request, row.person, f"test:{row.made}" if row.made else what, row.reader)


def _away(calls: Calls, request: Request, away: Away) -> Response:
    words = calls.here.face.words_for(request)
    why = words("enrol.away_now", why=trouble(words, away.kind, str(away)))
    return calls.here.face.page(request, "refused.html", status=503, title=words("enrol.away_title"), why=why)
