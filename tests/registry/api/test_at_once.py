"""Edits made at the same moment: one wins, the others are told, and nothing is left between."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from tests.support.centres import NINE_MS, Centre, problem

UID = "04A1B2C3D4E580"


def all_at_once(calls: list[tuple[object, ...]], both: Centre) -> list[httpx.Response]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: both.ask(*call[:3], **dict(call[3:])), calls))


def statuses(answers: list[httpx.Response]) -> Counter[int]:
    return Counter(answer.status_code for answer in answers)


@pytest.mark.parametrize("what", ["person", "badge", "rights", "resource", "site"])
def test_twenty_edits_of_one_version_and_one_is_made(both: Centre, what: str) -> None:
    person = both.admit("matera")
    badge = both.made(f"/people/{person}/badges", {"uid": UID})["id"]
    path, body = {
        "person": (f"/people/{person}", {"name": "Anna"}),
        "badge": (f"/badges/{badge}", {"long_pulse": True}),
        "rights": (f"/sites/matera/rights/{person}", {"zones": ["lab"]}),
        "resource": ("/sites/matera/resources/d1", {"name": "By the door"}),
        "site": ("/sites/matera", {"name": "Padula"}),
    }[what]
    tag = both.ask("GET", path).headers["etag"]
    answers = all_at_once([("PUT", path, body, ("If_Match", tag))] * 20, both)
    assert statuses(answers) == {200: 1, 412: 19}
    assert both.ask("GET", path).headers["etag"] == '"2"'


def test_one_card_enrolled_for_twenty_people_at_once_is_ones(both: Centre) -> None:
    people = [both.admit("matera", f"Person {number}") for number in range(20)]
    answers = all_at_once([("POST", f"/people/{person}/badges", {"uid": UID}) for person in people], both)
    assert statuses(answers) == {201: 1, 409: 19}
    assert sum(kind == "badge" for kind, _ in both.feed("matera")) == 1


def test_one_site_made_ten_times_at_once_is_made_once(both: Centre) -> None:
    answers = all_at_once([("POST", "/sites", {"id": "bari", "name": "Bari"})] * 10, both)
    assert statuses(answers) == {201: 1, 409: 9}
    (made,) = [answer.json() for answer in answers if answer.status_code == 201]
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert both.http.get("/api/v1/gateway/changes", headers=headers).status_code == 200


def test_a_badge_replaced_at_once_by_ten_cards_leaves_one_history(both: Centre) -> None:
    person = both.admit("matera")
    badge = both.made(f"/people/{person}/badges", {"uid": UID})["id"]
    cards = [f"04{number:012X}" for number in range(1, 11)]
    answers = all_at_once([("POST", f"/badges/{badge}/replace", {"uid": card}) for card in cards], both)
    assert statuses(answers) == {201: 10}
    told = both.feed("matera")
    assert told["badge", badge]["revoked"]
    assert sum(kind == "badge" for kind, _ in told) == 11


def test_a_person_forgotten_while_others_book_for_them_leaves_nothing(both: Centre) -> None:
    person = both.admit("matera")
    calls: list[tuple[object, ...]] = [
        ("POST", "/sites/matera/bookings", {"resource": "d1", "person": person, **span(number)}) for number in range(15)
    ]
    answers = all_at_once([*calls[:8], ("DELETE", f"/people/{person}"), *calls[8:]], both)
    assert set(statuses(answers)) <= {201, 204, 422}
    assert both.feed("matera") == {}
    assert both.ask("GET", "/sites/matera/bookings?day=2026-11-23").json()["items"] == []


def span(number: int) -> dict[str, int]:
    return {"start_ms": NINE_MS + number * 1_000, "end_ms": NINE_MS + (number + 1) * 1_000}


def test_a_resource_taken_away_while_it_is_booked_is_booked_or_gone(both: Centre) -> None:
    person = both.admit("matera")
    body = {"resource": "d2", "person": person, **span(0)}
    answers = all_at_once(
        [("POST", "/sites/matera/bookings", body), ("DELETE", "/sites/matera/resources/d2")] * 4, both
    )
    found = both.ask("GET", "/sites/matera/resources/d2").status_code
    booked = both.ask("GET", "/sites/matera/bookings?day=2026-11-23").json()["items"]
    assert (found, len(booked)) in {(200, 1), (404, 0)}
    for answer in answers:
        assert answer.is_success or problem(answer)[0] in {404, 409}


def test_one_booking_cancelled_ten_times_at_once_is_cancelled_once(both: Centre) -> None:
    person = both.admit("matera")
    booking = both.made("/sites/matera/bookings", {"resource": "d1", "person": person, **span(0)})["id"]
    answers = all_at_once([("DELETE", f"/sites/matera/bookings/{booking}")] * 10, both)
    assert statuses(answers) == {204: 1, 409: 9}
