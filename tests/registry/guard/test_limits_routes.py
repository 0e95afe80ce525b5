"""The API of what is free, of how much may be booked, and of what a silent site leaves open."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from access.clock import Now
from access.codec import encode_fact
from access.facts_people import NoShow
from access.log import Chain, link
from tests.support.centres import HOUR_MS, NINE_MS, Centre, centre, problem
from tests.support.log_rows import sent
from tests.support.set_clock import Clock, book, path, span


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def matera(laid_url: str, tmp_path: Path, clock: Clock) -> Iterator[Centre]:
    with centre(laid_url, tmp_path / "keys", wall_ms=clock) as made:
        made.add_site("matera")
        yield made


def test_availability_names_spans_and_nobody(matera: Centre) -> None:
    anna = matera.admit("matera")
    book(matera, anna, 1, 2)
    answer = matera.ask("GET", f"{path('availability')}?day=2026-11-23")
    day = answer.json()
    assert [resource["id"] for resource in day["resources"]] == ["d1", "d2", "r1", "hall"]
    found = [(one["state"], one["start_ms"], one["end_ms"]) for one in day["resources"][0]["spans"]]
    booked = span(1, 2)
    assert found == [
        ("free", day["start_ms"], booked["start_ms"]),
        ("booked", booked["start_ms"], booked["end_ms"]),
        ("free", booked["end_ms"], day["end_ms"]),
    ]
    assert anna not in answer.text
    assert problem(matera.ask("GET", f"{path('availability')}?day=never")) == (422, "invalid")
    assert problem(matera.ask("GET", "/sites/nowhere/availability?day=2026-11-23")) == (404, "not-found")


def test_limits_of_a_person_and_of_a_site_are_set_by_whoever_read_them(matera: Centre) -> None:
    anna = matera.admit("matera")
    quota = f"/people/{anna}/quota"
    none = dict.fromkeys(("day_minutes", "day_count", "week_minutes", "week_count"))
    before = matera.ask("GET", quota)
    assert before.json() == none
    assert problem(matera.ask("PUT", quota, {"day_count": 1})) == (428, "needs-match")
    put = matera.ask("PUT", quota, {"day_count": 1}, If_Match=before.headers["etag"])
    assert (put.json(), put.headers["etag"]) == ({**none, "day_count": 1}, '"1"')
    book(matera, anna, 0, 1)
    refused = matera.ask("POST", path("bookings"), {"resource": "d1", "person": anna, **span(1, 2)})
    assert problem(refused) == (409, "quota-exceeded")
    assert (refused.json()["limit"], refused.json()["fits_from_ms"]) == ("day-count", NINE_MS + 15 * HOUR_MS)
    assert matera.ask("DELETE", quota).status_code == 204
    assert problem(matera.ask("DELETE", quota)) == (404, "not-found")
    assert problem(matera.ask("GET", "/people/nobody/quota")) == (404, "not-found")
    policy = matera.ask("GET", path("booking-policy"))
    assert policy.json() == {"horizon_days": 60}
    assert matera.ask("PUT", path("booking-policy"), {"horizon_days": 1}, If_Match=policy.headers["etag"]).json()
    assert problem(matera.ask("POST", path("bookings"), {"resource": "d1", "person": anna, **span(40, 41)})) == (
        422,
        "invalid",
    )
    assert problem(matera.ask("PUT", path("booking-policy"), {"horizon_days": 2}, If_Match='"0"')) == (412, "changed")


def test_a_sites_silence_is_shown_with_the_booking(matera: Centre, clock: Clock) -> None:
    anna = matera.admit("matera")
    one = path("bookings", book(matera, anna, 0, 2))
    clock.now_ms = NINE_MS + HOUR_MS // 4 + 1
    assert matera.ask("GET", one).json()["status"] == "unconfirmed: site offline"
    listed = matera.ask("GET", f"{path('bookings')}?day=2026-11-23").json()["items"]
    assert [item["status"] for item in listed] == ["unconfirmed: site offline"]


def test_a_no_show_that_the_gateway_sends_is_told_back_to_it_as_withdrawn(matera: Centre, clock: Clock) -> None:
    anna, bruno = matera.admit("matera"), matera.admit("matera", "Bruno")
    held = book(matera, anna, 0, 2)
    entry = matera.made(path("waiting"), {"resource": "d1", "person": bruno, **span(0, 2)})["id"]
    told = matera.as_gateway("matera", "GET", "/changes?limit=2000").json()
    due_ms = NINE_MS + HOUR_MS // 4
    clock.now_ms = due_ms + 1_000
    body = encode_fact(NoShow(held, "d1"))
    _, row = link(Chain("matera", 1, "0011aabb"), 1, NoShow.KIND, body, bytes(32), Now(due_ms, 1, 1))
    events = sent([row], "matera")
    for _ in range(2):
        assert matera.as_gateway("matera", "POST", "/events", events).json() == {"acked": 1}
    since = f"generation={told['generation']}&since={told['version']}"
    changes = matera.as_gateway("matera", "GET", f"/changes?{since}").json()["changes"]
    assert changes == [{"kind": "booking", "id": held, "record": None}]
    offer = matera.ask("GET", path("waiting", entry)).json()
    assert (offer["state"], offer["hold_until_ms"]) == ("offered", clock.now_ms + HOUR_MS // 2)
    assert matera.ask("POST", path("waiting", entry, "accept")).json()["release_ms"] is None
    assert ("booking", entry) in matera.feed("matera")
