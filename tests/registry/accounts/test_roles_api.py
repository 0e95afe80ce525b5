"""Roles, passes and authorisations of guardians, and what the sites are told of them."""

from typing import Any

import pytest

from tests.support.centres import HOUR_MS, Centre, problem
from tests.support.programmes import SOON_MS, edited, enrolled, person, with_programmes

SPAN = {"start_ms": SOON_MS, "end_ms": SOON_MS + HOUR_MS}


def told(centre: Centre, kind: str, site: str = "matera") -> list[dict[str, Any]]:
    return [record for (of_kind, _), record in centre.feed(site).items() if of_kind == kind]


def test_a_role_is_given_listed_changed_and_taken_back(both: Centre) -> None:
    who = person(both)
    made = both.made(f"/people/{who}/roles", {"role": "operator", "site": "matera", "zones": ["hall"]})
    given = {"role": "operator", "site": "matera", "zones": ["hall"], "from_ms": 0, "until_ms": None}
    assert made == given | {"id": made["id"], "person": who}
    assert both.ask("GET", f"/people/{who}/roles").json()["items"] == [made]
    stands = {"id": who, "name": "Anna", "zones": ["hall"], "standing": ["hall"], "staff": True}
    assert both.feed("matera") == {("person", who): stands}
    assert both.feed("cinisello") == {}
    path = f"/roles/{made['id']}"
    edited_role = edited(both, path, site=None, zones=["lab", "hall"])
    assert (edited_role["site"], edited_role["zones"]) == (None, ["hall", "lab"])
    for site in ("matera", "cinisello"):
        assert told(both, "person", site)[0]["standing"] == ["hall", "lab"]
    assert both.ask("DELETE", path).status_code == 204
    assert (both.feed("matera"), both.feed("cinisello")) == ({}, {})
    assert problem(both.ask("DELETE", path)) == (404, "not-found")


def test_a_dated_role_is_a_pass_between_its_dates_until_it_is_taken_back(both: Centre) -> None:
    who = person(both)
    body = {"role": "coordinator", "zones": ["hall"], "from_ms": SOON_MS, "until_ms": SOON_MS + HOUR_MS}
    path = f"/roles/{both.made(f'/people/{who}/roles', body)['id']}"
    for site in ("matera", "cinisello"):
        (held,) = told(both, "pass", site)
        assert held == {"id": held["id"], "person": who, "zones": ["hall"], "kind": "role", **SPAN}
        assert "standing" not in told(both, "person", site)[0]
    edited(both, path, until_ms=None, from_ms=0)
    assert told(both, "pass") == []
    assert told(both, "person")[0]["staff"]
    edited(both, path, until_ms=SOON_MS)
    assert len(told(both, "pass")) == 1
    edited(both, path, site="cinisello")
    assert (both.feed("matera"), len(both.feed("cinisello"))) == ({}, 2)
    both.ask("DELETE", path)
    assert both.feed("cinisello") == {}


@pytest.mark.parametrize("role", ["trainer", "mentor"])
def test_who_teaches_is_known_and_stands_nowhere(both: Centre, role: str) -> None:
    who = person(both)
    both.made(f"/people/{who}/roles", {"role": role, "site": "matera", "zones": ["hall"]})
    assert both.feed("matera") == {("person", who): {"id": who, "name": "Anna", "zones": ["hall"]}}


@pytest.mark.parametrize("role", ["angel", "auditor", "partner"])
def test_an_angel_an_auditor_and_a_partner_are_admitted_by_no_role(both: Centre, role: str) -> None:
    who = person(both)
    both.made(f"/people/{who}/roles", {"role": role, "site": "matera"})
    assert both.feed("matera") == {}
    zoned = {"role": role, "zones": ["hall"]}
    assert problem(both.ask("POST", f"/people/{who}/roles", zoned)) == (422, "invalid")


@pytest.mark.parametrize(
    ("change", "status"),
    [({"role": "king"}, 422), ({"site": "rome"}, 404), ({"until_ms": 0}, 422), ({"zones": ["No"]}, 422)],
)
def test_a_role_that_cannot_be_is_refused(both: Centre, change: dict[str, object], status: int) -> None:
    body = {"role": "operator", "site": "matera", "zones": ["hall"]}
    assert problem(both.ask("POST", f"/people/{person(both)}/roles", body | change))[0] == status
    assert problem(both.ask("POST", "/people/nobody/roles", body)) == (404, "not-found")


def test_a_guests_pass_is_given_listed_changed_and_taken_back(both: Centre) -> None:
    who = person(both, None, "Gino")
    body = {"person": who, "zones": ["hall"], **SPAN, "weekdays": [4, 0], "from_minute": 540, "to_minute": 720}
    made = both.made("/sites/matera/passes", body)
    assert made == body | {"id": made["id"], "kind": "guest", "weekdays": [0, 4]}
    assert both.ask("GET", "/sites/matera/passes").json()["items"] == [made]
    assert both.ask("GET", "/sites/cinisello/passes").json()["items"] == []
    assert both.feed("matera") == {
        ("person", who): {"id": who, "name": "Gino", "zones": []},
        ("pass", made["id"]): body | {"id": made["id"], "weekdays": [0, 4]},
    }
    path = f"/sites/matera/passes/{made['id']}"
    assert edited(both, path, weekdays=[], zones=["hall", "lab"])["zones"] == ["hall", "lab"]
    assert told(both, "pass")[0]["zones"] == ["hall", "lab"]
    assert problem(both.ask("DELETE", path.replace("matera", "cinisello"))) == (404, "not-found")
    assert both.ask("DELETE", path).status_code == 204
    assert both.feed("matera") == {}


@pytest.mark.parametrize(
    "change",
    [
        {"zones": []},
        {"end_ms": SOON_MS},
        {"weekdays": [7]},
        {"from_minute": 720, "to_minute": 720},
        {"kind": "king"},
        {"kind": "duty"},
    ],
)
def test_a_pass_that_cannot_be_is_refused(both: Centre, change: dict[str, object]) -> None:
    body = {"person": person(both), "zones": ["hall"], **SPAN}
    assert problem(both.ask("POST", "/sites/matera/passes", body | change)) == (422, "invalid")
    assert problem(both.ask("POST", "/sites/rome/passes", body)) == (404, "not-found")
    assert problem(both.ask("POST", "/sites/matera/passes", body | {"person": "nobody"})) == (404, "not-found")


def test_an_angel_is_on_duty_by_a_pass_while_the_role_lasts(both: Centre) -> None:
    who = person(both)
    both.made(f"/people/{who}/roles", {"role": "angel", "until_ms": SOON_MS + HOUR_MS})
    duty = {"person": who, "zones": ["hall"], "kind": "duty", **SPAN}
    made = both.made("/sites/matera/passes", duty)
    assert told(both, "pass") == [duty | {"id": made["id"]}]
    assert told(both, "person")[0]["zones"] == []
    longer = duty | {"end_ms": SOON_MS + HOUR_MS + 1}
    assert problem(both.ask("POST", "/sites/matera/passes", longer)) == (422, "invalid")


def test_a_duty_ends_with_the_role_that_it_is_of(both: Centre) -> None:
    who = person(both)
    role = both.made(f"/people/{who}/roles", {"role": "angel", "site": "matera"})
    duty = {"person": who, "zones": ["hall"], "kind": "duty", **SPAN}
    assert problem(both.ask("POST", "/sites/cinisello/passes", duty)) == (422, "invalid")
    made = both.made("/sites/matera/passes", duty)
    earlier = edited(both, f"/roles/{role['id']}", until_ms=SPAN["end_ms"] - 1)
    assert told(both, "pass") == [duty | {"id": made["id"], "end_ms": earlier["until_ms"]}]
    edited(both, f"/roles/{role['id']}", until_ms=None)
    assert told(both, "pass") == [duty | {"id": made["id"]}]
    edited(both, f"/roles/{role['id']}", role="auditor")
    assert told(both, "pass") == []
    edited(both, f"/roles/{role['id']}", role="angel")
    assert len(told(both, "pass")) == 1
    assert both.ask("DELETE", f"/roles/{role['id']}", If_Match="*").status_code == 204
    assert told(both, "pass") == []


def test_a_guardians_authorisation_reaches_the_site_of_a_minor_alone(both: Centre) -> None:
    with_programmes(both)
    who = enrolled(both, 17, "junior-mt", from_ms=0)["person"]
    told_before = told(both, "person")[0]
    assert (told_before["minor"], "guardian_from_ms" in told_before) == (True, False)
    body = {"from_ms": 5, "until_ms": SOON_MS, "zones": ["hall"]}
    made = both.made(f"/people/{who}/guardians", body)
    assert made == body | {"id": made["id"], "person": who}
    assert both.ask("GET", f"/people/{who}/guardians").json()["items"] == [made]
    authorised = {"guardian_from_ms": 5, "guardian_until_ms": SOON_MS, "guardian_zones": ["hall"]}
    assert told(both, "person") == [told_before | authorised]
    path = f"/guardians/{made['id']}"
    assert edited(both, path, zones=[])["zones"] == []
    assert "guardian_zones" not in told(both, "person")[0]
    assert problem(both.ask("PUT", path, body | {"until_ms": 5}, If_Match="*")) == (422, "invalid")
    edited(both, f"/people/{who}", birth_date="2000-01-01")
    assert not {"minor", "guardian_from_ms"} & told(both, "person")[0].keys()
    assert both.ask("DELETE", path).status_code == 204
    assert problem(both.ask("GET", path)) == (404, "not-found")
    assert problem(both.ask("POST", "/people/nobody/guardians", body)) == (404, "not-found")


def test_overdue_training_reaches_every_site_of_a_participant(both: Centre) -> None:
    with_programmes(both)
    who = enrolled(both, 25, None)["person"]
    asked = {"name": "Sicurezza", "due_ms": SOON_MS, "required_minutes": 60}
    path = f"/modules/{both.made('/programmes/senior/modules', asked)['id']}"
    both.made("/programmes/senior/modules", asked | {"name": "Pitch", "due_ms": SOON_MS + 1})
    both.made("/programmes/senior/modules", {"name": "Nulla", "due_ms": 5})
    for site in ("matera", "cinisello"):
        assert told(both, "person", site)[0]["training_due_ms"] == SOON_MS
    edited(both, path, mandatory=False)
    assert told(both, "person")[0]["training_due_ms"] == SOON_MS + 1
    edited(both, path, mandatory=True, due_ms=None)
    assert told(both, "person")[0]["training_due_ms"] == SOON_MS + 1
    edited(both, path, due_ms=7)
    assert told(both, "person")[0]["training_due_ms"] == 7
    assert both.ask("DELETE", path).status_code == 204
    assert told(both, "person")[0]["training_due_ms"] == SOON_MS + 1
    other = person(both)
    both.ask("PUT", f"/sites/matera/rights/{other}", {"zones": ["hall"]})
    assert "training_due_ms" not in both.feed("matera")["person", other]
    assert who != other


def test_a_badge_reaches_whoever_is_admitted_by_whatever_means(both: Centre) -> None:
    with_programmes(both)
    who = person(both)
    badge = both.made(f"/people/{who}/badges", {"uid": "04A1B2C3D4E580"})["id"]
    assert both.feed("matera") == {}
    made = both.made("/enrolments", {"person": who, "cohort": "senior-mt"})
    assert [record["id"] for record in told(both, "badge")] == [badge]
    assert told(both, "badge", "cinisello") == []
    both.ask("POST", f"/badges/{badge}/revoke")
    edited(both, f"/enrolments/{made['id']}", state="completed")
    assert both.feed("matera") == {}
    both.made("/sites/cinisello/passes", {"person": who, "zones": ["hall"], **SPAN})
    assert len(told(both, "badge", "cinisello")) == 1


def test_forgetting_a_person_takes_all_that_was_theirs_but_that_a_pseudonym_took_part(both: Centre) -> None:
    with_programmes(both)
    who = enrolled(both, 17, "junior-mt", from_ms=0)["person"]
    both.made(f"/people/{who}/roles", {"role": "trainer", "zones": ["hall"]})
    both.made(f"/people/{who}/roles", {"role": "operator", "zones": ["hall"], "until_ms": SOON_MS})
    both.made(f"/people/{who}/guardians", {"from_ms": 5})
    transfer = {"from_site": "matera", "to_site": "cinisello", **SPAN}
    both.made(f"/people/{who}/transfers", transfer)
    both.made("/sites/matera/passes", {"person": who, "zones": ["hall"], **SPAN})
    both.made(f"/people/{who}/badges", {"uid": "04A1B2C3D4E580"})
    both.made("/teams", {"id": "blu", "cohort": "junior-mt", "name": "Blu"})
    both.made("/teams/blu/members", {"person": who, "from_ms": 0})
    body = {"programme": "junior", "title": "A", "zone": "hall", "groups": ["blu"], "trainers": [who], **SPAN}
    session = both.made("/sites/matera/sessions", body)["id"]
    both.made("/sites/matera/bookings", {"resource": "d1", "person": who, **SPAN})
    assert both.ask("DELETE", f"/people/{who}").status_code == 204
    assert set(both.feed("matera")) == {("booking", session)}
    assert both.feed("cinisello") == {}
    assert both.ask("GET", f"/sites/matera/sessions/{session}").json()["trainers"] == []
    assert both.ask("GET", "/roles").json()["items"] == both.ask("GET", "/transfers").json()["items"] == []
    (enrolment,) = both.ask("GET", "/enrolments").json()["items"]
    assert enrolment["person"] == who, "that somebody took part is owed to the funder until the accounts are closed"
    assert both.ask("GET", f"/people/{who}").json()["name"] == f"P-{who[-6:].upper()}"


def test_roles_and_transfers_are_found_by_site(both: Centre) -> None:
    who = person(both)
    given = [
        both.made(f"/people/{who}/roles", {"role": role, "site": site})
        for role, site in (("operator", "matera"), ("trainer", None), ("trainer", "cinisello"))
    ]
    for query, at in (
        ("", (0, 1, 2)),
        ("site=matera", (0, 1)),
        ("role=trainer", (1, 2)),
        ("site=matera&role=trainer", (1,)),
    ):
        found = {one["id"] for one in both.ask("GET", f"/roles?{query}").json()["items"]}
        assert found == {given[number]["id"] for number in at}, query
    body = {"from_site": "matera", "to_site": "cinisello", **SPAN}
    made = both.made(f"/people/{who}/transfers", body)
    for site, listed in (("matera", [made]), ("cinisello", [made]), ("rome", [])):
        assert both.ask("GET", f"/transfers?site={site}").json()["items"] == listed
    assert both.ask("GET", "/transfers").json()["items"] == [made]
