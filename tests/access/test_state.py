"""What the core knows of a site: which zones lie beyond a door; and the values that state and time are made of."""

from dataclasses import FrozenInstanceError, replace

import pytest

from access import clock
from access.clock import Now
from access.site import RESERVED_IDS, Device, Direction, Door, Policy, Site, StandsFor, Zone
from access.state import DeviceState, Link, onward_of
from tests.support.core_site import SITE, begun


def _site(*doors: tuple[str, str, str | None]) -> Site:
    made = {ident: Door(ident, ident, zone, outer) for ident, zone, outer in doors}
    return replace(SITE, doors=made)


def test_a_door_leads_into_its_zone_and_all_reached_through_it() -> None:
    onward = onward_of(_site(("front", "hall", None), ("lab", "lab", "hall"), ("attic", "attic", "lab")))
    assert onward == {
        "front": frozenset({"hall", "lab", "attic"}),
        "lab": frozenset({"lab", "attic"}),
        "attic": frozenset({"attic"}),
    }


def test_the_way_back_is_not_onward() -> None:
    onward = onward_of(_site(("there", "lab", "hall"), ("back", "hall", "lab"), ("further", "attic", "lab")))
    assert onward["there"] == {"lab", "attic"}
    assert onward["back"] == {"hall"}


def test_zones_in_a_ring_are_each_reached_once() -> None:
    ring = _site(("a", "one", None), ("b", "two", "one"), ("c", "three", "two"), ("d", "one", "three"))
    assert onward_of(ring)["a"] == {"one", "two", "three"}
    assert onward_of(_site(("a", "one", None), ("b", "two", "one"), ("b2", "two", "one")))["a"] == {"one", "two"}


def test_state_sites_and_moments_cannot_be_changed() -> None:
    for value, name in ((begun(), "seq"), (SITE, "id"), (Now(0, 0, 0), "wall_ms"), (DeviceState(), "link")):
        with pytest.raises(FrozenInstanceError):
            setattr(value, name, 0)


def test_nothing_is_known_of_a_device_that_has_not_spoken() -> None:
    assert DeviceState().link is Link.UNKNOWN
    assert not begun().devices


def test_a_device_of_ours_speaks_our_wire() -> None:
    assert Device("in", "hubout", StandsFor.READER, "front").native
    assert not Device("in", "tasmota", StandsFor.READER, "front", "x").native
    assert Device("in", "hubout", StandsFor.READER, "front").direction is Direction.IN


def test_the_rules_numbers_are_those_that_were_chosen() -> None:
    policy = Policy()
    assert policy.grace_before_ms == 15 * clock.MINUTE_MS
    assert policy.tap_max_age_ms == policy.entry_window_ms == 5 * clock.SECOND_MS
    assert policy.desk_hold_ms == 5 * clock.MINUTE_MS
    assert policy.grant_max_age_ms == 2 * clock.SECOND_MS
    assert policy.hole_ms == clock.MINUTE_MS
    assert (clock.HOUR_MS, clock.DAY_MS) == (3_600_000, 86_400_000)


def test_a_zone_has_no_limit_unless_told_and_two_names_are_reserved() -> None:
    assert Zone("hall", "Hall").capacity is None
    assert {"gateway", "live"} == RESERVED_IDS
