"""What a session uses is booked with it: no booking overlaps it, whichever comes first; it goes with the session."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.centres import HOUR_MS, Centre, problem
from tests.support.programmes import SOON_MS, edited, session, with_programmes

TEAM = {"id": "blu", "cohort": "senior-mt", "name": "Blu"}
SPAN = {"start_ms": SOON_MS, "end_ms": SOON_MS + HOUR_MS}


@pytest.fixture
def lab(both: Centre) -> Centre:
    """Two sites with programmes, and a team at Matera."""
    with_programmes(both)
    both.made("/teams", TEAM)
    return both


def told(centre: Centre, site: str = "matera") -> dict[str, dict[str, object]]:
    return {ident: record for (kind, ident), record in centre.feed(site).items() if kind == "booking"}


def test_a_session_and_a_booking_never_overlap_whichever_comes_first(lab: Centre) -> None:
    who = lab.admit("matera")
    wanted = {"resource": "r1", "person": who, **SPAN}
    booking = lab.made("/sites/matera/bookings", wanted)
    body = {"programme": "senior", "title": "A", "zone": "hall", "resource": "r1", "groups": ["blu"], **SPAN}
    answer = lab.ask("POST", "/sites/matera/sessions", body)
    assert problem(answer) == (409, "booking-conflict")
    assert answer.json()["conflicts"] == [SPAN]
    assert lab.ask("GET", "/sites/matera/sessions").json()["items"] == []
    assert lab.ask("DELETE", f"/sites/matera/bookings/{booking['id']}").status_code in {200, 204}
    made = session(lab, resource="r1")
    assert problem(lab.ask("POST", "/sites/matera/bookings", wanted)) == (409, "booking-conflict")
    later = {"start_ms": SOON_MS + HOUR_MS, "end_ms": SOON_MS + 2 * HOUR_MS}
    lab.made("/sites/matera/bookings", wanted | later)
    path = f"/sites/matera/sessions/{made['id']}"
    body = {name: made[name] for name in made if name != "id"} | {"end_ms": SOON_MS + 2 * HOUR_MS}
    assert problem(lab.ask("PUT", path, body, If_Match="*")) == (409, "booking-conflict")
    assert lab.ask("GET", path).json() == made
    edited(lab, path, start_ms=SOON_MS + 2 * HOUR_MS, end_ms=SOON_MS + 3 * HOUR_MS)
    lab.made("/sites/matera/bookings", wanted)
    assert told(lab)[made["id"]]["start_ms"] == SOON_MS + 2 * HOUR_MS
    assert told(lab)[made["id"]]["resource"] == "r1"


def test_a_session_in_a_bookable_zone_takes_a_place_of_it_where_one_is_left(lab: Centre) -> None:
    bookings = [
        lab.made("/sites/matera/bookings", {"resource": "hall", "person": lab.admit("matera"), **SPAN})["id"]
        for _ in range(2)
    ]
    body = {"programme": "senior", "title": "A", "zone": "hall", "resource": "hall", "groups": ["blu"], **SPAN}
    assert problem(lab.ask("POST", "/sites/matera/sessions", body)) == (409, "booking-conflict")
    lab.ask("DELETE", f"/sites/matera/bookings/{bookings[0]}")
    assert lab.ask("POST", "/sites/matera/sessions", body).status_code == 201
    assert problem(lab.ask("POST", "/sites/matera/sessions", body)) == (409, "booking-conflict")


def test_of_many_sessions_and_bookings_at_once_one_wins(lab: Centre) -> None:
    who = lab.admit("matera")
    planned = {"programme": "senior", "title": "A", "zone": "hall", "resource": "r1", "groups": ["blu"], **SPAN}
    booked = {"resource": "r1", "person": who, **SPAN}

    def ask(number: int) -> int:
        path, body = ("sessions", planned) if number % 2 else ("bookings", booked)
        return lab.ask("POST", f"/sites/matera/{path}", body).status_code

    with ThreadPoolExecutor(20) as pool:
        assert sorted(pool.map(ask, range(20))) == [201] + [409] * 19
    assert len(told(lab)) == 1


def test_a_cancelled_session_can_be_planned_again_where_its_room_is_free(lab: Centre) -> None:
    made = session(lab, resource="r1")
    path = f"/sites/matera/sessions/{made['id']}"
    edited(lab, path, state="cancelled", why="Neve")
    assert edited(lab, path, state="planned", why="") == made
    edited(lab, path, state="cancelled", why="Neve")
    other = session(lab, resource="r1")
    body = {name: made[name] for name in made if name != "id"}
    assert problem(lab.ask("PUT", path, body, If_Match="*")) == (409, "booking-conflict")
    lab.ask("DELETE", f"/sites/matera/sessions/{other['id']}")
    assert edited(lab, path, state="planned", why="") == made


def test_what_a_session_uses_is_moved_and_cancelled_with_the_session_alone(lab: Centre) -> None:
    made = session(lab, resource="r1")
    path = f"/sites/matera/bookings/{made['id']}"
    read = lab.ask("GET", path)
    assert (read.status_code, read.json()["kind"]) == (200, "session")
    moved = {"end_ms": SOON_MS + 2 * HOUR_MS}
    for verb, body in (("DELETE", None), ("PATCH", moved), ("PUT", moved)):
        answer = lab.ask(verb, path, body, If_Match="*")
        assert answer.status_code in {405, 409}, answer.text
        if answer.status_code == 409:
            assert problem(answer) == (409, "in-use")
    assert told(lab).keys() == {made["id"]}
    assert lab.ask("DELETE", f"/sites/matera/sessions/{made['id']}").status_code == 204
    assert lab.ask("GET", path).status_code == 404
