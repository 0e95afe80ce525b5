"""Fifty clients who want one place at the same moment, through the real application, on both databases."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from itertools import pairwise
from pathlib import Path
from threading import Barrier

import httpx
import pytest
from sqlalchemy import update

from registry.tables import core as t
from tests.support.centres import HOUR_MS, NINE_MS, Centre, centre, problem

CLIENTS = 50
BOOKINGS = "/sites/matera/bookings"


@pytest.fixture
def both(laid_url: str, tmp_path: Path) -> Iterator[Centre]:
    """Two sites on the day before that nine o'clock."""
    with centre(laid_url, tmp_path / "keys", wall_ms=lambda: NINE_MS - 24 * HOUR_MS) as made:
        made.add_site("cinisello")
        made.add_site("matera")
        yield made


def at_once(calls: list[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    """All answers, the requests being sent when every client stands ready."""
    ready = Barrier(len(calls))

    def one(call: Callable[[], httpx.Response]) -> httpx.Response:
        ready.wait(60)
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(one, calls))


def posted(both: Centre, bodies: list[dict[str, object]]) -> list[httpx.Response]:
    return at_once([partial(both.ask, "POST", BOOKINGS, body) for body in bodies])


def booking(person: str, start: float, end: float, resource: str = "d1") -> dict[str, object]:
    span = {"start_ms": NINE_MS + int(start * HOUR_MS), "end_ms": NINE_MS + int(end * HOUR_MS)}
    return {"resource": resource, "person": person, **span}


def test_one_of_fifty_gets_the_desk_and_the_others_are_told_what_is_free(both: Centre) -> None:
    people = [both.admit("matera", f"P{number}") for number in range(CLIENTS)]
    bodies = [booking(person, 1 + index / 100, 2) for index, person in enumerate(people)]
    answers = posted(both, bodies)
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: CLIENTS - 1}
    (won,) = [answer.json() for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code == 409:
            assert problem(answer) == (409, "booking-conflict")
            assert answer.json()["conflicts"] == [{"start_ms": won["start_ms"], "end_ms": won["end_ms"]}]
            assert answer.json()["others"] == ["d2"]
            assert answer.json()["nearest"]
    listed = both.ask("GET", f"{BOOKINGS}?day=2026-11-23").json()["items"]
    assert [item["id"] for item in listed] == [won["id"]]
    near = next(answer for answer in answers if answer.status_code == 409).json()["nearest"][-1]
    both.made(BOOKINGS, {"resource": "d1", "person": people[0], **near})


def test_what_sixty_clients_book_across_one_another_never_overlaps(both: Centre) -> None:
    person = both.admit("matera")
    bodies = [booking(person, (7 * n) % 20 / 2, (7 * n) % 20 / 2 + 1 + n % 3) for n in range(60)]
    answers = posted(both, bodies)
    assert set(Counter(answer.status_code for answer in answers)) == {201, 409}
    held = sorted((item.json()["start_ms"], item.json()["end_ms"]) for item in answers if item.status_code == 201)
    assert all(one[1] <= other[0] for one, other in pairwise(held))


def test_one_of_fifty_moves_to_the_free_desk(both: Centre) -> None:
    person = both.admit("matera")
    made = [both.made(BOOKINGS, booking(person, 2 * n, 2 * n + 1))["id"] for n in range(20)]
    span = {"resource": "d2", "start_ms": NINE_MS, "end_ms": NINE_MS + HOUR_MS}
    answers = at_once([partial(both.ask, "PATCH", f"{BOOKINGS}/{one}", span, If_Match='"1"') for one in made])
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}


def test_an_offer_is_taken_once_however_often_it_is_accepted(both: Centre) -> None:
    anna, bruno = both.admit("matera"), both.admit("matera", "Bruno")
    far = 24 * 7
    held = both.made(BOOKINGS, booking(anna, far, far + 1))["id"]
    entry = both.made("/sites/matera/waiting", booking(bruno, far, far + 1))
    both.ask("DELETE", f"{BOOKINGS}/{held}")
    path = f"/sites/matera/waiting/{entry['id']}/accept"
    answers = at_once([lambda: both.ask("POST", path)] * 10)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 9}


@pytest.mark.parametrize("rounds", [3])
def test_fifty_who_want_the_place_that_is_on_offer_get_none_of_it(both: Centre, rounds: int) -> None:
    people = [both.admit("matera", f"P{number}") for number in range(CLIENTS)]
    for number in range(1, rounds + 1):
        day = 24 * 7 * number
        held = both.made(BOOKINGS, booking(people[0], day, day + 1))["id"]
        entry = both.made("/sites/matera/waiting", booking(people[1], day, day + 1))["id"]
        bodies = [booking(person, day, day + 1) for person in people]
        calls = [partial(both.ask, "POST", BOOKINGS, body) for body in bodies[1:]]
        cancelled, *answers = at_once([partial(both.ask, "DELETE", f"{BOOKINGS}/{held}"), *calls])
        assert cancelled.status_code == 204
        assert {answer.status_code for answer in answers} == {409}
        assert both.ask("GET", f"/sites/matera/waiting/{entry}").json()["state"] == "offered"


def test_an_offer_that_ran_out_is_offered_to_one_alone_by_fifty_who_look(both: Centre) -> None:
    people = [both.admit("matera", f"P{number}") for number in range(3)]
    far = 24 * 7
    held = both.made(BOOKINGS, booking(people[0], far, far + 1))["id"]
    first, second = (both.made("/sites/matera/waiting", booking(who, far, far + 1))["id"] for who in people[1:])
    both.ask("DELETE", f"{BOOKINGS}/{held}")
    with both.registry.database.write() as connection:
        connection.execute(update(t.booking).where(t.booking.c.id == first).values(hold_until_ms=1))
    answers = at_once([lambda: both.ask("GET", "/sites/matera/waiting?all=true")] * CLIENTS)
    assert {answer.status_code for answer in answers} == {200}
    states = {item["id"]: item["state"] for item in answers[0].json()["items"]}
    assert states == {first: "lapsed", second: "offered"}
