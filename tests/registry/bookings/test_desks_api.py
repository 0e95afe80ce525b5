"""Desks at the registry: the seven states, as the site itself shows them."""

import pytest

from access.facts import CheckedIn, DayClosed, DeskMoved, Entered, Fact, NoShow, VisitBegan, VisitEnded
from access.records import Booking, Closure
from tests.support.centres import HOUR_MS, Centre, problem
from tests.support.fixed_day import wall_ms
from tests.support.laid import publish
from tests.support.site_log import SiteLog

CAME = CheckedIn("k1", "badge", "anna")


@pytest.fixture
def matera(both: Centre) -> SiteLog:
    return SiteLog(both, "matera")


def state(both: Centre, desk: str = "d1") -> tuple[str, str | None, str | None]:
    items = both.ask("GET", "/sites/matera/desks").json()["items"]
    one = next(item for item in items if item["id"] == desk)
    return one["state"], one["booking"], one["next"]


def booked(both: Centre, ident: str = "k1", start: float = -1, end: float = 1, release: float | None = -0.5) -> None:
    """A booking of d1, in hours from now."""
    now_ms = wall_ms()
    at = [None if hours is None else now_ms + int(hours * HOUR_MS) for hours in (start, end, release)]
    assert at[0] is not None
    assert at[1] is not None
    publish(both, "matera", [Booking(ident, "anna", "hall", "d1", at[0], at[1], release_ms=at[2])])


@pytest.mark.parametrize(
    ("facts", "with_booking", "expected"),
    [
        ([], False, "unknown"),
        ([DeskMoved("d1", "vacant")], False, "free"),
        ([DeskMoved("d1", "occupied")], False, "occupied-without-booking"),
        ([DeskMoved("d1", "vacant")], True, "booked"),
        ([DeskMoved("d1", "occupied")], True, "occupied"),
        ([DeskMoved("d1", "vacant"), CAME], True, "booked-but-empty"),
        ([DeskMoved("d1", "vacant"), Entered("anna", "front", "hall", "1-1")], True, "booked-but-empty"),
        ([DeskMoved("d1", "vacant"), NoShow("k1", "d1")], True, "free"),
        ([DeskMoved("d1", "occupied"), NoShow("k1", "d1")], True, "occupied-without-booking"),
        ([DeskMoved("d1", "unknown")], True, "unknown"),
        ([DeskMoved("d1", "broken")], False, "unknown"),
        ([DeskMoved("d1", "vacant"), NoShow("k1", "d1"), DayClosed(())], True, "free"),
    ],
)
def test_a_desk_is_what_its_sensors_say_and_who_booked_it(
    both: Centre, matera: SiteLog, facts: list[Fact], with_booking: bool, expected: str
) -> None:
    if with_booking:
        booked(both)
    if facts:
        matera.tell(wall_ms() - 60_000, *facts)
    assert state(both)[0] == expected


def test_the_booking_that_holds_a_desk_and_the_next_are_named(both: Centre, matera: SiteLog) -> None:
    booked(both)
    booked(both, "k2", 2, 3, None)
    matera.tell(wall_ms() - 60_000, DeskMoved("d1", "vacant"))
    assert state(both) == ("booked", "k1", "k2")
    matera.tell(wall_ms() - 50_000, NoShow("k1", "d1"))
    assert state(both) == ("free", None, "k2")


def test_a_booking_that_staff_gave_back_holds_again(both: Centre, matera: SiteLog) -> None:
    booked(both)
    matera.tell(wall_ms() - 60_000, DeskMoved("d1", "vacant"), NoShow("k1", "d1"))
    assert state(both)[0] == "free"
    booked(both, release=None)
    assert state(both)[:2] == ("booked", "k1")


def test_a_closure_of_a_desk_takes_it_out_of_service(both: Centre, matera: SiteLog) -> None:
    matera.tell(wall_ms() - 60_000, DeskMoved("d1", "occupied"))
    now_ms = wall_ms()
    publish(both, "matera", [Closure("c1", now_ms - HOUR_MS, now_ms + HOUR_MS, "rotta", resource="d1")])
    assert (state(both)[0], state(both, "d2")[0]) == ("out-of-service", "unknown")


def test_a_site_that_never_spoke_knows_of_no_desk(both: Centre) -> None:
    said = both.ask("GET", "/sites/matera/desks").json()
    assert (said["as_of_ms"], {item["state"] for item in said["items"]}) == (None, {"unknown"})
    assert problem(both.ask("GET", "/sites/nowhere/desks")) == (404, "not-found")


def test_visitors_count_in_their_zone_and_stand_on_the_list(both: Centre, matera: SiteLog) -> None:
    matera.tell(1_000, VisitBegan("v1", "lab", "paola"), VisitBegan("v2", "lab", "paola"))
    said = both.ask("GET", "/sites/matera/occupancy").json()
    assert (said["total"], said["zones"]) == (2, [{"zone": "lab", "headcount": 2, "estimated": False}])
    assert said["visits"][0] == {"visit": "v1", "zone": "lab", "since_ms": 1_000, "host": "paola"}
    matera.tell(2_000, VisitEnded("v1", "paola"))
    assert both.ask("GET", "/sites/matera/occupancy").json()["total"] == 1
