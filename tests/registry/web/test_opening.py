"""The pages of opening hours: a week is changed after a look at what that refuses, holidays are closed on by year."""

import html
import re
from collections.abc import Iterator
from datetime import timedelta

import pytest

from access.clock import DAY_MS
from access.hours import local, unix_ms
from access.records import Booking
from tests.registry.web.test_bookings import wrong
from tests.registry.web.test_closures import ROME, morning
from tests.support.centres import HOUR_MS, Centre
from tests.support.faces import Reader, account, reader
from tests.support.fixed_day import wall_ms
from tests.support.laid import lay, publish, small_site

CLOSED = {f"day{number}": "" for number in range(7)}


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def form(page: str) -> dict[str, str]:
    """What the forms of a page would send as they are, their token and what is chosen of lists left out."""
    found: dict[str, str] = {}
    for tag in re.findall(r"<input [^>]*>", page):
        named = re.search(r' name="([^"]+)" value="([^"]*)"', tag)
        if named and named[1] != "csrf" and ('type="checkbox"' not in tag or " checked" in tag):
            found[named[1]] = html.unescape(named[2])
    return found


def hours(centre: Centre) -> list[tuple[int, int, int, str]]:
    items = centre.ask("GET", "/sites/matera/openings").json()["items"]
    return [(one["weekday"], one["from_minute"], one["to_minute"], one["audience"]) for one in items]


def test_a_site_without_hours_is_always_open_and_says_so(staff: Reader) -> None:
    text = staff.look("/opening?site=matera").text
    assert text.count("always open") == 7
    assert "No holiday is a closure yet" in text
    assert "None: they go by the site" in text


def test_a_week_is_saved_after_a_look_at_what_it_refuses(both: Centre, staff: Reader) -> None:
    lay(both, small_site())
    anna, start = both.admit("matera", "Anna <b>"), morning()
    start_ms = unix_ms(start)
    publish(both, "matera", [Booking("b1", anna, "hall", "d1", start_ms, start_ms + HOUR_MS)])
    page = staff.look("/opening-edit?site=matera").text
    day = f"day{start.weekday()}"
    fields = {**form(page), **CLOSED, day: "14.00–18:00, 9:30-12:00"}
    ahead = staff.sent("/opening-edit", **fields)
    assert ahead.status_code == 200
    assert "This refuses 1 booking" in ahead.text
    assert "Anna &lt;b&gt;" in ahead.text
    assert "09:30–12:00, 14:00–18:00" in ahead.text
    assert hours(both) == []
    saved = staff.followed("/opening-edit", **fields, confirmed="1")
    assert "are saved: its doors know them" in saved.text
    assert hours(both) == [(start.weekday(), 570, 720, ""), (start.weekday(), 840, 1080, "")]
    assert "opening" in {kind for kind, _ in both.feed("matera")}
    assert saved.text.count(">closed<") == 6
    again = {**form(staff.look("/opening-edit?site=matera").text), day: "9:30-12:00, 14:00-18:00, 20:00-24:00"}
    kept = {one["id"] for one in both.ask("GET", "/sites/matera/openings").json()["items"]}
    staff.followed("/opening-edit", **again, confirmed="1")
    after = {one["id"] for one in both.ask("GET", "/sites/matera/openings").json()["items"]}
    assert kept < after, "hours that stay are the ones that were there"
    assert "20:00–24:00" in staff.look("/opening?site=matera").text


def test_a_room_is_given_hours_of_its_own_and_the_site_keeps_its_own(both: Centre, staff: Reader) -> None:
    assert "No desk, room or zone has hours of its own" in staff.look("/opening?site=matera").text
    fields = {**form(staff.look("/opening-edit?site=matera&resource=r1").text), "day1": "14:00-18:00"}
    ahead = staff.sent("/opening-edit", **fields)
    assert "14:00–18:00" in ahead.text
    saved = staff.followed("/opening-edit", **{**fields, "confirmed": "1"})
    kept = both.ask("GET", "/sites/matera/openings").json()["items"]
    assert [(one["weekday"], one["resource"]) for one in kept] == [(1, "r1")]
    assert saved.text.count("always open") == 7
    assert "14:00–18:00" in saved.text
    emptied = {**form(staff.look("/opening-edit?site=matera&resource=r1").text), "day1": "", "confirmed": "1"}
    staff.followed("/opening-edit", **emptied)
    assert both.ask("GET", "/sites/matera/openings").json()["items"] == []
    assert staff.look("/opening-edit?site=matera&resource=nothing").status_code == 404


def test_what_has_changed_meanwhile_is_told_and_what_was_typed_is_kept(both: Centre, staff: Reader) -> None:
    fields = {**form(staff.look("/opening-edit?site=matera").text), "day0": "9:00-12:00"}
    both.made("/sites/matera/openings", {"weekday": 3, "from_minute": 540, "to_minute": 660})
    stale = staff.sent("/opening-edit", **fields, confirmed="1")
    assert stale.status_code == 412
    assert 'value="9:00-12:00"' in stale.text
    assert len(hours(both)) == 1


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("nine to five", "Write hours like"),
        ("12:00-9:00", "Write hours like"),
        ("9:60-10:00", "Write hours like"),
        ("9:00-24:01", "Write hours like"),
        ("9:00-12:00, 11:00-13:00", "These hours overlap"),
        (", ".join(f"{hour}:00-{hour}:30" for hour in range(7)), "more than six"),
    ],
)
def test_hours_that_cannot_be_are_told_beside_their_day(both: Centre, staff: Reader, text: str, said: str) -> None:
    fields = form(staff.look("/opening-edit?site=matera").text)
    answer = staff.sent("/opening-edit", **{**fields, "day2": text})
    assert answer.status_code == 422
    assert said in wrong(answer.text, "day2")
    assert wrong(answer.text, "day1") == ""
    assert f'value="{text}"' in answer.text
    assert hours(both) == []


def test_an_audience_has_hours_of_its_own_until_they_are_emptied(both: Centre, staff: Reader) -> None:
    both.made("/programmes", {"id": "lab", "name": "Lab", "audience": "lab-junior"})
    both.made("/sites/matera/openings", {"weekday": 0, "from_minute": 540, "to_minute": 660})
    listed = staff.look("/opening?site=matera").text
    assert 'audience=lab-junior">' in listed
    fields = form(staff.look("/opening-edit?site=matera&audience=lab-junior").text)
    staff.followed("/opening-edit", **{**fields, "day5": "10:00-13:00"}, confirmed="1")
    assert (5, 600, 780, "lab-junior") in hours(both)
    fields = form(staff.look("/opening-edit?site=matera&audience=lab-junior").text)
    assert "go by everybody" in staff.sent("/opening-edit", **{**fields, "day5": ""}).text
    staff.followed("/opening-edit", **{**fields, "day5": ""}, confirmed="1")
    assert hours(both) == [(0, 540, 660, "")]


def test_a_years_holidays_are_shown_before_the_site_closes_on_them(both: Centre, staff: Reader) -> None:
    year = local(wall_ms(), ROME).year + 1
    christmas = local(wall_ms(), ROME).replace(year=year, month=12, day=25, hour=0, minute=0, second=0, microsecond=0)
    span = {"start_ms": unix_ms(christmas), "end_ms": unix_ms(christmas + timedelta(days=1)), "why": "Natale"}
    both.made("/sites/matera/closures", span)
    path = f"/opening-holidays?site=matera&year={year}"
    page = staff.look(path).text
    assert page.count("<li>") - page.split("<main")[0].count("<li>") >= 11
    assert "25 December" in page
    done = staff.followed("/opening-holidays", site="matera", year=str(year))
    added = [one for one in both.ask("GET", "/sites/matera/closures").json()["items"] if one["source"] == "holiday"]
    assert f"{len(added)} closures are added" in done.text
    assert added[0]["why"] in done.text
    assert "The site is closed on each of these days already" in staff.look(path).text
    assert staff.sent("/opening-holidays", site="matera", year="1999").status_code == 422


def test_what_is_closed_beside_the_hours_is_told_by_resource(both: Centre, staff: Reader) -> None:
    start_ms = wall_ms() + DAY_MS
    one = {"start_ms": start_ms, "end_ms": start_ms + HOUR_MS, "why": "Screws <loose>"}
    both.made("/sites/matera/closures", {**one, "resource": "d1"})
    assert "d1, Screws &lt;loose&gt;" in staff.look("/opening?site=matera").text


def test_staff_change_the_hours_of_their_own_site_alone(both: Centre) -> None:
    account(both, "otto", person=both.made("/people", {"name": "Otto"})["id"], role="operator", site="cinisello")
    account(both, "tina", person=both.made("/people", {"name": "Tina"})["id"], role="trainer", site="matera")
    with reader(both) as otto, reader(both) as tina:
        otto.signed_in("otto")
        assert "Opening hours, Cinisello" in otto.look("/opening").text
        fields = {**form(otto.look("/opening-edit?site=cinisello").text), "site": "matera", "day0": "9:00-12:00"}
        assert otto.sent("/opening-edit", **fields, confirmed="1").status_code == 404
        assert otto.look("/opening?site=matera").status_code == 404
        assert otto.sent("/opening-holidays", site="matera", year="2027").status_code == 404
        tina.signed_in("tina")
        assert "hours-edit" not in tina.look("/opening?site=matera").text
        assert tina.sent("/opening-edit", **{**fields, "site": "matera"}, confirmed="1").status_code == 403
    assert hours(both) == []
