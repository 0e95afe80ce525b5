"""Bookings: half open, never two on one desk or room, a zone up to its capacity."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from access.clock import DAY_MS
from registry.api.bookings import day_span
from tests.support.centres import HOUR_MS, NINE_MS, Centre, problem


def want(person: str, start: float, end: float, resource: str = "d1") -> dict[str, object]:
    """A booking in hours from nine o'clock."""
    span = {"start_ms": NINE_MS + int(start * HOUR_MS), "end_ms": NINE_MS + int(end * HOUR_MS)}
    return {"resource": resource, "person": person, **span}


@pytest.mark.parametrize("resource", ["d1", "r1"])
def test_no_two_bookings_of_a_desk_or_room_overlap(both: Centre, resource: str) -> None:
    anna, bruno = both.admit("matera"), both.admit("matera", "Bruno")
    path = "/sites/matera/bookings"
    both.made(path, want(anna, 2, 4, resource))
    for start, end in ((2, 4), (1, 3), (3, 5), (2.5, 3), (0, 9), (3.999, 5)):
        answer = both.ask("POST", path, want(bruno, start, end, resource))
        assert problem(answer) == (409, "booking-conflict"), (start, end)
        taken = want(anna, 2, 4)
        assert answer.json()["conflicts"] == [{"start_ms": taken["start_ms"], "end_ms": taken["end_ms"]}]
        assert "Anna" not in answer.text
        assert anna not in answer.text
    both.made(path, want(bruno, 0, 2, resource))
    both.made(path, want(bruno, 4, 5, resource))
    both.made(path, want(bruno, 2, 4, "d2"))
    cinisello = both.admit("cinisello")
    both.made("/sites/cinisello/bookings", want(cinisello, 2, 4, resource))


def test_long_bookings_conflict_from_end_to_end(both: Centre) -> None:
    anna = both.admit("matera")
    both.made("/sites/matera/bookings", want(anna, 0, 7 * 24))
    for hours in ((7 * 24 - 1, 8 * 24), (-24, 0.5), (24, 25)):
        assert problem(both.ask("POST", "/sites/matera/bookings", want(anna, *hours))) == (409, "booking-conflict")
    both.made("/sites/matera/bookings", want(anna, 7 * 24, 14 * 24))


def test_a_zone_takes_bookings_up_to_its_capacity_at_any_moment(both: Centre) -> None:
    anna = both.admit("matera")
    path = "/sites/matera/bookings"
    both.made(path, want(anna, 0, 2, "hall"))
    both.made(path, want(anna, 1, 3, "hall"))
    refused = both.ask("POST", path, want(anna, 1.5, 4, "hall"))
    assert problem(refused) == (409, "booking-conflict")
    assert len(refused.json()["conflicts"]) == 2
    both.made(path, want(anna, 2, 4, "hall"))
    tag = both.ask("GET", "/sites/matera/resources/hall").headers["etag"]
    body = {"name": "Hall", "capacity": None}
    assert both.ask("PUT", "/sites/matera/resources/hall", body, If_Match=tag).status_code == 200
    both.made(path, want(anna, 1.5, 4, "hall"))


@pytest.mark.parametrize(
    ("change", "refusal"),
    [
        ({"start_ms": NINE_MS, "end_ms": NINE_MS}, (422, "invalid")),
        ({"start_ms": NINE_MS + 1, "end_ms": NINE_MS}, (422, "invalid")),
        ({"end_ms": NINE_MS + 7 * DAY_MS + 1}, (422, "invalid")),
        ({"start_ms": -1}, (422, "invalid")),
        ({"start_ms": "9:00"}, (422, "invalid")),
        ({"start_ms": NINE_MS + 0.5}, (422, "invalid")),
        ({"start_ms": True}, (422, "invalid")),
        ({"resource": "d7"}, (404, "not-found")),
        ({"resource": "D1"}, (422, "invalid")),
        ({"person": "nobody"}, (422, "invalid")),
        ({"zone": "lab"}, (422, "invalid")),
    ],
)
def test_a_booking_that_cannot_be_is_refused(
    shared: Centre, change: dict[str, object], refusal: tuple[int, str]
) -> None:
    person = shared.admit("matera")
    answer = shared.ask("POST", "/sites/matera/bookings", want(person, 0, 1) | change)
    assert problem(answer) == refusal
    assert shared.ask("GET", "/sites/matera/bookings?day=2026-11-23").json()["items"] == []


def test_who_may_not_enter_a_zone_books_nothing_in_it(both: Centre) -> None:
    elsewhere = both.admit("cinisello")
    assert problem(both.ask("POST", "/sites/matera/bookings", want(elsewhere, 0, 1))) == (422, "invalid")
    both.ask("PUT", f"/sites/matera/rights/{elsewhere}", {"zones": ["lab"]})
    assert problem(both.ask("POST", "/sites/matera/bookings", want(elsewhere, 0, 1))) == (422, "invalid")
    both.ask("PUT", f"/sites/matera/rights/{elsewhere}", {"zones": [], "standing": ["hall"]}, If_Match="*")
    both.made("/sites/matera/bookings", want(elsewhere, 0, 1))


def test_a_cancelled_booking_frees_its_desk_leaves_the_feed_and_is_remembered(both: Centre) -> None:
    anna = both.admit("matera")
    booking = both.made("/sites/matera/bookings", want(anna, 0, 1))
    path = f"/sites/matera/bookings/{booking['id']}"
    assert both.ask("GET", path).json() == booking
    told = both.feed("matera")["booking", booking["id"]]
    assert told.items() <= booking.items()
    assert both.ask("DELETE", path).status_code == 204
    assert ("booking", booking["id"]) not in both.feed("matera")
    assert problem(both.ask("DELETE", path)) == (409, "out-of-turn")
    assert both.ask("GET", path).json() == booking | {"state": "cancelled", "status": "cancelled"}
    both.made("/sites/matera/bookings", want(anna, 0, 1))
    day = "/sites/matera/bookings?day=2026-11-23"
    assert [item["state"] for item in both.ask("GET", day).json()["items"]] == ["booked"]
    assert sorted(item["state"] for item in both.ask("GET", f"{day}&all=true").json()["items"]) == [
        "booked",
        "cancelled",
    ]


def test_a_booked_resource_stays(both: Centre) -> None:
    both.made("/sites/matera/bookings", want(both.admit("matera"), 0, 1))
    assert problem(both.ask("DELETE", "/sites/matera/resources/d1")) == (409, "in-use")


def test_a_days_bookings_are_those_that_touch_the_local_day(both: Centre) -> None:
    anna = both.admit("matera")
    hours = {"before": (-11, -9), "night": (-10, -8), "day": (0, 1), "late": (14.5, 16), "after": (15, 16)}
    ids = {
        name: both.made("/sites/matera/bookings", want(anna, *span, "r1" if name == "night" else "d1"))["id"]
        for name, span in hours.items()
        if name != "after"
    }
    ids["after"] = both.made("/sites/matera/bookings", want(anna, *hours["after"], "d2"))["id"]
    listed = both.ask("GET", "/sites/matera/bookings?day=2026-11-23").json()["items"]
    assert [item["id"] for item in listed] == [ids["night"], ids["day"], ids["late"]]


@pytest.mark.parametrize("day", ["", "today", "2026-13-01", "2026-11-31", "9999-12-31", "0001-01-01", "2026-W48-1x"])
def test_a_day_that_is_none_is_refused(shared: Centre, day: str) -> None:
    assert shared.ask("GET", f"/sites/matera/bookings?day={day}").status_code in {200, 422}
    assert problem(shared.ask("GET", "/sites/matera/bookings")) == (422, "invalid")


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25), ("2026-11-23", 24)])
def test_a_local_day_has_the_hours_that_it_has(day: str, hours: int) -> None:
    start_ms, end_ms = day_span(day, "Europe/Rome")
    assert end_ms - start_ms == hours * HOUR_MS


@pytest.mark.parametrize("rounds", [3])
def test_fifty_at_once_want_one_desk_and_one_gets_it(both: Centre, rounds: int) -> None:
    people = [both.admit("matera", f"P{number}") for number in range(50)]
    for day in range(rounds):
        bodies = [want(person, 24 * day + index / 100, 24 * day + 1) for index, person in enumerate(people)]
        with ThreadPoolExecutor(50) as pool:
            answers = list(pool.map(lambda body: both.ask("POST", "/sites/matera/bookings", body), bodies))
        assert sorted(answer.status_code for answer in answers) == [201] + [409] * 49
    listed = both.ask("GET", "/sites/matera/bookings?day=2026-11-23").json()["items"]
    assert len(listed) == 1


def test_fifty_at_once_want_a_zone_of_two_and_two_get_in(both: Centre) -> None:
    person = both.admit("matera")
    with ThreadPoolExecutor(50) as pool:
        body = want(person, 0, 1, "hall")
        answers = list(pool.map(lambda _: both.ask("POST", "/sites/matera/bookings", body).status_code, range(50)))
    assert sorted(answers) == [201] * 2 + [409] * 48
