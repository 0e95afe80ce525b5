"""What the matrix cannot say in a sign: bodies that name others' objects, roles that are given, rows of two sites."""

from dataclasses import replace

from tests.support.centres import HOUR_MS, NINE_MS, Centre, problem
from tests.support.programmes import SOON_MS, with_programmes
from tests.support.staff import hire, holder


def test_an_operator_gives_no_role_like_their_own_and_none_elsewhere(both: Centre) -> None:
    operator, anna = hire(both, "operator"), both.admit("cinisello")
    path = f"/people/{anna}/roles"
    for role, site in (("operator", "cinisello"), ("coordinator", None), ("trainer", "matera"), ("trainer", None)):
        assert problem(operator.ask("POST", path, {"role": role, "site": site})) == (403, "not-yours"), role
    given = operator.ask("POST", path, {"role": "trainer", "site": "cinisello"})
    assert given.status_code == 201
    at = f"/roles/{given.json()['id']}"
    raised = operator.ask("PUT", at, {"role": "coordinator", "site": None}, If_Match=given.headers["etag"])
    assert problem(raised) == (403, "not-yours")
    above = both.made(path, {"role": "coordinator", "site": "cinisello"})["id"]
    assert problem(operator.ask("DELETE", f"/roles/{above}")) == (403, "not-yours")
    assert operator.ask("DELETE", at).status_code == 204


def test_whom_a_body_names_must_be_of_the_site_too(both: Centre) -> None:
    operator, bea = hire(both, "operator"), both.admit("matera", "Bea")
    span = {"start_ms": NINE_MS, "end_ms": NINE_MS + HOUR_MS}
    rights = operator.ask("PUT", f"/sites/cinisello/rights/{bea}", {"zones": ["hall"]})
    given = operator.ask("POST", "/sites/cinisello/passes", {"person": bea, "zones": ["hall"], **span})
    nobody = operator.ask("POST", "/sites/cinisello/passes", {"person": "nobody", "zones": ["hall"], **span})
    assert [problem(answer) for answer in (rights, given, nobody)] == [(404, "not-found")] * 3
    assert given.json()["detail"] == nobody.json()["detail"]
    assert both.feed("cinisello") == {}


def test_a_new_person_is_of_the_site_whose_staff_made_them(both: Centre) -> None:
    here, there = hire(both, "operator"), hire(both, "operator", "matera")
    made = here.ask("POST", "/people", {"name": "Dora"}).json()["id"]
    assert here.ask("PUT", f"/sites/cinisello/rights/{made}", {"zones": ["hall"]}).status_code == 201
    assert problem(there.ask("GET", f"/people/{made}")) == (404, "not-found")


def test_a_person_of_two_sites_is_forgotten_by_who_may_at_both(both: Centre) -> None:
    operator, coordinator = hire(both, "operator"), hire(both, "coordinator", None)
    anna = both.admit("cinisello")
    both.ask("PUT", f"/sites/matera/rights/{anna}", {"zones": ["hall"]})
    assert problem(operator.ask("DELETE", f"/people/{anna}")) == (403, "not-yours")
    sites = [row["site"] for row in operator.ask("GET", f"/people/{anna}/rights").json()["items"]]
    assert sites == ["cinisello"]
    assert len(coordinator.ask("GET", f"/people/{anna}/rights").json()["items"]) == 2
    assert coordinator.ask("DELETE", f"/people/{anna}").status_code == 204


def test_a_session_is_for_groups_that_its_planner_may_read(both: Centre) -> None:
    with_programmes(both)
    both.made("/cohorts", {"id": "senior-ci", "programme": "senior", "site": "cinisello", "name": "S"})
    body = {"programme": "senior", "title": "X", "zone": "hall", "start_ms": SOON_MS, "end_ms": SOON_MS + HOUR_MS}
    operator = hire(both, "operator")
    others = operator.ask("POST", "/sites/cinisello/sessions", {**body, "groups": ["senior-ci", "senior-mt"]})
    assert problem(others) == (404, "not-found")
    own = operator.ask("POST", "/sites/cinisello/sessions", {**body, "groups": ["senior-ci"]})
    assert own.status_code == 201


def test_a_participant_books_for_themselves_without_an_excuse(both: Centre) -> None:
    anna, bruno = both.admit("cinisello"), both.admit("cinisello", "Bruno")
    asking = holder(both, anna, "bookings:write")
    body = {"resource": "d1", "start_ms": SOON_MS, "end_ms": SOON_MS + HOUR_MS}
    path = "/sites/cinisello/bookings"
    assert problem(asking.ask("POST", path, {**body, "person": bruno})) == (404, "not-found")
    assert problem(asking.ask("POST", path, {**body, "person": anna, "excuse": "x"})) == (403, "not-yours")
    booked = asking.ask("POST", path, {**body, "person": anna})
    assert booked.status_code == 201
    assert booked.json()["made_by"] == asking.account
    assert problem(asking.ask("GET", f"{path}?day=2026-11-30")) == (404, "not-found")
    assert problem(asking.ask("GET", f"/people/{anna}")) == (403, "not-yours")
    assert asking.ask("DELETE", f"{path}/{booked.json()['id']}").status_code == 204


def test_what_is_not_there_and_what_is_elsewhere_are_told_alike(both: Centre) -> None:
    operator, bea = hire(both, "operator"), both.admit("matera", "Bea")
    both.made(f"/people/{bea}/badges", {"uid": "04A1B2C3D4E580"})
    badge = both.ask("GET", f"/people/{bea}/badges").json()["items"][0]["id"]
    for path, nothing in ((f"/badges/{badge}", "/badges/none"), ("/sites/matera/stays", "/sites/none/stays")):
        there, none = operator.ask("GET", path), operator.ask("GET", nothing)
        assert (there.status_code, there.json()) == (none.status_code, none.json())
        assert there.json()["detail"] == both.ask("GET", nothing).json()["detail"]


def test_a_token_of_an_account_does_no_more_than_its_holder_may_now(both: Centre) -> None:
    operator = hire(both, "operator")
    assert operator.ask("GET", "/sites").json()["items"][0]["id"] == "cinisello"
    own = operator.ask("POST", "/tokens", {"name": "x", "scopes": ["people:read"], "sites": ["cinisello"]})
    assert own.status_code == 201
    small = replace(operator, token=own.json()["token"])
    assert small.ask("GET", "/people").status_code == 200
    assert problem(small.ask("GET", "/sites")) == (403, "not-yours")
    wider = small.ask("POST", "/tokens", {"name": "y", "scopes": ["*:write"]})
    assert problem(wider) == (403, "not-yours")
    assert problem(operator.ask("POST", "/tokens", {"name": "z", "scopes": ["*:write"], "service": True})) == (
        403,
        "not-yours",
    )
    (role,) = both.ask("GET", "/roles?role=operator").json()["items"]
    both.ask("DELETE", f"/roles/{role['id']}")
    assert problem(small.ask("GET", "/people")) == (403, "not-yours")


def test_an_export_holds_the_people_of_one_site(both: Centre) -> None:
    operator, anna, bea = hire(both, "operator"), both.admit("cinisello"), both.admit("matera", "Bea")
    for who, uid in ((anna, "04A1B2C3D4E580"), (bea, "04A1B2C3D4E581")):
        both.made(f"/people/{who}/badges", {"uid": uid})
    assert problem(operator.ask("GET", "/exports/badges")) == (403, "not-yours")
    assert problem(operator.ask("GET", "/exports/badges?site=matera")) == (404, "not-found")
    for kind in ("people", "badges"):
        said = operator.ask("GET", f"/exports/{kind}?site=cinisello").text
        assert (anna in said, bea in said) == (True, False), kind


def test_who_is_in_no_cohort_is_enrolled_by_who_may_at_every_site_of_the_programme(both: Centre) -> None:
    with_programmes(both)
    both.made("/cohorts", {"id": "senior-ci", "programme": "senior", "site": "cinisello", "name": "S"})
    operator, coordinator = hire(both, "operator"), hire(both, "coordinator", None)
    who = operator.ask("POST", "/people", {"name": "Dora", "birth_date": "2001-06-01"}).json()["id"]
    body = {"person": who, "programme": "senior"}
    assert problem(operator.ask("POST", "/enrolments", body))[0] in {403, 404}
    assert both.feed("matera") == {}
    made = operator.ask("POST", "/enrolments", {**body, "cohort": "senior-ci"})
    assert made.status_code == 201
    path, said = f"/enrolments/{made.json()['id']}", {**made.json(), "cohort": None}
    moved = {name: said[name] for name in ("cohort", "from_ms", "until_ms", "state")}
    out = operator.ask("PUT", path, moved, If_Match=made.headers["etag"])
    assert problem(out)[0] in {403, 404}
    assert coordinator.ask("PUT", path, moved, If_Match=made.headers["etag"]).status_code == 200
