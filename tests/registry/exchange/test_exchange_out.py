"""Files out: everything of a kind and nothing secret, page by page; and what goes out comes in as it was."""

import csv
from io import StringIO

import pytest

from registry.exchange import out as exchange_out
from registry.people.people import Profile, Rights
from registry.retention.purge import purge
from tests.support.centres import HOUR_MS, NINE_MS, Centre, problem
from tests.support.fixed_day import wall_ms
from tests.support.imports import Desk, does, reasons

HEAD = "Riferimento;Nome;Data di nascita;Codice fiscale;E-mail;Sede;Aree\n"


@pytest.fixture
def desk(both: Centre) -> Desk:
    return Desk(both)


def lines(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(text, newline="")))


def test_people_go_out_and_come_back_the_same(desk: Desk) -> None:
    desk.bring(
        "people", HEAD + "0012;=Anna;10/12/1985;RSSMRA85T10A562S;a@example.org;matera;hall\n;Bea;1/1/2000;;;matera;\n"
    )
    plain, excel = desk.take("people"), desk.take("people", "format=excel")
    assert {(row["name"], row["birth_date"], row["site"]) for row in lines(plain)} == {
        ("'=Anna", "1985-12-10", "matera"),
        ("Bea", "2000-01-01", "matera"),
    }
    assert "'0012;'=Anna;10/12/1985" in excel
    for text in (plain, excel):
        assert "RSSMRA85T10A562S" not in text
        assert [does for _, does in does(desk.bring("people", text))] == ["same", "same"]


def test_a_person_of_two_sites_is_a_line_at_each_and_of_one_at_one(desk: Desk) -> None:
    anna = desk.centre.registry.add_person(Profile("Anna", ref="r1"))
    desk.centre.registry.add_person(Profile("Bea"), "bea")
    for site in ("cinisello", "matera"):
        desk.centre.registry.set_rights(site, anna, Rights(frozenset({"hall"})))
    assert sorted((row["ref"], row["site"]) for row in lines(desk.take("people"))) == [
        ("bea", ""),
        ("r1", "cinisello"),
        ("r1", "matera"),
    ]
    assert [(row["ref"], row["site"]) for row in lines(desk.take("people", "format=csv&site=matera"))] == [
        ("r1", "matera")
    ]


def test_a_booking_whose_desk_is_forgotten_goes_out_without_it_and_is_made_no_second_time(desk: Desk) -> None:
    anna = desk.centre.admit("matera")
    span = {"start_ms": NINE_MS, "end_ms": NINE_MS + HOUR_MS}
    desk.centre.made("/sites/matera/bookings", {"resource": "d1", "person": anna, **span})
    before = desk.take("bookings")
    purge(desk.centre.database, wall_ms(), "test")
    after = desk.take("bookings")
    ((was,), (now,)) = lines(before), lines(after)
    assert now == was | {"resource": ""}
    without_ref = [text.replace(was["ref"], "") for text in (before, after)]
    assert [does(desk.bring("bookings", text)) for text in (before, after, *without_ref)] == [[(2, "same")]] * 4
    moved = desk.rehearse("bookings", after.replace("10:00", "10:30"))
    assert "which desk it was is no longer kept" in reasons(moved)[0][2]
    stranger = desk.rehearse("bookings", after.replace(was["ref"], "p-9"))
    assert reasons(stranger) == [(2, "resource", "this cell is empty; fill it in.")]


def test_bookings_go_out_in_their_sites_time_and_come_back_the_same(desk: Desk) -> None:
    anna = desk.centre.admit("matera")
    span = {"start_ms": NINE_MS, "end_ms": NINE_MS + HOUR_MS}
    made = desk.centre.made("/sites/matera/bookings", {"resource": "d1", "person": anna, **span})
    (row,) = lines(desk.take("bookings"))
    assert row == {
        "ref": made["id"],
        "site": "matera",
        "resource": "d1",
        "person": anna,
        "group": "",
        "start": "2026-11-23T09:00",
        "end": "2026-11-23T10:00",
    }
    for form in ("excel", "csv"):
        assert does(desk.bring("bookings", desk.take("bookings", f"format={form}"))) == [(2, "same")]
    assert lines(desk.take("bookings", "format=csv&site=cinisello")) == []


def test_what_is_offered_from_the_waiting_list_is_no_booking_yet(desk: Desk) -> None:
    anna = desk.centre.admit("matera")
    span = {"start_ms": wall_ms() + HOUR_MS, "end_ms": wall_ms() + 2 * HOUR_MS}
    made = desk.centre.made("/sites/matera/waiting", {"resource": "d1", "person": anna, **span})
    assert made["state"] == "offered"
    assert lines(desk.take("bookings")) == []
    assert desk.centre.ask("POST", f"/sites/matera/waiting/{made['id']}/accept").status_code == 200
    assert [row["ref"] for row in lines(desk.take("bookings"))] == [made["id"]]


def test_a_file_is_read_page_by_page_and_whole(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange_out, "PAGE", 3)
    for number in range(7):
        anna = desk.centre.registry.add_person(Profile(f"Anna {number}"), f"p{number}")
        desk.centre.registry.set_rights("matera", anna, Rights(frozenset({"hall"})))
        desk.centre.registry.enrol(anna, f"04A1B2C{number}")
        span = {"start_ms": NINE_MS + number * HOUR_MS, "end_ms": NINE_MS + (number + 1) * HOUR_MS}
        desk.centre.made("/sites/matera/bookings", {"resource": "d1", "person": anna, **span})
    for kind in ("people", "badges", "bookings"):
        found = [row["person"] if kind != "people" else row["ref"] for row in lines(desk.take(kind))]
        assert sorted(found) == [f"p{number}" for number in range(7)], kind


def test_a_file_is_for_its_reader_alone(desk: Desk) -> None:
    answer = desk.centre.ask("GET", "/exports/people")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-disposition"] == 'attachment; filename="people.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")
    for query in ("format=xlsx", "site=UP"):
        assert problem(desk.centre.ask("GET", f"/exports/people?{query}")) == (422, "invalid")
    assert problem(desk.centre.ask("GET", "/exports/people?site=nowhere")) == (404, "not-found")
    assert problem(desk.centre.ask("GET", "/exports/cats")) == (422, "invalid")
