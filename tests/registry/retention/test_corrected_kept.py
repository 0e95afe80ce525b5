"""What a corrected register says of somebody: as long as it is owed it counts, of whom was erased too; then it goes."""

import pytest
from sqlalchemy import select

from access.clock import DAY_MS
from registry.edit import editing
from registry.reports.periods import Period
from registry.reports.reading import read
from registry.retention import erasing, holds
from registry.retention.purge import purge
from registry.tables import core as t
from tests.support.centres import Centre
from tests.support.programmes import edited
from tests.support.signers import Papers

OWED = Period(2026)


@pytest.fixture
def papers(both: Centre) -> Papers:
    """Anna and Bruno were at two hours by the logs; by the register Bruno at half an hour."""
    made = Papers(both)
    course = made.course
    session = made.session(1, 3)
    for person in (course.anna, course.bruno):
        course.stay(course.matera, person, 1, 3)
    course.matera.send()
    register = made.opened(session)
    row = next(one["n"] for one in made.shown(register)["lines"] if one["person"] == course.bruno)
    span = {"from_ms": course.at(1), "to_ms": course.at(1.5)}
    assert made.correct(register, of=row, session=session, person=course.bruno, **span).status_code == 200
    return made


def counted(papers: Papers) -> dict[str, int]:
    """Recognised minutes of the programme by person, as the report of the year counts them."""
    with papers.both.database.read() as connection:
        return dict(read(connection, OWED).attended["matera", "senior"])


def kept(papers: Papers) -> list[str]:
    with papers.both.database.read() as connection:
        return list(connection.execute(select(t.corrected.c.person)).scalars())


def purged(papers: Papers, days: int) -> int:
    """What a purge so long after the sessions takes of it."""
    return purge(papers.both.database, papers.course.at(0) + days * DAY_MS, "test")["corrected"]


def test_of_whom_was_erased_it_counts_as_before_also_in_a_register_that_is_opened_then(papers: Papers) -> None:
    course, bruno = papers.course, papers.course.bruno
    before = {course.anna: 120, bruno: 30}
    assert counted(papers) == before
    with editing(papers.both.database, course.at(48)) as edit:
        pseudonym = erasing.erase(edit, bruno, "op").pseudonym
    assert counted(papers) == before
    span = {"from_ms": course.at(0), "until_ms": course.at(24)}
    whole = papers.shown(papers.both.made("/sites/matera/registers", {"programme": "senior", **span})["id"])
    minutes = {(one["person"], one["name"]): one["recognised_minutes"] for one in whole["minutes"]}
    assert minutes == {(course.anna, "Anna"): 120, (bruno, pseudonym): 30}


def test_it_goes_once_with_attendance_when_the_accounts_are_closed_and_not_before(papers: Papers) -> None:
    assert purged(papers, 900) == 0
    edited(papers.both, "/programmes/senior", closed_on="2027-06-30")
    assert purged(papers, 200) == 0
    assert (kept(papers), counted(papers)[papers.course.bruno]) == ([papers.course.bruno], 30)
    assert purged(papers, 900) == 1
    assert kept(papers) == []
    assert purged(papers, 900) == 0


def test_a_hold_keeps_it(papers: Papers) -> None:
    edited(papers.both, "/programmes/senior", closed_on="2026-12-31")
    with editing(papers.both.database, papers.course.at(48)) as edit:
        wanted = holds.Wanted("A court asks", papers.course.at(48) + 2_000 * DAY_MS, person=papers.course.bruno)
        holds.begin(edit, wanted, "op")
    assert purged(papers, 900) == 0
    assert kept(papers) == [papers.course.bruno]
