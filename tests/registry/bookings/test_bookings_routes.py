"""The API of bookings: series, waiting lists, approval, walk-ins, quotas, availability; ETags, keys and pages."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.centres import HOUR_MS, NINE_MS, Centre, centre, problem
from tests.support.set_clock import DAY_MS, Clock, book, path, span

KEY = "0123456789abcdef"


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def matera(laid_url: str, tmp_path: Path, clock: Clock) -> Iterator[Centre]:
    with centre(laid_url, tmp_path / "keys", wall_ms=clock) as made:
        made.add_site("matera")
        yield made


def test_a_booking_is_shown_with_all_that_is_known_of_it(matera: Centre) -> None:
    anna = matera.admit("matera")
    made = matera.made(path("bookings"), {"resource": "d1", "person": anna, **span(0, 2), "excuse": "exams"})
    operator = made.pop("made_by")
    assert operator
    assert made == {
        "id": made["id"],
        "resource": "d1",
        "zone": "hall",
        "person": anna,
        "group": None,
        "kind": "desk",
        "state": "booked",
        "status": "booked",
        **span(0, 2),
        "blocked_until_ms": NINE_MS + 2 * HOUR_MS,
        "places": 1,
        "series": None,
        "recurrence": None,
        "release_ms": NINE_MS + HOUR_MS // 4,
        "checked_in_ms": None,
        "confirmed_by": None,
        "hold_until_ms": None,
        "waiting": False,
        "walk_in": False,
        "excuse": "exams",
        "made_ms": NINE_MS - DAY_MS,
    }


def test_a_booking_is_changed_by_who_read_its_last_version(matera: Centre) -> None:
    anna = matera.admit("matera")
    one = path("bookings", book(matera, anna, 0, 2))
    assert problem(matera.ask("PATCH", one, span(0, 3))) == (428, "needs-match")
    changed = matera.ask("PATCH", one, span(0, 3), If_Match='"1"')
    assert (changed.status_code, changed.headers["etag"], changed.json()["end_ms"]) == (
        200,
        '"2"',
        span(0, 3)["end_ms"],
    )
    assert problem(matera.ask("PATCH", one, span(0, 4), If_Match='"1"')) == (412, "changed")
    assert matera.ask("GET", one).headers["etag"] == '"2"'
    assert problem(matera.ask("PATCH", path("bookings", "none"), {}, If_Match="*")) == (404, "not-found")
    assert problem(matera.ask("PATCH", one, {"person": "bruno"}, If_Match="*")) == (422, "invalid")


def test_a_repeated_request_makes_one_booking_and_one_series(matera: Centre) -> None:
    anna = matera.admit("matera")
    body = {"resource": "d1", "person": anna, **span(0, 1)}
    answers = [matera.ask("POST", path("bookings"), body, Idempotency_Key=KEY) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201] * 3
    assert len({answer.json()["id"] for answer in answers}) == 1
    weekly = {
        "resource": "d2",
        "person": anna,
        "start": "2026-11-24T09:00",
        "length_ms": HOUR_MS,
        "rule": "FREQ=DAILY;COUNT=3",
    }
    answers = [matera.ask("POST", path("series"), weekly, Idempotency_Key=KEY + "2") for _ in range(3)]
    assert len({answer.json()["id"] for answer in answers}) == 1
    assert len(matera.feed("matera")) == 1 + 1 + 3


def test_a_walk_in_begins_now(matera: Centre, clock: Clock) -> None:
    anna = matera.admit("matera")
    clock.now_ms = NINE_MS + 60_000
    body = {"resource": "d1", "person": anna, "end_ms": NINE_MS + HOUR_MS, "walk_in": True}
    made = matera.made(path("bookings"), body)
    assert (made["start_ms"], made["walk_in"], made["release_ms"]) == (clock.now_ms, True, None)
    for wrong in ({"walk_in": False}, {"start_ms": NINE_MS}):
        assert problem(matera.ask("POST", path("bookings"), {**body, **wrong})) == (422, "invalid")


def test_what_needs_approval_is_approved_or_rejected(matera: Centre) -> None:
    anna = matera.admit("matera")
    body = {"name": "Room", "needs_approval": True, "buffer_minutes": 15}
    assert matera.ask("PUT", path("resources", "r1"), body, If_Match="*").status_code == 200
    first, second = book(matera, anna, 0, 1, "r1"), book(matera, anna, 2, 3, "r1")
    assert matera.ask("GET", path("bookings", first)).json()["state"] == "pending"
    assert matera.ask("POST", path("bookings", first, "approve")).json()["state"] == "booked"
    assert matera.ask("POST", path("bookings", second, "reject")).json()["state"] == "cancelled"
    assert problem(matera.ask("POST", path("bookings", second, "approve"))) == (409, "out-of-turn")
    assert {key for kind, key in matera.feed("matera") if kind == "booking"} == {first}


def test_a_series_is_made_read_changed_and_cancelled(matera: Centre) -> None:
    anna = matera.admit("matera")
    body = {
        "resource": "d1",
        "person": anna,
        "start": "2026-11-24T09:00",
        "length_ms": HOUR_MS,
        "rule": "FREQ=DAILY;COUNT=4",
    }
    made = matera.made(path("series"), body)
    assert (len(made["bookings"]), made["skipped"], made["start"]) == (4, [], "2026-11-24T09:00:00")
    one = path("series", made["id"])
    assert [item["id"] for item in matera.ask("GET", path("series")).json()["items"]] == [made["id"]]
    tag = matera.ask("GET", one).headers["etag"]
    assert matera.ask("GET", one, If_None_Match=tag).status_code == 304
    change = {"since": "2026-11-26T09:00", "time_of_day": "15:30", "length_ms": 2 * HOUR_MS}
    assert problem(matera.ask("PATCH", one, change)) == (428, "needs-match")
    after = matera.ask("PATCH", one, change, If_Match=tag)
    assert (after.json()["bookings"], after.json()["start"]) == (made["bookings"][2:], "2026-11-26T15:30:00")
    moved = matera.ask("GET", path("bookings", made["bookings"][3])).json()
    assert (moved["series"], moved["recurrence"]) == (after.json()["id"], "2026-11-27T15:30:00")
    gone = matera.ask("DELETE", f"{path('series', after.json()['id'])}?since=2026-11-27T15:30")
    assert gone.json() == {"bookings": made["bookings"][3:]}
    assert problem(matera.ask("DELETE", path("series", "none"))) == (404, "not-found")
    for wrong in ({"since": "2026-13-01T09:00"}, {"time_of_day": "25:00"}, {"since": "2026-11-24T10:00"}):
        assert problem(matera.ask("PATCH", one, wrong, If_Match="*")) == (422, "invalid"), wrong


def test_a_series_in_conflict_is_refused_or_booked_in_part(matera: Centre) -> None:
    anna, bruno = matera.admit("matera"), matera.admit("matera", "Bruno")
    book(matera, bruno, 24, 25)
    body = {
        "resource": "d1",
        "person": anna,
        "start": "2026-11-23T09:30",
        "length_ms": HOUR_MS,
        "rule": "FREQ=DAILY;COUNT=3",
    }
    refused = matera.ask("POST", path("series"), body)
    assert problem(refused) == (409, "booking-conflict")
    assert [one["start_ms"] for one in refused.json()["refused"]] == [span(24.5, 25)["start_ms"]]
    made = matera.made(path("series"), {**body, "conflicts": "skip"})
    assert (len(made["bookings"]), made["left_out"]) == (2, ["2026-11-24T09:30:00"])
    assert made["skipped"] == refused.json()["refused"]


def test_the_line_is_joined_read_served_and_left(matera: Centre, clock: Clock) -> None:
    anna, bruno, carla = (matera.admit("matera", name) for name in ("Anna", "Bruno", "Carla"))
    held = book(matera, anna, 0, 2)
    entries = [matera.made(path("waiting"), {"resource": "d1", "person": who, **span(0, 2)}) for who in (bruno, carla)]
    assert [(entry["state"], entry["turn"]) for entry in entries] == [("waiting", 1), ("waiting", 2)]
    ids = [entry["id"] for entry in entries]
    assert matera.ask("DELETE", path("bookings", held)).status_code == 204
    first = matera.ask("GET", path("waiting", ids[0])).json()
    assert (first["state"], first["booking"], first["hold_until_ms"]) == (
        "offered",
        ids[0],
        clock.now_ms + HOUR_MS // 2,
    )
    clock.now_ms += HOUR_MS // 2
    states = [(item["id"], item["state"]) for item in matera.ask("GET", path("waiting")).json()["items"]]
    assert states == [(ids[1], "offered")]
    every = matera.ask("GET", f"{path('waiting')}?all=true&limit=1").json()
    assert [item["state"] for item in every["items"]] == ["lapsed"]
    assert matera.ask("GET", f"{path('waiting')}?all=true&cursor={every['next']}").json()["items"][0]["id"] == ids[1]
    taken = matera.ask("POST", path("waiting", ids[1], "accept")).json()
    assert (taken["id"], taken["state"], taken["waiting"], taken["person"]) == (ids[1], "booked", True, carla)
    assert problem(matera.ask("DELETE", path("waiting", ids[0]))) == (409, "out-of-turn")
    third = matera.made(path("waiting"), {"zone": "hall", "person": bruno, **span(0, 2)})
    assert (third["state"], third["kind"], third["zone"]) == ("offered", "desk", "hall")
    assert matera.ask("DELETE", path("waiting", third["id"])).status_code == 204
    assert matera.ask("GET", path("waiting", third["id"])).json()["state"] == "declined"


def test_an_entry_whose_time_went_by_is_over(matera: Centre, clock: Clock) -> None:
    anna, bruno = matera.admit("matera"), matera.admit("matera", "Bruno")
    book(matera, anna, 0, 2)
    entry = matera.made(path("waiting"), {"resource": "d1", "person": bruno, **span(0, 2)})["id"]
    clock.now_ms = NINE_MS + 2 * HOUR_MS
    assert matera.ask("GET", path("waiting")).json()["items"] == []
    assert matera.ask("GET", f"{path('waiting')}?all=true").json()["items"][0]["state"] == "over"
    assert matera.ask("GET", path("waiting", entry)).json()["state"] == "over"
