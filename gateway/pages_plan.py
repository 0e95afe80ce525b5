"""Staff draw the floor plan anew, by numbers in a form or, where scripts run, by dragging; and undo that."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from fastapi import APIRouter, Request, Response

from gateway import pages_view
from gateway.floor import FARTHEST, Floor, Places
from gateway.pages_face import Face, see
from gateway.pages_noting import noted
from gateway.pages_view import Telling
from pages.plan import Plan

MOST_FIELDS = 1_000
DRAWN, UNDONE = "plan-drawn", "plan-undone"


@dataclass(frozen=True, slots=True)
class Mark:
    """A desk or door to place: its key, name and short label, and where it stands now, "" where it is not drawn."""

    key: str
    name: str
    label: str
    x: int | str
    y: int | str

    @property
    def placed(self) -> bool:
        """Whether it is drawn."""
        return self.x != "" and self.y != ""


def marks(telling: Telling, plan: Plan) -> Iterator[Mark]:
    """Every desk, then every door, as the plan draws them now."""
    spots = {spot.id: spot for spot in plan.spots}
    for desk in telling.seen["desks"]:
        spot = spots[desk["id"]]
        yield Mark(f"desk:{desk['id']}", desk["name"], pages_view.label(desk["name"]), spot.x, spot.y)
    doors = {spot.id: spot for spot in plan.doors}
    for door in telling.seen["doors"]:
        at = doors.get(door["id"])
        name, label = door["name"], pages_view.label(door["name"])
        yield Mark(f"door:{door['id']}", name, label, "" if at is None else at.x, "" if at is None else at.y)


def read_places(known: list[Mark], fields: Mapping[str, str]) -> tuple[Places, set[str]]:
    """The places in a form, and the keys of what is wrong: a desk without both numbers, a number beyond the plan."""
    places: Places = {}
    wrong: set[str] = set()
    for mark in known:
        x, y = fields.get(f"x-{mark.key}", ""), fields.get(f"y-{mark.key}", "")
        if not x and not y and mark.key.startswith("door:"):
            continue
        if x.isascii() and x.isdecimal() and y.isascii() and y.isdecimal() and int(x[:6]) <= FARTHEST >= int(y[:6]):
            places[mark.key] = (int(x[:6]), int(y[:6]))
        else:
            wrong.add(mark.key)
    return places, wrong


@dataclass(frozen=True, slots=True)
class Editor:
    """The plan as it is, for a page and for what its forms say."""

    face: Face
    floor: Floor

    def drawn(self, request: Request) -> tuple[list[Mark], Plan]:
        """What there is to place, and the drawing; nothing before the gateway's first word."""
        seen = self.face.feed.seen
        if seen is None:
            return [], Plan(0, 0, (), ())
        telling = Telling(seen, self.face.words_for(request), self.floor.places)
        plan = pages_view.plan(telling)
        return list(marks(telling, plan)), plan

    def page(self, request: Request, known: list[Mark], plan: Plan, wrong: set[str], *, status: int = 200) -> Response:
        """The editor, with what was asked for where that is wrong."""
        told = self.face.sessions.hear(self.face.staff(request).id)
        said = {"marks": known, "plan": plan, "wrong": wrong, "undoable": self.floor.undoable, "told": told}
        return self.face.page(request, "plan.html", status=status, said=said, farthest=FARTHEST)

    async def written(self, request: Request, write: Callable[[], None], what: str, note: str = "") -> Response:
        """Note who does it, then do it, and say so; what nobody noted is not done."""
        session, words = self.face.staff(request), self.face.words_for(request)
        tone, said = "success", words("plan.undone" if what == UNDONE else "plan.done")
        if not await noted(self.face, session, what, note):
            tone, said = "danger", words("refused.gateway")
        else:
            try:
                write()
            except OSError:
                tone, said = "danger", words("plan.not_written")
        self.face.sessions.tell(session.id, tone, said)
        return see("/plan")


def routes(face: Face, floor: Floor) -> APIRouter:
    """The editor, and what its forms post to."""
    router, editor = APIRouter(), Editor(face, floor)

    @router.get("/plan")
    def shown(request: Request) -> Response:
        """The plan, and where everything on it stands."""
        face.staff(request)
        return editor.page(request, *editor.drawn(request), set())

    @router.post("/plan")
    async def draw(request: Request) -> Response:
        """Draw it anew. 422 where a place is none."""
        session, words = face.staff(request), face.words_for(request)
        fields = await face.staff_form(request, session, MOST_FIELDS)
        known, plan = editor.drawn(request)
        places, wrong = read_places(known, fields)
        if wrong or not known:
            return editor.page(request, [_asked(mark, fields) for mark in known], plan, wrong, status=422)
        moved = sum(places.get(mark.key) != floor.places.get(mark.key) for mark in known)
        return await editor.written(request, lambda: floor.draw(places), DRAWN, words("plan.moved", count=moved))

    @router.post("/plan/undo")
    async def undo(request: Request) -> Response:
        """Go back to the drawing before."""
        await face.staff_form(request, face.staff(request))
        return await editor.written(request, floor.undo, UNDONE)

    return router


def _asked(mark: Mark, fields: Mapping[str, str]) -> Mark:
    return replace(mark, x=fields.get(f"x-{mark.key}", ""), y=fields.get(f"y-{mark.key}", ""))
