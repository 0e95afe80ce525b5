"""People from a file: who is meant, what changes, and that a second time nothing does."""

import json
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import Row, select

from registry.people.people import Profile
from registry.tables import core as t
from tests.support.centres import Centre, problem
from tests.support.imports import Desk, does, reasons

HEAD = "Riferimento;Nome;Cognome;Data di nascita;Codice fiscale;E-mail;Sede;Aree\n"
ANNA = "M-1;Anna;Verdi;10/12/1985;;a@example.org;matera;hall\n"
BEA = "M-2;Bea;Neri;01/02/1990;;;cinisello;\n"


@pytest.fixture
def desk(both: Centre) -> Desk:
    return Desk(both)


def stored(desk: Desk) -> list[Row[Any]]:
    with desk.centre.database.read() as connection:
        return list(connection.execute(select(t.person).order_by(t.person.c.name)))


def told(desk: Desk) -> list[Row[Any]]:
    """Of whom the sites were told by the import itself, before any of them asked."""
    with desk.centre.database.read() as connection:
        return list(connection.execute(select(t.published).where(t.published.c.kind == "person")))


def test_a_dry_run_says_what_would_be_and_changes_nothing(desk: Desk) -> None:
    before = desk.centre.feed("matera")
    said = desk.rehearse("people", HEAD + ANNA + BEA)
    assert (said["ok"], does(said)) == (True, [(2, "create"), (3, "create")])
    assert said["counts"] == {"create": 2, "change": 0, "same": 0, "drop": 0, "refuse": 0}
    assert stored(desk) == []
    assert desk.centre.feed("matera") == before


def test_people_are_made_with_their_rights_and_again_nothing_changes(desk: Desk) -> None:
    said = desk.bring("people", HEAD + ANNA + BEA)
    assert does(said) == [(2, "create"), (3, "create")]
    assert [(one.name, one.ref, one.birth_date, one.email) for one in stored(desk)] == [
        ("Anna Verdi", "M-1", "1985-12-10", "a@example.org"),
        ("Bea Neri", "M-2", "1990-02-01", None),
    ]
    anna, bea = (one.id for one in stored(desk))
    assert {(one.site, one.id) for one in told(desk)} == {("matera", anna), ("cinisello", bea)}
    assert desk.centre.feed("matera")["person", anna]["zones"] == ["hall"]
    assert ("person", bea) not in desk.centre.feed("matera")
    assert desk.centre.feed("cinisello")["person", bea]["zones"] == []
    version = desk.centre.as_gateway("matera", "GET", "/changes").json()["version"]
    again = desk.bring("people", HEAD + ANNA + BEA)
    assert does(again) == [(2, "same"), (3, "same")]
    assert [row["id"] for row in again["rows"]] == [anna, bea]
    assert desk.centre.as_gateway("matera", "GET", "/changes").json()["version"] == version


def test_what_a_line_says_changes_and_what_it_leaves_out_stays(desk: Desk) -> None:
    desk.bring("people", HEAD + ANNA)
    said = desk.bring("people", "Rif;Nome;Nascita;Sede;Aree;Mail\nM-1;Anna Maria Verdi;;matera;hall lab;\n")
    (row,) = said["rows"]
    assert (row["does"], row["changes"]) == ("change", ["Nome", "Aree"])
    (anna,) = stored(desk)
    assert (anna.name, anna.birth_date, anna.email) == ("Anna Maria Verdi", "1985-12-10", "a@example.org")
    assert [json.loads(one.record)["zones"] for one in told(desk)] == [["hall", "lab"]]
    assert does(desk.bring("people", "Rif;Nome;Nascita;Sede;Aree\nM-1;Anna Maria Verdi;;matera;lab\n")) == [
        (2, "change")
    ]
    assert [json.loads(one.record)["zones"] for one in told(desk)] == [["lab"]]


def test_one_line_that_cannot_be_used_lets_none_be(desk: Desk) -> None:
    data = HEAD + ANNA + "M-3;Carla;;31/02/1990;;;matera;\nM-4;Dora;;;;;nowhere;\n" + "M-5;Eva;;1/1/2000;;;nowhere;\n"
    said = desk.rehearse("people", data)
    assert does(said) == [(2, "create"), (3, "refuse"), (4, "refuse"), (5, "refuse")]
    assert [(line, column) for line, column, _ in reasons(said)] == [
        (3, "Data di nascita"),
        (4, "Data di nascita"),
        (5, "Sede"),
    ]
    answer = desk.send("/imports/people?dry_run=false", data)
    assert problem(answer) == (422, "invalid")
    said_so = answer.json()
    assert said_so["detail"].startswith("nothing was brought in; lines refused: 3;")
    assert said_so["rows"] == said["rows"]
    assert stored(desk) == []


def test_without_a_ref_name_and_birth_date_say_who_is_meant(desk: Desk) -> None:
    line = "Nome;Nascita;Sede;Aree\nAnna Verdi;10/12/1985;matera;{}\n"
    assert does(desk.bring("people", line.format("hall"))) == [(2, "create")]
    assert does(desk.bring("people", line.format("hall").replace("Anna", "ANNA"))) == [(2, "change")]
    said = desk.bring("people", HEAD + ANNA)
    assert does(said) == [(2, "change")]
    assert "taken to be a person who is there already" in said["warnings"][0]["reason"]
    assert len(stored(desk)) == 1
    desk.centre.registry.add_person(Profile("Anna Verdi", birth_date="1985-12-10"))
    assert "several people" in reasons(desk.rehearse("people", line.format("")))[0][2]


def test_a_codice_fiscale_is_one_persons_and_says_who_is_meant(desk: Desk) -> None:
    desk.bring("people", HEAD + "M-1;Mario;Rossi;10/12/1985;RSSMRA85T10A562S;;matera;\n")
    said = desk.rehearse("people", HEAD + "M-2;Mario;Bianchi;10/12/1985;RSSMRA85T10A562S;;matera;\n")
    assert reasons(said) == [(2, "Codice fiscale", "another person has this codice fiscale; one of the two is wrong.")]
    assert "RSSMRA85T10A562S" not in str(said)
    meant = desk.rehearse("people", HEAD + ";Mario;De Rossi;10/12/1985;RSSMRA85T10A562S;;matera;\n")
    assert does(meant) == [(2, "change")]


def test_nobody_comes_in_who_is_not_born_yet(desk: Desk) -> None:
    said = desk.rehearse("people", HEAD + ANNA.replace("1985", "2150") + BEA)
    assert reasons(said) == [(2, "Data di nascita", "this birth date is still to come; correct it.")]
    assert does(said) == [(2, "refuse"), (3, "create")]


def test_two_lines_of_one_person_agree_and_are_of_two_sites(desk: Desk) -> None:
    twice = HEAD + ANNA + "M-1;Anna;Verdi;;;;cinisello;hall\n"
    assert does(desk.bring("people", twice)) == [(2, "create"), (3, "change")]
    (anna,) = stored(desk)
    for site in ("matera", "cinisello"):
        assert desk.centre.feed(site)["person", anna.id]["zones"] == ["hall"]
    said = desk.rehearse("people", HEAD + ANNA + "M-1;Anna;Bianchi;;;;cinisello;\n")
    assert reasons(said) == [(3, "Nome", "line 2 says otherwise of the same person; make them agree.")]


def test_the_ref_of_a_person_can_be_the_registrys_own_id(desk: Desk) -> None:
    anna = desk.centre.admit("matera", "Anna")
    said = desk.bring("people", f"{HEAD}{anna};Anna;Verdi;;;;;\n")
    assert does(said) == [(2, "change")]
    (stays,) = stored(desk)
    assert (stays.id, stays.name, stays.ref) == (anna, "Anna Verdi", None)


def test_a_write_that_is_repeated_under_one_key_is_done_once(desk: Desk) -> None:
    key = {"Idempotency-Key": "0123456789abcdef"}
    first = desk.send("/imports/people?dry_run=false", HEAD + ANNA, **key)
    again = desk.send("/imports/people?dry_run=false", HEAD + ANNA, **key)
    assert does(first.json()) == does(again.json()) == [(2, "create")]
    assert problem(desk.send("/imports/people?dry_run=false", HEAD + BEA, **key)) == (422, "key-reused")


@pytest.mark.parametrize("data", [b"", b"PK\x03\x04", b"a\0b", b"\xff\xfe\x00", b"x;y\n1;2\n", b'Nome;Sede;Nascita\n"'])
def test_a_file_that_is_none_gets_one_sentence(desk: Desk, data: bytes) -> None:
    said = desk.rehearse("people", data)
    assert not said["ok"]
    assert len(said["file"]) + len(reasons(said)) == 1
    assert problem(desk.send("/imports/people?dry_run=false", data)) == (422, "invalid")


def test_a_kind_that_is_none_is_refused(desk: Desk) -> None:
    assert problem(desk.send("/imports/cats", b"")) == (422, "invalid")


def test_one_file_that_comes_from_many_hands_at_once_is_brought_in_once(desk: Desk) -> None:
    with ThreadPoolExecutor(6) as pool:
        said = list(pool.map(lambda _: desk.bring("people", HEAD + ANNA + BEA), range(6)))
    assert sorted(does(one)[0][1] for one in said) == ["create", *["same"] * 5]
    assert len(stored(desk)) == 2


def test_two_lines_of_one_person_at_one_site_are_refused(desk: Desk) -> None:
    said = desk.rehearse("people", HEAD + ANNA + ANNA.replace("hall", "lab"))
    assert reasons(said) == [(3, "", "line 2 of this file speaks of the same; leave one of them out.")]
