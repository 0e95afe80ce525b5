"""People and their rights, and what the sites are told of them."""

import pytest

from registry.people import people
from tests.support.centres import Centre, problem
from tests.support.core_site import rome

ANNA = {
    "name": "Anna",
    "valid_from_ms": 10,
    "valid_until_ms": 99,
    "suspended": False,
    "minor": True,
    "birth_date": None,
    "fiscal_code": None,
    "email": None,
    "ref": None,
}


def test_a_person_is_made_read_changed_and_forgotten(both: Centre) -> None:
    made = both.made("/people", ANNA)
    path = f"/people/{made['id']}"
    read = both.ask("GET", path)
    assert read.json() == made == ANNA | {"id": made["id"]}
    (listed,) = both.ask("GET", "/people").json()["items"]
    assert listed == {name: made[name] for name in (*list(ANNA)[:5], "id", "ref")}
    changed = both.ask("PUT", path, ANNA | {"name": "Anna B."}, If_Match=read.headers["etag"])
    assert (changed.status_code, changed.json()["name"]) == (200, "Anna B.")
    assert problem(both.ask("PUT", path, ANNA, If_Match=read.headers["etag"])) == (412, "changed")
    assert problem(both.ask("PUT", path, ANNA)) == (428, "needs-match")
    assert both.ask("DELETE", path).status_code == 204
    assert problem(both.ask("GET", path)) == (404, "not-found")
    assert problem(both.ask("DELETE", path)) == (404, "not-found")
    assert problem(both.ask("PUT", path, ANNA, If_Match="*")) == (404, "not-found")


@pytest.mark.parametrize(
    "change",
    [
        {"name": None},
        {"name": "\t"},
        {"valid_from_ms": -1},
        {"valid_from_ms": 1.5},
        {"valid_from_ms": "0"},
        {"valid_until_ms": 10**16},
        {"suspended": "yes"},
        {"suspended": 1},
        {"minor": None},
        {"codice_fiscale": "RSSMRA85T10A562S"},
        {"birth_date": "2008-02-30"},
        {"birth_date": "1.1.2008"},
        {"birth_date": "0001-01-01"},
        {"birth_date": 2008},
        {"fiscal_code": "RSSMRA85T10A562"},
        {"fiscal_code": "RSSMRA85T10A562S "},
        {"email": "anna"},
        {"email": "a b@c.it"},
        {"ref": ""},
        {"ref": "\u0007"},
    ],
)
def test_a_person_that_cannot_be_is_refused_without_repeating_it(shared: Centre, change: dict[str, object]) -> None:
    answer = shared.ask("POST", "/people", ANNA | change)
    assert problem(answer) == (422, "invalid")
    (name,) = change
    assert answer.json()["errors"][0]["where"] == name
    assert "RSSMRA85T10A562S" not in answer.text


def test_nobody_is_entered_who_is_not_born_yet(shared: Centre) -> None:
    answer = shared.ask("POST", "/people", {"name": "Nora", "birth_date": "2150-01-01"})
    assert (problem(answer), answer.json()["detail"]) == (
        (422, "invalid"),
        "this birth date is still to come; correct it.",
    )
    made = shared.made("/people", {"name": "Nora", "birth_date": "1990-01-01"})
    changed = {"name": "Nora", "birth_date": "2150-01-01"}
    assert problem(shared.ask("PUT", f"/people/{made['id']}", changed, If_Match="*")) == (422, "invalid")


def test_the_birth_date_of_today_is_no_date_to_come_anywhere() -> None:
    noon = rome("2026-06-01 12:01")
    assert not people.is_to_come("2026-06-02", noon), "it is the second of June on the line islands"
    assert people.is_to_come("2026-06-02", noon - 2 * 60_000)
    assert not people.is_to_come(None, noon)


def test_a_site_is_told_of_whom_it_admits_and_no_more(both: Centre) -> None:
    person = both.made("/people", ANNA)["id"]
    assert both.feed("matera") == {}
    path = f"/sites/matera/rights/{person}"
    rights = {"zones": ["lab", "hall"], "standing": ["hall"], "valid_from_ms": 20, "valid_until_ms": None}
    answer = both.ask("PUT", path, rights)
    assert (answer.status_code, answer.json()["zones"]) == (201, ["hall", "lab"])
    assert both.feed("matera") == {
        ("person", person): {
            "id": person,
            "name": "Anna",
            "zones": ["hall", "lab"],
            "standing": ["hall"],
            "valid_from_ms": 20,
            "valid_until_ms": 99,
            "minor": True,
            "staff": True,
        }
    }
    assert both.feed("cinisello") == {}
    assert problem(both.ask("PUT", path, rights)) == (428, "needs-match")
    later = both.ask("PUT", path, {"zones": [], "valid_until_ms": 50}, If_Match=both.ask("GET", path).headers["etag"])
    assert later.status_code == 200
    record = both.feed("matera")["person", person]
    assert (record["zones"], record["valid_from_ms"], record["valid_until_ms"]) == ([], 10, 50)
    assert both.ask("GET", f"/people/{person}/rights").json()["items"][0]["site"] == "matera"
    assert both.ask("GET", "/sites/matera/rights").json()["items"][0]["person"] == person
    assert both.ask("DELETE", path).status_code == 204
    assert both.feed("matera") == {}
    assert problem(both.ask("DELETE", path)) == (404, "not-found")
    assert problem(both.ask("GET", path)) == (404, "not-found")


def test_a_change_of_a_person_reaches_every_site_that_admits_them(both: Centre) -> None:
    person = both.admit("matera")
    both.ask("PUT", f"/sites/cinisello/rights/{person}", {"zones": ["hall"]})
    both.ask("PUT", f"/people/{person}", ANNA | {"suspended": True}, If_Match="*")
    for site in ("matera", "cinisello"):
        assert both.feed(site)["person", person]["suspended"]


def test_forgetting_a_person_reaches_every_site_as_tombstones(both: Centre) -> None:
    person = both.admit("matera")
    badge = both.made(f"/people/{person}/badges", {"uid": "04A1B2C3D4E580"})["id"]
    span = {"start_ms": 1_000, "end_ms": 2_000}
    booking = both.made("/sites/matera/bookings", {"resource": "d1", "person": person, **span})["id"]
    told = both.as_gateway("matera", "GET", "/changes").json()
    assert set(both.feed("matera")) == {("person", person), ("badge", badge), ("booking", booking)}
    both.ask("DELETE", f"/people/{person}")
    query = f"/changes?generation={told['generation']}&since={told['version']}"
    changes = both.as_gateway("matera", "GET", query).json()["changes"]
    assert {(c["kind"], c["id"], c["record"]) for c in changes} == {
        ("person", person, None),
        ("badge", badge, None),
        ("booking", booking, None),
    }
    assert both.feed("matera") == {}


@pytest.mark.parametrize(
    "rights",
    [
        {},
        {"zones": "hall"},
        {"zones": ["Hall"]},
        {"zones": [1]},
        {"zones": ["a"] * 101},
        {"zones": [], "standing": None},
    ],
)
def test_rights_that_cannot_be_are_refused(shared: Centre, rights: dict[str, object]) -> None:
    assert problem(shared.ask("PUT", "/sites/matera/rights/p1", rights)) == (422, "invalid")


def test_rights_of_nobody_are_refused(shared: Centre) -> None:
    assert problem(shared.ask("PUT", "/sites/matera/rights/p1", {"zones": []})) == (404, "not-found")
    assert problem(shared.ask("GET", "/people/p1/rights")) == (404, "not-found")
