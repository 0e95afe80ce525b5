"""A walk-in by the real pages process: somebody is found by name, a free desk is given, and what cannot be is said."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape
from zoneinfo import ZoneInfo

import httpx
import pytest

from access.clock import HOUR_MS, MINUTE_MS
from access.desk import Use
from access.events import StaffActed, WalkInAsked
from access.records import Person
from gateway.pages.acquainted import SHOWN, find_people
from gateway.pages.shape import Snapshot
from gateway.pages.walk_in import ends
from tests.support.canaries import within
from tests.support.live_pages import SITE_FILE, Pages, csrf_of, showing, signed_in, wait_until
from tests.support.live_site import NINE_MS, booking, desk_uses, fresh, replica, seen
from tests.support.log_of_days import booked

DESKS = "".join(f'\n[[desks]]\nid = "d0{n}"\nname = "Postazione {n}"\nzone = "sala"\n' for n in (1, 2, 3))
EVIL = "<img src=x onerror=alert(1)>"
SALA = frozenset({"sala"})
PEOPLE = (
    Person("p1", "Aurora Ferri", SALA),
    Person("p2", "Bilal Haddad", SALA, suspended=True),
    Person("p3", EVIL, SALA),
    *(Person(f"m{n}", f"Mario Rossi {n:02}", SALA) for n in range(SHOWN + 1)),
)


def picture() -> Snapshot:
    """Nine o'clock: desk 1 is free, desk 2 for half an hour, desk 3 is taken."""
    state = fresh(held=replica(booking("d02", "p9", NINE_MS + 30 * MINUTE_MS, NINE_MS + HOUR_MS)))
    uses = desk_uses(d01=Use.VACANT, d02=Use.VACANT, d03=Use.OCCUPIED)
    return seen(replace(state, desks={**state.desks, **uses}))


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    folder = tmp_path_factory.mktemp("pages")
    booked(folder, *PEOPLE)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("tests.support.live_pages.SITE_FILE", SITE_FILE + DESKS)
        with showing(folder, picture()) as made:
            yield made


def fields(staff: httpx.Client, **other: str) -> dict[str, str]:
    given = {
        "csrf": csrf_of(staff, "/walk-in"),
        "name": "aurora",
        "person": "p1",
        "desk": "d01",
        "until": str(NINE_MS + HOUR_MS),
    }
    return {**given, **other}


def test_a_desk_is_given_to_somebody_who_was_found_by_a_part_of_their_name(staff: httpx.Client, pages: Pages) -> None:
    page = unescape(staff.get("/walk-in?name=ferri AUR", follow_redirects=True).text)
    assert 'value="p1" required checked' in page
    assert re.findall(r'<option value="d\d\d">(.*?)</option>', page) == [
        "Postazione 1",
        "Postazione 2, libera fino alle 09:30",
    ]
    assert re.findall(r'<option value="\d+">(.*?)</option>', page) == ["10:00", "11:00"]
    assert staff.post("/walk-in", data=fields(staff)).headers["location"] == "/"
    wait_until(lambda: pages.gateway.asked, "the desk is asked for")
    asked = pages.gateway.asked[-1]
    assert isinstance(asked, WalkInAsked)
    assert (asked.person, asked.desk, asked.until_ms, asked.author) == ("p1", "d01", NINE_MS + HOUR_MS, "Paola")
    assert asked.booking.startswith("walk-in-")
    assert "Chiesta la postazione «Postazione 1» per Aurora Ferri" in staff.get("/").text


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ({"person": "nobody"}, "Scegli la persona"),
        ({"person": ""}, "Scegli la persona"),
        ({"person": "p2"}, "Bilal Haddad non può avere questa postazione"),
        ({"desk": "d03"}, "Scegli una postazione libera"),
        ({"desk": ""}, "Scegli una postazione libera"),
        ({"desk": "d02"}, "La postazione è prenotata dalle 09:30"),
        ({"until": ""}, "Scegli fino a quando"),
        ({"until": str(NINE_MS + 5 * HOUR_MS)}, "Scegli fino a quando"),
    ],
)
def test_what_cannot_be_given_is_said_and_not_asked_for(
    staff: httpx.Client, pages: Pages, wrong: dict[str, str], said: str
) -> None:
    before = list(pages.gateway.asked)
    answer = staff.post("/walk-in", data=fields(staff, **wrong))
    assert (answer.status_code, said in unescape(answer.text)) == (422, True)
    assert pages.gateway.asked == before


def test_names_are_shown_as_they_are_and_not_too_many(staff: httpx.Client) -> None:
    page = staff.get("/walk-in?name=img", follow_redirects=True).text
    assert EVIL not in page
    assert EVIL in unescape(page)
    assert "era scritto nell'indirizzo" in unescape(page), "typed into the address, as here"
    many = unescape(staff.get("/walk-in?name=rossi", follow_redirects=True).text)
    assert many.count('type="radio"') == SHOWN
    assert "Ce ne sono altri" in many
    assert "Nessuno che la sede conosca ha «zz» nel nome" in unescape(
        staff.get("/walk-in?name=zz", follow_redirects=True).text
    )


def test_whom_staff_look_for_is_in_no_address(staff: httpx.Client, pages: Pages) -> None:
    csrf = csrf_of(staff, "/walk-in")
    for path in ("/walk-in", "/enrol"):
        found = staff.post("/sought", data={"csrf": csrf, "list": path, "name": "ferri AUR"}).headers["location"]
        assert found.startswith(f"{path}?sought=")
        assert within(found, "ferri AUR") == set()
        assert "Aurora Ferri" in staff.get(found).text
        assert 'action="/sought"' in staff.get(path).text
    with signed_in(pages, "Zeno") as other:
        page = unescape(other.get(found.replace("enrol", "walk-in")).text)
        assert "La ricerca valeva per una sessione che è finita" in page
        assert "Aurora Ferri" not in page
    assert staff.post("/sought", data={"csrf": csrf, "list": "//example.org"}).status_code == 403
    assert staff.post("/sought", data={"list": "/enrol"}).status_code == 403


def test_nothing_of_a_name_finds_nobody(pages: Pages) -> None:
    assert find_people(pages.folder / "link.db", "  ").people == ()


def test_strangers_and_other_forms_give_nothing(staff: httpx.Client, pages: Pages) -> None:
    before = list(pages.gateway.asked)
    assert httpx.get(f"{pages.url}/walk-in").headers["location"] == "/sign-in"
    assert httpx.post(f"{pages.url}/walk-in", data={"person": "p1"}).headers["location"] == "/sign-in"
    assert staff.post("/walk-in", data={"person": "p1", "desk": "d01"}).status_code == 403
    assert pages.gateway.asked == before
    assert not any(isinstance(one, StaffActed) for one in before)


@pytest.mark.parametrize(("minute", "hours"), [(0, [1, 2]), (1, [1, 2]), (45, [1, 2]), (46, [2]), (59, [2])])
def test_a_desk_is_given_for_the_running_hour_or_where_it_is_nearly_over_the_next(
    minute: int, hours: list[int]
) -> None:
    found = ends(NINE_MS + minute * MINUTE_MS, ZoneInfo("Europe/Rome"))
    assert found == [NINE_MS + hour * HOUR_MS for hour in hours]
