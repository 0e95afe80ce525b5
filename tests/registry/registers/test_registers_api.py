"""Attendance registers: read from the logs, corrected beside what was said, closed by two persons, then sealed."""

from typing import Any

import pytest
from sqlalchemy import delete, update
from sqlalchemy.exc import DatabaseError

from access.facts import DayClosed
from registry.tables import core as t
from tests.support.centres import Centre, problem
from tests.support.course import DAY
from tests.support.signers import Papers, signer


@pytest.fixture
def papers(both: Centre) -> Papers:
    return Papers(both)


@pytest.fixture
def session(papers: Papers) -> str:
    """Two hours, at which Anna was all the time and Bruno's exit was missed."""
    made = papers.session(1, 3)
    course = papers.course
    course.stay(course.matera, course.anna, 0.5, 3.5)
    course.stay(course.matera, course.bruno, 2, None)
    course.matera.write(course.at(9), DayClosed((course.bruno,)))
    course.matera.send()
    return made


def lines(said: dict[str, Any], person: str) -> list[tuple[int, str, int, int]]:
    """What a register says of a person: row, how, what it corrects, what corrects it."""
    return [(one["n"], one["how"], one["of"], one["by"]) for one in said["lines"] if one["person"] == person]


def minutes(said: dict[str, Any]) -> dict[str, int]:
    return {one["name"]: one["recognised_minutes"] for one in said["minutes"]}


def test_a_register_says_who_came_and_went_and_shows_what_the_system_closed(papers: Papers, session: str) -> None:
    register = papers.opened(session)
    said = papers.shown(register)
    course = papers.course
    names = {course.anna: "Anna", course.bruno: "Bruno"}
    found = [(names[one["person"]], one["from_ms"], one["to_ms"], one["how"]) for one in said["lines"]]
    assert sorted(found) == [
        ("Anna", course.at(0.5), course.at(3.5), "exit"),
        ("Bruno", course.at(2), course.at(9), "system"),
    ]
    assert minutes(said) == {"Anna": 120, "Bruno": 60}
    assert [one["trainers"] for one in said["sessions"]] == ["Tina"]
    branch = papers.both.ask("GET", "/sites/matera/branches").json()["items"][-1]
    assert [(one["site"], one["seq"], one["hash"]) for one in said["heads"]] == [
        ("matera", len(course.matera.rows), course.matera.rows[-1].hash.hex())
    ]
    assert branch["seq"] == len(course.matera.rows)
    assert papers.opened(session) == register
    assert said["late"] is False


def test_minutes_are_those_of_the_attendance(papers: Papers, session: str) -> None:
    counted = {row: found[1] for row, found in papers.course.minutes(session).items()}
    assert {name.lower(): found for name, found in minutes(papers.shown(papers.opened(session))).items()} == counted


def test_two_close_it_and_it_is_sealed(papers: Papers, session: str) -> None:
    register = papers.opened(session)
    assert papers.close(register, papers.tina, "trainer").json()["closed"] == ["trainer"]
    assert papers.shown(register)["seal"] == ""
    sealed = papers.close(register, papers.clara, "coordinator").json()
    assert (sealed["closed"], len(sealed["seal"])) == (["trainer", "coordinator"], 64)
    said = papers.shown(register)
    assert [(one["part"], one["name"]) for one in said["signed"]] == [
        ("trainer", papers.tina.account),
        ("coordinator", papers.clara.account),
    ]
    again = papers.close(register, papers.clara, "coordinator")
    assert (problem(again), again.json()["why"]) == ((409, "out-of-turn"), "sealed")


def test_nobody_closes_in_both_parts_nor_as_what_they_are_not(papers: Papers, session: str) -> None:
    register = papers.opened(session)
    wide = signer(papers.both, "Vera", "coordinator")
    papers.both.made(f"/people/{wide.person}/roles", {"role": "trainer", "site": "matera", "from_ms": 0})
    body = papers.course.body(1, 3, trainers=[papers.tina.person, wide.person])
    papers.course.put(session, {**body, "state": "delivered"})
    assert papers.close(register, wide, "trainer").status_code == 200
    refused = papers.close(register, wide, "coordinator")
    assert (problem(refused), refused.json()["why"]) == ((409, "out-of-turn"), "same-person")
    assert problem(papers.close(register, papers.tina, "coordinator")) == (403, "not-yours")
    assert problem(papers.close(register, papers.clara, "trainer")) == (403, "not-yours")
    elsewhere = signer(papers.both, "Elsa", "coordinator", "cinisello")
    assert problem(papers.close(register, elsewhere, "coordinator"))[0] in {403, 404}
    service = papers.both.ask("POST", papers.path(register, "/closings"), {"part": "coordinator"}, If_Match="*")
    assert problem(service) == (403, "not-yours")
    assert "account of their own" in service.json()["detail"]


def test_whoever_closes_closes_what_they_have_read(papers: Papers, session: str) -> None:
    register = papers.opened(session)
    tag = papers.both.ask("GET", papers.path(register)).headers["etag"]
    bruno = papers.course.bruno
    row = lines(papers.shown(register), bruno)[0][0]
    end = {"from_ms": papers.course.at(2), "to_ms": papers.course.at(2.5)}
    assert papers.correct(register, of=row, session=session, person=bruno, **end).status_code == 200
    path, body = papers.path(register, "/closings"), {"part": "trainer"}
    assert problem(papers.tina.ask("POST", path, body, If_Match=tag)) == (412, "changed")
    assert problem(papers.tina.ask("POST", path, body)) == (428, "needs-match")


def test_a_correction_stands_beside_what_it_corrects_and_voids_a_closing(papers: Papers, session: str) -> None:
    register, bruno = papers.opened(session), papers.course.bruno
    papers.close(register, papers.tina, "trainer")
    row = lines(papers.shown(register), bruno)[0][0]
    end = {"from_ms": papers.course.at(2), "to_ms": papers.course.at(2.5)}
    corrected = papers.correct(register, of=row, session=session, person=bruno, **end)
    assert (corrected.json()["edition"], corrected.json()["closed"]) == (1, [])
    said = papers.shown(register)
    new = lines(said, bruno)[1][0]
    assert lines(said, bruno) == [(row, "system", 0, new), (new, "correction", row, 0)]
    word = next(one for one in said["lines"] if one["n"] == new)
    assert (word["author"], word["reason"]) == (papers.clara.account, "Il lettore era guasto")
    assert minutes(said) == {"Anna": 120, "Bruno": 30}


def test_a_correction_after_the_seal_is_another_edition_that_names_the_former_seal(
    papers: Papers, session: str
) -> None:
    register, anna = papers.opened(session), papers.course.anna
    seal = papers.seal(register)
    row = lines(papers.shown(register), anna)[0][0]
    assert papers.correct(register, of=row, session=session, person=anna, reason="Altra persona").status_code == 200
    now = papers.shown(register)
    assert (now["edition"], now["former"], now["why"], now["seal"]) == (2, seal, "Altra persona", "")
    assert minutes(now) == {"Anna": 0, "Bruno": 60}
    before = papers.shown(register, 1)
    assert (before["seal"], minutes(before)) == (seal, {"Anna": 120, "Bruno": 60})
    again = papers.seal(register)
    assert again not in {"", seal}
    assert problem(papers.both.ask("GET", papers.path(register) + "?edition=3")) == (404, "not-found")


def test_what_cannot_be_corrected_is_told(papers: Papers, session: str) -> None:
    register, anna = papers.opened(session), papers.course.anna
    refused = papers.correct(register, of=1, session=session, person=anna)
    assert (problem(refused), refused.json()["why"]) == ((409, "out-of-turn"), "no-row")
    row = lines(papers.shown(register), anna)[0][0]
    assert problem(papers.correct(register, of=row, session=session, person=anna, reason=" ")) == (422, "invalid")
    assert papers.shown(register)["lines"] == papers.shown(register, 1)["lines"]


def test_logs_that_come_late_are_told_and_read_anew_with_a_reason(papers: Papers, session: str) -> None:
    register, course = papers.opened(session), papers.course
    course.stay(course.cinisello, course.bruno, 1, 1.5)
    course.cinisello.send()
    assert papers.shown(register)["late"] is True
    path = papers.path(register, "/readings")
    assert problem(papers.clara.ask("POST", path, {"reason": ""}, If_Match="*")) == (422, "invalid")
    assert papers.clara.ask("POST", path, {"reason": "Cinisello era offline"}, If_Match="*").status_code == 200
    said = papers.shown(register)
    assert (said["edition"], said["why"], said["late"]) == (2, "Cinisello era offline", False)
    assert {one["site"] for one in said["heads"]} == {"cinisello", "matera"}
    assert minutes(said) == {"Anna": 120, "Bruno": 90}


def test_a_visit_is_registered_by_its_roll_call(papers: Papers) -> None:
    visit, course = papers.session(5, 6, off_site=True), papers.course
    course.stay(course.matera, course.bruno, 5, 6)
    course.matera.send()
    words = {"calls": [{"person": course.anna, "present": True, "to_ms": course.at(5.5)}]}
    assert papers.tina.ask("PUT", f"/sites/matera/sessions/{visit}/roll-call", words).status_code == 200
    said = papers.shown(papers.opened(visit))
    assert [(one["person"], one["how"]) for one in said["lines"]] == [(course.anna, "roll-call")]
    assert minutes(said) == {"Anna": 30, "Bruno": 0}


def test_a_programmes_register_is_of_its_sessions_in_a_span_and_of_one_cohort(papers: Papers, session: str) -> None:
    both, course = papers.both, papers.course
    both.made("/cohorts", {"id": "other", "name": "Altra", "programme": "senior", "site": "matera"})
    late = papers.session(26, 27)
    papers.session(3, 4, groups=["other"])
    span = {"from_ms": course.at(0), "until_ms": course.at(DAY)}
    made = both.made("/sites/matera/registers", {"programme": "senior", "cohort": "senior-26", **span})
    assert [one["session"] for one in papers.shown(made["id"])["sessions"]] == [session]
    whole = both.made("/sites/matera/registers", {"programme": "senior", **span, "until_ms": course.at(2 * DAY)})
    assert {one["session"] for one in papers.shown(whole["id"])["sessions"]} >= {session, late}
    assert (made["number"], whole["number"]) == (1, 2)
    listed = both.ask("GET", "/sites/matera/registers").json()["items"]
    assert [one["id"] for one in listed] == [made["id"], whole["id"]]
    empty = {"programme": "senior", "from_ms": 1, "until_ms": 2}
    assert problem(both.ask("POST", "/sites/matera/registers", empty)) == (422, "invalid")
    backwards = {"programme": "senior", "from_ms": course.at(2), "until_ms": course.at(1)}
    assert problem(both.ask("POST", "/sites/matera/registers", backwards)) == (422, "invalid")


def test_a_session_that_is_still_planned_is_not_closed(papers: Papers) -> None:
    planned = papers.session(3 * DAY, 3 * DAY + 1, state="planned")
    refused = papers.close(papers.opened(planned), papers.tina, "trainer")
    assert (problem(refused), refused.json()["why"]) == ((409, "out-of-turn"), "planned")


def test_looking_at_a_register_is_noted(papers: Papers, session: str) -> None:
    papers.shown(papers.opened(session))
    looks = papers.both.ask("GET", f"/people/{papers.course.anna}/looks").json()["items"]
    assert [one["what"] for one in looks] == ["attendance"]


def test_the_database_itself_refuses_to_change_a_row(papers: Papers, session: str) -> None:
    register, row = papers.opened(session), t.register_row
    mine = row.c.register_id == register
    for word in (update(row).where(mine).values(digest="0" * 64), delete(row).where(mine)):
        with pytest.raises(DatabaseError, match="a row of a register"), papers.both.database.write() as connection:
            connection.execute(word)
    with papers.both.database.write() as connection:
        connection.execute(delete(t.register).where(t.register.c.id == register))
        assert connection.execute(delete(row).where(mine)).rowcount > 0


def test_a_row_that_was_changed_beneath_is_named(own: Centre) -> None:
    papers, row = Papers(own), t.register_row
    register = papers.opened(papers.session(1, 2))
    with papers.both.database.write() as connection:
        if papers.both.url.startswith("sqlite"):
            connection.exec_driver_sql("DROP TRIGGER register_row_unchanged")
        else:
            connection.exec_driver_sql("ALTER TABLE register_row DISABLE TRIGGER ALL")
        bent = update(row).where(row.c.register_id == register, row.c.n == 3).values(raw=b"{}")
        connection.execute(bent)
    answer = papers.both.ask("GET", papers.path(register))
    assert problem(answer) == (422, "broken-row")
    assert "row 3: it was changed" in answer.json()["detail"]
