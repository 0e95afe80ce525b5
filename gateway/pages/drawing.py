"""A snapshot drawn: where the plan shows zones, rooms, desks and doors, each with its state in words. Pure.

As soon as staff have drawn the plan, theirs is the whole of it: the site file's places are in units of their own.
"""

from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from gateway.pages import lettering
from gateway.pages.shape import DeskSeen, DoorSeen
from gateway.pages.view import Telling, room_state, zone_name
from pages.plan import Given, Outline, Place, Plan, layout

LABEL_CHARACTERS = 8
Unplaced = tuple[int | None, int | None]
NOWHERE: Unplaced = (None, None)


def plan(telling: Telling) -> Plan:
    """Where everything stands; the drawing is made once a site."""
    seen = telling.seen
    desks = tuple(
        Place(d["id"], d["zone"], *_point(telling, f"desk:{d['id']}", (d["x"], d["y"]))) for d in seen["desks"]
    )
    doors = tuple(Place(d["id"], "", *_point(telling, f"door:{d['id']}", (d["x"], d["y"]))) for d in seen["doors"])
    rooms = _outlines(telling, "room", ((room["id"], room["at"]) for room in seen["rooms"]))
    return _plan(desks, Given(doors, own_zones(telling), rooms))


def own_zones(telling: Telling) -> tuple[Outline, ...]:
    """The zones that have a rectangle of their own; the others are drawn around their desks."""
    return _outlines(telling, "zone", ((zone["id"], zone["at"]) for zone in telling.seen["zones"]))


_plan = lru_cache(maxsize=4)(layout)


def _point(telling: Telling, key: str, filed: Unplaced) -> Unplaced:
    x, y = telling.placed.get(key, NOWHERE)[:2] if telling.placed else filed
    return x, y


def _outlines(telling: Telling, kind: str, filed: Iterable[tuple[str, list[int] | None]]) -> tuple[Outline, ...]:
    found = ((ident, telling.placed.get(f"{kind}:{ident}") if telling.placed else at) for ident, at in filed)
    return tuple(Outline(ident, *at) for ident, at in found if at is not None)


def zone_marks(telling: Telling) -> list[dict[str, Any]]:
    """The zones as the plan draws them: rectangle, name, and that one's lines where nothing covers them."""
    made, doors = plan(telling), {door["id"]: lettering.door(door["name"]) for door in telling.seen["doors"]}
    signs = (lettering.around(spot, doors[spot.id].width, doors[spot.id].height) for spot in made.doors)
    taken = [*made.rooms, *map(lettering.desk, made.spots), *signs]
    named = ((one, zone_name(telling, one.id)) for one in made.outlines)

    def written(one: Outline, name: str) -> lettering.Lettered:
        others = [other for other in made.outlines if other is not one]
        return lettering.zone(name, one, taken, others, made.height)

    return [{"at": one, "name": name, "written": written(one, name)} for one, name in named]


def room_marks(telling: Telling) -> list[dict[str, Any]]:
    """The rooms that are drawn: rectangle, state, its word, name, and that one's lines from its upper left corner."""
    known = {room["id"]: room for room in telling.seen["rooms"]}
    drawn = ((one, known[one.id], room_state(known[one.id])) for one in plan(telling).rooms)
    return [
        {
            "at": one,
            "name": room["name"],
            "written": lettering.room(room["name"], one),
            "state": state,
            "word": telling.words(f"desk.{state}"),
        }
        for one, room, state in drawn
    ]


def marks(telling: Telling) -> list[dict[str, Any]]:
    """The desks as the plan draws them: spot, state, its word, name and short label."""
    return [
        {
            "x": spot.x,
            "y": spot.y,
            "state": desk["state"],
            "word": telling.words(f"desk.{desk['state']}"),
            "name": desk["name"],
            "label": label(desk["name"]),
        }
        for desk, spot in zip(_by_id(telling), sorted(plan(telling).spots, key=lambda s: s.id), strict=True)
    ]


def _by_id(telling: Telling) -> list[DeskSeen]:
    return sorted(telling.seen["desks"], key=lambda desk: desk["id"])


def label(name: str) -> str:
    """A desk's name short enough for the plan: its number where it ends in one."""
    last = name.rsplit(maxsplit=1)[-1] if name.split() else name
    return last if last.isdecimal() else name[:LABEL_CHARACTERS]


def door_marks(telling: Telling) -> list[dict[str, Any]]:
    """The doors that are drawn: spot, name and its sign, how they stand, that in short, and whether they alarm."""
    known = {door["id"]: door for door in telling.seen["doors"]}
    return [
        {
            "x": spot.x,
            "y": spot.y,
            "name": door["name"],
            "sign": lettering.door(door["name"]),
            "word": _stands(telling, door),
            "short": "" if door["open"] is None else telling.words("doors.open" if door["open"] else "doors.closed"),
            "alarm": door["forced"] or door["held"],
        }
        for spot in plan(telling).doors
        if (door := known.get(spot.id)) is not None
    ]


def _stands(telling: Telling, door: DoorSeen) -> str:
    if door["forced"] or door["held"]:
        return telling.words("doors.forced" if door["forced"] else "doors.held")
    if door["open"] is None:
        return telling.words("doors.unknown" if door["has_contact"] else "doors.no_contact")
    return telling.words("doors.open" if door["open"] else "doors.closed")
