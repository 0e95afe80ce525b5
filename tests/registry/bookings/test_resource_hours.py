"""Hours of one resource of its own: booked within them alone, told to its site, foreseen before they are saved."""

from collections.abc import Mapping
from typing import Any

import pytest

from access.hours import local
from tests.support.centres import HOUR_MS, NINE_MS, Centre, problem
from tests.support.core_site import ROME

WEEKDAY = local(NINE_MS, ROME).weekday()
AFTERNOON = {"weekday": WEEKDAY, "from_minute": 840, "to_minute": 1_080, "resource": "r1"}
TWO_MS = NINE_MS + 5 * HOUR_MS


def book(both: Centre, resource: str, start_ms: int, hours: int = 1) -> Any:  # noqa: ANN401 -- a response
    who = both.admit("matera", "Anna")
    span = {"start_ms": start_ms, "end_ms": start_ms + hours * HOUR_MS}
    return both.ask("POST", "/sites/matera/bookings", {"resource": resource, "person": who, **span})


def test_a_room_is_booked_within_its_own_hours_and_what_has_none_at_any_time(both: Centre) -> None:
    both.made("/sites/matera/openings", AFTERNOON)
    refused = book(both, "r1", NINE_MS)
    assert problem(refused) == (409, "closed")
    assert problem(book(both, "r1", TWO_MS + 3 * HOUR_MS, hours=2)) == (409, "closed")
    assert book(both, "r1", TWO_MS, hours=4).status_code == 201
    assert book(both, "d1", NINE_MS).status_code == 201


def test_it_is_open_where_both_its_hours_and_the_sites_hold(both: Centre) -> None:
    both.made("/sites/matera/openings", AFTERNOON)
    both.made("/sites/matera/openings", {"weekday": WEEKDAY, "from_minute": 540, "to_minute": 900})
    query = "/sites/matera/availability?day=2026-11-23"
    spans: Mapping[str, Any] = {one["id"]: one["spans"] for one in both.ask("GET", query).json()["resources"]}
    free = {ident: [(s["start_ms"], s["end_ms"]) for s in of if s["state"] == "free"] for ident, of in spans.items()}
    assert free["r1"] == [(TWO_MS, TWO_MS + HOUR_MS)]
    assert free["d1"] == [(NINE_MS, TWO_MS + HOUR_MS)]


def test_a_zones_hours_bind_what_lies_in_it_with_hours_of_its_own_or_without(both: Centre) -> None:
    both.made("/sites/matera/openings", AFTERNOON)
    both.made("/sites/matera/openings", {**AFTERNOON, "resource": "hall", "from_minute": 540, "to_minute": 900})
    both.made("/sites/matera/resources", {"id": "d9", "kind": "desk", "name": "d9", "zone": "lab"})
    spans = both.ask("GET", "/sites/matera/availability?day=2026-11-23").json()["resources"]
    free = {one["id"]: [(s["start_ms"], s["end_ms"]) for s in one["spans"] if s["state"] == "free"] for one in spans}
    assert (free["d1"], free["hall"]) == ([(NINE_MS, TWO_MS + HOUR_MS)],) * 2
    assert free["r1"] == [(TWO_MS, TWO_MS + HOUR_MS)]
    assert free["d9"] == [(NINE_MS - 9 * HOUR_MS, NINE_MS + 15 * HOUR_MS)]
    late = book(both, "d1", TWO_MS, hours=2)
    assert problem(late) == (409, "closed")
    assert late.json()["open"] == [{"start_ms": TWO_MS, "end_ms": TWO_MS + HOUR_MS}]
    assert book(both, "d1", TWO_MS).status_code == 201
    taken = book(both, "d1", TWO_MS)
    assert problem(taken) == (409, "booking-conflict")
    assert "d2" in str(taken.json())


def test_the_site_is_told_whose_they_are_and_that_they_went_with_their_resource(both: Centre) -> None:
    made = both.made("/sites/matera/openings", AFTERNOON)
    assert made["resource"] == "r1"
    assert both.feed("matera")["opening", made["id"]]["resource"] == "r1"
    assert both.ask("DELETE", "/sites/matera/resources/r1").status_code == 204
    assert both.feed("matera") == {}


@pytest.mark.parametrize(
    ("change", "kind"),
    [({"resource": "nothing"}, (404, "not-found")), ({"audience": "junior"}, (422, "invalid"))],
)
def test_hours_of_no_such_resource_or_of_one_for_an_audience_are_refused(
    both: Centre, change: dict[str, str], kind: tuple[int, str]
) -> None:
    assert problem(both.ask("POST", "/sites/matera/openings", AFTERNOON | change)) == kind
