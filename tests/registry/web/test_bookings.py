"""The pages of a site's bookings: a day, a week, booking for somebody, and what is free where it cannot be."""

import html
import re
from collections.abc import Iterator

import pytest
from sqlalchemy import update

from registry.tables.bookings import booking
from tests.support.centres import NINE_MS
from tests.support.faces import Reader, account, reader
from tests.support.participants import HOUR_MS, School

DAY = "2026-11-23"


@pytest.fixture
def otto(place: School) -> Iterator[Reader]:
    """The operator of Cinisello."""
    account(
        place.centre,
        "otto",
        person=place.centre.made("/people", {"name": "Otto"})["id"],
        role="operator",
        site="cinisello",
    )
    with reader(place.centre) as opened:
        opened.signed_in("otto")
        yield opened


def typed(place: School, start: str, end: str, /, **more: str) -> dict[str, str]:
    """A booking for Anna on Monday."""
    span = {"start": f"{DAY}T{start}", "end": f"{DAY}T{end}"}
    who = {"person": place.ids["anna"], "group": ""}
    return {"site": "cinisello", **who, "resource": "d1", **span, "weeks": "1", "do": "book", **more}


def wrong(text: str, field: str) -> str:
    """What is said beside a field."""
    found = re.search(rf'id="{field}-wrong" role="alert">.*?</svg> (.*?)</span>', text, re.DOTALL)
    return html.unescape(found[1]) if found else ""


def buttons(text: str, name: str) -> dict[str, str]:
    """The buttons of a name: their words, and what each sends."""
    return {words: value for value, words in re.findall(rf'name="{name}" value="([^"]*)">([^<]*)<', text)}


def test_a_day_shows_each_resource_with_its_bookings_as_a_drawing_and_as_a_table(place: School, otto: Reader) -> None:
    assert "Nothing is booked: book for somebody" in otto.look(f"/bookings?day={DAY}").text
    first = place.booked("anna", 1, 3)
    place.booked("bruno", 2, 4, "hall")
    place.booked("anna", 2, 4, "hall")
    text = otto.look(f"/bookings?day={DAY}").text
    assert "3 bookings" in text
    assert f'<a href="/bookings/cinisello/{first}">10:00–12:00 Anna</a>' in text
    drawn = text.partition('class="hub-legend"')[0]
    assert drawn.count('class="stretch"') == 3
    lanes = re.findall(r'class="stretch" x="\d+" y="(\d+)"', drawn)
    assert len(set(lanes)) == 3, "what is booked of an area at one time lies one below the other"
    assert "nothing booked" in text
    assert "Nothing is booked" in otto.look("/bookings?day=2026-11-24").text


def test_staff_read_how_a_booking_stands_as_somebody_else_s(place: School, otto: Reader) -> None:
    ident = place.booked("anna", 1, 3)
    with place.centre.database.write() as connection:
        connection.execute(update(booking).where(booking.c.id == ident).values(checked_in_ms=NINE_MS + HOUR_MS))
    for path in (f"/bookings?day={DAY}", f"/bookings/cinisello/{ident}"):
        text = otto.look(path).text
        assert ">arrived</span>" in text
        assert "you came" not in text


def test_a_week_has_a_column_for_each_day_and_leads_to_the_one_before(place: School, otto: Reader) -> None:
    place.booked("anna", 1, 3)
    place.booked("bruno", 49, 51)
    text = otto.look("/bookings?day=2026-11-25&span=week").text
    assert len(re.findall(r'<th scope="col">\w{3} \d\d Nov|<th scope="col">\w{3}, ?\d\d? Nov', text)) == 7
    assert "2 bookings" in text
    assert "Anna" in text
    assert "Bruno" in text
    assert "day=2026-11-18&amp;span=week" in text
    assert 'class="stretch"' not in text


def test_what_lasts_over_midnight_lies_in_both_days_and_what_ends_with_one_in_it_alone(
    place: School, otto: Reader
) -> None:
    place.booked("anna", 13, 15, "hall")  # 22:00 of Monday to midnight.
    place.booked("bruno", 14, 16, "hall")
    text = otto.look(f"/bookings?day={DAY}&span=week").text
    row = text.partition("<tbody>")[2].partition("Hall")[2].partition("</tr>")[0]
    cells = re.findall(r"<td(?: data-name=\"[^\"]+\")?>(.*?)</td>", row, re.DOTALL)
    assert [(name in cell) for cell in cells for name in ("Anna", "Bruno")] == [True, True, False, True] + [False] * 10
    on_tuesday = otto.look("/bookings?day=2026-11-24").text
    assert ("Bruno" in on_tuesday, ">Anna<" in on_tuesday) == (True, False)


@pytest.mark.parametrize(
    ("asked", "shown"),
    [
        ("resource=d1", {"Anna"}),
        ("q=bru", {"Bruno"}),
        ("state=gone", {"Gone"}),
        ("state=pending", set()),
        ("q=nobody", set()),
        ("", {"Anna", "Bruno"}),
    ],
)
def test_filters_narrow_what_is_shown(place: School, otto: Reader, asked: str, shown: set[str]) -> None:
    place.booked("anna", 1, 3)
    place.booked("bruno", 1, 3, "d2")
    place.ids["gone"] = place.centre.admit("cinisello", "Gone")
    place.centre.ask("DELETE", f"/sites/cinisello/bookings/{place.booked('gone', 5, 6)}")
    text = otto.look(f"/bookings?day={DAY}&{asked}").text
    assert {name for name in ("Anna", "Bruno", "Gone") if f" {name}</a>" in text} == shown
    assert ("Nothing matches" in text) == (not shown)


def test_a_person_is_found_by_name_and_booked_for(place: School, otto: Reader) -> None:
    place.centre.admit("matera", "Annalisa of Matera")
    found = otto.look("/bookings-new?site=cinisello&q=ann").text
    assert "Annalisa" not in found
    (path,) = re.findall(rf'href="(/bookings-new\?[^"]*person={place.ids["anna"]})"', found)
    form = otto.look(html.unescape(path)).text
    assert "For Anna." in form
    assert 'value="2026-11-23T10:00"' in form
    done = otto.followed("/bookings-new", **typed(place, "10:00", "12:00"))
    assert "Booked. If that was a mistake" in done.text
    (line,) = place.lines()
    assert (line["person"], line["start_ms"], line["state"]) == (place.ids["anna"], NINE_MS + HOUR_MS, "booked")
    kinds = {row["kind"] for row in place.centre.ask("GET", "/audit").json()["items"]}
    assert "booking-made" in kinds


def test_a_group_is_booked_for_and_takes_as_many_places_as_are_said(place: School, otto: Reader) -> None:
    zones = {"cinisello": ["hall"]}
    place.centre.made("/programmes", {"id": "p", "name": "P", "zones": zones})
    place.centre.made("/cohorts", {"id": "autunno", "programme": "p", "site": "cinisello", "name": "Autunno <1>"})
    assert "Autunno &lt;1&gt;" in otto.look("/bookings-new?site=cinisello").text
    group = typed(place, "10:00", "12:00", person="", group="autunno", resource="hall", places="2")
    otto.look("/bookings-new?site=cinisello&group=autunno")
    assert wrong(otto.sent("/bookings-new", **{**group, "places": "x"}).text, "places").startswith(
        "Write a whole number"
    )
    assert "fewer places" in otto.sent("/bookings-new", **{**group, "places": "3"}).text
    otto.followed("/bookings-new", **group)
    assert [(line["group_id"], line["places"]) for line in place.lines()] == [("autunno", 2)]


def test_what_is_taken_is_told_beside_the_place_with_what_is_free_and_can_be_waited_for(
    place: School, otto: Reader
) -> None:
    place.booked("bruno", 1, 3)
    otto.look(f"/bookings-new?site=cinisello&person={place.ids['anna']}")
    answer = otto.sent("/bookings-new", **typed(place, "10:00", "12:00"))
    assert answer.status_code == 409
    assert wrong(answer.text, "resource").startswith("It is booked at that time")
    assert 'value="2026-11-23T10:00"' in answer.text
    times, others = buttons(answer.text, "span"), buttons(answer.text, "other")
    assert others == {"Same time: d2": "d2"}
    later = next(value for words, value in times.items() if "12:00–14:00" in words)
    waits = otto.followed("/bookings-new", **typed(place, "10:00", "12:00", do="wait"))
    assert "They are in line" in waits.text
    assert "Anna" in waits.text
    otto.followed("/bookings-new", **typed(place, "10:00", "12:00", span=later))
    otto.followed("/bookings-new", **typed(place, "10:00", "12:00", other="d2"))
    theirs = place.lines(person=place.ids["anna"])
    assert [(line["resource"], line["start_ms"]) for line in theirs] == [
        ("d2", NINE_MS + HOUR_MS),
        ("d1", NINE_MS + 3 * HOUR_MS),
    ]


@pytest.mark.parametrize(
    ("field", "said", "change"),
    [
        ("end", "The end comes after the start", {"end": f"{DAY}T09:00"}),
        ("end", "at most 7 days", {"end": "2026-12-03T10:00"}),
        ("end", "This time is over", {"start": "2026-11-22T10:00", "end": "2026-11-22T11:00"}),
        ("start", "This is no time that exists", {"start": "soon"}),
        ("start", "too early to book", {"start": "2027-11-22T10:00", "end": "2027-11-22T11:00"}),
        ("resource", "Choose one of the list", {"resource": "no-such"}),
        ("weeks", "Choose one of the list", {"weeks": "3"}),
        ("excuse", "Write 1 to 120 characters", {"excuse": "x" * 121}),
    ],
)
def test_what_is_wrong_is_told_beside_its_field(
    place: School, otto: Reader, field: str, said: str, change: dict[str, str]
) -> None:
    otto.look(f"/bookings-new?site=cinisello&person={place.ids['anna']}")
    answer = otto.sent("/bookings-new", **typed(place, "10:00", "12:00", **change))
    assert answer.status_code == 422
    assert said in wrong(answer.text, field)
    assert place.lines() == []


def test_rules_of_the_house_are_told_in_the_readers_language(place: School) -> None:
    account(place.centre, "capo", administrator="1")
    place.centre.made("/sites/cinisello/openings", {"weekday": 0, "from_minute": 540, "to_minute": 660})
    place.centre.ask("PUT", f"/people/{place.ids['anna']}/quota", {"day_count": 1}, If_Match="*").raise_for_status()
    with reader(place.centre, "it") as capo:
        capo.signed_in("capo")
        capo.look(f"/bookings-new?site=cinisello&person={place.ids['anna']}")
        closed = capo.sent("/bookings-new", **typed(place, "10:00", "13:00"))
        assert wrong(closed.text, "start").startswith("La sede o il posto è chiuso")
        assert [words for words in buttons(closed.text, "span") if words.endswith("10:00–11:00")]
        capo.followed("/bookings-new", **typed(place, "09:00", "10:00"))
        over = capo.sent("/bookings-new", **typed(place, "10:00", "11:00"))
        assert wrong(over.text, "excuse").startswith("Ha 1 prenotazioni delle 1 permesse al giorno")
        capo.followed("/bookings-new", **typed(place, "10:00", "11:00", excuse="colloquio"))
    assert [line["excused"] for line in place.lines()] == [None, "colloquio"]


def test_staff_book_at_their_own_site_and_for_its_own_people(place: School, otto: Reader) -> None:
    far = place.centre.admit("matera", "Marta")
    otto.look("/bookings-new")
    assert otto.look("/bookings?site=matera").status_code == 404
    assert otto.look("/bookings-new?site=matera").status_code == 404
    assert otto.sent("/bookings-new", **typed(place, "10:00", "12:00", site="matera")).status_code == 404
    assert "Marta" not in otto.sent("/bookings-new", **typed(place, "10:00", "12:00", person=far)).text
    assert place.anna.look("/bookings").status_code == 403
    assert place.anna.sent("/bookings-new", **typed(place, "10:00", "12:00")).status_code == 403
    assert place.lines() == []
