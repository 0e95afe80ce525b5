"""Badges from a file: a card is known by its hash alone, and is never taken from anybody."""

import pytest

from tests.support.centres import Centre, problem
from tests.support.imports import Desk, does, reasons

HEAD = "UID;Persona;Valido dal;Valido fino al;Apertura lunga\n"
CARD = "04A1B2C3D4E580"


@pytest.fixture
def desk(both: Centre) -> Desk:
    return Desk(both)


def badges(desk: Desk, person: str) -> list[dict[str, object]]:
    items: list[dict[str, object]] = desk.centre.ask("GET", f"/people/{person}/badges").json()["items"]
    return items


def test_cards_are_enrolled_for_every_site_and_again_nothing_changes(desk: Desk) -> None:
    anna = desk.centre.admit("matera")
    data = f"{HEAD}{CARD};{anna};1/9/2026;31/8/2027;sì\n"
    assert does(desk.rehearse("badges", data)) == [(2, "create")]
    assert badges(desk, anna) == []
    said = desk.bring("badges", data)
    (badge,) = badges(desk, anna)
    assert [row["id"] for row in said["rows"]] == [badge["id"]]
    assert (badge["long_pulse"], badge["valid_until_ms"]) == (True, 1_819_749_600_000)
    told = desk.centre.feed("matera")["badge", str(badge["id"])]
    assert len(told["credentials"]) == 1
    assert does(desk.bring("badges", data)) == [(2, "same")]
    assert badges(desk, anna) == [badge]


def test_what_enrolment_by_hand_made_is_the_same_card(desk: Desk) -> None:
    anna = desk.centre.admit("matera")
    made = desk.centre.made(f"/people/{anna}/badges", {"uid": CARD})
    said = desk.bring("badges", f"{HEAD}{CARD.lower()};{anna};;;x\n")
    (row,) = said["rows"]
    assert (row["does"], row["id"], row["changes"]) == ("change", made["id"], ["Apertura lunga"])
    assert desk.centre.feed("matera")["badge", made["id"]]["long_pulse"]


def test_a_card_of_somebody_else_a_revoked_one_and_one_of_nobody_are_refused(desk: Desk) -> None:
    anna, bea = desk.centre.admit("matera"), desk.centre.admit("matera", "Bea")
    desk.centre.made(f"/people/{anna}/badges", {"uid": CARD})
    lost = desk.centre.made(f"/people/{anna}/badges", {"uid": "04A1B2C3"})
    desk.centre.ask("POST", f"/badges/{lost['id']}/revoke")
    data = f"{HEAD}{CARD};{bea};;;\n04A1B2C3;{anna};;;\n04A1B2C4;nobody;;;\n04A1B2C5;{anna};;;\n04A1B2C5;{bea};;;\n"
    said = desk.rehearse("badges", data)
    assert does(said) == [(2, "refuse"), (3, "refuse"), (4, "refuse"), (5, "create"), (6, "refuse")]
    assert [(line, column) for line, column, _ in reasons(said)] == [(2, "UID"), (3, "UID"), (4, "Persona"), (6, "UID")]
    assert "04A1" not in str(said)
    assert problem(desk.send("/imports/badges?dry_run=false", data)) == (422, "invalid")
    assert len(badges(desk, anna)) == 2


def test_a_site_that_is_newer_than_a_badge_learns_of_it(desk: Desk) -> None:
    anna = desk.centre.admit("matera")
    made = desk.centre.made(f"/people/{anna}/badges", {"uid": CARD})
    desk.centre.add_site("potenza")
    desk.centre.ask("PUT", f"/sites/potenza/rights/{anna}", {"zones": ["hall"]})
    assert ("badge", made["id"]) not in desk.centre.feed("potenza")
    said = desk.bring("badges", f"{HEAD}{CARD};{anna};;;\n")
    assert [(row["does"], row["changes"]) for row in said["rows"]] == [("change", ["sites"])]
    assert ("badge", made["id"]) in desk.centre.feed("potenza")


def test_people_are_named_by_their_ref_before_their_id(desk: Desk) -> None:
    desk.bring("people", "Rif;Nome;Nascita;Sede\n0012;Anna;1/1/2000;matera\n")
    said = desk.bring("badges", f'{HEAD}{CARD};="0012";;;\n')
    assert does(said) == [(2, "create")]
    taken = desk.take("badges")
    assert taken == "person,valid_from,valid_until,long_pulse\r\n0012,,,\r\n"
