"""Attendance of many costs as many statements as that of one, and says the same as that of each by themselves."""

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import event

from registry.attendance import attendance
from registry.attendance.recognised import work_of
from registry.programmes.sittings import Belonging, expected, sittings
from registry.tables.core import session as session_table
from tests.support.centres import Centre
from tests.support.course import Course


@pytest.fixture
def course(both: Centre) -> Course:
    return Course(both)


def statements(both: Centre, do: Callable[[Any], object]) -> int:
    """How many statements a reading costs."""
    said: list[str] = []
    with both.database.read() as connection:
        event.listen(connection, "before_cursor_execute", lambda *of: said.append(of[2]))
        do(connection)
    return len(said)


def filled(course: Course, people: int, sessions: int) -> list[str]:
    """So many more people, at so many sessions of a module."""
    module = course.both.made("/programmes/senior/modules", {"name": "M", "due_ms": course.at(40)})["id"]
    everybody = [course.enrol(f"Persona {number}") for number in range(people)]
    for number in range(sessions):
        course.session(number, number + 0.5, module=module)
        for person in everybody[: people // 2]:
            course.stay(course.matera, person, number, number + 0.25)
    course.matera.send()
    return everybody


def test_many_cost_as_many_statements_as_one(course: Course) -> None:
    one = filled(course, 2, 1)
    asks: list[Callable[[Any], object]] = [
        lambda connection: attendance.of_programme(connection, "senior", course.at(48)),
        lambda connection: work_of(connection, one),
        lambda connection: attendance.of_person(connection, one[0], course.at(48)),
    ]
    before = [statements(course.both, ask) for ask in asks]
    many = filled(course, 20, 5)
    assert [statements(course.both, ask) for ask in asks] == before
    assert statements(course.both, lambda connection: work_of(connection, many)) == before[1]
    assert max(before) <= 10


def test_what_a_programme_says_of_a_person_is_what_they_are_told_themselves(course: Course) -> None:
    filled(course, 6, 3)
    with course.both.database.read() as connection:
        everybody = attendance.of_programme(connection, "senior", course.at(48))
        alone = [attendance.of_person(connection, one.person, course.at(48)) for one in everybody]
        worked = work_of(connection, [one.person for one in everybody])
    assert alone == everybody
    recognised = {one.person: sum(have.recognised_minutes for _, have in one.rows) for one in everybody}
    assert sorted(recognised.values()) == [0, 0, 0, 0, 0, 45, 45, 45]
    counted = {who: sum(row.recognised_minutes for row in worked.get(who, ())) for who in recognised}
    assert counted == recognised


def test_a_person_of_two_groups_of_a_session_is_expected_once(course: Course) -> None:
    course.both.made("/teams", {"id": "team-a", "name": "A", "cohort": "senior-26"})
    course.both.made("/teams/team-a/members", {"person": course.anna, "from_ms": 0})
    session = course.session(1, 2, groups=["senior-26", "team-a"])
    with course.both.database.read() as connection:
        (held,) = sittings(connection, session_table.c.id == session)
    assert held.groups == {"senior-26", "team-a"}
    times = [Belonging(course.anna, group, 0, None) for group in sorted(held.groups)]
    assert expected([held], times) == {course.anna: [held]}
    assert [row["person"] for row in listed(course, session)].count(course.anna) == 1


def test_a_team_is_expected_while_somebody_is_of_it(course: Course) -> None:
    course.both.made("/teams", {"id": "team-a", "name": "A", "cohort": "senior-26"})
    body = {"person": course.anna, "from_ms": course.at(0), "until_ms": course.at(2)}
    course.both.made("/teams/team-a/members", body)
    sessions = [course.session(start, start + 1, groups=["team-a"]) for start in (1, 2)]
    assert [[row["person"] for row in listed(course, one)] for one in sessions] == [[course.anna], []]


def test_whoever_withdrew_is_expected_until_the_day_they_did(course: Course) -> None:
    (enrolment,) = [
        one
        for one in course.both.ask("GET", f"/enrolments?person={course.anna}").json()["items"]
        if one["person"] == course.anna
    ]
    course.both.made("/teams", {"id": "team-b", "cohort": "senior-26", "name": "B"})
    course.both.made("/teams/team-b/members", {"person": course.anna, "from_ms": course.at(0)})
    sessions = [course.session(start, start + 1) for start in (1, 5)]
    sessions += [course.session(start, start + 1, groups=["team-b"]) for start in (2, 6)]
    gone = {"cohort": "senior-26", "from_ms": enrolment["from_ms"], "until_ms": course.at(3), "state": "withdrawn"}
    answer = course.both.ask("PUT", f"/enrolments/{enrolment['id']}", gone, If_Match="*")
    assert answer.status_code == 200, answer.text
    there = [course.anna in [row["person"] for row in listed(course, one)] for one in sessions]
    assert there == [True, False, True, False]
    never = {**gone, "until_ms": None}
    assert course.both.ask("PUT", f"/enrolments/{enrolment['id']}", never, If_Match="*").status_code == 200
    assert not any(course.anna in [row["person"] for row in listed(course, one)] for one in sessions)


def listed(course: Course, session: str) -> list[dict[str, Any]]:
    items: list[dict[str, Any]] = course.both.ask("GET", f"/sites/matera/sessions/{session}/attendance").json()["items"]
    return items
