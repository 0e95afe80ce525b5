"""A participant's refusals, hours, calendar link and data: their own alone, and all of it."""

import json

import pytest
from sqlalchemy import insert

from access.facts import Fact, Judged
from access.reasons import Reason
from registry.tables import core as t
from tests.support.centres import NINE_MS
from tests.support.faces import Reader
from tests.support.log_rows import rows_of, sent
from tests.support.participants import School


def refused(person: str, reason: Reason, until_ms: int | None = None) -> Fact:
    return Judged("main", "main-in", "in", False, str(reason), "x", person, "b", until_ms=until_ms)


def logged(place: School, *facts: Fact) -> None:
    """The site's log, sent to the centre."""
    answer = place.centre.as_gateway("cinisello", "POST", "/events", sent(rows_of(*facts)))
    assert answer.status_code == 200, answer.text


def test_ones_own_refusals_say_why_and_what_to_do(place: School) -> None:
    assert "No refusal of late" in place.anna.look("/me/refusals").text
    anna, bruno = place.ids["anna"], place.ids["bruno"]
    logged(
        place,
        refused(anna, Reason.NO_BOOKING),
        refused(bruno, Reason.PERSON_SUSPENDED),
        refused(anna, Reason.TOO_EARLY, NINE_MS + 3_600_000),
    )
    text = place.anna.look("/me/refusals").text
    assert "You have no booking here: book, then show the badge." in text
    assert 'href="/me/book"' in text
    assert "too early, may enter from 10:00" in text
    assert text.index("too early") < text.index("no booking here")
    assert "suspended" not in text
    assert "suspended" in place.bruno.look("/me/refusals").text


@pytest.mark.parametrize("path", ["/me/hours", "/me/calendar", "/me/data", "/me/refusals"])
def test_each_page_is_linked_from_ones_day_and_opens_empty(place: School, path: str) -> None:
    assert f'href="{path}"' in place.anna.look("/me/today").text
    answer = place.anna.look(path)
    assert answer.status_code == 200
    assert "Bruno" not in answer.text


def test_hours_stand_beside_the_threshold(place: School) -> None:
    place.centre.made("/programmes", {"id": "lab", "name": "Lab", "zones": {"cinisello": ["hall"]}})
    place.centre.made("/cohorts", {"id": "lab-26", "programme": "lab", "site": "cinisello", "name": "2026"})
    assert "You are expected at no session" in place.anna.look("/me/hours").text
    held = {"programme": "lab", "module": None, "title": "Cloud", "zone": "hall", "off_site": False, "place": ""}
    when = {"start_ms": NINE_MS - 7_200_000, "end_ms": NINE_MS - 3_600_000, "breaks": "", "why": "", "revision": 1}
    enrolled = {"id": "e1", "person": place.ids["anna"], "programme": "lab", "cohort": "lab-26", "age": None}
    lasts = {"enrolled_ms": 0, "from_ms": 0, "until_ms": None, "state": "active", "revision": 1}
    with place.centre.database.write() as connection:
        connection.execute(insert(t.enrolment).values({**enrolled, **lasts}))
        session = {"site": "cinisello", "id": "s1", "resource": None, "state": "delivered"}
        connection.execute(insert(t.session).values({**session, **held, **when}))
        connection.execute(insert(t.session_group).values(site="cinisello", session="s1", group_id="lab-26"))
    text = place.anna.look("/me/hours").text
    assert "0 h 00 min of 1 h 00 min" in text
    assert "80 %" in text
    assert "threshold out of reach" in text
    assert "Cloud" not in place.bruno.look("/me/hours").text


def link_of(text: str) -> str:
    return text.split("/feeds/")[1].split('"', maxsplit=1)[0]


def test_a_calendar_link_is_shown_once_and_withdrawn(place: School) -> None:
    place.booked("anna", 1, 3)
    place.anna.look("/me/calendar")
    made = place.anna.sent("/me/calendar")
    assert "data:image/svg+xml" in made.text
    link = f"/feeds/{link_of(made.text)}"
    assert "BEGIN:VEVENT" in place.centre.http.get(link).text
    again = place.anna.look("/me/calendar").text
    assert "/feeds/" not in again
    (feed,) = [part.split("/withdraw")[0] for part in again.split("/me/calendar/")[1:]]
    assert place.bruno.look("/me/calendar").status_code == 200
    assert place.bruno.sent(f"/me/calendar/{feed}/withdraw").status_code == 404
    assert place.centre.http.get(link).status_code == 200
    place.anna.followed(f"/me/calendar/{feed}/withdraw")
    assert place.centre.http.get(link).status_code in {401, 404}


def test_links_are_bounded(place: School) -> None:
    place.anna.look("/me/calendar")
    assert [place.anna.sent("/me/calendar").status_code for _ in range(6)] == [200] * 5 + [303]


def taken(browser: Reader) -> dict[str, list[dict[str, object]]]:
    answer = browser.look("/me/data/hubout.json")
    assert "attachment" in answer.headers["content-disposition"]
    tables: dict[str, list[dict[str, object]]] = json.loads(answer.text)["tables"]
    return tables


def test_who_looked_at_ones_history_is_named(place: School) -> None:
    assert "Nobody, so far." in place.anna.look("/me/data").text
    answer = place.centre.ask("GET", f"/people/{place.ids['anna']}/history")
    assert answer.status_code == 200, answer.text
    text = place.anna.look("/me/data").text
    assert "all stays" in text
    assert "bookings: 1" not in text
    assert "all stays" not in place.bruno.look("/me/data").text
