"""A booking whose desk is forgotten, as staff, its holder and programs see it: a desk of its zone, and no more."""

import re
from collections.abc import Iterator

import pytest

from registry.retention.purge import purge
from tests.support.centres import NINE_MS, problem
from tests.support.faces import Reader, account, reader
from tests.support.participants import HOUR_MS, School

DAY = "2026-11-23"
MOVED = {"start": "2026-11-26T10:00", "end": "2026-11-26T11:00", "scope": "one", "revision": "1"}


@pytest.fixture
def otto(place: School) -> Iterator[Reader]:
    """The operator of Cinisello."""
    whose = {"person": place.centre.made("/people", {"name": "Otto"})["id"], "role": "operator", "site": "cinisello"}
    account(place.centre, "otto", **whose)
    with reader(place.centre) as opened:
        yield opened


def two_days_later(place: School) -> None:
    place.clock.at_ms = NINE_MS + 48 * HOUR_MS
    purge(place.centre.database, place.clock.at_ms, "test")


def test_a_booking_whose_desk_is_forgotten_stands_under_a_desk_of_its_zone(place: School, otto: Reader) -> None:
    first, room = place.booked("anna", 1, 3), place.booked("anna", 3, 4, "r1")
    place.booked("bruno", 2, 4, "d2")
    two_days_later(place)
    otto.signed_in("otto")
    place.anna.signed_in("anna")
    day, week = (otto.look(f"/bookings?day={DAY}&span={span}").text for span in ("day", "week"))
    for text in (day, week):
        row = text.partition('<th scope="row" class="strong">A desk (Hall)</th>')[2].partition("</tr>")[0]
        assert f'<a href="/bookings/cinisello/{first}">10:00–12:00 Anna</a>' in row
        assert "11:00–13:00 Bruno" in row
        assert f"/bookings/cinisello/{room}" not in row
    assert len(set(re.findall(r'class="stretch" x="\d+" y="(\d+)"', day.partition('class="hub-legend"')[0]))) == 3
    about = "Which desk it was is kept for 24 hours after the end of a booking."
    assert about not in week
    assert about in otto.look(f"/bookings?day={DAY}&resource=d1").text
    own, staffs = (
        place.anna.look(f"/me/bookings/cinisello/{first}").text,
        otto.look(f"/bookings/cinisello/{first}").text,
    )
    for text in (own, staffs):
        assert "<title>Booking: A desk (Hall)" in text
        assert about in text
    assert about not in otto.look(f"/bookings/cinisello/{room}").text
    assert otto.look(f"/bookings/cinisello/{first}/move").status_code == 200
    for step, fields in (("longer", {"minutes": "30"}), ("move", {"resource": "d1", **MOVED})):
        refused = otto.sent(f"/bookings/cinisello/{first}/{step}", **fields)
        told = refused if refused.status_code == 409 else otto.look(refused.headers["location"])
        assert "which desk it was is no longer kept" in told.text


def test_the_api_gives_a_booking_whose_desk_is_forgotten_without_one(place: School) -> None:
    first = place.booked("anna", 1, 3)
    before = place.centre.ask("GET", f"/sites/cinisello/bookings/{first}").json()
    two_days_later(place)
    path = f"/sites/cinisello/bookings/{first}"
    after = place.centre.ask("GET", path)
    unsure = {"status": after.json()["status"]}
    assert after.json() == before | unsure | {"resource": None}
    listed = place.centre.ask("GET", f"/sites/cinisello/bookings?day={DAY}").json()["items"]
    assert listed == [after.json()]
    refused = place.centre.ask("PATCH", path, {"resource": "d2"}, If_Match=after.headers["etag"])
    assert problem(refused) == (409, "out-of-turn")
    free = place.centre.ask("GET", f"/sites/cinisello/availability?day={DAY}")
    assert {span["state"] for one in free.json()["resources"] if one["kind"] == "desk" for span in one["spans"]} == {
        "free"
    }
