"""Whatever passes, in whatever order: never below nobody, and no name goes but by its own exit or the day's end."""

import json

from hypothesis import given
from hypothesis import strategies as st

from access.facts import DayClosed, DeviceGap, Entered, Fact, Left
from access.occupancy import Occupancy, fold, from_stored, to_stored

ZONES = ("hall", "store", "attic")
WAYS = (("hall", ""), ("store", "hall"), ("attic", "store"))
WHO = ("anna", "bruno", "carla")
REACHED = dict.fromkeys(("nameless", "clamped", "missed", "moved", "closed"), 0)


@st.composite
def passings(draw: st.DrawFn) -> list[Fact]:
    """Entries and exits through the doors of nested zones, many of them nameless; now and then a day ends."""
    facts: list[Fact] = []
    for kind in draw(st.lists(st.sampled_from("eeeelnnnnxg"), min_size=1, max_size=40)):
        zone, outer = draw(st.sampled_from(WAYS))
        who = draw(st.sampled_from(WHO))
        facts.append(
            {
                "e": Entered(who, "d", zone, "g", draw(st.booleans()), outer),
                "l": Left("d", zone, outer, who),
                "n": Left("d", zone, outer),
                "x": DayClosed(WHO),
                "g": DeviceGap("r", "b", 1, 1, (zone,)),
            }[kind]
        )
    return facts


def _note(before: Occupancy, fact: Fact, after: Occupancy) -> None:
    match fact:
        case Left(person=""):
            REACHED["nameless"] += after.total() < before.total()
            REACHED["clamped"] += before.headcount(fact.zone) == 0
        case Entered():
            stay = before.stays.get(fact.person)
            REACHED["missed"] += stay is not None and stay.zone != fact.outer
            REACHED["moved"] += stay is not None and stay.zone == fact.outer
        case DayClosed():
            REACHED["closed"] += bool(before.stays)


@given(passings())
def test_headcounts_are_never_negative_and_names_go_only_by_name(facts: list[Fact]) -> None:
    occupancy = Occupancy()
    for at_ms, fact in enumerate(facts):
        before, occupancy = occupancy, fold(occupancy, fact, at_ms)
        _note(before, fact, occupancy)
        named = {zone: sum(stay.zone == zone for stay in occupancy.stays.values()) for zone in ZONES}
        for zone in ZONES:
            assert occupancy.headcount(zone) == named[zone] + occupancy.anonymous.get(zone, 0) >= 0
        gone = set(before.stays) - set(occupancy.stays)
        assert gone <= ({fact.person} if isinstance(fact, Left) else set(before.stays) & _closed(fact))
        if isinstance(fact, Left) and not fact.person:
            assert occupancy.stays == before.stays
            assert fact.zone in occupancy.estimated


def _closed(fact: Fact) -> set[str]:
    return set(WHO) if isinstance(fact, DayClosed) else set()


@given(passings())
def test_an_occupancy_is_what_it_stores(facts: list[Fact]) -> None:
    occupancy = Occupancy()
    for at_ms, fact in enumerate(facts):
        occupancy = fold(occupancy, fact, at_ms)
        assert from_stored(json.loads(json.dumps(to_stored(occupancy)))) == occupancy


@given(passings())
def test_the_fold_may_be_cut_anywhere(facts: list[Fact]) -> None:
    whole = Occupancy()
    halves = Occupancy()
    for at_ms, fact in enumerate(facts):
        whole = fold(whole, fact, at_ms)
        halves = fold(from_stored(to_stored(halves)), fact, at_ms)
    assert whole == halves


def test_the_passings_reached_every_case_that_matters() -> None:
    if not all(REACHED.values()):
        test_headcounts_are_never_negative_and_names_go_only_by_name()
    assert all(REACHED.values()), REACHED
