"""Previews of what ends in whom a site admits: programmes, enrolments, roles, passes, authorisations, transfers."""

from typing import Any

import pytest

from access.clock import DAY_MS
from access.hours import local
from access.records import Booking
from tests.support.centres import HOUR_MS, Centre
from tests.support.core_site import ROME
from tests.support.fixed_day import wall_ms
from tests.support.laid import lay, publish, small_site


class Town:
    """Matera and a programme that opens its hall; ``at`` is in hours from two days ahead, at midnight of Rome."""

    def __init__(self, both: Centre) -> None:
        self.both = both
        lay(both, small_site())
        self.begins_ms = wall_ms() // DAY_MS * DAY_MS + 2 * DAY_MS
        zones = {"matera": ["hall"], "cinisello": ["hall"]}
        both.made("/programmes", {"id": "senior", "name": "Senior", "zones": zones})
        both.made("/cohorts", {"id": "c26", "name": "26", "programme": "senior", "site": "matera"})

    def at(self, hours: float) -> int:
        return self.begins_ms + int(hours * HOUR_MS)

    def person(self, **more: Any) -> str:  # noqa: ANN401 -- a person's members
        ident: str = self.both.made("/people", {"name": "Anna", **more})["id"]
        return ident

    def enrolled(self, site: str = "matera", **more: Any) -> tuple[str, str]:  # noqa: ANN401 -- as above
        """A person of a cohort there, and the enrolment."""
        person = self.person(**more)
        cohort = "c26" if site == "matera" else "c-north"
        made: str = self.both.made("/enrolments", {"person": person, "programme": "senior", "cohort": cohort})["id"]
        return person, made

    def book(self, person: str) -> None:
        """Two bookings: in an hour's time of the beginning, and thirty hours later."""
        spans = [(f"{person[:8]}-a", 10, 11), (f"{person[:8]}-b", 40, 41)]
        publish(
            self.both,
            "matera",
            [Booking(ident, person, "hall", "d1", self.at(start), self.at(end)) for ident, start, end in spans],
        )

    def lost(self, **change: object) -> list[tuple[str, str]]:
        answer = self.both.ask("POST", "/previews", {"change": change})
        assert answer.status_code == 200, answer.text
        return [(row["id"][-2:], row["reason"]) for row in answer.json()["rows"]]

    def day(self, hours: float) -> str:
        return local(self.at(hours), ROME).date().isoformat()


@pytest.fixture
def town(both: Centre) -> Town:
    return Town(both)


def test_a_programme_that_ends_earlier_refuses_what_its_people_booked_beyond(town: Town) -> None:
    person, _ = town.enrolled()
    town.book(person)
    assert town.lost(kind="programme", programme="senior", end_date=town.day(10)) == [("-b", "person-ended")]
    assert town.lost(kind="programme", programme="senior", end_date=town.day(90)) == []


def test_a_programme_that_opens_other_zones_refuses_the_ones_it_opened(town: Town) -> None:
    person, _ = town.enrolled()
    town.book(person)
    gone = town.lost(kind="programme", programme="senior", zones={"cinisello": ["hall"]})
    assert gone == [("-a", "zone-not-allowed"), ("-b", "zone-not-allowed")]
    assert town.lost(kind="programme", programme="senior", zones={"matera": ["hall", "lab"]}) == []


def test_an_enrolment_that_ends_refuses_what_lies_beyond(town: Town) -> None:
    person, enrolment = town.enrolled()
    town.book(person)
    assert town.lost(kind="end", of="enrolment", id=enrolment, end_ms=town.at(20)) == [("-b", "person-ended")]


def test_an_authorisation_that_ends_refuses_the_minor(town: Town) -> None:
    person, _ = town.enrolled(minor=True)
    given = town.both.made(f"/people/{person}/guardians", {"from_ms": 0})["id"]
    town.book(person)
    end = {"kind": "end", "of": "authorisation", "id": given}
    assert town.lost(**end, end_ms=town.at(20)) == [("-b", "minor-not-authorised")]


def test_a_transfer_that_ends_refuses_what_was_booked_at_the_other_site(town: Town) -> None:
    town.both.made("/cohorts", {"id": "c-north", "name": "N", "programme": "senior", "site": "cinisello"})
    person, _ = town.enrolled("cinisello")
    span = {"start_ms": 0, "end_ms": town.at(200)}
    sites = {"from_site": "cinisello", "to_site": "matera"}
    made = town.both.made(f"/people/{person}/transfers", {**sites, **span})["id"]
    town.book(person)
    assert town.lost(kind="end", of="transfer", id=made, end_ms=town.at(20)) == [("-b", "person-ended")]


def test_a_pass_and_a_role_that_end_are_told_as_what_they_opened(town: Town) -> None:
    guest = town.person()
    span = {"start_ms": town.at(0), "end_ms": town.at(100)}
    made = town.both.made("/sites/matera/passes", {"person": guest, "zones": ["hall"], **span})["id"]
    assert [why for _, why in town.lost(kind="end", of="pass", id=made, end_ms=town.at(20))] == ["pass-ended"]
    operator = town.person()
    role = town.both.made(f"/people/{operator}/roles", {"role": "operator", "site": "matera", "zones": ["hall"]})["id"]
    assert len(town.lost(kind="end", of="role", id=role, end_ms=wall_ms())) == 1


def test_a_badge_that_ends_refuses_what_lies_beyond(town: Town) -> None:
    person, _ = town.enrolled()
    badge = town.both.made(f"/people/{person}/badges", {"uid": "04A1B2C3D4E580"})["id"]
    town.book(person)
    assert town.lost(kind="end", of="badge", id=badge, end_ms=town.at(20)) == [("-b", "badge-expired")]
