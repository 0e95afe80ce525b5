"""The pages of closures: what one refuses is shown before it is saved, and taking one back can be undone."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from access.clock import DAY_MS
from access.hours import local, unix_ms
from access.records import Booking
from tests.support.centres import HOUR_MS, Centre
from tests.support.faces import Reader, account, reader
from tests.support.fixed_day import wall_ms
from tests.support.laid import lay, publish, small_site

ROME = ZoneInfo("Europe/Rome")


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def morning() -> datetime:
    """Nine o'clock, some days ahead."""
    return local(wall_ms() + 3 * DAY_MS, ROME).replace(hour=9, minute=0, second=0, microsecond=0)


def typed(**more: str) -> dict[str, str]:
    """A closure of Matera from nine to one."""
    start = morning()
    span = {"start": f"{start:%Y-%m-%dT%H:%M}", "end": f"{start + timedelta(hours=4):%Y-%m-%dT%H:%M}"}
    return {"site": "matera", **span, "why": "Maintenance", "resource": "", "audience": "", **more}


def closures(centre: Centre) -> list[str]:
    items = centre.ask("GET", "/sites/matera/closures").json()["items"]
    return [item["why"] for item in items]


def test_an_empty_list_says_what_to_do_and_leads_to_a_form_by_site(staff: Reader) -> None:
    assert "add one when it is needed" in staff.look("/closures").text
    assert 'href="/closures-new?site=matera"' in staff.look("/closures-new").text
    assert "New closure, Matera" in staff.look("/closures-new?site=matera").text


def test_what_it_refuses_is_shown_before_it_is_saved(both: Centre, staff: Reader) -> None:
    lay(both, small_site())
    start_ms = unix_ms(morning())
    people = [both.admit("matera", name) for name in ("Anna", "Bruno", "Carla")]
    spans = [(people[0], 0, 1), (people[0], 2, 3), (people[1], 3, 5), (people[2], 5, 6)]
    publish(
        both,
        "matera",
        [
            Booking(f"b{n}", who, "hall", "d1", start_ms + first * HOUR_MS, start_ms + last * HOUR_MS)
            for n, (who, first, last) in enumerate(spans)
        ],
    )
    staff.look("/closures-new?site=matera")
    ahead = staff.sent("/closures-new", **typed())
    assert ahead.status_code == 200
    assert "This refuses 3 bookings, 0 sessions and 0 passes of 2 people." in ahead.text
    assert "Bruno" in ahead.text
    assert "Carla" not in ahead.text
    assert closures(both) == []
    fields = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', ahead.text.split("<h2")[0]))
    answer = staff.followed("/closures-new", **{k: v for k, v in fields.items() if k != "csrf"})
    assert "The closure of Matera is saved" in answer.text
    assert closures(both) == ["Maintenance"]
    assert "closure" in {kind for kind, _ in both.feed("matera")}


def test_nothing_refused_and_nothing_known_are_told_apart(both: Centre, staff: Reader) -> None:
    staff.look("/closures-new?site=matera")
    assert "have not told their doors" in staff.sent("/closures-new", **typed()).text
    lay(both, small_site())
    assert "It refuses nothing that is planned." in staff.sent("/closures-new", **typed()).text


def test_a_wrong_span_is_told_beside_its_field(both: Centre, staff: Reader) -> None:
    staff.look("/closures-new?site=matera")
    answer = staff.sent("/closures-new", **typed(end=typed()["start"], why=""))
    assert answer.status_code == 422
    assert 'id="end-wrong"' in answer.text
    assert 'id="why-wrong"' in answer.text
    skipped = staff.sent("/closures-new", **typed(start="2027-03-28T02:30"))
    assert "This is no time that exists" in skipped.text
    assert "2027-03-28T02:30" in skipped.text
    assert staff.sent("/closures-new", **typed(resource="no-such"), confirmed="1").status_code == 422
    assert closures(both) == []


def test_one_is_taken_back_and_shown_again_to_undo_it(both: Centre, staff: Reader) -> None:
    staff.look("/closures-new?site=matera")
    listed = staff.followed("/closures-new", **typed(resource="d1"), confirmed="1").text
    found = re.search(r'href="(/closures/matera/[^"]+/drop)"', listed)
    assert found is not None
    assert "Maintenance" in staff.look(found[1]).text
    again = staff.followed(found[1])
    assert "save it again from here" in again.text
    assert closures(both) == []
    for value in (typed()["start"], typed()["end"], "Maintenance"):
        assert f'value="{value}"' in again.text
    assert 'value="d1" selected' in again.text


def test_staff_close_their_own_site_alone(both: Centre) -> None:
    account(both, "otto", person=both.made("/people", {"name": "Otto"})["id"], role="operator", site="cinisello")
    with reader(both) as browser:
        browser.signed_in("otto")
        assert "New closure, Cinisello" in browser.look("/closures-new").text
        assert browser.look("/closures-new?site=matera").status_code == 404
        assert browser.sent("/closures-new", **typed(), confirmed="1").status_code == 404
    assert closures(both) == []
