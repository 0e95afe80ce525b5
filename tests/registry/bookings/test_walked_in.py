"""Walk-ins that a site gave by itself, as the registry hears of them: bookings of its own, and never an overlap."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from access.facts_people import CheckedIn, WalkedIn
from registry.problems import Kind
from registry.setup import Registry
from registry.tables import core as t
from tests.registry.bookings.test_noshow import log, take
from tests.support.booked_site import BookedSite, booked_site, hours

GIVEN = WalkedIn("walk-in-01", "anna", "hall", "d1", hours(0), hours(1), "Paola")


def alarms(site: BookedSite) -> list[tuple[str, str]]:
    with site.registry.database.read() as connection:
        return [(row.kind, row.what) for row in connection.execute(select(t.alarm))]


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
    for _ in range(2):
        assert take(site, log([(GIVEN, hours(0))])) is not None
    assert set(site.told()) == {ident}
    ((kind, what),) = alarms(site)
    assert kind == "walk-in-refused"
    assert what.startswith("Paola at the site gave the desk d1 to a walk-in: it was booked here meanwhile")


def test_one_that_is_made_is_no_alarm_however_often_it_is_told(site: BookedSite) -> None:
    take(site, log([(GIVEN, hours(0)), (GIVEN, hours(0))]))
    assert alarms(site) == []


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (replace(GIVEN, person="nobody"), "the person is not known here any more, so it is no booking"),
        (replace(GIVEN, desk="d99", author=""), "no such desk is known here"),
    ],
)
def test_staff_are_told_why_one_is_no_booking(site: BookedSite, given: WalkedIn, why: str) -> None:
    take(site, log([(given, hours(0))]))
    ((_, what),) = alarms(site)
    assert f"{given.author or 'somebody'} at the site gave the desk {given.desk} to a walk-in: {why}" in what


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
