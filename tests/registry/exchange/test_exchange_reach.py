"""Files of staff of one site: what is theirs is brought in, each line that is not is refused in a sentence."""

from dataclasses import replace

import pytest

from tests.support.centres import Centre
from tests.support.imports import Desk, reasons
from tests.support.staff import hire

PEOPLE = "Riferimento;Nome;Data di nascita;Sede;Programma;Coorte\n"
NOT_OURS = "this line is of a site that is not yours; leave it to whoever coordinates that one."
UNKNOWN = "there is no such person; bring the people in first."


@pytest.fixture
def desk(both: Centre) -> Desk:
    """A coordinator of Matera at work; a programme is at both sites, with a cohort at each."""
    zones = {site: ["hall"] for site in ("cinisello", "matera")}
    both.made("/programmes", {"id": "junior", "name": "Junior", "zones": zones})
    for site in zones:
        both.made("/cohorts", {"id": f"j-{site}", "programme": "junior", "site": site, "name": site})
    return Desk(replace(both, token=hire(both, "coordinator", "matera").token))


def refused(desk: Desk, kind: str, text: str) -> list[tuple[int, str, str]]:
    return reasons(desk.rehearse(kind, text))


def test_lines_of_ones_own_site_are_brought_in_and_those_of_another_refused(desk: Desk) -> None:
    mine, theirs = "M-1;Carla;01/03/2009;matera;;\n", "M-2;Dino;01/03/2009;cinisello;;\n"
    assert refused(desk, "people", PEOPLE + mine + theirs) == [(3, "Sede", NOT_OURS)]
    assert desk.bring("people", PEOPLE + mine)["counts"]["create"] == 1
    assert desk.bring("people", PEOPLE + mine)["counts"]["same"] == 1


def test_a_cohort_elsewhere_and_a_programme_that_opens_other_sites_are_refused(desk: Desk) -> None:
    born = ";01/03/2009;matera;"
    said = refused(desk, "people", f"{PEOPLE}M-1;A{born};j-cinisello\nM-2;B{born}junior;\nM-3;C{born};j-matera\n")
    assert [(line, column) for line, column, _ in said] == [(2, "Coorte"), (3, "Programma")]


def test_a_person_of_another_site_is_neither_changed_nor_given_a_badge(both: Centre, desk: Desk) -> None:
    anna, bea = both.admit("matera", "Anna"), both.admit("cinisello", "Bea")
    head = "Riferimento;Nome;Data di nascita;E-mail;Sede\n"
    said = refused(desk, "people", f"{head}{anna};Anna;;a@example.org;matera\n{bea};Bea;;b@example.org;matera\n")
    assert [(line, "person of other sites" in reason) for line, _, reason in said] == [(3, True)]
    cards = f"Persona;UID\n{anna};04A1B2C3D4E580\n{bea};04A1B2C3D4E581\n"
    assert refused(desk, "badges", cards) == [(3, "Persona", UNKNOWN)]


def test_nobody_is_taken_out_of_another_sites_cohort(both: Centre, desk: Desk) -> None:
    anna = both.admit("matera", "Anna")
    both.made("/enrolments", {"person": anna, "cohort": "j-cinisello", "from_ms": 0})
    said = refused(desk, "people", f"{PEOPLE}{anna};Anna;;matera;;j-matera\n")
    assert [(line, column) for line, column, _ in said] == [(2, "Coorte")]


def test_bookings_and_sessions_of_another_site_are_refused(both: Centre, desk: Desk) -> None:
    anna = both.admit("matera", "Anna")
    span = "24/11/2026 09:00;24/11/2026 10:00"
    head = "Sede;Postazione;Inizio;Fine;Persona\n"
    said = refused(desk, "bookings", f"{head}matera;d1;{span};{anna}\ncinisello;d1;{span};{anna}\n")
    assert said == [(3, "Sede", NOT_OURS)]
    head = "Sede;Programma;Titolo;Inizio;Fine;Gruppi;Area\n"
    lines = f"matera;junior;Uno;{span};j-cinisello;hall\ncinisello;junior;Due;{span};j-cinisello;hall\n"
    said = refused(desk, "sessions", head + lines)
    assert [(line, column) for line, column, _ in said] == [
        (2, "Gruppi"),
        (3, "Sede"),
        (3, "Gruppi"),
    ]
