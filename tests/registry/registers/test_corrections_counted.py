"""What a register says of somebody once it is corrected counts in hours, of which certificates are made, and in
reports as well: the paper and the figures are one thing.
"""

from importlib import import_module
from typing import Any

import pytest
from sqlalchemy import select

from registry.attendance.hours import hours_of
from registry.reports.periods import Period
from registry.reports.reading import read
from registry.tables import core as t
from tests.support.centres import Centre
from tests.support.signers import Papers

MIGRATION = import_module("registry.migrations.versions.v0039_corrected")


@pytest.fixture
def papers(both: Centre) -> Papers:
    return Papers(both)


@pytest.fixture
def session(papers: Papers) -> str:
    return papers.session_with_a_missed_exit()


def said_of(papers: Papers, register: str, person: str) -> tuple[int, int]:
    """The first row of a person in a register, and the minutes that it gives them."""
    said = papers.shown(register)
    row = next(one["n"] for one in said["lines"] if one["person"] == person)
    (minutes,) = (one["recognised_minutes"] for one in said["minutes"] if one["person"] == person)
    return row, minutes


def kept(papers: Papers) -> list[dict[str, Any]]:
    with papers.both.database.read() as connection:
        return [dict(row._mapping) for row in connection.execute(select(t.corrected))]


def recognised(papers: Papers, person: str) -> tuple[int, int]:
    """Minutes of the programme's hours: as somebody was there, and recognised."""
    with papers.both.database.read() as connection:
        (found,) = [
            one for one in hours_of(connection, "senior", None, None, papers.course.at(20)) if one.person == person
        ]
    return found.attended_minutes, found.total.recognised_minutes


def test_a_correction_counts_in_hours_until_the_register_is_read_anew(papers: Papers, session: str) -> None:
    """What the paper says and what hours and reports say is one thing."""
    register, bruno = papers.opened(session), papers.course.bruno
    assert recognised(papers, bruno) == (60, 60)
    row, _ = said_of(papers, register, bruno)
    end = {"from_ms": papers.course.at(2), "to_ms": papers.course.at(2.5)}
    papers.correct(register, of=row, session=session, person=bruno, **end)
    assert recognised(papers, bruno) == (30, 30)
    with papers.both.database.read() as connection:
        assert read(connection, Period(2026)).attended["matera", "senior"] == {bruno: 30, papers.course.anna: 120}
    papers.correct(register, of=0, session=session, person=bruno, from_ms=papers.course.at(1), to_ms=end["from_ms"])
    assert recognised(papers, bruno) == (90, said_of(papers, register, bruno)[1])
    with papers.both.database.read() as connection:
        assert MIGRATION._found(connection) == kept(papers), "what a registry of before finds in its registers"
    papers.seal(register)
    assert recognised(papers, bruno) == (90, 90)
    assert recognised(papers, papers.course.anna) == (120, 120)
    path = papers.path(register, "/readings")
    assert papers.clara.ask("POST", path, {"reason": "Da capo"}, If_Match="*").status_code == 200
    assert recognised(papers, bruno) == (60, 60)


def test_a_correction_of_a_visit_counts_in_hours(papers: Papers) -> None:
    visit, course = papers.session(5, 6, off_site=True), papers.course
    register = papers.opened(visit)
    came = {"from_ms": course.at(5), "to_ms": course.at(5.75)}
    assert papers.correct(register, of=0, session=visit, person=course.anna, **came).status_code == 200
    assert recognised(papers, course.anna) == (45, 45)


def test_a_correction_counts_in_overdue_modules_and_sites_are_told_at_once(papers: Papers) -> None:
    """Doors that refuse for overdue training go by what the register says."""
    course = papers.course
    body = {"name": "Sicurezza", "due_ms": course.at(30), "required_minutes": 60}
    module = papers.both.made("/programmes/senior/modules", body)["id"]
    session = papers.session(1, 3, module=module)
    course.stay(course.matera, course.bruno, 2, 3)
    course.matera.send()

    def stands() -> tuple[bool, int | None, tuple[str, ...]]:
        """Whether the module is overdue, since when a site is told so, and what hours say."""
        (item,) = papers.both.ask("GET", f"/people/{course.bruno}/training").json()["items"]
        told = papers.both.feed("matera")["person", course.bruno].get("training_due_ms")
        with papers.both.database.read() as connection:
            found = hours_of(connection, "senior", None, None, course.at(40))
        return item["overdue"], told, next(one.overdue for one in found if one.person == course.bruno)

    done, missing = (False, None, ()), (True, course.at(30), ("Sicurezza",))
    assert stands() == done
    register = papers.opened(session)
    row, _ = said_of(papers, register, course.bruno)
    end = {"from_ms": course.at(2), "to_ms": course.at(2.5)}
    papers.correct(register, of=row, session=session, person=course.bruno, **end)
    assert stands() == missing
    papers.correct(register, of=0, session=session, person=course.bruno, from_ms=course.at(1), to_ms=course.at(2))
    assert stands() == done
    row = next(one["n"] for one in papers.shown(register)["lines"] if one["from_ms"] == course.at(1))
    papers.correct(register, of=row, session=session, person=course.bruno)
    assert stands() == missing
    anew = papers.clara.ask("POST", papers.path(register, "/readings"), {"reason": "Da capo"}, If_Match="*")
    assert anew.status_code == 200
    assert stands() == done
