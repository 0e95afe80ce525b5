"""The seven states of a desk, fused from sensors, bookings, check-ins, releases and closures (domain: occupancy)."""

from dataclasses import replace
from itertools import product

import pytest

from access.clock import MINUTE_MS
from access.desk import DeskShown, Use, shown
from access.hours import closed_until, local
from access.plan import DeskAt, desks_at, holds, out_of_service
from access.records import Booking, Closure, Opening, Record
from access.replica import Replica
from tests.support.core_site import NINE, ROME, held, replica_of

TEN = NINE + 60 * MINUTE_MS
K1, K2 = held("anna", "k1"), held("bruno", "k2", "11:00", "12:00")
HALL = {"d2": "hall", "d1": "lab"}
OUT = Closure("c", NINE, TEN, "broken", resource="d2")


def state(use: Use, *records: Record, checked_in: str = "", released: str = "", here: str = "") -> DeskShown:
    """Desk d2 at nine."""
    sets = [frozenset(words.split()) for words in (checked_in, released, here)]
    return desks_at(replica_of(*records), {"d2": use}, NINE, *sets, zone=ROME, lies_in=HALL)["d2"].shown


@pytest.mark.parametrize(
    ("found", "wanted"),
    [
        (state(Use.VACANT), "free"),
        (state(Use.VACANT, K2), "free"),
        (state(Use.VACANT, K1), "booked"),
        (state(Use.VACANT, K1, checked_in="k1"), "booked-but-empty"),
        (state(Use.VACANT, K1, here="anna"), "booked-but-empty"),
        (state(Use.VACANT, K1, here="bruno"), "booked"),
        (state(Use.VACANT, K1, released="k1"), "free"),
        (state(Use.VACANT, held("anna", "k1", release_ms=None), released="k1"), "booked"),
        (state(Use.OCCUPIED, K1), "occupied"),
        (state(Use.OCCUPIED, K1, checked_in="k1"), "occupied"),
        (state(Use.OCCUPIED), "occupied-without-booking"),
        (state(Use.OCCUPIED, K1, released="k1"), "occupied-without-booking"),
        (state(Use.UNKNOWN), "unknown"),
        (state(Use.UNKNOWN, K1), "unknown"),
        (state(Use.VACANT, K1, OUT), "out-of-service"),
        (state(Use.OCCUPIED, OUT), "out-of-service"),
        (state(Use.UNKNOWN, OUT), "out-of-service"),
    ],
)
def test_staff_see_one_of_seven_states(found: DeskShown, wanted: str) -> None:
    assert found == wanted


def test_every_state_can_come_about() -> None:
    found = {
        shown(use, booking, booked_seen=seen, out_of_service=out)
        for use, booking, seen, out in product(Use, (None, K1), (False, True), (False, True))
    }
    assert found == set(DeskShown)


def test_a_desk_tells_the_booking_that_holds_it_and_the_next() -> None:
    replica = replica_of(K1, K2)
    uses = {"d2": Use.VACANT, "d1": Use.VACANT}
    assert desks_at(replica, uses, NINE, set(), set(), zone=ROME, lies_in=HALL) == {
        "d2": DeskAt(DeskShown.BOOKED, K1, K2),
        "d1": DeskAt(DeskShown.FREE),
    }
    assert desks_at(replica, uses, NINE, set(), {"k1", "k2"}, zone=ROME, lies_in=HALL)["d2"] == DeskAt(DeskShown.FREE)
    assert desks_at(replica, uses, K1.end_ms, set(), set(), zone=ROME, lies_in=HALL)["d2"] == DeskAt(
        DeskShown.BOOKED, K2
    )


@pytest.mark.parametrize(("at_ms", "out"), [(NINE - 1, False), (NINE, True), (TEN - 1, True), (TEN, False)])
def test_a_closure_of_a_resource_is_half_open_and_its_alone(at_ms: int, out: bool) -> None:
    replica: Replica = replica_of(OUT, Closure("all", NINE, TEN, "patron"))
    assert out_of_service(replica, at_ms, ROME, HALL) == (frozenset({"d2"}) if out else frozenset())


@pytest.mark.parametrize(("at_ms", "rests"), [(NINE - 1, True), (NINE, False), (TEN - 1, False), (TEN, True)])
def test_a_resource_rests_outside_hours_of_its_own_and_no_other_does(at_ms: int, rests: bool) -> None:
    weekly = Opening("o", local(NINE, ROME).weekday(), 540, 600, resource="d2")
    replica: Replica = replica_of(weekly, Opening("all", 0, 0, 1))
    assert out_of_service(replica, at_ms, ROME, HALL) == (frozenset({"d2"}) if rests else frozenset())


@pytest.mark.parametrize(("at_ms", "rests"), [(NINE - 1, True), (NINE, False), (TEN - 1, False), (TEN, True)])
def test_what_lies_in_a_zone_rests_outside_the_zones_hours_and_nothing_else_does(at_ms: int, rests: bool) -> None:
    weekly = Opening("o", local(NINE, ROME).weekday(), 540, 600, resource="hall")
    assert out_of_service(replica_of(weekly), at_ms, ROME, HALL) == (frozenset({"d2", "hall"}) if rests else set())
    both = replica_of(weekly, replace(weekly, id="p", to_minute=570, resource="d2"))
    assert out_of_service(both, TEN - 1, ROME, HALL) == {"d2"}


def test_a_closure_of_a_zone_is_of_the_zone_alone() -> None:
    assert out_of_service(replica_of(replace(OUT, resource="hall")), NINE, ROME, HALL) == {"hall"}


def test_hours_of_a_resource_open_and_close_no_site() -> None:
    weekly = Opening("o", local(NINE, ROME).weekday(), 600, 660, resource="d2")
    assert closed_until([weekly], (), NINE, ROME) == (False, None)
    assert closed_until([weekly, Opening("all", weekly.weekday, 600, 660)], (), NINE, ROME) == (True, TEN)


def test_a_release_that_was_taken_back_releases_nothing() -> None:
    given_back: Booking = held("anna", "k1", release_ms=None)
    assert (holds(K1, {"k1"}), holds(given_back, {"k1"}), holds(K1, set())) == (False, True, True)
