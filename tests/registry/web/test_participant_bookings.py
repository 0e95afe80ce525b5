"""A participant's own bookings: until when to come, longer, ended, cancelled and taken back, offers, nobody else's."""

import pytest

from tests.support.centres import NINE_MS
from tests.support.faces import account, reader
from tests.support.participants import School, span

MINUTE_MS = 60_000


def test_today_says_until_when_to_come_and_how_long_that_is(place: School) -> None:
    assert "You have no booking to come" in place.anna.look("/me/today").text
    place.booked("anna", 1, 3)
    text = place.anna.look("/me").text
    assert "23 November 2026, 10:00–12:00" in text
    assert "Come by 10:15 (75 minutes left)" in text
    assert "It begins in 60 minutes." in text
    place.clock.at_ms = NINE_MS + 80 * MINUTE_MS
    assert "arrival not confirmed" in place.anna.look("/me/today").text or "site offline" in place.anna.look("/me").text


def test_what_is_cancelled_can_be_taken_back_until_somebody_has_it(place: School) -> None:
    path = f"/me/bookings/cinisello/{place.booked('anna', 1, 3)}"
    place.anna.look(path)
    gone = place.anna.followed(f"{path}/cancel")
    assert "Cancelled." in gone.text
    assert "Book again" in gone.text
    back = place.anna.followed(f"{path}/again")
    assert "Booked again." in back.text
    assert [line["state"] for line in place.lines(person=place.ids["anna"])].count("booked") == 1
    place.anna.followed(f"{back.url.path}/cancel")
    place.booked("bruno", 1, 3)
    refused = place.anna.sent(f"{path}/again")
    assert refused.status_code == 409
    assert "The place is taken at that time." in refused.text


def test_a_booking_grows_as_far_as_its_place_is_free(place: School) -> None:
    path = f"/me/bookings/cinisello/{place.booked('anna', 0, 2)}"
    place.booked("bruno", 3, 4)
    text = place.anna.look(path).text
    assert [minutes for minutes in (30, 60, 120) if f'value="{minutes}"' in text] == [30, 60]
    assert "Prolonged." in place.anna.followed(f"{path}/longer", minutes="60").text
    assert place.lines(person=place.ids["anna"])[0]["end_ms"] == NINE_MS + 180 * MINUTE_MS
    assert place.anna.sent(f"{path}/longer", minutes="60").status_code == 409
    assert place.anna.sent(f"{path}/longer", minutes="9999").status_code == 422
    place.clock.at_ms += 30 * MINUTE_MS
    assert "Ended" in place.anna.followed(f"{path}/end").text
    assert place.lines(person=place.ids["anna"])[0]["state"] == "ended"


@pytest.mark.parametrize(("answer", "state"), [("accept", "booked"), ("leave", "cancelled")])
def test_an_offer_is_taken_or_declined(place: School, answer: str, state: str) -> None:
    held = place.booked("bruno", 5, 9)
    place.anna.look("/me/book/cinisello/d1")
    place.anna.followed("/me/waiting/cinisello", resource="d1", span=span(5, 9))
    place.bruno.look("/me/bookings")
    place.bruno.followed(f"/me/bookings/cinisello/{held}/cancel")
    assert "Answer by 09:30 (30 minutes left)" in place.anna.look("/me/today").text
    (line,) = place.lines(person=place.ids["anna"])
    page = place.anna.look(f"/me/bookings/cinisello/{line['id']}")
    assert "Take the place" in page.text
    place.anna.followed(f"/me/waiting/cinisello/{line['id']}/{answer}")
    assert [one["state"] for one in place.lines(person=place.ids["anna"])] == [state]


def test_an_offer_lapses_before_it_is_shown(place: School) -> None:
    held = place.booked("bruno", 5, 9)
    place.anna.look("/me/bookings")
    place.anna.followed("/me/waiting/cinisello", resource="d1", span=span(5, 9))
    place.bruno.look("/me/bookings")
    place.bruno.followed(f"/me/bookings/cinisello/{held}/cancel")
    (line,) = place.lines(person=place.ids["anna"])
    place.clock.at_ms += 31 * MINUTE_MS
    assert "offer lapsed" in place.anna.look("/me/bookings").text
    answer = place.anna.followed(f"/me/waiting/cinisello/{line['id']}/accept")
    assert "It has changed meanwhile" in answer.text


def test_nothing_of_anybody_else_is_there(place: School) -> None:
    theirs = place.booked("bruno", 1, 3)
    waits = place.centre.made(
        "/sites/cinisello/waiting",
        {
            "resource": "d1",
            "person": place.ids["bruno"],
            "start_ms": NINE_MS + 3_600_000,
            "end_ms": NINE_MS + 7_200_000,
        },
    )["id"]
    assert "10:00" not in place.anna.look("/me/bookings").text
    assert "10:00" not in place.anna.look("/me/today").text
    path = f"/me/bookings/cinisello/{theirs}"
    assert place.anna.look(path).status_code == 404
    for what in ("cancel", "longer", "end", "again"):
        assert place.anna.sent(f"{path}/{what}", minutes="30").status_code == 404
    for what in ("accept", "leave"):
        assert place.anna.sent(f"/me/waiting/cinisello/{waits}/{what}").status_code == 404
    assert [line["state"] for line in place.lines()] == ["booked"]
    for path in ("/me/bookings/cinisello/none", "/me/bookings/matera/none", "/me/bookings/nowhere/none"):
        assert place.anna.look(path).status_code == 404


def test_an_account_of_nobody_has_no_such_pages(place: School) -> None:
    account(place.centre, "admin", administrator="1")
    with reader(place.centre) as browser:
        browser.signed_in("admin")
        for path in ("/me/today", "/me/book", "/me/bookings", "/me/bookings/cinisello/x", "/me/book/cinisello/d1"):
            assert browser.look(path).status_code == 403
