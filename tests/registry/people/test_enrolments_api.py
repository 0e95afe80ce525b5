"""Enrolment: the age of the moment decides, seats are never exceeded, and sites learn whom they admit."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.support.centres import HOUR_MS, NINE_MS, Centre, problem
from tests.support.programmes import SENIOR, SOON_MS, edited, enrolled, person, with_programmes

TEAM = {"id": "blu", "cohort": "senior-mt", "name": "Blu"}


@pytest.mark.parametrize(("age", "programme"), [(16, "junior"), (17, "junior"), (25, "senior")])
def test_the_age_finds_the_programme(both: Centre, age: int, programme: str) -> None:
    with_programmes(both)
    made = both.made("/enrolments", {"person": person(both, age)})
    assert (made["programme"], made["age"], made["cohort"], made["state"]) == (programme, age, None, "active")
    assert both.ask("GET", f"/enrolments/{made['id']}").json() == made


def test_somebody_of_twenty_fits_no_programme_and_nobody_guesses_the_nearest(both: Centre) -> None:
    with_programmes(both)
    who = person(both, 20)
    for asked in ({}, {"programme": "junior"}, {"programme": "senior"}, {"cohort": "senior-mt"}):
        answer = both.ask("POST", "/enrolments", {"person": who, **asked})
        assert (problem(answer), answer.json()["age"]) == ((409, "no-matching-programme"), 20)
        assert "no matching programme" in answer.json()["detail"]
    assert both.ask("GET", "/enrolments").json()["items"] == []
    assert both.feed("matera") == {}


def test_a_programme_without_ages_is_no_guess_for_whom_no_age_fits(both: Centre) -> None:
    with_programmes(both)
    both.made("/programmes", {"id": "open", "name": "Per tutti"})
    who = person(both, 20)
    assert problem(both.ask("POST", "/enrolments", {"person": who})) == (409, "no-matching-programme")
    assert both.made("/enrolments", {"person": person(both, 25)})["programme"] == "senior"
    assert both.made("/enrolments", {"person": who, "programme": "open"})["age"] == 20


def test_where_two_programmes_take_an_age_one_is_to_be_named(both: Centre) -> None:
    with_programmes(both)
    both.made("/programmes", {"id": "digital", "name": "Laboratorio digitale", "age_min": 16, "age_max": 30})
    who = person(both, 25)
    answer = both.ask("POST", "/enrolments", {"person": who})
    assert (problem(answer), answer.json()["programmes"]) == ((422, "invalid"), ["digital", "senior"])
    both.made("/enrolments", {"person": who, "programme": "digital"})
    both.made("/enrolments", {"person": who, "programme": "senior"})


def test_without_a_birth_date_only_a_programme_for_all_ages_takes_somebody(both: Centre) -> None:
    with_programmes(both)
    both.made("/programmes", {"id": "open", "name": "Per tutti"})
    who = person(both, None)
    for asked in ({}, {"programme": "senior"}):
        answer = both.ask("POST", "/enrolments", {"person": who, **asked})
        assert problem(answer) == (422, "invalid")
        assert "birth date" in answer.json()["detail"]
    assert both.made("/enrolments", {"person": who, "programme": "open"})["age"] is None


def test_a_programme_that_is_over_takes_nobody(both: Centre) -> None:
    both.made("/programmes", SENIOR | {"end_date": "2026-01-31"})
    who = person(both, 25)
    assert problem(both.ask("POST", "/enrolments", {"person": who})) == (409, "no-matching-programme")
    assert problem(both.ask("POST", "/enrolments", {"person": who, "programme": "senior"})) == (422, "invalid")


def test_the_age_is_not_reckoned_again(both: Centre) -> None:
    with_programmes(both)
    made = enrolled(both, 17, "junior-mt")
    edited(both, f"/people/{made['person']}", birth_date="1990-01-01")
    edited(both, "/programmes/junior", age_max=18)
    changed = edited(both, f"/enrolments/{made['id']}", until_ms=SOON_MS)
    assert changed == made | {"until_ms": SOON_MS}
    assert both.feed("matera")["person", made["person"]]["valid_until_ms"] == SOON_MS


def test_one_is_enrolled_once_in_a_programme_at_a_time(both: Centre) -> None:
    with_programmes(both)
    first = enrolled(both, from_ms=0, until_ms=NINE_MS)
    again = {"person": first["person"], "programme": "senior"}
    overlapping = again | {"from_ms": NINE_MS - 1}
    assert problem(both.ask("POST", "/enrolments", overlapping)) == (409, "exists")
    second = both.made("/enrolments", again | {"from_ms": NINE_MS})
    body = {"cohort": None, "from_ms": 0, "until_ms": None, "state": "active"}
    answer = both.ask("PUT", f"/enrolments/{first['id']}", body, If_Match="*")
    assert problem(answer) == (409, "exists")
    edited(both, f"/enrolments/{second['id']}", state="withdrawn")
    assert both.ask("PUT", f"/enrolments/{first['id']}", body, If_Match="*").status_code == 200


def test_nobody_and_nothing_unknown_is_enrolled(both: Centre) -> None:
    with_programmes(both)
    who = person(both)
    assert problem(both.ask("POST", "/enrolments", {"person": "nobody"})) == (404, "not-found")
    for unknown in ({"programme": "x"}, {"cohort": "x"}):
        assert problem(both.ask("POST", "/enrolments", {"person": who, **unknown})) == (404, "not-found")
    crossed = {"person": who, "programme": "senior", "cohort": "junior-mt"}
    assert problem(both.ask("POST", "/enrolments", crossed)) == (422, "invalid")
    backwards = {"person": who, "programme": "senior", "from_ms": 5, "until_ms": 5}
    assert problem(both.ask("POST", "/enrolments", backwards)) == (422, "invalid")


@pytest.mark.parametrize(("path", "seats"), [("/programmes/senior", 3), ("/cohorts/senior-mt", 3)])
def test_fifty_who_enrol_at_once_never_exceed_the_seats(both: Centre, path: str, seats: int) -> None:
    with_programmes(both)
    edited(both, path, seats=seats)
    people = [person(both) for _ in range(50)]
    with ThreadPoolExecutor(50) as pool:
        answers = list(
            pool.map(lambda who: both.ask("POST", "/enrolments", {"person": who, "cohort": "senior-mt"}), people)
        )
    assert sorted(answer.status_code for answer in answers) == [201] * seats + [409] * (50 - seats)
    assert {problem(answer) for answer in answers if answer.status_code != 201} == {(409, "full")}
    listed = both.ask("GET", "/enrolments?cohort=senior-mt").json()["items"]
    assert len(listed) == seats
    assert {one["person"] for one in listed} == {ident for kind, ident in both.feed("matera") if kind == "person"}


def test_a_seat_that_is_given_up_is_free_and_cannot_be_taken_twice(both: Centre) -> None:
    with_programmes(both)
    edited(both, "/cohorts/senior-mt", seats=1)
    first = enrolled(both)
    other = person(both)
    wanted = {"person": other, "cohort": "senior-mt"}
    assert problem(both.ask("POST", "/enrolments", wanted)) == (409, "full")
    edited(both, f"/enrolments/{first['id']}", state="withdrawn")
    second = both.made("/enrolments", wanted)
    body = {"cohort": "senior-mt", "from_ms": 0, "until_ms": None, "state": "active"}
    assert problem(both.ask("PUT", f"/enrolments/{first['id']}", body, If_Match="*")) == (409, "full")
    assert both.ask("DELETE", f"/enrolments/{second['id']}").status_code == 204
    assert both.ask("PUT", f"/enrolments/{first['id']}", body, If_Match="*").status_code == 200


def test_a_participant_is_admitted_at_the_cohorts_site_with_the_programmes_zones(both: Centre) -> None:
    with_programmes(both)
    edited(both, "/cohorts/senior-mt", end_date="2027-06-30")
    made = enrolled(both, from_ms=5)
    first_of_july_ms = 1_814_392_800_000
    ends = {"from_ms": 5, "until_ms": first_of_july_ms}
    assert both.feed("matera") == {
        ("person", made["person"]): {
            "id": made["person"],
            "name": "Anna",
            "zones": ["hall"],
            "valid_from_ms": 5,
            "valid_until_ms": first_of_july_ms,
            "groups": [{"group": "senior-mt", **ends}],
        }
    }
    assert both.feed("cinisello") == {}
    both.made("/teams", TEAM)
    both.made("/teams/blu/members", {"person": made["person"], "from_ms": 0, "until_ms": SOON_MS})
    groups = both.feed("matera")["person", made["person"]]["groups"]
    assert groups == [{"group": "blu", "from_ms": 5, "until_ms": SOON_MS}, {"group": "senior-mt", **ends}]
    edited(both, f"/enrolments/{made['id']}", cohort=None)
    for site in ("matera", "cinisello"):
        told = both.feed(site)["person", made["person"]]
        assert (told["zones"], "groups" in told) == (["hall"], False)


def test_an_audience_and_a_programmes_zones_reach_everyone_in_it_when_they_change(both: Centre) -> None:
    with_programmes(both)
    people = {enrolled(both, 17, "junior-mt")["person"] for _ in range(3)}
    edited(both, "/programmes/junior", audience="young", zones={"matera": ["lab"]})
    told = {ident: record for (_, ident), record in both.feed("matera").items()}
    assert told.keys() == people
    assert {(tuple(one["zones"]), tuple(one["audiences"])) for one in told.values()} == {(("lab",), ("young",))}


def test_who_leaves_a_programme_is_admitted_no_more(both: Centre) -> None:
    with_programmes(both)
    for state in ("withdrawn", "completed"):
        made = enrolled(both)
        assert len(both.feed("matera")) == 1
        edited(both, f"/enrolments/{made['id']}", state=state)
        assert both.feed("matera") == {}


def test_a_transfer_leads_to_the_other_site_between_dates(both: Centre) -> None:
    with_programmes(both)
    made = enrolled(both, from_ms=0)
    who = made["person"]
    body = {"from_site": "matera", "to_site": "cinisello", "start_ms": SOON_MS, "end_ms": SOON_MS + HOUR_MS}
    transfer = both.made(f"/people/{who}/transfers", body)
    assert both.ask("GET", f"/people/{who}/transfers").json()["items"] == [transfer]
    span = {"from_ms": SOON_MS, "until_ms": SOON_MS + HOUR_MS}
    assert both.feed("cinisello") == {
        ("person", who): {
            "id": who,
            "name": "Anna",
            "zones": ["hall"],
            "valid_from_ms": SOON_MS,
            "valid_until_ms": SOON_MS + HOUR_MS,
            "transfer": True,
            "groups": [{"group": "senior-mt", **span}],
        }
    }
    assert "transfer" not in both.feed("matera")["person", who]
    assert edited(both, f"/transfers/{transfer['id']}", end_ms=SOON_MS + 1)["end_ms"] == SOON_MS + 1
    assert both.feed("cinisello")["person", who]["valid_until_ms"] == SOON_MS + 1
    overlapping = both.ask("POST", f"/people/{who}/transfers", body)
    assert problem(overlapping) == (409, "exists")
    for change in ({"to_site": "matera"}, {"end_ms": SOON_MS}):
        assert problem(both.ask("POST", f"/people/{who}/transfers", body | change)) == (422, "invalid")
    both.ask("PUT", f"/sites/cinisello/rights/{who}", {"zones": ["lab"]})
    told = both.feed("cinisello")["person", who]
    assert (told["zones"], "transfer" in told, "valid_until_ms" in told) == (["hall", "lab"], False, False)
    assert both.ask("DELETE", f"/transfers/{transfer['id']}").status_code == 204
    assert both.feed("cinisello")["person", who]["zones"] == ["lab"]


def test_who_is_of_another_site_is_not_transferred(both: Centre) -> None:
    with_programmes(both)
    who = enrolled(both, from_ms=0)["person"]
    body = {"from_site": "cinisello", "to_site": "matera", "start_ms": SOON_MS, "end_ms": SOON_MS + HOUR_MS}
    both.made(f"/people/{who}/transfers", body)
    assert both.feed("cinisello") == {}
    assert "transfer" not in both.feed("matera")["person", who]
    both.add_site("third")
    both.made(f"/people/{who}/transfers", body | {"to_site": "third"})
    assert both.feed("third") == {}
    both.made(
        f"/people/{who}/transfers",
        body | {"from_site": "matera", "to_site": "third", "start_ms": NINE_MS, "end_ms": SOON_MS},
    )
    assert len(both.feed("third")) == 1


def test_enrolments_are_found_by_person_programme_and_cohort(both: Centre) -> None:
    with_programmes(both)
    one, two = enrolled(both), enrolled(both, 17, None)
    for query, found in (
        (f"person={one['person']}", [one]),
        ("programme=junior", [two]),
        ("cohort=senior-mt", [one]),
        ("cohort=senior-mt&programme=junior", []),
        ("", sorted((one, two), key=lambda made: str(made["id"]))),
    ):
        assert both.ask("GET", f"/enrolments?{query}").json()["items"] == found
