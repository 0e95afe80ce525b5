"""Legal holds at their page: begun with a reason and an end, listed with their author, lifted before their time."""

import re
from collections.abc import Iterator

import pytest

from tests.registry.web.test_bookings import wrong
from tests.registry.web.test_opening import form
from tests.registry.web.test_programmes import made
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader
from tests.support.signers import Papers


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def begun(staff: Reader, person: str = "", **more: str) -> str:
    """A hold that is begun; the page that says so."""
    fields = form(staff.look(f"/holds-new?person={person}").text)
    return staff.followed(
        "/holds-new", **{**fields, "reason": "case 7", "until": "2030-12-31", "kind": "", **more}
    ).text


def test_the_last_day_that_may_be_chosen_is_said_as_people_write_it(staff: Reader) -> None:
    assert re.search(r"The last day, \w+day,? \d\d? \w+ 20\d\d at the latest\.", staff.look("/holds-new").text)


def test_a_hold_of_one_person_is_begun_listed_and_lifted_by_name(both: Centre, staff: Reader) -> None:
    anna = both.admit("matera", "Anna <b>")
    assert f"/holds-new?person={anna}" in staff.look(f"/people/{anna}").text
    assert "Everything goes when its time is over" not in staff.look("/holds").text
    page = begun(staff, anna, kind="booking")
    assert "Anna &lt;b&gt;" in page
    assert "bookings of a person" in page
    assert "(Clara, " in page
    path = page.split('btn-outline-danger" href="')[1].split('"')[0]
    assert "case 7" in staff.look(path).text
    lifted = staff.followed(path)
    assert "lifted by Clara" in lifted.text
    assert "btn-outline-danger" not in lifted.text
    assert staff.sent(path).status_code == 404


def test_what_cannot_be_held_is_told_beside_its_field(staff: Reader) -> None:
    for change, field in (({"reason": ""}, "reason"), ({"until": "2020-01-01"}, "until"), ({"kind": "odd"}, "kind")):
        fields = {**form(staff.look("/holds-new").text), "reason": "x", "until": "2030-12-31", "kind": "", **change}
        answer = staff.sent("/holds-new", **fields)
        assert answer.status_code == 422
        assert wrong(answer.text, field)
    assert "None: everything goes" in staff.look("/holds").text


def test_a_coordinator_of_a_site_reads_those_of_their_people_and_begins_none(both: Centre, staff: Reader) -> None:
    for site, name in (("matera", "Anna"), ("cinisello", "Bruno")):
        begun(staff, both.admit(site, name))
    begun(staff)
    account(both, "otto", person=both.made("/people", {"name": "Otto"})["id"], role="coordinator", site="matera")
    with reader(both) as browser:
        browser.signed_in("otto")
        text = browser.look("/holds").text
        assert "Anna" in text
        assert "Bruno" not in text
        assert "everybody’s" in text
        assert browser.look("/holds-new").status_code == 403
        assert "/holds-new" not in text


def test_when_a_programmes_accounts_were_closed_is_written_at_its_page(both: Centre, staff: Reader) -> None:
    ident = made(both, staff, end="2026-06-30")
    fields = {**form(staff.look(f"/programmes-edit?programme={ident}").text), "confirmed": "1"}
    early = staff.sent("/programmes-edit", **{**fields, "closed": "2026-06-01"})
    assert "no earlier than the last day" in wrong(early.text, "closed")
    asks = staff.sent("/programmes-edit", **{**fields, "closed": "2026-09-30", "confirmed": ""}).text
    assert "Attendance registers that are erased</dt><dd>none" in asks
    assert "Wednesday, 30 September 2026" in asks.split("Stays, roll calls and bookings that are erased")[1]
    staff.followed("/programmes-edit", **{**fields, "closed": "2026-09-30"})
    assert both.ask("GET", f"/programmes/{ident}").json()["closed_on"] == "2026-09-30"
    assert 'value="2026-09-30"' in staff.look(f"/programmes-edit?programme={ident}").text


def test_closing_the_accounts_says_how_many_registers_go_and_from_which_day(both: Centre, staff: Reader) -> None:
    papers = Papers(both)
    papers.opened(papers.session(1, 3))
    fields = form(staff.look("/programmes-edit?programme=senior").text)
    for closed, first in (("2026-11-28", "Saturday, 26 December 2026"), ("2027-01-31", "Sunday, 31 January 2027")):
        asks = staff.sent("/programmes-edit", **{**fields, "closed": closed, "confirmed": ""}).text
        assert f"Attendance registers that are erased</dt><dd>1, the first from {first} on" in asks
        assert "Certificates that lose their person</dt><dd>none" in asks
