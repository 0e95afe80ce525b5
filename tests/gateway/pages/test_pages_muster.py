"""The muster list: who is on it, what it says of its own age, and that each look is logged by name."""

import re
from collections.abc import Iterator
from dataclasses import replace
from html import unescape

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from access.clock import HOUR_MS
from access.events import StaffActed
from access.occupancy import Occupancy, Stay, Visit
from gateway.pages.muster import nameless, rows, width
from gateway.pages.view import Telling
from pages.languages import load
from pages.look import SHARED_WORDS
from tests.support.live_pages import CODE, Pages, showing, wait_until
from tests.support.live_site import NINE_MS, fresh, present, seen
from tests.support.live_watch import watched

WORDS = load([SHARED_WORDS, ("gateway", "pages/words")])
LOOKED = StaffActed("muster", "Paola")


def told(occupancy: Occupancy, language: str = "it") -> Telling:
    return Telling(seen(replace(fresh(), occupancy=occupancy)), WORDS[language])


def test_everybody_is_listed_by_name_and_visitors_after_them() -> None:
    visits = {"v": Visit("lab", NINE_MS, "Paola")}
    listed = rows(told(replace(present("p3", "p1", "gone"), visits=visits)))
    assert [(row.name, row.zone, row.since, row.visit) for row in listed] == [
        ("Aurora Ferri", "Sala comune", "08:01", False),
        ("Chiara Lops", "Sala comune", "08:00", False),
        ("Nome non disponibile", "Sala comune", "08:02", False),
        ("Visita, ospite di Paola", "Laboratorio digitale", "09:00", True),
    ]


def test_minors_and_estimated_entries_are_marked() -> None:
    listed = {row.name: row for row in rows(Telling(watched(), WORDS["it"]))}
    assert (listed["Zoe Minore"].minor, listed["Elena Popescu"].minor) == (True, False)
    guessed = Occupancy({"p1": Stay("sala", NINE_MS - HOUR_MS, estimated=True), "p2": Stay("sala", NINE_MS)})
    assert [(row.name, row.estimated) for row in rows(told(guessed))] == [
        ("Aurora Ferri", True),
        ("Bilal Haddad", False),
    ]


@pytest.mark.parametrize(
    ("beyond", "italian"),
    [
        (0, ""),
        (1, "Il conteggio vede 1 persona in più, di cui nessuno sa il nome."),
        (2, "Il conteggio vede 2 persone in più, di cui nessuno sa il nome."),
        (-1, "Dal conteggio risulta 1 uscita senza nome: qualcuno dell'elenco può essere già fuori."),
        (-2, "Dal conteggio risultano 2 uscite senza nome: qualcuno dell'elenco può essere già fuori."),
    ],
)
def test_what_the_count_knows_beside_the_names_is_said(beyond: int, italian: str) -> None:
    assert nameless(told(replace(present("p1", "p2", "p3"), anonymous={"sala": beyond}))) == italian


@given(st.integers(0, 30), st.integers(0, 30), st.integers(-40, 40))
def test_no_name_is_left_off_whatever_the_count_is(people: int, visiting: int, beyond: int) -> None:
    visits = {f"v{n}": Visit("lab", NINE_MS, "Paola") for n in range(visiting)}
    occupancy = replace(present(*(f"x{n}" for n in range(people))), visits=visits, anonymous={"sala": beyond})
    assert len(rows(told(occupancy))) == people + visiting


def test_more_people_have_narrower_columns() -> None:
    assert [width(people) for people in (0, 36, 37, 100, 101, 500)] == [
        "wide",
        "wide",
        "half",
        "half",
        "third",
        "third",
    ]


@pytest.fixture
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with showing(tmp_path_factory.mktemp("pages"), watched()) as made:
        yield made


def test_a_stranger_is_shown_no_list_and_none_is_logged(pages: Pages) -> None:
    assert httpx.get(f"{pages.url}/muster").headers["location"] == "/sign-in"
    assert pages.gateway.asked == []


def test_a_look_is_logged_once_with_its_author_and_loading_it_again_is_the_same_look(
    staff: httpx.Client, pages: Pages
) -> None:
    for _ in range(3):
        page = unescape(staff.get("/muster").text)
        assert "Il registro eventi dice che Paola ha aperto l'elenco." in page
        assert "Zoe Minore" in page
        assert "minore" in page
        assert "Visita, ospite di Paola" in page
    pages.gateway.expect(LOOKED)
    assert pages.gateway.asked == [LOOKED]


def test_another_session_is_another_look(staff: httpx.Client, pages: Pages) -> None:
    staff.get("/muster")
    with httpx.Client(base_url=pages.url) as other:
        other.post("/sign-in", data={"name": "Sara", "code": CODE})
        other.get("/muster")
    pages.gateway.expect(StaffActed("muster", "Sara"))
    assert pages.gateway.asked == [LOOKED, StaffActed("muster", "Sara")]


def test_every_page_of_staffs_leads_there(staff: httpx.Client) -> None:
    for path in ("/", "/visits", "/clock", "/badges", "/lockdown", "/muster"):
        assert '<a class="hub-nav-first" href="/muster"' in staff.get(path).text


def test_a_list_whose_gateway_is_gone_is_shown_with_its_age_and_says_that_nobody_noted_it(
    staff: httpx.Client, pages: Pages
) -> None:
    pages.gateway.stop()
    wait_until(lambda: httpx.get(f"{pages.url}/readyz").status_code == 503, "the gateway is silent")
    page = unescape(staff.get("/muster").text)
    assert re.search(r"Il gateway non risponde: l'elenco è di \d+ second", page)
    assert "Elena Popescu" in page
    assert "non ha potuto annotare" in page
