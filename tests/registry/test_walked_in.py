"""Walk-ins that a site gave by itself, as the registry hears of them: bookings of its own, and never an overlap."""

import pytest

from access.facts_people import CheckedIn, WalkedIn
from registry.problems import Kind
from registry.setup import Registry
from tests.registry.test_noshow import log, take
from tests.support.booked_site import BookedSite, booked_site, hours

GIVEN = WalkedIn("walk-in-01", "anna", "hall", "d1", hours(0), hours(1), "Paola")


@pytest.fixture
def site(registry: Registry) -> BookedSite:
    return booked_site(registry)


def test_it_becomes_a_booking_that_nobody_else_can_overlap_and_the_site_is_told_of(site: BookedSite) -> None:
    take(site, log([(GIVEN, hours(0))]))
    line = site.line("walk-in-01")
    assert (line["person"], line["resource"], line["state"], line["walk_in"], line["made_by"]) == (
        "anna",
        "d1",
        "booked",
        True,
        "Paola",
    )
    assert (line["start_ms"], line["end_ms"], line["release_ms"]) == (hours(0), hours(1), None)
    assert "walk-in-01" in site.told()
    assert site.refused(0.5, 1, person="bruno").kind is Kind.BOOKING_CONFLICT


def test_told_twice_it_is_one_booking(site: BookedSite) -> None:
    take(site, log([(GIVEN, hours(0)), (GIVEN, hours(0)), (CheckedIn("walk-in-01", "badge", "anna"), hours(0.1))]))
    assert site.line("walk-in-01")["checked_in_ms"] == hours(0.1)


def test_what_would_overlap_a_booking_made_meanwhile_is_not_made(site: BookedSite) -> None:
    ident = site.book(0, 4, person="bruno")
    outcome = take(site, log([(GIVEN, hours(0))]))
    assert outcome is not None
    assert set(site.told()) == {ident}


@pytest.mark.parametrize(
    "wrong",
    [
        WalkedIn("walk-in-01", "nobody", "hall", "d1", hours(0), hours(1), "Paola"),
        WalkedIn("walk-in-01", "anna", "hall", "d99", hours(0), hours(1), "Paola"),
        WalkedIn("walk in!", "anna", "hall", "d1", hours(0), hours(1), "Paola"),
        WalkedIn("walk-in-01", "anna", "hall", "d1", hours(1), hours(0), "Paola"),
        WalkedIn("walk-in-01", "anna", "hall", "d1", hours(0), hours(500), "Paola"),
    ],
)
def test_what_the_registry_cannot_hold_changes_nothing_and_delays_nothing(site: BookedSite, wrong: WalkedIn) -> None:
    take(site, log([(wrong, hours(0)), (GIVEN, hours(0))]))
    assert site.line("walk-in-01")["resource"] == "d1"
    assert len(site.told()) == 1
