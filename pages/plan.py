"""The floor plan as geometry: where each desk and door is drawn, and the outline of each zone and room. Pure."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil, hypot, sqrt

CELL = 100
"""One desk and the air around it, in units of the drawing."""
WIDEST = 12
MARGIN = CELL // 4
HEADING = CELL * 3 // 10


@dataclass(frozen=True, slots=True)
class Place:
    """A desk or door to place; ``x`` and ``y`` in any plan units, or None for the grid."""

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
    """A zone's or a room's rectangle: to place in plan units, or as drawn."""

    id: str
    x: int
    y: int
    width: int
    height: int

    @property
    def right(self) -> int:
        """Its right edge."""
        return self.x + self.width

    @property
    def bottom(self) -> int:
        """Its lower edge."""
        return self.y + self.height

    def meets(self, other: "Outline") -> bool:
        """Whether they cover something together."""
        apart_x = self.right <= other.x or other.right <= self.x
        apart_y = self.bottom <= other.y or other.bottom <= self.y
        return not (apart_x or apart_y)


@dataclass(frozen=True, slots=True)
class Given:
    """What the plan is made of besides desks: doors, and the zones and rooms that have a rectangle."""

    doors: tuple[Place, ...] = ()
    zones: tuple[Outline, ...] = ()
    rooms: tuple[Outline, ...] = ()


NOTHING = Given()


@dataclass(frozen=True, slots=True)
class Plan:
    """The drawing. Zones without a rectangle of their own are drawn around their desks, but where such outlines would
    overlap: zones that interleave have none. Of the doors only those that have a place are drawn.
    """

    width: int
    height: int
    spots: tuple[Spot, ...]
    outlines: tuple[Outline, ...]
    doors: tuple[Spot, ...] = ()
    rooms: tuple[Outline, ...] = ()


def layout(places: Sequence[Place], given: Given = NOTHING) -> Plan:
    """The drawing of these desks: placed ones as they are given, scaled so that neighbours stand a cell apart; the
    others on a grid below, zone by zone.
    """
    placed = [place for place in places if place.x is not None and place.y is not None]
    drawn = _placed(placed, given)
    spots = list(drawn.spots)
    below = _lowest(drawn)
    by_zone: dict[str, list[Place]] = {}
    for place in places:
        if place not in placed:
            by_zone.setdefault(place.zone, []).append(place)
    for group in by_zone.values():
        if spots or drawn.doors or drawn.outlines:
            below += HEADING + MARGIN
        spots += _grid(group, below)
        below = max(spot.y for spot in spots) + CELL
    own = {outline.id for outline in drawn.outlines}
    zone_of = {place.id: place.zone for place in places if place.zone not in own}
    outlines = (*drawn.outlines, *_outlines([spot for spot in spots if spot.id in zone_of], zone_of, drawn.outlines))
    return _framed(replace(drawn, spots=tuple(spots), outlines=outlines))


def _lowest(drawn: Plan) -> int:
    """Where the first row of a grid may stand."""
    under = [spot.y + CELL for spot in (*drawn.spots, *drawn.doors)]
    under += [outline.bottom + CELL // 2 for outline in (*drawn.outlines, *drawn.rooms)]
    return max(under, default=0)


def _placed(placed: Sequence[Place], given: Given) -> Plan:
    """Everything that has a place, in units of the drawing; how far desks stand apart says how large that is."""
    doors = [door for door in given.doors if door.x is not None and door.y is not None]
    areas = (*given.zones, *given.rooms)
    scale = CELL / _nearest([_point(place) for place in placed])
    points = [*map(_point, (*placed, *doors)), *((area.x, area.y) for area in areas)]
    left, top = (min((point[axis] for point in points), default=0) for axis in (0, 1))

    def spot(place: Place) -> Spot:
        x, y = _point(place)
        return Spot(place.id, round((x - left) * scale), round((y - top) * scale))

    def outline(area: Outline) -> Outline:
        x, y = round((area.x - left) * scale), round((area.y - top) * scale)
        return Outline(area.id, x, y, round(area.width * scale), round(area.height * scale))

    return Plan(
        0,
        0,
        tuple(map(spot, placed)),
        tuple(map(outline, given.zones)),
        tuple(map(spot, doors)),
        tuple(map(outline, given.rooms)),
    )


def _point(place: Place) -> tuple[int, int]:
    return place.x or 0, place.y or 0


def _nearest(points: Sequence[tuple[int, int]]) -> float:
    """The least distance between two desks that do not stand in the same place."""
    distances = (hypot(a[0] - b[0], a[1] - b[1]) for n, a in enumerate(points) for b in points[:n] if a != b)
    return min(distances, default=CELL)


def _grid(group: Sequence[Place], top: int) -> list[Spot]:
    columns = min(WIDEST, ceil(sqrt(len(group) * 2)))
    return [Spot(p.id, n % columns * CELL, top + n // columns * CELL) for n, p in enumerate(group)]


def _outlines(spots: Iterable[Spot], zone_of: dict[str, str], own: Sequence[Outline]) -> list[Outline]:
    by_zone: dict[str, list[Spot]] = {}
    for spot in spots:
        by_zone.setdefault(zone_of[spot.id], []).append(spot)
    drawn = [_around(zone, group) for zone, group in by_zone.items()]
    return [one for one in drawn if not any(one.meets(other) for other in (*drawn, *own) if other is not one)]


def _around(zone: str, group: Sequence[Spot]) -> Outline:
    left, right = min(s.x for s in group) - CELL // 2, max(s.x for s in group) + CELL // 2
    top, bottom = min(s.y for s in group) - CELL // 2 - HEADING, max(s.y for s in group) + CELL // 2
    return Outline(zone, left, top, right - left, bottom - top)


def _framed(plan: Plan) -> Plan:
    """The drawing moved into its own frame, which begins at 0, 0."""
    half, spots, areas = CELL // 2, (*plan.spots, *plan.doors), (*plan.outlines, *plan.rooms)
    if not spots and not areas:
        return plan
    left = min([*(s.x - half for s in spots), *(a.x for a in areas)]) - MARGIN
    top = min([*(s.y - half - HEADING for s in spots), *(a.y for a in areas)]) - MARGIN
    right = max([*(s.x + half for s in spots), *(a.right for a in areas)]) + MARGIN
    bottom = max([*(s.y + half for s in spots), *(a.bottom for a in areas)]) + MARGIN
    return Plan(
        right - left,
        bottom - top,
        tuple(Spot(s.id, s.x - left, s.y - top) for s in plan.spots),
        tuple(replace(a, x=a.x - left, y=a.y - top) for a in plan.outlines),
        tuple(Spot(s.id, s.x - left, s.y - top) for s in plan.doors),
        tuple(replace(a, x=a.x - left, y=a.y - top) for a in plan.rooms),
    )
