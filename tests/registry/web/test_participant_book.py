"""Booking from the participant's pages: three taps, every refusal with what would go, only one's own."""

import re

from sqlalchemy import insert

from registry.tables import core as t
from tests.support.centres import NINE_MS
from tests.support.participants import School, span


def test_three_taps_make_a_booking(place: School) -> None:
    day = place.anna.look("/me/today")
    assert 'href="/me/book"' in day.text
    free = place.anna.look("/me/book")
    assert "/me/book/cinisello/d1?day=2026-11-23" in free.text
    when = place.anna.look("/me/book/cinisello/d1?day=2026-11-23")
    assert "14:00–18:00" in when.text
    made = place.anna.followed("/me/book/cinisello/d1", span=span(5, 9))
    assert "Booked." in made.text
    assert "Cancel the booking" in made.text
    (line,) = place.lines()
    assert (line["person"], line["resource"], line["state"]) == (place.ids["anna"], "d1", "booked")
    assert (line["start_ms"], line["end_ms"]) == (NINE_MS + 5 * 3_600_000, NINE_MS + 9 * 3_600_000)


def test_what_runs_already_is_booked_from_now(place: School) -> None:
    place.clock.at_ms += 1_800_000
    place.anna.look("/me/book/cinisello/d1")
    place.anna.followed("/me/book/cinisello/d1", span=span(0, 4))
    assert [line["start_ms"] for line in place.lines()] == [place.clock.at_ms]
    assert place.anna.sent("/me/book/cinisello/d2", span=span(-4, -1)).status_code == 422


def test_who_comes_second_reads_what_would_go_instead(place: School) -> None:
    place.booked("bruno", 5, 9)
    place.anna.look("/me/book/cinisello/d1")
    answer = place.anna.sent("/me/book/cinisello/d1", span=span(5, 9))
    assert answer.status_code == 409
    assert "The place is taken at that time." in answer.text
    assert "/me/book/cinisello/d2?day=2026-11-23" in answer.text
    assert f'value="{span(1, 5)}"' in answer.text
    assert "Bruno" not in answer.text
    joined = place.anna.followed("/me/waiting/cinisello", resource="d1", span=span(5, 9))
    assert "You are in line" in joined.text
    assert "Leave the line" in joined.text


def test_a_taken_time_is_not_offered_and_a_place_without_one_says_so(place: School) -> None:
    place.booked("bruno", 5, 9)
    text = place.anna.look("/me/book/cinisello/d1").text
    assert f'value="{span(5, 9)}"' not in text
    assert f'value="{span(0, 4)}"' in text
    place.booked("bruno", -9, 5)
    place.booked("bruno", 9, 15)
    assert "It is not free on this day" in place.anna.look("/me/book/cinisello/d1").text


def test_hours_are_typed_and_what_is_wrong_stands_beside_them(place: School) -> None:
    place.anna.look("/me/book/cinisello/r1")
    wrong = {"day": "2026-11-24", "from": "11:00", "until": "10:00", "weeks": "1"}
    answer = place.anna.sent("/me/book/cinisello/r1", **wrong)
    assert answer.status_code == 422
    assert re.search(r'id="until"[^>]* aria-invalid="true" aria-describedby="until-wrong', answer.text)
    for name, bad in (("day", "tomorrow"), ("from", "9"), ("weeks", "500")):
        assert place.anna.sent("/me/book/cinisello/r1", **{**wrong, "until": "12:00", name: bad}).status_code == 422
    assert place.lines() == []
    place.anna.followed("/me/book/cinisello/r1", **{**wrong, "until": "12:00"})
    (line,) = place.lines()
    assert line["end_ms"] - line["start_ms"] == 3_600_000
    assert line["start_ms"] == NINE_MS + 26 * 3_600_000


def test_every_week_all_or_those_that_can_be(place: School) -> None:
    place.booked("bruno", 7 * 24, 7 * 24 + 1)
    fields = {"day": "2026-11-23", "from": "09:00", "until": "10:00", "weeks": "4"}
    place.anna.look("/me/book/cinisello/d1")
    answer = place.anna.sent("/me/book/cinisello/d1", **fields)
    assert answer.status_code == 409
    assert "Mon 30 Nov" in answer.text
    assert place.lines(person=place.ids["anna"]) == []
    place.anna.followed("/me/book/cinisello/d1", skip="1", **fields)
    assert len(place.lines(person=place.ids["anna"])) == 3


def test_a_quota_is_told_in_figures(place: School) -> None:
    limits = {"day_minutes": 240, "day_count": None, "week_minutes": None, "week_count": None}
    answer = place.centre.ask("PUT", f"/people/{place.ids['anna']}/quota", limits, If_Match="*")
    assert answer.status_code == 200, answer.text
    place.booked("anna", 0, 3)
    place.anna.look("/me/book/cinisello/d2")
    refused = place.anna.sent("/me/book/cinisello/d2", span=span(5, 9))
    assert refused.status_code == 409
    assert "You may book 4 hours a day and have 3 already" in refused.text


def test_one_books_for_ones_own_team_alone(place: School) -> None:
    place.centre.made("/programmes", {"id": "lab", "name": "Lab", "zones": {"cinisello": ["hall"]}})
    place.centre.made("/cohorts", {"id": "lab-26", "programme": "lab", "site": "cinisello", "name": "2026"})
    for ident, name in (("reds", "Reds"), ("blues", "Blues")):
        place.centre.made("/teams", {"id": ident, "cohort": "lab-26", "name": name})
    with place.centre.database.write() as connection:
        mine = {"team": "reds", "person": place.ids["anna"], "from_ms": 0, "until_ms": None}
        connection.execute(insert(t.member).values(mine))
    text = place.anna.look("/me/book/cinisello/r1").text
    assert "for Reds" in text
    assert "Blues" not in text
    fields = {"day": "2026-11-24", "from": "09:00", "until": "10:00", "weeks": "1"}
    assert place.anna.sent("/me/book/cinisello/r1", team="blues", **fields).status_code == 422
    place.anna.followed("/me/book/cinisello/r1", team="reds", **fields)
    (line,) = place.lines()
    assert (line["person"], line["group_id"]) == (None, "reds")
    assert "for Reds" in place.anna.look("/me/bookings").text
    assert place.bruno.look(f"/me/bookings/cinisello/{line['id']}").status_code == 404


def test_sites_and_places_that_are_not_ones_own_are_not_there(place: School) -> None:
    assert "Matera" not in place.anna.look("/me/book?site=matera").text
    place.anna.look("/me/book")
    for path in ("/me/book/matera/d1", "/me/book/cinisello/d9"):
        assert place.anna.look(path).status_code == 404
        assert place.anna.sent(path, span=span(5, 9)).status_code == 404
    assert place.anna.sent("/me/waiting/matera", resource="d1", span=span(5, 9)).status_code == 404
