"""Enrolments, teams and authorisations from a file, by the rules of age, seats and cohorts that hold for staff."""

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import Table, select

from access.clock import DAY_MS
from registry.tables import core as t
from tests.support import fixed_day
from tests.support.centres import Centre
from tests.support.imports import Desk, does, reasons
from tests.support.school import school

HEAD = "Rif;Nome;Nascita;Sede;Programma;Coorte;Squadre;Autorizzazione fino al\n"


@pytest.fixture
def desk(both: Centre) -> Desk:
    school(both.registry)
    return Desk(both)


def born(years: int) -> str:
    """A birth date of somebody who is so old now, and was for some months."""
    today = datetime.fromtimestamp(fixed_day.wall_ms() / 1_000, UTC).date()
    return date(today.year - years - (today.month < 4), (today.month + 8) % 12 + 1, 1).strftime("%d/%m/%Y")


def later(days: int) -> str:
    return datetime.fromtimestamp((fixed_day.wall_ms() + days * DAY_MS) / 1_000, UTC).strftime("%d/%m/%Y")


def rows(desk: Desk, table: Table) -> list[Any]:
    with desk.centre.database.read() as connection:
        return list(connection.execute(select(table)))


def test_people_come_into_a_programme_a_cohort_and_teams_and_again_nothing_changes(desk: Desk) -> None:
    data = f"{HEAD}1;Anna;{born(18)};matera;junior;c1;blu rossi;\n2;Bea;{born(25)};matera;senior;;;\n"
    data += f"3;Ciro;{born(18)};;;c2;;\n"
    assert does(desk.rehearse("people", data)) == [(2, "create"), (3, "create"), (4, "create")]
    assert rows(desk, t.enrolment) == rows(desk, t.member) == []
    desk.bring("people", data)
    assert sorted((row.programme, row.cohort, row.age) for row in rows(desk, t.enrolment) if row.cohort) == [
        ("junior", "c1", 18),
        ("junior", "c2", 18),
    ]
    assert sorted(row.team for row in rows(desk, t.member)) == ["blu", "rossi"]
    anna = next(row.id for row in rows(desk, t.person) if row.ref == "1")
    assert desk.centre.feed("matera")["person", anna]["zones"] == ["hall"]
    assert does(desk.bring("people", data)) == [(2, "same"), (3, "same"), (4, "same")]
    assert len(rows(desk, t.enrolment)) == 3
    taken = [line.split(",") for line in desk.take("people").splitlines()]
    assert {(line[0], line[4], line[5], line[6], line[7]) for line in taken if line[0] in {"1", "2", "3"}} == {
        ("1", "matera", "junior", "c1", "blu rossi"),
        ("2", "cinisello", "senior", "", ""),
        ("2", "matera", "senior", "", ""),
        ("3", "cinisello", "junior", "c2", ""),
    }
    for form in ("csv", "excel"):
        again = desk.bring("people", desk.take("people", f"format={form}"))
        assert {done for _, done in does(again)} == {"same"}


@pytest.mark.parametrize(("years", "programme"), [(15, "junior"), (20, "junior"), (20, "senior"), (31, "senior")])
def test_no_programme_is_guessed_for_an_age_that_fits_none(desk: Desk, years: int, programme: str) -> None:
    said = desk.rehearse("people", f"{HEAD}1;Anna;{born(years)};matera;{programme};;;\n")
    ((line, _, reason),) = reasons(said)
    assert (line, reason.partition(":")[0]) == (2, "no matching programme")
    assert rows(desk, t.enrolment) == []


def test_the_seats_of_a_cohort_are_counted_within_the_file(desk: Desk) -> None:
    data = HEAD + "".join(f"{number};Anna {number};{born(18)};matera;junior;c1;;\n" for number in range(3))
    said = desk.rehearse("people", data)
    assert does(said) == [(2, "create"), (3, "create"), (4, "refuse")]
    assert "every seat of the cohort is taken" in reasons(said)[0][2]


@pytest.mark.parametrize(
    ("line", "column", "words"),
    [
        ("1;Anna;{};matera;junior;c9;;", "Coorte", "no such cohort"),
        ("1;Anna;{};matera;;c2;;", "Coorte", "this cohort is at cinisello"),
        ("1;Anna;{};matera;senior;c1;;", "Coorte", "this cohort is of junior"),
        ("1;Anna;{};nowhere;junior;;;", "Sede", "no such site"),
        ("1;Anna;{};matera;cooking;;;", "", "no such programme"),
        ("1;Anna;{};matera;;;blu;", "", "not enrolled in the team's cohort"),
        ("1;Anna;{};matera;;c1;verdi;", "", "no such team"),
        ("1;Anna;{};matera;;;;01/01/2020", "Autorizzazione fino al", "has ended"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_column(desk: Desk, line: str, column: str, words: str) -> None:
    said = desk.rehearse("people", HEAD + line.format(born(18)) + "\n")
    assert [(row, of) for row, of, _ in reasons(said)] == [(2, column)]
    assert words in reasons(said)[0][2]


def test_who_is_enrolled_comes_into_a_cohort_later(desk: Desk) -> None:
    desk.bring("people", f"{HEAD}1;Anna;{born(18)};matera;junior;;;\n")
    said = desk.bring("people", f"{HEAD}1;Anna;;matera;;c1;blu;\n")
    assert [(row["does"], row["changes"]) for row in said["rows"]] == [("change", ["Coorte", "Squadre"])]
    (row,) = rows(desk, t.enrolment)
    assert (row.cohort, row.revision) == ("c1", 2)


def test_a_minor_comes_with_a_guardians_authorisation_or_a_warning(desk: Desk) -> None:
    said = desk.rehearse("people", f"{HEAD}1;Anna;{born(17)};matera;junior;;;\n")
    assert [one["reason"] for one in said["warnings"]] == [
        "this is a minor, whom no site admits without a guardian's authorisation."
    ]
    data = f"{HEAD}1;Anna;{born(17)};matera;junior;;;{later(100)}\n"
    said = desk.bring("people", data)
    assert said["warnings"] == []
    (given,) = rows(desk, t.guardian)
    anna = desk.centre.feed("matera")["person", given.person]
    assert (anna["minor"], anna["guardian_until_ms"]) == (True, given.until_ms)
    assert does(desk.bring("people", data)) == [(2, "same")]
    assert len(rows(desk, t.guardian)) == 1
    prolonged = desk.bring("people", f"{HEAD}1;Anna;;matera;;;;{later(200)}\n")
    assert [row["changes"] for row in prolonged["rows"]] == [["Autorizzazione fino al"]]
    assert len(rows(desk, t.guardian)) == 2


def test_an_adults_authorisation_is_doubted(desk: Desk) -> None:
    said = desk.rehearse("people", f"{HEAD}1;Anna;{born(25)};matera;;;;{later(100)}\n")
    assert [one["column"] for one in said["warnings"]] == ["Autorizzazione fino al"]
    assert does(said) == [(2, "create")]
