"""What staff switch on and off from the pages for the whole site, each with a reason and their name: a lockdown of
entries, and an evacuation.
"""

from dataclasses import dataclass
from typing import Literal

from fastapi import APIRouter, Request, Response

from access.site import Site
from gateway.pages.actions import ask, note
from gateway.pages.face import Face, see


@dataclass(frozen=True, slots=True)
class Switch:
    """One such switch; ``name`` is its path, its ask, its flag in the snapshot and its words."""

    name: Literal["lockdown", "evacuation"]
    reasons: tuple[str, ...]
    danger: bool
    """Whether switching on is what staff should think twice of; else switching off is."""


LOCKDOWN = Switch("lockdown", ("threat", "drill", "order", "over", "other"), danger=True)
EVACUATION = Switch("evacuation", ("fire", "gas", "drill", "order", "over", "other"), danger=False)


def routes(face: Face) -> APIRouter:
    """The forms of both switches and what they post to."""
    router = APIRouter()
    for switch in (LOCKDOWN, EVACUATION):
        _add(router, face, switch)
    return router


def _add(router: APIRouter, face: Face, switch: Switch) -> None:
    def form(request: Request, *, status: int = 200, wrong: str = "", text: str = "") -> Response:
        active = face.feed.seen is not None and face.feed.seen[switch.name]
        beyond = beyond_the_keeper(face.site) if switch is EVACUATION else ()
        said = {"active": active, "beyond": beyond, "wrong": wrong, "text": text}
        return face.page(request, "switch.html", status=status, switch=switch, **said)

    @router.get(f"/{switch.name}")
    def may(request: Request) -> Response:
        """The form that switches on, or off where it is on."""
        face.staff(request)
        return form(request)

    @router.post(f"/{switch.name}")
    async def do(request: Request) -> Response:
        """Switch on (``active`` yes) or off. 422 without a reason or confirmation."""
        session, words = face.staff(request), face.words_for(request)
        fields = await face.staff_form(request, session)
        said = note(words, f"{switch.name}_reason", switch.reasons, fields)
        active = fields.get("active") == "yes"
        if said is None or fields.get("confirm") != "yes":
            wrong = words("refused.reason" if said is None else "refused.confirm")
            return form(request, status=422, wrong=wrong, text=fields.get("text", ""))
        done = words(f"{switch.name}.done" if active else f"{switch.name}.done_over")
        await ask(face, words, session, done, {"do": switch.name, "active": active, "note": said})
        return see("/")


def beyond_the_keeper(site: Site) -> tuple[str, ...]:
    """The names of the doors that the doorkeeper does not release, because their lock is on no line of its own."""
    return tuple(door.name for door in site.doors.values() if door.gpio is None)
