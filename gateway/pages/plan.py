"""Staff draw the floor plan anew, by numbers in a form or, where scripts run, by dragging; and undo that."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from fastapi import APIRouter, Request, Response

from gateway.pages import drawing, lettering
from gateway.pages.face import Face, see
from gateway.pages.floor import FARTHEST, Floor, Places
from gateway.pages.noting import noted
from gateway.pages.shape import DoorSeen, RoomSeen
from gateway.pages.view import Telling
from pages.plan import Outline, Plan, Spot

MOST_FIELDS = 1_000
FIGURES = 6
DRAWN, UNDONE = "plan-drawn", "plan-undone"


POINT, RECTANGLE = ("x", "y"), ("x", "y", "width", "height")
NARROWEST = 20
"""A zone or room that is smaller could neither be seen nor dragged."""


@dataclass(frozen=True, slots=True)
class Mark:
    """Something to place: its key, name and short label, and its numbers by axis as it stands now, "" where it is not
    drawn. Only desks have to be. ``lines`` are a zone's or room's name, seen from its own upper left corner.
    """

    key: str
    name: str
    label: str
    at: Mapping[str, int | str]
    lines: tuple[tuple[int, int, str], ...] = ()

    @property
    def placed(self) -> bool:
        """Whether it is drawn."""
        return "" not in self.at.values()

    @property
    def sign(self) -> lettering.DoorSign:
        """A door's mark."""
        return lettering.door(self.name)

    @property
    def kind(self) -> str:
        """``desk``, ``door``, ``zone`` or ``room``."""
        return self.key.partition(":")[0]


def marks(telling: Telling, plan: Plan) -> Iterator[Mark]:
    """Every zone and room, then every desk, then every door, as the plan draws them now; a zone that is drawn around
    its desks has no numbers.
    """
    seen, own = telling.seen, {zone.id for zone in drawing.own_zones(telling)}
    zones = [outline for outline in plan.outlines if outline.id in own]
    written = {zone["at"].id: _lines(zone["at"], zone["written"]) for zone in drawing.zone_marks(telling)}
    for kind, areas, drawn in (("zone", seen["zones"], zones), ("room", seen["rooms"], plan.rooms)):
        outlines = {outline.id: outline for outline in drawn}
        for area in cast("list[RoomSeen]", areas):
            at = outlines.get(area["id"])
            mark = _mark(kind, area["id"], area["name"], RECTANGLE, at)
            usual: tuple[tuple[int, int, str], ...] = ((lettering.ASIDE, lettering.UNDER, mark.name),)
            if kind == "room" and at is not None:
                usual = _lines(replace(at, x=0, y=0), lettering.room(mark.name, at))
            yield replace(mark, lines=written.get(area["id"], usual) if kind == "zone" else usual)
    for kind, points, drawn_at in (("desk", seen["desks"], plan.spots), ("door", seen["doors"], plan.doors)):
        spots = {spot.id: spot for spot in drawn_at}
        for point in cast("list[DoorSeen]", points):
            yield _mark(kind, point["id"], point["name"], POINT, spots.get(point["id"]))


def _lines(at: Outline, written: lettering.Lettered) -> tuple[tuple[int, int, str], ...]:
    return tuple((written.x - at.x, foot - at.y, line) for foot, line in written.lines)


def _mark(kind: str, ident: str, name: str, axes: Sequence[str], drawn: Outline | Spot | None) -> Mark:
    at = {axis: "" if drawn is None else getattr(drawn, axis) for axis in axes}
    return Mark(f"{kind}:{ident}", name, drawing.label(name), at)


def read_places(known: list[Mark], fields: Mapping[str, str]) -> tuple[Places, set[str]]:
    """The places in a form, and the keys of what is wrong: a desk without its numbers, some without the others, one
    beyond the plan.
    """
    places: Places = {}
    wrong: set[str] = set()
    for mark in known:
        said = {axis: fields.get(f"{axis}-{mark.key}", "") for axis in mark.at}
        if mark.kind != "desk" and not any(said.values()):
            continue
        match [_number(axis, text) for axis, text in said.items()]:
            case [int(x), int(y)]:
                places[mark.key] = (x, y)
            case [int(x), int(y), int(width), int(height)]:
                places[mark.key] = (x, y, width, height)
            case _:
                wrong.add(mark.key)
    return places, wrong


def _number(axis: str, text: str) -> int | None:
    """A whole number that lies on the plan; None: it is none."""
    if not text.isascii() or not text.isdecimal() or len(text) > FIGURES:
        return None
    return int(text) if (0 if axis in POINT else NARROWEST) <= int(text) <= FARTHEST else None


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
        plan = drawing.plan(telling)
        return list(marks(telling, plan)), plan

    def page(self, request: Request, known: list[Mark], plan: Plan, wrong: set[str], *, status: int = 200) -> Response:
        """The editor, with what was asked for where that is wrong."""
        told = self.face.sessions.hear(self.face.staff(request).id)
        said = {"marks": known, "plan": plan, "wrong": wrong, "undoable": self.floor.undoable, "told": told}
        bounds = {"farthest": FARTHEST, "narrowest": NARROWEST}
        return self.face.page(request, "plan.html", status=status, said=said, **bounds)

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
    return replace(mark, at={axis: fields.get(f"{axis}-{mark.key}", "") for axis in mark.at})
