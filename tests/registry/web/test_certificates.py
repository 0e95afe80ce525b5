"""Certificates: numbered without a gap, the same said once, never changed, verified by number, code and name."""

import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.exc import DatabaseError

from access.clock import DAY_MS
from registry.edit import editing
from registry.registers import certificate, issued
from registry.registers.certificate import Certified
from registry.registers.issued import Issue
from registry.registers.papers import words as italian
from registry.retention.erasing import erase
from registry.tables import core as t
from tests.support import pictures
from tests.support.centres import NINE_MS, Centre
from tests.support.faces import Reader, account, reader
from tests.support.fixed_day import wall_ms
from tests.support.pdf import pdf_text
from tests.support.signers import Papers

CODE = re.compile(r"codice ([0-9A-Z-]+)")


@pytest.fixture
def papers(both: Centre) -> Papers:
    """Four hours delivered: Anna attended three of them, Bruno one."""
    made = Papers(both, threshold_percent=75)
    course = made.course
    made.session(1, 3)
    made.session(5, 7)
    course.stay(course.matera, course.anna, 1, 3)
    course.stay(course.matera, course.bruno, 5, 6)
    course.stay(course.matera, course.anna, 5, 6)
    course.matera.send()
    return made


@pytest.fixture
def clara(both: Centre, papers: Papers) -> Iterator[Reader]:
    account(both, "clara", person=papers.clara.person)
    with reader(both) as opened:
        opened.signed_in("clara")
        opened.look("/hours")
        yield opened


def text_of(pdf: bytes) -> str:
    return " ".join(pdf_text(pdf, laid_out=False).split())


def rows(both: Centre) -> list[Any]:
    c = t.certificate.c
    with both.database.read() as connection:
        return list(connection.execute(select(t.certificate).order_by(c.site, c.year, c.number)))


def issue(clara: Reader, person: str) -> str:
    """Issue a certificate, and give its paper's text."""
    page = clara.followed(f"/hours/senior/{person}/certificate")
    (path,) = re.findall(r'btn-primary" href="(/certificates/[^"]+)"', page.text)
    answer = clara.http.get(path)
    assert answer.headers["content-type"] == "application/pdf", answer.text
    pictures.paper("certificate", answer.content)
    return text_of(answer.content)


def test_a_certificate_says_its_number_the_hours_and_whether_the_threshold_is_met(
    papers: Papers, clara: Reader, both: Centre
) -> None:
    site = both.ask("GET", "/sites/matera").json() | {"municipality": "Comune di Matera"}
    del site["id"]
    assert both.ask("PUT", "/sites/matera", site, If_Match="*").status_code == 200
    for number, (person, words) in enumerate(
        (
            (
                papers.course.anna,
                ("Anna", "per 3 h 00 min riconosciute su 4 h 00 min erogate (75 %)", "(75 %) è raggiunta"),
            ),
            (papers.course.bruno, ("Bruno", "(25 %)", "non è raggiunta")),
        ),
        1,
    ):
        said = issue(clara, person)
        for one in (
            "Attestato di frequenza",
            f"n. 2026/{number}",
            "«Senior»",
            "Firma",
            "Comune di Matera",
            "alla pagina /verify-certificate del centro",
            *words,
        ):
            assert one in said, said
    kinds = [one["kind"] for one in both.ask("GET", "/audit?limit=100").json()["items"]]
    assert (kinds.count("certificate-given-out"), kinds.count("certificate-printed")) == (2, 2)
    looks = both.ask("GET", f"/people/{papers.course.anna}/looks").json()["items"]
    assert "attendance" in {one["what"] for one in looks}


def test_where_it_is_known_a_certificate_says_the_whole_address_that_verifies_it() -> None:
    on, address = date(2026, 11, 23), "https://hubout.comune.example/verify-certificate"
    said = Certified("Matera", "Anna", "Senior", 240, 180, 80, on, NINE_MS, "2026/1", "ABCD", address=address)
    assert f"verificarlo a {address} con il numero 2026/1" in text_of(certificate.pdf(said, italian()))


def test_what_says_the_same_is_issued_once_and_what_says_more_is_another(
    papers: Papers, clara: Reader, both: Centre
) -> None:
    first, again = issue(clara, papers.course.anna), issue(clara, papers.course.anna)
    assert first == again
    papers.session(9, 10)
    issue(clara, papers.course.anna)
    assert [(row.number, row.delivered) for row in rows(both)] == [(1, 240), (2, 300)]
    assert "2026/2" in clara.look("/certificates?site=matera").text


def test_numbers_have_no_gap_within_a_site_and_a_year(papers: Papers, both: Centre) -> None:
    anna = papers.course.anna
    for site, year, minutes in (
        ("matera", 2026, 1),
        ("cinisello", 2026, 1),
        ("matera", 2026, 2),
        ("matera", 2027, 1),
        ("matera", 2026, 3),
    ):
        with editing(both.database, NINE_MS) as edit:
            issued.issue(edit, Issue(site, year, anna, "Anna", "senior", "Senior", 240, minutes, 75), "test")
        with suppress(ZeroDivisionError), editing(both.database, NINE_MS) as edit:
            issued.issue(edit, Issue(site, year, anna, "Anna", "senior", "Senior", 240, minutes + 50, 75), "test")
            _ = 1 / 0  # What fails takes no number.
    found = [(row.site, row.year, row.number) for row in rows(both)]
    assert found == [
        ("cinisello", 2026, 1),
        ("matera", 2026, 1),
        ("matera", 2026, 2),
        ("matera", 2026, 3),
        ("matera", 2027, 1),
    ]


def test_the_database_itself_refuses_to_change_or_drop_one(papers: Papers, clara: Reader, both: Centre) -> None:
    issue(clara, papers.course.anna)
    for statement in (
        update(t.certificate).values(recognised=9_999),
        update(t.certificate).values(number=7),
        delete(t.certificate),
    ):
        with pytest.raises(DatabaseError, match="never changed"), both.database.write() as connection:
            connection.execute(statement)
    assert [(row.number, row.recognised) for row in rows(both)] == [(1, 180)]


@pytest.mark.parametrize(
    ("number", "code", "name", "says"),
    [
        ("2026/1", "", "Anna", "genuine and of this name"),
        ("2026/1", "lower", " ANNA ", "genuine and of this name"),
        ("2026/1", "", "Bruno", "not of this name"),
        ("2026/2", "", "Anna", "No certificate has this number"),
        ("2026/1", "AAAA-AAAA-AAAA-AAAA", "Anna", "No certificate has this number"),
    ],
)
def test_anybody_verifies_one_by_number_code_and_name_and_is_told_no_name(
    papers: Papers, clara: Reader, both: Centre, number: str, code: str, name: str, says: str
) -> None:
    found = CODE.search(issue(clara, papers.course.anna))
    assert found is not None
    typed = {"": found[1], "lower": found[1].lower()}.get(code, code)
    with reader(both) as stranger:
        stranger.look("/verify-certificate")
        answer = stranger.sent("/verify-certificate", number=number, code=typed, name=name)
        assert answer.status_code == 200
        assert says in answer.text
        assert ("3 h 00 min recognised of 4 h 00 min" in answer.text) == ("No certificate" not in says)
        assert "Anna" not in answer.text or name.strip().casefold() == "anna"
        assert stranger.sent("/verify-certificate", number="2026/1").status_code == 422


def test_an_erased_persons_certificate_stays_and_says_nothing_of_them(
    papers: Papers, clara: Reader, both: Centre
) -> None:
    found = CODE.search(issue(clara, papers.course.anna))
    assert found is not None
    with editing(both.database, NINE_MS + DAY_MS) as edit:
        erase(edit, papers.course.anna, "test")
    (row,) = rows(both)
    assert (row.person, row.salt, row.number) == (None, "", 1)
    assert clara.http.get("/certificates/matera/2026/1/file").status_code == 409
    with reader(both) as stranger:
        stranger.look("/verify-certificate")
        answer = stranger.sent("/verify-certificate", number="2026/1", code=found[1], name="Anna")
        assert "its name is not kept any more" in answer.text


def test_a_correction_after_it_was_issued_is_said_in_the_list_and_to_whoever_verifies_it(
    papers: Papers, clara: Reader, both: Centre
) -> None:
    course = papers.course
    bruno, found = issue(clara, course.bruno), CODE.search(issue(clara, course.anna))
    assert found is not None
    assert bruno
    with editing(both.database, wall_ms()) as edit:
        issued.issue(edit, Issue("matera", 2026, course.anna, "Anna", "other", "Altro", 240, 180, 75), "test")

    def said() -> tuple[int, bool]:
        """How many certificates the list marks, and whether who verifies Anna's is told."""
        listed = clara.look("/certificates").text
        with reader(both) as stranger:
            stranger.look("/verify-certificate")
            answer = stranger.sent("/verify-certificate", number="2026/2", code=found[1], name="Anna")
        assert "genuine and of this name" in answer.text
        corrected = "corrected in the register after it was issued" in answer.text
        assert ("alert-warning" in answer.text, "alert-success" in answer.text) == (corrected, not corrected)
        assert ("still says those of before" in listed) == ("corrected since</span>" in listed)
        return listed.count("corrected since</span>"), corrected

    assert said() == (0, False)
    later = papers.session(9, 10)
    register = papers.opened(later)
    papers.correct(register, of=0, session=later, person=course.anna, from_ms=course.at(9), to_ms=course.at(9.5))
    assert said() == (1, True), "and none of another programme"
    issue(clara, course.anna)
    assert said() == (1, True), "the newer one says what counts"
