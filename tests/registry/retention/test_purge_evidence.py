"""The evidence of public money goes once the accounts of its programme are closed, and not before (P4, ADR 39)."""

from typing import Any

import pytest
from sqlalchemy import Table, func, select

from access.clock import DAY_MS
from registry.bookings import bookings
from registry.edit import editing
from registry.registers import issued
from registry.registers.issued import Issue
from registry.retention import holds
from registry.retention.purge import purge
from registry.retention.rules import today_of
from registry.tables import core as t
from registry.tables.registers import register_gone
from tests.support.centres import Centre
from tests.support.fixed_day import wall_ms
from tests.support.signers import Papers

BEFORE, CLOSED, AFTER = (wall_ms() + days * DAY_MS for days in (400, 500, 600))
"""A day before the accounts are closed, that day, and one after it."""
LEFT = ("register", "register_row", "register_name")


@pytest.fixture
def papers(both: Centre) -> Papers:
    """A course whose accounts will be closed."""
    made = Papers(both)
    programme = both.ask("GET", "/programmes/senior")
    body = {name: value for name, value in programme.json().items() if name != "id"}
    body |= {"closed_on": today_of(CLOSED)}
    assert both.ask("PUT", "/programmes/senior", body, If_Match="*").status_code == 200
    return made


def rows(centre: Centre, table: Table) -> list[Any]:
    with centre.database.read() as connection:
        return list(connection.execute(select(table)).all())


def dump(centre: Centre) -> dict[str, list[Any]]:
    names = (*LEFT, "register_gone", "certificate", "booking", "stay")
    return {name: rows(centre, t.register.metadata.tables[name]) for name in names}


def test_a_sealed_register_goes_whole_and_leaves_its_number_and_its_seal(papers: Papers) -> None:
    both = papers.both
    session = papers.session(9, 11)
    papers.course.stay(papers.course.matera, papers.course.anna, 9, 11)
    papers.course.matera.send()
    register = papers.opened(session)
    seal = papers.seal(register)
    assert purge(both.database, BEFORE, "test")["register"] == 0
    assert papers.shown(register)["seal"] == seal
    gone = purge(both.database, AFTER, "test")
    assert gone["register"] == 1
    assert [rows(both, t.register.metadata.tables[name]) for name in LEFT] == [[], [], []]
    assert [tuple(one) for one in rows(both, register_gone)] == [("matera", 1, session, seal, AFTER)]
    state = dump(both)
    assert purge(both.database, AFTER, "test") == {}, "a second time changes nothing"
    assert dump(both) == state
    again = both.ask("PUT", f"/sites/matera/sessions/{session}/register")
    assert again.status_code == 409, again.text
    later = papers.session(12, 13)
    papers.opened(later)
    assert [one.number for one in rows(both, t.register)] == [2], "a number is given once"


def test_a_hold_of_a_kind_or_of_one_person_in_it_keeps_a_register_whole(papers: Papers) -> None:
    both, who = papers.both, papers.course.anna
    papers.course.stay(papers.course.matera, papers.course.anna, 9, 11)
    papers.course.matera.send()
    papers.seal(papers.opened(papers.session(9, 11)))
    for what in ({"kind": "register"}, {"person": who}):
        with editing(both.database, AFTER) as edit:
            ident = holds.begin(edit, holds.Wanted("Corte dei conti", AFTER + DAY_MS, **what), "op")
        assert "register" not in purge(both.database, AFTER, "test")
        with editing(both.database, AFTER) as edit:
            holds.lift(edit, ident, "op")
    assert purge(both.database, AFTER, "test")["register"] == 1


def test_a_certificate_says_of_nobody_once_the_accounts_are_closed(papers: Papers) -> None:
    both, who = papers.both, papers.course.anna
    with editing(both.database, papers.course.at(0)) as edit:
        said = Issue("matera", 2026, who, "Anna", "senior", "Senior", 120, 120, 80)
        number = issued.number_of(issued.issue(edit, said, "Clara"))
    assert "certificate" not in purge(both.database, BEFORE, "test")
    assert purge(both.database, AFTER, "test")["certificate"] == 1
    (row,) = rows(both, t.certificate)
    assert (row.person, row.salt, issued.number_of(row)) == (None, "", number)
    assert not issued.is_name(row, "Anna")
    assert "certificate" not in purge(both.database, AFTER, "test")


def test_what_staff_wrote_of_a_groups_booking_goes_and_the_booking_stays(papers: Papers) -> None:
    both = papers.both
    span = (papers.course.at(60), papers.course.at(61))
    with editing(both.database, papers.course.at(50)) as edit:
        wanted = bookings.Wanted("r1", "", *span, group="senior-26", excuse="canary", made_by="op")
        bookings.book(edit, "matera", "b-1", wanted)
    before = tally(both)
    assert "booking" not in purge(both.database, BEFORE, "test")
    assert purge(both.database, AFTER, "test")["booking"] == 1
    (row,) = rows(both, t.booking)
    assert (row.excused, row.made_by, row.group_id) == (None, "", "senior-26")
    assert tally(both) == before
    assert "booking" not in purge(both.database, AFTER, "test")


def tally(centre: Centre) -> tuple[int, int]:
    b = t.booking.c
    with centre.database.read() as connection:
        row = connection.execute(select(func.count(), func.sum(b.end_ms - b.start_ms))).one()
    return int(row[0]), int(row[1])
