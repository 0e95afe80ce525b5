"""The floor plan: every desk drawn once, none on another, in its own frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.plan import CELL, Given, Outline, Place, Plan, layout


def placed(*points: tuple[int, int], zone: str = "sala") -> list[Place]:
    return [Place(f"{zone}-{n}", zone, x, y) for n, (x, y) in enumerate(points)]


def unplaced(count: int, zone: str = "sala") -> list[Place]:
    return [Place(f"{zone}-u{n}", zone, None, None) for n in range(count)]


def apart(plan: Plan) -> bool:
    spots = plan.spots
    return all(abs(a.x - b.x) >= CELL - 1 or abs(a.y - b.y) >= CELL - 1 for n, a in enumerate(spots) for b in spots[:n])


def inside(plan: Plan) -> bool:
    half = CELL // 2
    return all(
        half <= spot.x <= plan.width - half and half <= spot.y <= plan.height - half for spot in plan.spots
    ) and all(o.x >= 0 and o.x + o.width <= plan.width and o.y + o.height <= plan.height for o in plan.outlines)


def test_no_desks_make_an_empty_plan() -> None:
    assert layout([]) == Plan(0, 0, (), ())


@pytest.mark.parametrize("unit", [1, 7, 120, 3_000])
def test_whatever_the_site_files_units_neighbours_stand_a_cell_apart(unit: int) -> None:
    plan = layout(placed((0, 0), (unit, 0), (0, unit), (3 * unit, unit)))
    (a, b, c, d) = plan.spots
    assert (b.x - a.x, c.y - a.y, d.x - a.x) == (CELL, CELL, 3 * CELL)
    assert apart(plan)
    assert inside(plan)


def test_where_the_plan_begins_does_not_matter() -> None:
    here, there = layout(placed((0, 0), (50, 0))), layout(placed((900, 400), (950, 400)))
    assert here == there


def test_desks_without_a_place_stand_on_a_grid_zone_by_zone() -> None:
    plan = layout([*unplaced(5), *unplaced(3, "lab")])
    assert len(plan.spots) == 8
    assert [outline.id for outline in plan.outlines] == ["sala", "lab"]
    assert apart(plan)
    assert inside(plan)


def test_desks_without_a_place_stand_below_those_with_one() -> None:
    plan = layout([*placed((0, 0), (10, 0)), *unplaced(4, "lab")])
    lowest = max(spot.y for spot in plan.spots if spot.id.startswith("sala"))
    assert all(spot.y > lowest for spot in plan.spots if spot.id.startswith("lab"))
    assert apart(plan)


def test_zones_that_interleave_have_no_outline() -> None:
    mixed = [*placed((0, 0), (200, 0)), *placed((100, 0), (300, 0), zone="lab")]
    assert layout(mixed).outlines == ()


def test_one_desk_alone_is_drawn() -> None:
    plan = layout(placed((500, 500)))
    assert inside(plan)
    assert len(plan.outlines) == 1


def test_two_desks_in_the_same_place_are_drawn_both() -> None:
    assert len(layout(placed((5, 5), (5, 5))).spots) == 2


def test_zones_and_rooms_that_have_a_place_are_drawn_there_in_the_same_units_as_desks() -> None:
    desks = [*placed((100, 100), (150, 100)), *placed((400, 100), zone="lab")]
    hall, meeting = Outline("sala", 0, 0, 300, 200), Outline("r1", 10, 150, 40, 40)
    plan = layout(desks, Given((Place("front", "", 300, 100),), (hall,), (meeting,)))
    own, around = plan.outlines
    (a, b, _), (front,), (room,) = plan.spots, plan.doors, plan.rooms
    assert (b.x - a.x, own.width, own.height) == (100, 600, 400)
    assert (a.x - own.x, a.y - own.y, front.x - own.x) == (200, 200, own.width)
    assert (room.x - own.x, room.y - own.y, room.width) == (20, 300, 80)
    assert (around.id, inside(plan)) == ("lab", True)


def test_a_zone_drawn_around_its_desks_does_not_cross_one_that_has_a_place() -> None:
    desks = [*placed((100, 100), (150, 100)), *placed((200, 100), zone="lab")]
    plan = layout(desks, Given(zones=(Outline("sala", 0, 0, 300, 200),)))
    assert [outline.id for outline in plan.outlines] == ["sala"]


def test_the_grid_begins_below_everything_that_has_a_place() -> None:
    plan = layout(unplaced(3), Given(zones=(Outline("lab", 0, 0, 300, 200),), rooms=(Outline("r1", 0, 0, 10, 500),)))
    assert all(spot.y - CELL // 2 >= plan.rooms[0].bottom for spot in plan.spots)
    assert inside(plan)


points = st.one_of(st.none(), st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)))


@given(st.lists(st.tuples(st.sampled_from(["sala", "lab", "atrio"]), points), max_size=30))
def test_every_desk_is_drawn_once_and_inside_the_frame(desks: list[tuple[str, tuple[int, int] | None]]) -> None:
    places = [Place(f"d{n}", zone, *(at or (None, None))) for n, (zone, at) in enumerate(desks)]
    plan = layout(places)
    assert sorted(spot.id for spot in plan.spots) == sorted(place.id for place in places)
    assert inside(plan)
