"""Sessions from a file: planned and changed as by hand, and nothing of what was delivered."""

from typing import Any

import pytest
from sqlalchemy import select, update

from registry.tables import core as t
from tests.support.centres import Centre
from tests.support.imports import Desk, does, reasons
from tests.support.school import school

HEAD = "Rif;Sede;Programma;Gruppi;Titolo;Data;Inizio;Fine;Area;Luogo;Fuori sede;Formatori;Modulo\n"
CAD = "s-1;matera;junior;c1;CAD;12/01/2027;9.00;11.00;hall;;;T-1;\n"
VISIT = "s-2;matera;junior;blu, rossi;Visita;13/01/2027;9.00;12.00;;Officine Sassi;sì;;\n"


@pytest.fixture
def desk(both: Centre) -> Desk:
    school(both.registry)
    return Desk(both)


def planned(desk: Desk) -> dict[str, Any]:
    with desk.centre.database.read() as connection:
        return {row.title: row for row in connection.execute(select(t.session))}


def test_sessions_are_planned_told_and_again_nothing_changes(desk: Desk) -> None:
    assert does(desk.rehearse("sessions", HEAD + CAD + VISIT)) == [(2, "create"), (3, "create")]
    assert planned(desk) == {}
    desk.bring("sessions", HEAD + CAD + VISIT)
    found = planned(desk)
    assert (found["CAD"].zone, found["CAD"].off_site, found["CAD"].place) == ("hall", False, "")
    assert (found["Visita"].zone, found["Visita"].off_site, found["Visita"].place) == ("", True, "Officine Sassi")
    told = [record for key, record in desk.centre.feed("matera").items() if key[0] == "booking"]
    assert {(one["person"], one.get("group", ""), one["kind"]) for one in told} == {
        ("", "c1", "session"),
        ("tina", "", "session"),
    }
    assert does(desk.bring("sessions", HEAD + CAD + VISIT)) == [(2, "same"), (3, "same")]
    for form in ("csv", "excel"):
        again = desk.bring("sessions", desk.take("sessions", f"format={form}"))
        assert {done for _, done in does(again)} == {"same"}


def test_a_session_moves_and_keeps_what_its_line_leaves_out(desk: Desk) -> None:
    desk.bring("sessions", HEAD + CAD)
    said = desk.bring("sessions", HEAD + CAD.replace("11.00", "12.00").replace("T-1", "").replace("CAD", "CAD 2"))
    assert [(row["does"], row["changes"]) for row in said["rows"]] == [("change", ["Titolo", "Fine"])]
    trainers = [
        record for key, record in desk.centre.feed("matera").items() if key[0] == "booking" and record["person"]
    ]
    assert [one["person"] for one in trainers] == ["tina"]
    assert planned(desk)["CAD 2"].revision == 2


def test_without_a_ref_programme_title_and_start_say_which(desk: Desk) -> None:
    data = HEAD + CAD.removeprefix("s-1")
    assert does(desk.bring("sessions", data)) == [(2, "create")]
    assert does(desk.bring("sessions", data)) == [(2, "same")]
    assert does(desk.bring("sessions", data.replace("11.00", "10.00"))) == [(2, "change")]
    assert does(desk.bring("sessions", data.replace("9.00", "8.00"))) == [(2, "create")]


def test_a_session_in_a_room_takes_it(desk: Desk) -> None:
    desk.bring("sessions", HEAD + CAD.replace("hall", "r1"))
    row = planned(desk)["CAD"]
    assert (row.zone, row.resource) == ("hall", "r1")
    said = desk.rehearse("sessions", HEAD + CAD.replace("hall", "r1").replace("s-1", "s-9"))
    assert "it is booked in this span" in reasons(said)[0][2]
    assert "r1" in desk.take("sessions")
    assert "r1" not in desk.take("bookings")


def test_what_was_delivered_is_changed_by_hand_alone(desk: Desk) -> None:
    desk.bring("sessions", HEAD + CAD)
    with desk.centre.database.write() as connection:
        connection.execute(update(t.session).values(state="delivered"))
    assert does(desk.bring("sessions", HEAD + CAD)) == [(2, "same")]
    said = desk.rehearse("sessions", HEAD + CAD.replace("11.00", "12.00"))
    assert "this session is delivered" in reasons(said)[0][2]


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        ("matera", "nowhere", "no such site"),
        ("junior", "cooking", "no such programme"),
        ("c1", "c9", "no cohort or team c9"),
        ("c1", "s1", "of another programme"),
        (";c1;", ";;", "name its cohorts or teams"),
        ("hall", "lab", "may not enter this zone"),
        ("T-1", "T-9", "no such person"),
        (";T-1;", ";T-1;cad-1", "no such module"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_reason(desk: Desk, old: str, new: str, words: str) -> None:
    said = desk.rehearse("sessions", HEAD + CAD.replace(old, new))
    assert does(said) == [(2, "refuse")]
    assert words in reasons(said)[0][2]


def test_two_lines_of_one_session_are_refused_whatever_they_call_it(desk: Desk) -> None:
    said = desk.bring("sessions", HEAD + CAD)
    ident = said["rows"][0]["id"]
    for other in (CAD.removeprefix("s-1"), CAD.replace("s-1", ident)):
        twice = desk.rehearse("sessions", HEAD + CAD.replace("9.00", "8.00") + other)
        assert does(twice) == [(2, "change"), (3, "refuse")]
        assert "line 2 of this file speaks of the same" in reasons(twice)[0][2]
