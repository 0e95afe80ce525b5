"""Wherever minutes are read it is said, in words, into which of them the correction of a register entered."""

from collections.abc import Iterator

import pytest

from tests.support.centres import Centre
from tests.support.course import DAY
from tests.support.faces import Reader, account, reader
from tests.support.pdf import pdf_text
from tests.support.signers import Papers


@pytest.fixture
def papers(both: Centre) -> Papers:
    """Two sessions of two hours; Bruno was at both by the logs, by the register at half an hour of the first alone."""
    made = Papers(both, threshold_percent=75, closed_on="2027-06-30")
    course = made.course
    first = made.session(1, 3)
    made.session(5, 7)
    made.session(4 * DAY, 4 * DAY + 1, state="planned")
    for person in (course.anna, course.bruno):
        course.stay(course.matera, person, 1, 3)
        course.stay(course.matera, person, 5, 7)
    course.matera.send()
    register = made.opened(first)
    row = next(one["n"] for one in made.shown(register)["lines"] if one["person"] == course.bruno)
    span = {"from_ms": course.at(1), "to_ms": course.at(1.5)}
    assert made.correct(register, of=row, session=first, person=course.bruno, **span).status_code == 200
    return made


@pytest.fixture
def clara(both: Centre, papers: Papers) -> Iterator[Reader]:
    account(both, "clara", person=papers.clara.person)
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def test_staff_are_told_whose_minutes_a_register_corrected(papers: Papers, clara: Reader) -> None:
    page = clara.look("/hours?programme=senior").text
    rows = {name: next(row for row in page.split("<tr>") if f'"strong">{name}<' in row) for name in ("Anna", "Bruno")}
    assert "1 corrected" in rows["Bruno"]
    assert "corrected" not in rows["Anna"]
    assert "all that is left: Bruno (corrected by the register)</div>" in page
    assert "the minutes of those sessions are those of a correction of the attendance register" in page
    home = clara.look("/").text
    assert "1 person can no longer reach the threshold" in home
    assert "Of 1 the minutes are in part corrected by the register." in home


def test_a_warning_that_a_correction_brings_about_or_takes_back_is_told_at_once(papers: Papers, clara: Reader) -> None:
    """What was reckoned a moment ago is reckoned anew where a register was corrected meanwhile."""
    lost = "can no longer reach the threshold"
    assert lost in clara.look("/").text
    register = papers.both.ask("GET", "/sites/matera/registers").json()["items"][0]["id"]
    anew = papers.clara.ask("POST", papers.path(register, "/readings"), {"reason": "Da capo"}, If_Match="*")
    assert anew.status_code == 200
    assert lost not in clara.look("/").text


def test_somebody_sees_it_at_their_own_hours(papers: Papers, both: Centre) -> None:
    for login, person in (("bruno", papers.course.bruno), ("anna", papers.course.anna)):
        account(both, login, person=person)
        with reader(both, "it") as opened:
            opened.signed_in(login)
            page = opened.look("/me/hours").text
        mine = login == "bruno"
        assert ("1 rettificata" in page) is mine
        assert page.count('<span class="hub-tag tag-info">rettificato dal registro</span>') == mine
        assert ("con autore e motivo, non quelli dei passaggi" in page) is mine


def test_the_api_marks_the_session_and_counts_them_in_the_total(papers: Papers) -> None:
    answer = papers.both.ask("GET", f"/people/{papers.course.bruno}/attendance").json()
    assert [one["marks"] for one in answer["items"]] == [["corrected"], [], []]
    assert [one["corrected_sessions"] for one in answer["totals"]] == [1]
    totals = papers.both.ask("GET", "/programmes/senior/attendance").json()["items"]
    assert {one["person"]: one["corrected_sessions"] for one in totals} == {
        papers.course.anna: 0,
        papers.course.bruno: 1,
    }


def test_a_certificate_says_the_corrected_hours_and_how_hours_are_made(papers: Papers, clara: Reader) -> None:
    clara.look("/hours")
    lead = clara.sent(f"/hours/senior/{papers.course.bruno}/certificate").headers["location"]
    paper = clara.http.get(f"/certificates/matera/{lead.rpartition('/')[0][-4:]}/1/file")
    text = " ".join(pdf_text(paper.content, laid_out=False).split())
    assert "per 2 h 30 min riconosciute su 4 h 00 min erogate" in text
    assert "dove un registro delle presenze è stato rettificato, quelle del registro" in text
