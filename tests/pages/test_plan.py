"""The floor plan: every desk drawn once, none on another, in its own frame."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pages.plan import CELL, Place, Plan, layout


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
    assert [outline.zone for outline in plan.outlines] == ["sala", "lab"]
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


points = st.one_of(st.none(), st.tuples(st.integers(0, 10_000), st.integers(0, 10_000)))


@given(st.lists(st.tuples(st.sampled_from(["sala", "lab", "atrio"]), points), max_size=30))
def test_every_desk_is_drawn_once_and_inside_the_frame(desks: list[tuple[str, tuple[int, int] | None]]) -> None:
    places = [Place(f"d{n}", zone, *(at or (None, None))) for n, (zone, at) in enumerate(desks)]
    plan = layout(places)
    assert sorted(spot.id for spot in plan.spots) == sorted(place.id for place in places)
    assert inside(plan)
