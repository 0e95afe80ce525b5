"""Walk-ins: staff give a free desk, for the running hour, to somebody whom the site knows; also with the registry gone.

Two steps without a script: find the person by name, then choose a desk and until when. What is no longer so by then is
refused by the gateway, which decides, and shown among what happened last.
"""

import asyncio
from collections.abc import Iterator
from pathlib import Path
from zoneinfo import ZoneInfo

from fastapi import APIRouter, Request, Response

from access.clock import HOUR_MS, MINUTE_MS
from access.desk import DeskShown
from access.hours import local
from access.records import Person
from access.walk_ins import may_have
from gateway.database import StoreBroken
from gateway.pages.acquainted import Found, find_people, person_of
from gateway.pages.actions import ask
from gateway.pages.face import Face, NotOurForm, see
from gateway.pages.shape import DeskSeen, Snapshot
from gateway.pages.view import Telling
from pages import sought
from pages.languages import Words
from pages.sought import SEEK, led_to

SHORTEST_MS = 15 * MINUTE_MS
"""An hour that is nearly over is not worth a desk: then the next one is offered first."""
NOBODY = Found((), more=False)


def ends(at_ms: int, zone: ZoneInfo) -> list[int]:
    """Until when a desk may be given: the end of the running hour, and of the next where both are near enough."""
    past = local(at_ms, zone).minute * MINUTE_MS + at_ms % MINUTE_MS
    hour_ms = at_ms - past + HOUR_MS
    return [end for end in (hour_ms, hour_ms + HOUR_MS) if SHORTEST_MS <= end - at_ms <= 2 * HOUR_MS]


def free_desks(seen: Snapshot) -> list[DeskSeen]:
    """The desks that are free now."""
    return [desk for desk in seen["desks"] if desk["state"] == DeskShown.FREE]


def offered(seen: Snapshot, words: Words) -> Iterator[tuple[str, str]]:
    """The free desks to choose among: id, and name with until when it is free."""
    telling = Telling(seen, words)
    for desk in free_desks(seen):
        until = desk["next_ms"]
        said = "" if until is None else f", {words('desks.free_until', until=telling.at(until))}"
        yield desk["id"], f"{desk['name']}{said}"


def routes(face: Face, link: Path) -> APIRouter:
    """The page and what its form posts to; ``link`` is the database of people."""
    router, zone = APIRouter(), ZoneInfo(face.site.timezone)

    async def page(request: Request, part: str, *, status: int = 200, wrong: str = "") -> Response:
        words, seen = face.words_for(request), face.feed.seen
        try:
            found = await asyncio.to_thread(find_people, link, part) if part else NOBODY
        except StoreBroken:
            found, wrong = NOBODY, words("walk_in.unread")
        desks = [] if seen is None else list(offered(seen, words))
        until = [] if seen is None else [(end, words.hour(local(end, zone))) for end in ends(seen["at_ms"], zone)]
        told = {"desks": desks, "until": until, "wrong": wrong}
        return face.page(request, "walk_in.html", status=status, part=part, found=found, told=told)

    @router.get("/walk-in")
    async def form(request: Request) -> Response:
        """Find somebody (``?name=``), and the form that gives them a desk."""
        face.staff(request)
        wrong = face.words_for(request)(key) if (key := sought.told(request)) else ""
        return await page(request, request.query_params.get("name", "").strip()[:60], wrong=wrong)

    @router.post(SEEK)
    async def seek(request: Request) -> Response:
        """Lead on to a page that finds people, with a name that the address tells nobody."""
        session = face.staff(request)
        path = led_to(face.cookie_of(request), await face.staff_form(request, session))
        if path is None:
            raise NotOurForm
        return see(path)

    @router.post("/walk-in")
    async def give(request: Request) -> Response:
        """Give a desk. 422 where something is not chosen, or cannot be."""
        session, words = face.staff(request), face.words_for(request)
        fields = await face.staff_form(request, session)
        person = await _person(link, fields.get("person", ""))
        wrong = _wrong(face.feed.seen, words, fields, person, zone)
        if wrong or person is None:
            return await page(request, fields.get("name", "")[:60], status=422, wrong=wrong)
        desk = face.site.desks[fields["desk"]]
        done = words("walk_in.done", name=person.name, desk=desk.name)
        asked = {"do": "walk-in", "person": person.id, "desk": desk.id, "until_ms": int(fields["until"])}
        await ask(face, words, session, done, asked)
        return see("/")

    return router


async def _person(link: Path, ident: str) -> Person | None:
    try:
        return await asyncio.to_thread(person_of, link, ident)
    except StoreBroken:
        return None


def _wrong(seen: Snapshot | None, words: Words, fields: dict[str, str], person: Person | None, zone: ZoneInfo) -> str:
    """Why the desk cannot be given, in words; "" where it can."""
    if seen is None:
        return words("refused.gateway")
    desk = next((one for one in free_desks(seen) if one["id"] == fields.get("desk")), None)
    if person is None:
        return words("walk_in.no_person")
    if desk is None:
        return words("walk_in.no_desk")
    if fields.get("until") not in {str(end) for end in ends(seen["at_ms"], zone)}:
        return words("walk_in.no_end")
    if desk["next_ms"] is not None and desk["next_ms"] < int(fields["until"]):
        return words("walk_in.booked", until=Telling(seen, words).at(desk["next_ms"]))
    if not may_have(person, desk["zone"], seen["at_ms"]):
        return words("walk_in.may_not", name=person.name)
    return ""
