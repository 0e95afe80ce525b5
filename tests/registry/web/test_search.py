"""The one search of the header: every kind of object by its words, and none that the viewer may not see."""

from collections.abc import Iterator
from html import unescape

import pytest

from tests.support.canaries import within
from tests.support.centres import HOUR_MS, Centre
from tests.support.faces import Reader, account, reader
from tests.support.fixed_day import wall_ms
from tests.support.programmes import session, with_programmes


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def groups(page: str) -> list[str]:
    """The kinds that were found."""
    return [part.split('"')[0] for part in page.split('id="found-')[1:]]


def booked(centre: Centre, site: str, person: str) -> str:
    start_ms = wall_ms() + HOUR_MS
    span = {"start_ms": start_ms, "end_ms": start_ms + HOUR_MS}
    return str(centre.made(f"/sites/{site}/bookings", {"resource": "d1", "person": person, **span})["id"])


def test_each_kind_is_found_by_its_own_words(both: Centre, staff: Reader) -> None:
    with_programmes(both)
    anna = both.admit("matera", "Anna Bianchi")
    badge = both.made(f"/people/{anna}/badges", {"uid": "04A1B2C3D4E580"})["id"]
    booking = booked(both, "matera", anna)
    planned = session(both, title="Impresa e mercato")["id"]
    both.made("/people", {"name": "Bruno", "email": "bruno@example.org", "ref": "R-77"})
    assert "header-search" in staff.look("/").text
    for words, kinds in {
        "bianchi+ANN": ["people", "badges", "bookings"],
        "BRUNO%40example.org": ["people"],
        "R-77": ["people"],
        badge[:8]: ["badges"],
        badge[-6:].upper(): ["badges"],
        "04A1B2C3D4E580": [],
        "impresa+mercato": ["sessions"],
        "junior": ["programmes"],
        "cinisello": ["sites"],
        "matera+d1": ["bookings"],
        "%25": [],
        "a": [],
    }.items():
        assert groups(staff.look(f"/search?q={words}").text) == kinds, words
    for words, path in {
        "anna": f"/people/{anna}",
        "matera+d1": f"/bookings/matera/{booking}",
        "impresa": f"/sessions/matera/{planned}",
        "junior": "/programmes/junior",
        "cinisello": "/opening?site=cinisello",
    }.items():
        assert f'href="{path}"' in staff.look(f"/search?q={words}").text, words
        assert staff.look(path).status_code == 200, path
    assert "Write at least two" in staff.look("/search").text
    assert "Nothing matches" in staff.look("/search?q=nobody").text


def test_a_few_of_each_kind_are_shown_and_the_rest_is_led_to(both: Centre, staff: Reader) -> None:
    for number in range(9):
        both.made("/people", {"name": f"Anna {number}"})
    shown = staff.look("/search?q=anna").text
    assert shown.count('href="/people/') == 6
    assert "There are more." in shown
    rest = staff.look(unescape(shown.split("There are more.")[1].split('href="')[1].split('"')[0]))
    assert "9 people" in rest.text


def test_whom_somebody_looks_for_is_in_no_address(both: Centre, staff: Reader) -> None:
    """The address that a search leads to is read by its own session alone, wherever it goes on from there."""
    for number in range(27):
        both.made("/people", {"name": f"Anna {number:02}"})
    staff.look("/people")
    sent = staff.sent("/sought", list="/people", q="anna", state="in-force")
    found = sent.headers["location"]
    first = staff.look(found)
    assert sent.status_code == 303
    assert found.startswith("/people?state=in-force&sought=")
    assert "27 people" in first.text
    assert 'value="anna"' in first.text
    onward = unescape(first.text.split('rel="next" href="')[1].split('"')[0])
    second = staff.look(onward)
    assert ("Anna 25" in second.text, "Anna 24" in second.text) == (True, False)
    assert within(f"{found} {onward} {links(first.text)} {links(second.text)}", "Anna", "Anna 24") == set()
    for path, shows in {"/search": "Anna 00", "/enrol": "Anna 00", "/audit": "", "/audit/looks": ""}.items():
        assert shows in staff.followed("/sought", list=path, q="anna", person="anna").text, path
    with reader(both) as other:
        other.signed_in("clara")
        again = other.look(found).text
    assert "That search was of a session that is over" in again
    assert "27 people" in again, "all of them: nobody knows what was looked for"
    staff.http.cookies.clear()
    assert within(str(staff.look(found).url), "anna") == set(), "nor does the way to sign in"


def test_whom_somebody_types_into_an_address_stands_in_none_that_it_leads_to(both: Centre, staff: Reader) -> None:
    both.made("/people", {"name": "Anna"})
    typed = staff.look("/people?q=anna&state=in-force")
    assert within(f"{typed.url} {links(typed.text)}", "anna") == set()
    assert "1 person" in typed.text
    assert "stood openly in the address" in typed.text
    staff.http.cookies.clear()
    assert within(str(staff.look("/people?q=anna").url), "anna") == set(), "nor in that of the way to sign in"


@pytest.mark.parametrize("path", ["https://example.org", "//example.org", "/people?q=anna", "", "/people/../x"])
def test_a_search_leads_to_no_other_place(staff: Reader, path: str) -> None:
    staff.look("/people")
    assert staff.sent("/sought", list=path, q="anna").status_code == 403


def links(page: str) -> str:
    """The addresses that a page leads to."""
    return " ".join(unescape(part.split('"')[0]) for name in ("href", "action") for part in page.split(f'{name}="')[1:])


def test_staff_of_one_site_find_what_is_of_it_alone(both: Centre) -> None:
    with_programmes(both)
    account(both, "otto", person=both.made("/people", {"name": "Otto"})["id"], role="operator", site="cinisello")
    account(both, "tina", person=both.made("/people", {"name": "Tina"})["id"], role="trainer", site="matera")
    for site in ("matera", "cinisello"):
        who = both.admit(site, f"Anna {site}")
        both.made(f"/people/{who}/badges", {"uid": f"04A1B2C3D4E5{80 + len(site)}"})
        booked(both, site, who)
    session(both, title="Anna impara")
    with reader(both) as browser:
        browser.signed_in("otto")
        shown = browser.look("/search?q=anna").text
        assert groups(shown) == ["people", "badges", "bookings"]
        assert "Anna matera" not in shown
        assert groups(browser.look("/search?q=matera").text) == []
        browser.signed_in("tina")
        assert groups(browser.look("/search?q=anna").text) == ["sessions"]


def test_participants_have_no_such_search(both: Centre) -> None:
    account(both, "piero", person=both.admit("matera", "Piero"))
    with reader(both) as browser:
        assert "header-search" not in browser.signed_in("piero").text
        assert browser.sent("/sought", list="/people", q="piero").status_code == 403
        assert browser.look("/search?q=piero").status_code == 403
