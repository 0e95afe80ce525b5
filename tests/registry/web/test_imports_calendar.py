"""Calendars at the centre's pages: what each event would do is told first, by whoever may write at the site."""

import re
from collections.abc import Iterator
from datetime import timedelta
from zoneinfo import ZoneInfo

import httpx
import pytest

from access.hours import local
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader
from tests.support.fixed_day import wall_ms
from tests.support.ical_texts import calendar, event
from tests.support.programmes import with_programmes

SOON = local(wall_ms(), ZoneInfo("Europe/Rome")) + timedelta(days=3)
FEAST = calendar(event(f"DTSTART:{SOON:%Y%m%d}T090000", f"DTEND:{SOON:%Y%m%d}T120000", "SUMMARY:Festa <b>"))
WRONG = calendar(event(f"DTSTART:{SOON:%Y%m%d}T120000", f"DTEND:{SOON:%Y%m%d}T090000", "SUMMARY:Back"))


@pytest.fixture
def otto(both: Centre) -> Iterator[Reader]:
    """An operator of Matera alone: more than that a calendar of Matera does not need."""
    account(both, "otto", person=both.made("/people", {"name": "Otto"})["id"], role="operator", site="matera")
    with reader(both) as opened:
        opened.signed_in("otto")
        yield opened


def sent(browser: Reader, data: bytes, **fields: str) -> httpx.Response:
    """The form with a file."""
    said = {"csrf": browser.csrf, "site": "matera", "into": "closures", **fields}
    return browser.http.post("/imports/calendar", data=said, files={"file": ("x.ics", data, "text/calendar")})


def confirmed(browser: Reader, page: str) -> httpx.Response:
    """The next form of a page that asks whether to go on."""
    asks = page.split('action="/imports/calendar"')[1]
    fields = dict(re.findall(r'type="hidden" name="([\w-]+)" value="([^"]*)"', asks))
    return browser.http.post("/imports/calendar", files={name: (None, value) for name, value in fields.items()})


def whys(centre: Centre) -> list[str]:
    return [item["why"] for item in centre.ask("GET", "/sites/matera/closures").json()["items"]]


def test_closures_are_told_first_and_come_in_when_it_is_confirmed(both: Centre, otto: Reader) -> None:
    assert 'href="/imports/calendar"' in otto.look("/imports").text
    assert "Bring a calendar in, Matera" in otto.look("/imports/calendar").text
    seen = sent(otto, FEAST)
    assert seen.status_code == 200
    assert "to be added: 1" in seen.text
    assert "Festa &lt;b&gt;" in seen.text
    assert whys(both) == []
    answer = confirmed(otto, seen.text)
    assert answer.status_code == 303
    assert "1 added" in otto.look(answer.headers["location"]).text
    assert whys(both) == ["Festa <b>"]
    otto.look("/imports/calendar")
    assert "already so: 1" in sent(otto, FEAST).text


def test_sessions_are_of_a_programme_for_groups_somewhere(both: Centre, otto: Reader) -> None:
    with_programmes(both)
    shown = otto.look("/imports/calendar").text
    assert 'name="group-senior-mt"' in shown
    lacking = sent(otto, FEAST, into="sessions", where="hall")
    assert lacking.status_code == 422
    assert 'id="programme-wrong"' in lacking.text
    assert 'id="groups-wrong"' in lacking.text
    seen = sent(otto, FEAST, into="sessions", where="hall", programme="senior", **{"group-senior-mt": "1"})
    assert "to be added: 1" in seen.text
    assert confirmed(otto, seen.text).status_code == 303
    (planned,) = both.ask("GET", "/sites/matera/sessions").json()["items"]
    assert (planned["title"], planned["zone"], planned["groups"]) == ("Festa <b>", "hall", ["senior-mt"])


@pytest.mark.parametrize(("data", "says"), [(b"", "Choose a file"), (b"nonsense", "no calendar that can be used")])
def test_a_file_that_is_no_calendar_is_told_beside_it(otto: Reader, data: bytes, says: str) -> None:
    otto.look("/imports/calendar")
    answer = sent(otto, data)
    assert answer.status_code == 422
    assert 'id="file-wrong"' in answer.text
    assert says in answer.text


def test_an_event_that_cannot_be_used_is_refused_and_nothing_comes_in(both: Centre, otto: Reader) -> None:
    otto.look("/imports/calendar")
    answer = sent(otto, WRONG)
    assert answer.status_code == 422
    assert "1 line refused" in answer.text
    assert 'name="held"' not in answer.text
    assert whys(both) == []


def test_another_sites_calendar_and_participants_are_refused(both: Centre, otto: Reader) -> None:
    otto.look("/imports/calendar")
    assert sent(otto, FEAST, site="cinisello").status_code == 404
    account(both, "piero", person=both.admit("matera", "Piero"))
    with reader(both) as browser:
        browser.signed_in("piero")
        assert browser.look("/imports/calendar").status_code == 403
        assert sent(browser, FEAST).status_code == 403
