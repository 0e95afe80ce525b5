"""The muster list: everybody who is here by what the gateway knows, on one sheet to tick; each look at it is logged.

It is as fresh as the gateway's last snapshot, says how old that is, and needs neither the registry nor the broker.
"""

from collections.abc import MutableMapping
from dataclasses import dataclass

from fastapi import APIRouter, Request, Response

from access.clock import SECOND_MS
from gateway.pages.face import Face
from gateway.pages.noting import noted
from gateway.pages.shape import Snapshot
from gateway.pages.sources import span
from gateway.pages.view import Telling, clock
from pages.languages import Words
from pages.sessions import Session

SAME_LOOK_S = 60.0
"""Whoever loads the list again within this time still looks at the same one."""
ONE_COLUMN, TWO_COLUMNS = 36, 100
"""So many people fit on one printed sheet in one column, and in two."""


@dataclass(frozen=True, slots=True)
class Row:
    """One person to look for, or one visitor; ``since`` is the site's time."""

    name: str
    zone: str
    since: str
    minor: bool = False
    estimated: bool = False
    visit: bool = False


def rows(telling: Telling) -> list[Row]:
    """Everybody, by name; then the visitors, by who let them in."""
    words, seen = telling.words, telling.seen
    people = [
        Row(
            one["name"] or words("people.no_name"),
            one["zone"],
            telling.at(one["since_ms"]),
            one["minor"],
            one["estimated"],
        )
        for one in seen["people"]
    ]
    visits = [
        Row(words("people.visit", host=one["host"]), one["zone"], telling.at(one["since_ms"]), visit=True)
        for one in seen["visits"]
    ]
    return [*sorted(people, key=_by_name), *sorted(visits, key=_by_name)]


def _by_name(row: Row) -> tuple[str, str]:
    return row.name.casefold(), row.since


def nameless(telling: Telling) -> str:
    """What the count says beside the names: people whom nobody can name, or some of these who may have left."""
    seen, words = telling.seen, telling.words
    beyond = seen["total"]["present"] - len(seen["people"]) - len(seen["visits"])
    if beyond > 0:
        return words.number("muster.more", beyond)
    return words.number("muster.fewer", -beyond) if beyond < 0 else ""


def width(people: int) -> str:
    """How wide the printed columns may be so that so many people fit on one sheet."""
    if people <= ONE_COLUMN:
        return "wide"
    return "half" if people <= TWO_COLUMNS else "third"


def routes(face: Face) -> APIRouter:
    """The list."""
    router, looks = APIRouter(), dict[str, float]()

    @router.get("/muster")
    async def muster(request: Request) -> Response:
        """The list as of the last snapshot; the log is told who looked."""
        session, words = face.staff(request), face.words_for(request)
        seen = face.feed.seen
        noted = await _note(face, session, words, looks)
        said = {} if seen is None else _said(face, seen, words)
        return face.page(request, "muster.html", noted=noted, author=session.name, seen=seen, said=said)

    return router


def _said(face: Face, seen: Snapshot, words: Words) -> dict[str, object]:
    telling, silent = Telling(seen, words), face.feed.silent_s is not None
    listed = rows(telling)
    age = span(words, int(face.feed.age_s * SECOND_MS))
    return {
        "rows": listed,
        "at": f"{telling.on(seen['at_ms'])}, {clock(telling)}",
        "age": age,
        "silent": silent,
        "nameless": nameless(telling),
        "width": width(len(listed)),
    }


async def _note(face: Face, session: Session, words: Words, looks: MutableMapping[str, float]) -> tuple[str, str]:
    """Log this look, unless it is the same one; what to say of that, with its tone. The list is shown in any case."""
    now_s = face.monotonic_s()
    for gone in [ident for ident in looks if ident not in face.sessions.live]:
        del looks[gone]
    if session.id in looks and now_s - looks[session.id] < SAME_LOOK_S:
        return "info", words("muster.noted", name=session.name)
    if not await noted(face, session, "muster"):
        return "warning", words("muster.not_noted")
    looks[session.id] = now_s
    return "info", words("muster.noted", name=session.name)
