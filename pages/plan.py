"""The floor plan as geometry: where each desk is drawn, how big, and the outline of each zone. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import ceil, hypot, sqrt

CELL = 100
"""One desk and the air around it, in units of the drawing."""
WIDEST = 12
MARGIN = CELL // 4
HEADING = CELL * 3 // 10


@dataclass(frozen=True, slots=True)
class Place:
    """A desk to place; ``x`` and ``y`` in any plan units, or None for the grid."""

    id: str
    zone: str
    x: int | None
    y: int | None


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a desk's middle is, in units of the drawing."""

    id: str
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Outline:
    """A zone's rectangle."""

    zone: str
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Plan:
    """The drawing. Outlines that would overlap are left out: zones that interleave have no rectangle. Of the doors only
    those that have a place are drawn.
    """

    width: int
    height: int
    spots: tuple[Spot, ...]
    outlines: tuple[Outline, ...]
    doors: tuple[Spot, ...] = ()


def layout(places: Sequence[Place], doors: Sequence[Place] = ()) -> Plan:
    """The drawing of these desks: placed ones as the site file says, scaled so that neighbours stand a cell apart;
    the others on a grid below, zone by zone.
    """
    placed = [place for place in places if place.x is not None and place.y is not None]
    spots, door_spots = _placed(placed, [door for door in doors if door.x is not None and door.y is not None])
    below = max((spot.y for spot in (*spots, *door_spots)), default=-CELL) + CELL
    by_zone: dict[str, list[Place]] = {}
    for place in places:
        if place not in placed:
            by_zone.setdefault(place.zone, []).append(place)
    for group in by_zone.values():
        if spots or door_spots:
            below += HEADING + MARGIN
        spots += _grid(group, below)
        below = max(spot.y for spot in spots) + CELL
    return _framed(spots, _outlines(spots, {place.id: place.zone for place in places}), door_spots)


def _placed(placed: Sequence[Place], doors: Sequence[Place]) -> tuple[list[Spot], list[Spot]]:
    """Desks and doors in units of the drawing; how far desks stand apart says how large that is."""
    scale = CELL / _nearest([_point(place) for place in placed])
    left, top = (min((_point(place)[axis] for place in (*placed, *doors)), default=0) for axis in (0, 1))

    def spot(place: Place) -> Spot:
        x, y = _point(place)
        return Spot(place.id, round((x - left) * scale), round((y - top) * scale))

    return [spot(place) for place in placed], [spot(place) for place in doors]


def _point(place: Place) -> tuple[int, int]:
    return place.x or 0, place.y or 0


def _nearest(points: Sequence[tuple[int, int]]) -> float:
    """The least distance between two desks that do not stand in the same place."""
    distances = (hypot(a[0] - b[0], a[1] - b[1]) for n, a in enumerate(points) for b in points[:n] if a != b)
    return min(distances, default=CELL)


def _grid(group: Sequence[Place], top: int) -> list[Spot]:
    columns = min(WIDEST, ceil(sqrt(len(group) * 2)))
    return [Spot(p.id, n % columns * CELL, top + n // columns * CELL) for n, p in enumerate(group)]


def _outlines(spots: Iterable[Spot], zone_of: dict[str, str]) -> list[Outline]:
    by_zone: dict[str, list[Spot]] = {}
    for spot in spots:
        by_zone.setdefault(zone_of[spot.id], []).append(spot)
    drawn = [_around(zone, group) for zone, group in by_zone.items()]
    return [one for one in drawn if not any(_overlap(one, other) for other in drawn if other is not one)]


def _around(zone: str, group: Sequence[Spot]) -> Outline:
    left, right = min(s.x for s in group) - CELL // 2, max(s.x for s in group) + CELL // 2
    top, bottom = min(s.y for s in group) - CELL // 2 - HEADING, max(s.y for s in group) + CELL // 2
    return Outline(zone, left, top, right - left, bottom - top)


def _overlap(one: Outline, other: Outline) -> bool:
    apart_x = one.x + one.width <= other.x or other.x + other.width <= one.x
    apart_y = one.y + one.height <= other.y or other.y + other.height <= one.y
    return not (apart_x or apart_y)


def _framed(spots: Sequence[Spot], outlines: Sequence[Outline], doors: Sequence[Spot]) -> Plan:
    """The drawing moved into its own frame, which begins at 0, 0."""
    drawn = (*spots, *doors)
    if not drawn:
        return Plan(0, 0, (), ())
    left, top = min(s.x for s in drawn) - CELL // 2 - MARGIN, min(s.y for s in drawn) - CELL // 2 - HEADING - MARGIN
    right, bottom = max(s.x for s in drawn) + CELL // 2 + MARGIN, max(s.y for s in drawn) + CELL // 2 + MARGIN
    return Plan(
        right - left,
        bottom - top,
        tuple(Spot(s.id, s.x - left, s.y - top) for s in spots),
        tuple(Outline(o.zone, o.x - left, o.y - top, o.width, o.height) for o in outlines),
        tuple(Spot(s.id, s.x - left, s.y - top) for s in doors),
    )
