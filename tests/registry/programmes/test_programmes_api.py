"""Programmes, modules, cohorts and teams are data that staff edit, each by its ETag."""

import pytest

from tests.support.centres import NINE_MS, Centre, problem
from tests.support.programmes import JUNIOR, SENIOR, edited, enrolled, person, session, with_programmes

NOTHING_SAID = {
    "age_min": None,
    "age_max": None,
    "start_date": None,
    "end_date": None,
    "seats": None,
    "audience": "",
    "threshold_percent": 80,
    "late_ms": 600_000,
    "early_ms": 600_000,
    "rounding_minutes": 1,
    "closed_on": None,
    "quota": {"day_minutes": None, "day_count": None, "week_minutes": None, "week_count": None},
    "zones": {},
}


def test_a_programme_is_made_listed_read_changed_and_dropped(both: Centre) -> None:
    made = both.made("/programmes", SENIOR)
    assert made == NOTHING_SAID | SENIOR
    assert problem(both.ask("POST", "/programmes", SENIOR)) == (409, "exists")
    assert both.ask("GET", "/programmes").json() == {"items": [made], "next": None}
    read = both.ask("GET", "/programmes/senior")
    assert read.json() == made
    body = {"name": "Senior", "zones": {"matera": ["lab", "hall"], "cinisello": []}, "quota": {"day_count": 2}}
    assert problem(both.ask("PUT", "/programmes/senior", body)) == (428, "needs-match")
    changed = both.ask("PUT", "/programmes/senior", body, If_Match=read.headers["etag"])
    quota = NOTHING_SAID["quota"] | {"day_count": 2}  # type: ignore[operator]
    zones = {"cinisello": [], "matera": ["hall", "lab"]}
    assert changed.json() == NOTHING_SAID | {"id": "senior", "name": "Senior", "zones": zones, "quota": quota}
    assert problem(both.ask("PUT", "/programmes/senior", body, If_Match=read.headers["etag"])) == (412, "changed")
    assert both.ask("DELETE", "/programmes/senior").status_code == 204
    assert problem(both.ask("GET", "/programmes/senior")) == (404, "not-found")
    assert problem(both.ask("DELETE", "/programmes/senior")) == (404, "not-found")


@pytest.mark.parametrize(
    "change",
    [
        {"id": "Senior"},
        {"name": ""},
        {"age_min": -1},
        {"age_max": 20, "age_min": 21},
        {"seats": 0},
        {"audience": "No"},
        {"start_date": "2026-02-30"},
        {"start_date": "2026-12-02", "end_date": "2026-12-01"},
        {"threshold_percent": 101},
        {"rounding_minutes": 0},
        {"quota": {"day_count": -1}},
        {"zones": {"matera": ["No"]}},
        {"zones": {"No": []}},
        {"unknown": 1},
    ],
)
def test_a_programme_that_cannot_be_is_refused(shared: Centre, change: dict[str, object]) -> None:
    assert problem(shared.ask("POST", "/programmes", SENIOR | change)) == (422, "invalid")


def test_a_programme_names_sites_that_there_are(shared: Centre) -> None:
    assert problem(shared.ask("POST", "/programmes", SENIOR | {"zones": {"rome": []}})) == (404, "not-found")


def test_what_is_of_a_programme_keeps_it(both: Centre) -> None:
    with_programmes(both)
    assert problem(both.ask("DELETE", "/programmes/senior")) == (409, "in-use")
    assert problem(both.ask("DELETE", "/programmes/x")) == (404, "not-found")
    both.made("/programmes/junior/modules", {"name": "Sicurezza"})
    both.ask("DELETE", "/cohorts/junior-mt")
    assert both.ask("DELETE", "/programmes/junior").status_code == 204


def test_a_module_is_made_listed_changed_and_dropped(both: Centre) -> None:
    both.made("/programmes", SENIOR)
    made = both.made("/programmes/senior/modules", {"name": "Sicurezza", "due_ms": NINE_MS, "required_minutes": 60})
    path = f"/modules/{made['id']}"
    assert made == {
        "id": made["id"],
        "programme": "senior",
        "name": "Sicurezza",
        "mandatory": True,
        "due_ms": NINE_MS,
        "required_minutes": 60,
        "required_sessions": 0,
    }
    assert both.ask("GET", "/programmes/senior/modules").json()["items"] == [made]
    assert edited(both, path, mandatory=False) == made | {"mandatory": False}
    assert both.ask("DELETE", path).status_code == 204
    assert problem(both.ask("GET", path)) == (404, "not-found")
    assert problem(both.ask("POST", "/programmes/x/modules", {"name": "A"})) == (404, "not-found")
    assert problem(both.ask("GET", "/programmes/x/modules")) == (404, "not-found")


def test_a_module_with_sessions_stays(both: Centre) -> None:
    with_programmes(both)
    module = both.made("/programmes/senior/modules", {"name": "Sicurezza"})["id"]
    session(both, module=module)
    assert problem(both.ask("DELETE", f"/modules/{module}")) == (409, "in-use")


def test_a_cohort_is_made_listed_changed_and_dropped(both: Centre) -> None:
    with_programmes(both)
    cohort = {"id": "c1", "programme": "senior", "site": "cinisello", "name": "Primo", "seats": 12}
    made = both.made("/cohorts", cohort)
    assert made == cohort | {"start_date": None, "end_date": None}
    assert [one["id"] for one in both.ask("GET", "/cohorts?programme=senior").json()["items"]] == ["c1", "senior-mt"]
    assert len(both.ask("GET", "/cohorts").json()["items"]) == 3
    assert edited(both, "/cohorts/c1", end_date="2027-06-30")["end_date"] == "2027-06-30"
    assert both.ask("DELETE", "/cohorts/c1").status_code == 204
    assert problem(both.ask("GET", "/cohorts/c1")) == (404, "not-found")
    for change in ({"programme": "x"}, {"site": "x"}):
        assert problem(both.ask("POST", "/cohorts", cohort | change)) == (404, "not-found")
    for days in ({"start_date": "2027-01-02", "end_date": "2027-01-01"}, {"seats": 0}):
        assert problem(both.ask("POST", "/cohorts", cohort | days)) == (422, "invalid")


def test_no_person_cohort_and_team_share_an_id(both: Centre) -> None:
    with_programmes(both)
    who = person(both)
    both.made("/teams", {"id": "blu", "cohort": "senior-mt", "name": "Blu"})
    for ident in (who, "blu", "junior-mt"):
        cohort = {"id": ident, "programme": "senior", "site": "matera", "name": "A"}
        assert problem(both.ask("POST", "/cohorts", cohort)) == (409, "exists")
        team = {"id": ident, "cohort": "senior-mt", "name": "A"}
        assert problem(both.ask("POST", "/teams", team)) == (409, "exists")


def test_a_team_has_members_of_its_cohort_between_dates(both: Centre) -> None:
    with_programmes(both)
    both.made("/teams", {"id": "blu", "cohort": "senior-mt", "name": "Blu"})
    assert both.ask("GET", "/teams?cohort=senior-mt").json()["items"] == [
        {"id": "blu", "cohort": "senior-mt", "name": "Blu"}
    ]
    who = enrolled(both)["person"]
    member = {"person": who, "from_ms": 10, "until_ms": 20}
    assert both.made("/teams/blu/members", member) == member | {"team": "blu"}
    for other in ({}, {"from_ms": 19, "until_ms": 21}, {"from_ms": 0, "until_ms": None}):
        assert problem(both.ask("POST", "/teams/blu/members", member | other)) == (409, "exists")
    both.made("/teams/blu/members", member | {"from_ms": 20, "until_ms": None})
    assert problem(both.ask("PUT", f"/teams/blu/members/{who}/10", {"until_ms": 21})) == (409, "exists")
    assert both.ask("PUT", f"/teams/blu/members/{who}/10", {"until_ms": 15}).json()["until_ms"] == 15
    listed = both.ask("GET", "/teams/blu/members").json()["items"]
    assert [(one["from_ms"], one["until_ms"]) for one in listed] == [(10, 15), (20, None)]
    assert both.ask("DELETE", f"/teams/blu/members/{who}/10").status_code == 204
    assert problem(both.ask("DELETE", f"/teams/blu/members/{who}/10")) == (404, "not-found")
    assert problem(both.ask("PUT", f"/teams/blu/members/{who}/10", {"until_ms": 21})) == (404, "not-found")
    stranger = {"person": person(both), "from_ms": 0}
    assert problem(both.ask("POST", "/teams/blu/members", stranger)) == (422, "invalid")
    assert both.ask("DELETE", "/teams/blu").status_code == 204
    assert problem(both.ask("GET", "/teams/blu/members")) == (404, "not-found")


def test_a_group_that_something_is_planned_for_stays(both: Centre) -> None:
    with_programmes(both)
    both.made("/teams", {"id": "blu", "cohort": "senior-mt", "name": "Blu"})
    session(both, groups=["blu"])
    answer = both.ask("DELETE", "/teams/blu")
    assert problem(answer) == (409, "in-use")
    assert (answer.json()["sessions"], answer.json()["bookings"]) == (1, 0)
    assert problem(both.ask("DELETE", "/cohorts/senior-mt")) == (409, "in-use")


def test_fewer_seats_than_people_are_refused(both: Centre) -> None:
    with_programmes(both)
    for _ in range(2):
        enrolled(both)
    for path in ("/programmes/senior", "/cohorts/senior-mt"):
        read = both.ask("GET", path)
        fixed = {"id", "programme", "site"}
        body = {name: value for name, value in read.json().items() if name not in fixed}
        answer = both.ask("PUT", path, body | {"seats": 1}, If_Match="*")
        assert (problem(answer), answer.json()["taken"]) == ((409, "full"), 2)
        assert edited(both, path, seats=2)["seats"] == 2


def test_both_of_the_examples_can_stand_side_by_side(both: Centre) -> None:
    with_programmes(both)
    assert [one["id"] for one in both.ask("GET", "/programmes").json()["items"]] == [JUNIOR["id"], SENIOR["id"]]
