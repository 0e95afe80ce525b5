"""Attendance: badge stays of both sites ∩ delivered sessions, roll calls off site, totals against the threshold."""

from typing import Any

import pytest

from access.facts import DayClosed
from tests.support.centres import Centre, problem
from tests.support.course import DAY, Course


@pytest.fixture
def course(both: Centre) -> Course:
    return Course(both)


def test_a_session_is_attended_by_the_stays_within_it(course: Course) -> None:
    session = course.session(1, 3)
    course.stay(course.matera, course.anna, 0.5, 2)
    course.stay(course.matera, course.anna, 2.5, 4)
    course.matera.send()
    assert course.minutes(session) == {"anna": (120, 90, ()), "bruno": (120, 0, ())}


def test_stays_of_both_sites_count_and_an_hour_at_two_sites_counts_once(course: Course) -> None:
    session = course.session(1, 4)
    course.stay(course.matera, course.anna, 1, 2)
    course.stay(course.cinisello, course.anna, 3, 4)
    course.stay(course.cinisello, course.bruno, 1, 3)
    course.stay(course.matera, course.bruno, 2, 4)
    course.matera.send()
    course.cinisello.send()
    assert course.minutes(session) == {"anna": (180, 120, ()), "bruno": (180, 180, ("overlapping-stays",))}


@pytest.mark.parametrize("state", ["planned", "cancelled"])
def test_only_a_delivered_session_counts(course: Course, state: str) -> None:
    session = course.session(1, 3, state=state) if state == "cancelled" else course.session(72, 74, state=state)
    course.stay(course.matera, course.anna, 0, 4)
    course.matera.send()
    assert course.minutes(session) == {"anna": (0, 0, ()), "bruno": (0, 0, ())}


def test_an_open_stay_counts_up_to_now_and_is_marked(course: Course) -> None:
    session = course.session(46, 50)
    course.stay(course.matera, course.anna, 46, None)
    course.matera.send()
    delivered, recognised, marks = course.minutes(session)["anna"]
    assert (delivered, marks) == (240, ("still-open",))
    assert 120 <= recognised < 240


def test_a_stay_closed_by_system_is_marked_and_ends_where_somebody_came_to_another_site(course: Course) -> None:
    session = course.session(1, 5)
    course.stay(course.matera, course.anna, 1, None)
    course.stay(course.matera, course.bruno, 1, None)
    course.matera.write(course.at(9), DayClosed((course.anna, course.bruno)))
    course.stay(course.cinisello, course.bruno, 3, 3.5)
    course.matera.send()
    course.cinisello.send()
    assert course.minutes(session) == {"anna": (240, 240, ("closed-by-system",)), "bruno": (240, 150, ())}


def test_whose_time_in_the_cohort_does_not_touch_a_session_is_not_expected(course: Course) -> None:
    late = course.both.made("/people", {"name": "Tardi"})["id"]
    body = {"person": late, "programme": "senior", "cohort": "senior-26", "from_ms": course.at(10)}
    course.both.made("/enrolments", body)
    before, after = course.session(1, 2), course.session(11, 12)
    people = [
        [row["person"] for row in course.both.ask("GET", f"/sites/matera/sessions/{one}/attendance").json()["items"]]
        for one in (before, after)
    ]
    assert [late in found for found in people] == [False, True]


def test_totals_are_recognised_over_delivered_against_the_threshold(both: Centre) -> None:
    course = Course(both, threshold_percent=75)
    course.session(1, 3)
    course.session(5, 7)
    course.session(9, 10, state="cancelled")
    course.session(4 * DAY, 4 * DAY + 1, state="planned")
    for start, end in ((1, 3), (5, 6)):
        course.stay(course.matera, course.anna, start, end)
    course.stay(course.matera, course.bruno, 1, 2)
    course.matera.send()
    said = {one["person"]: one for one in both.ask("GET", "/programmes/senior/attendance").json()["items"]}
    anna, bruno = said[course.anna], said[course.bruno]
    assert (anna["delivered_minutes"], anna["recognised_minutes"], anna["basis_points"]) == (240, 180, 7_500)
    assert (anna["met"], anna["planned_minutes"]) == (True, 60)
    assert (bruno["met"], bruno["missing_minutes"], bruno["needed_minutes"], bruno["reachable"]) == (
        False,
        120,
        165,
        False,
    )
    own = both.ask("GET", f"/people/{course.anna}/attendance").json()
    assert own["totals"] == [anna]
    assert [row["recognised_minutes"] for row in own["items"]] == [120, 60, 0, 0]
    first = both.ask("GET", "/programmes/senior/attendance?limit=1").json()
    rest = both.ask("GET", f"/programmes/senior/attendance?limit=1&cursor={first['next']}").json()
    assert [one["person"] for one in first["items"] + rest["items"]] == sorted([course.anna, course.bruno])
    assert rest["next"] is None


def test_looking_at_attendance_is_noted(course: Course) -> None:
    session = course.session(1, 2)
    course.both.ask("GET", f"/sites/matera/sessions/{session}/attendance")
    course.both.ask("GET", f"/people/{course.anna}/training")
    whats = [one["what"] for one in course.both.ask("GET", f"/people/{course.anna}/looks").json()["items"]]
    assert whats == ["attendance", "attendance"]


def call(course: Course, session: str, *calls: dict[str, Any], **headers: str) -> Any:  # noqa: ANN401 -- the answer
    return course.both.ask("PUT", f"/sites/matera/sessions/{session}/roll-call", {"calls": list(calls)}, **headers)


def there(person: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401 -- a call's members
    return {"person": person, "present": True, **more}


def test_off_site_the_roll_call_counts_and_the_badge_does_not(course: Course) -> None:
    session = course.session(1, 3, off_site=True)
    course.stay(course.matera, course.bruno, 1, 3)
    course.matera.send()
    assert course.minutes(session) == {"anna": (120, 0, ()), "bruno": (120, 0, ())}
    assert call(course, session, there(course.anna, to_ms=course.at(2.5))).status_code == 200
    assert course.minutes(session)["anna"] == (120, 90, ("roll-call",))
    assert course.both.ask("GET", "/occupancy").json()["total"] == 0


def test_a_correction_is_a_new_word_with_author_and_reason(course: Course) -> None:
    session = course.session(1, 3, off_site=True)
    first = call(course, session, there(course.anna), there(course.bruno))
    tag = first.headers["etag"]
    gone = {"person": course.bruno, "present": False}
    assert problem(call(course, session, gone)) == (428, "needs-match")
    assert problem(call(course, session, gone, If_Match=tag)) == (422, "invalid")
    said = call(course, session, {**gone, "reason": "Era malato"}, there(course.anna), If_Match=tag)
    words = [(one["person"] == course.bruno, one["n"], one["present"], one["reason"]) for one in said.json()["calls"]]
    assert sorted(words) == [(False, 1, True, ""), (True, 1, True, ""), (True, 2, False, "Era malato")]
    assert all(one["author"] for one in said.json()["calls"])
    assert course.minutes(session)["bruno"][1] == 0
    assert problem(call(course, session, {**gone, "reason": "x"}, If_Match=tag)) == (412, "changed")


def test_what_is_no_roll_call_is_refused(course: Course) -> None:
    stranger = course.both.made("/people", {"name": "Nessuno"})["id"]
    away, here = course.session(1, 3, off_site=True), course.session(5, 6)
    gone = course.session(7, 8, off_site=True, state="cancelled")
    for session, body in (
        (here, there(course.anna)),
        (gone, there(course.anna)),
        (away, there(stranger)),
        (away, there(course.anna, from_ms=course.at(0.5))),
        (away, there(course.anna, from_ms=course.at(2), to_ms=course.at(2))),
        (away, there(course.anna, reason="\u0000")),
    ):
        assert problem(call(course, session, body)) == (422, "invalid"), body
    assert problem(call(course, away, there(course.anna), there(course.anna))) == (422, "invalid")
    assert problem(call(course, "none", there(course.anna))) == (404, "not-found")
    assert course.both.ask("GET", f"/sites/matera/sessions/{away}/roll-call").json() == {"calls": []}


def test_the_same_roll_call_again_adds_nothing(course: Course) -> None:
    session = course.session(1, 3, off_site=True)
    key = "0123456789abcdef0"
    first = call(course, session, there(course.anna), Idempotency_Key=key)
    again = call(course, session, there(course.anna), Idempotency_Key=key)
    assert (first.json(), first.headers["etag"]) == (again.json(), again.headers["etag"])
    same = call(course, session, there(course.anna), If_Match=first.headers["etag"])
    assert same.json() == first.json()
