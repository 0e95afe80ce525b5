"""Overdue training: reckoned from attendance, and told to the sites whenever it changes, whoever reports it."""

from typing import Any

import pytest

from tests.support.centres import Centre
from tests.support.course import DAY, Course


@pytest.fixture
def course(both: Centre) -> Course:
    return Course(both)


def module(course: Course, **more: Any) -> str:  # noqa: ANN401 -- a module's members
    body = {"name": "Sicurezza", "due_ms": course.at(30), "required_minutes": 60, **more}
    ident: str = course.both.made("/programmes/senior/modules", body)["id"]
    return ident


def due(course: Course, person: str, site: str = "matera") -> int | None:
    """From when on a site is told that this person's training is overdue."""
    told = course.both.feed(site)["person", person]
    found: int | None = told.get("training_due_ms")
    return found


def training(course: Course, person: str) -> dict[str, Any]:
    said: dict[str, Any] = course.both.ask("GET", f"/people/{person}/training").json()
    return said


def test_a_mandatory_module_is_overdue_from_its_date_until_it_is_done(course: Course) -> None:
    ident = module(course)
    assert due(course, course.anna) == course.at(30)
    (item,) = training(course, course.anna)["items"]
    assert (item["module"], item["overdue"], item["missing_minutes"], item["done_ms"]) == (ident, True, 60, None)


def test_delivering_the_session_lifts_it_for_whoever_was_there(course: Course) -> None:
    ident = module(course)
    course.stay(course.matera, course.anna, 1, 3)
    course.matera.send()
    assert due(course, course.anna) == course.at(30)
    course.session(1, 3, module=ident)
    assert (due(course, course.anna), due(course, course.bruno)) == (None, course.at(30))
    (item,) = training(course, course.anna)["items"]
    assert (item["minutes"], item["missing_minutes"], item["done_ms"], item["overdue"]) == (120, 0, course.at(3), False)
    assert training(course, course.bruno)["overdue_from_ms"] == course.at(30)


@pytest.mark.parametrize("log", ["matera", "cinisello"])
def test_a_log_that_comes_late_lifts_it_too(course: Course, log: str) -> None:
    ident = module(course)
    course.session(1, 3, module=ident)
    assert due(course, course.anna) == course.at(30)
    there = getattr(course, log)
    course.stay(there, course.anna, 1, 3)
    there.send()
    assert due(course, course.anna) is None


def test_taking_delivery_back_brings_it_back(course: Course) -> None:
    ident = module(course)
    course.stay(course.matera, course.anna, 1, 3)
    course.matera.send()
    session = course.session(1, 3, module=ident)
    assert due(course, course.anna) is None
    body = course.body(1, 3, module=ident)
    course.put(session, {**body, "state": "cancelled", "why": "errore"})
    assert due(course, course.anna) == course.at(30)


def test_a_roll_call_lifts_it_and_a_correction_brings_it_back(course: Course) -> None:
    ident = module(course)
    session = course.session(1, 3, module=ident, off_site=True)
    path = f"/sites/matera/sessions/{session}/roll-call"
    said = course.both.ask("PUT", path, {"calls": [{"person": course.anna, "present": True}]})
    assert due(course, course.anna) is None
    gone = {"person": course.anna, "present": False, "reason": "Scambiata per Bruno"}
    course.both.ask("PUT", path, {"calls": [gone]}, If_Match=said.headers["etag"])
    assert due(course, course.anna) == course.at(30)


def test_sessions_count_by_the_share_that_was_attended(course: Course) -> None:
    ident = module(course, required_minutes=0, required_sessions=2)
    for start in (1, 5):
        course.session(start, start + 1, module=ident)
    course.stay(course.matera, course.anna, 1, 1.8)
    course.stay(course.matera, course.anna, 5, 5.7)
    course.matera.send()
    (item,) = training(course, course.anna)["items"]
    assert (item["sessions"], item["missing_sessions"]) == (1, 1)
    assert due(course, course.anna) == course.at(30)


def test_an_open_stay_counts_as_far_as_the_log_has_come(course: Course) -> None:
    ident = module(course)
    course.stay(course.matera, course.anna, 1, None)
    course.stay(course.matera, course.bruno, 1.5, 2)
    course.matera.send()
    course.session(1, 1 + DAY, module=ident)
    (item,) = training(course, course.anna)["items"]
    assert item["minutes"] == 60


def test_what_nobody_must_do_is_never_overdue(course: Course) -> None:
    module(course, mandatory=False)
    module(course, due_ms=None)
    assert due(course, course.anna) is None
    assert [item["overdue"] for item in training(course, course.anna)["items"]] == [False, False]


def test_nobody_is_told_twice_what_did_not_change(course: Course) -> None:
    ident = module(course)
    before = course.both.as_gateway("matera", "GET", "/changes?limit=2000").json()["version"]
    course.stay(course.matera, course.bruno, 5, 6)
    course.matera.send()
    course.session(1, 3, module=ident, off_site=True)
    assert course.both.as_gateway("matera", "GET", "/changes?limit=2000").json()["version"] == before
