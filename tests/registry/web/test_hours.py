"""The page of hours: how far everybody is, who can no longer reach the threshold, and certificates."""

from collections.abc import Iterator

import pytest

from access.clock import MINUTE_MS
from tests.support.centres import Centre
from tests.support.course import DAY
from tests.support.faces import Reader, account, reader
from tests.support.signers import Papers


@pytest.fixture
def papers(both: Centre) -> Papers:
    """Four hours delivered, with a break, one to come, a threshold of 75 %: Anna missed one hour, Bruno three. Accounts
    are to be closed next summer.
    """
    made = Papers(both, threshold_percent=75, closed_on="2027-06-30")
    course = made.course
    rest = {"start_ms": course.at(2), "end_ms": course.at(2) + 15 * MINUTE_MS}
    made.session(1, 3.25, breaks=[rest])
    made.session(5, 7)
    made.session(9, 10, state="cancelled")
    made.session(4 * DAY, 4 * DAY + 1, state="planned")
    course.stay(course.matera, course.anna, 1, 3.25)
    course.stay(course.matera, course.bruno, 5, 6)
    course.stay(course.matera, course.anna, 5, 6)
    course.matera.send()
    return made


@pytest.fixture
def clara(both: Centre, papers: Papers) -> Iterator[Reader]:
    account(both, "clara", person=papers.clara.person)
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def row(text: str, name: str) -> str:
    return next(part for part in text.split("<tr>") if f'"strong">{name}<' in part)


def test_everybody_is_told_against_the_threshold_and_who_can_no_longer_reach_it_first(clara: Reader) -> None:
    page = clara.look("/hours?programme=senior").text
    assert "1 person can no longer reach the threshold, even by attending all that is left: Bruno" in page
    anna, bruno = row(page, "Anna"), row(page, "Bruno")
    for words in (
        "4 h 00 min",
        "3 h 00 min",
        "75 %",
        "Threshold of 75% reached",
        "must attend 0 h 45 min of the 1 h 00",
    ):
        assert words in anna, anna
    assert "Can no longer reach the threshold" in bruno
    assert "25 %" in bruno


def test_the_home_page_counts_who_can_no_longer_reach_it_and_leads_there(both: Centre, clara: Reader) -> None:
    page = clara.look("/").text
    assert 'href="/hours?programme=senior"' in page
    assert "1 person can no longer reach the threshold, even by attending all that is left" in page
    assert "Bruno" not in page
    items = both.ask("GET", "/programmes/senior/attendance?unreachable=true").json()["items"]
    assert [(item["person"], item["reachable"]) for item in items] == [(bruno_of(both), False)]
    assert len(both.ask("GET", "/programmes/senior/attendance").json()["items"]) > 1


def bruno_of(both: Centre) -> str:
    found: str = next(item["id"] for item in both.ask("GET", "/people").json()["items"] if item["name"] == "Bruno")
    return found


def test_a_cohort_has_its_own_people(papers: Papers, both: Centre, clara: Reader) -> None:
    both.made("/cohorts", {"id": "other", "name": "Altra", "programme": "senior", "site": "matera"})
    assert "Nobody is enrolled" in clara.look("/hours?programme=senior&cohort=other").text
    assert "Anna" in clara.look("/hours?programme=senior&cohort=senior-26").text


def test_an_overdue_module_is_named(papers: Papers, both: Centre, clara: Reader) -> None:
    module = {"name": "Sicurezza", "mandatory": True, "due_ms": papers.course.at(0), "required_minutes": 60}
    both.made("/programmes/senior/modules", module)
    assert "Sicurezza" in row(clara.look("/hours").text, "Anna")


def test_who_attended_nothing_delivered_has_no_certificate(papers: Papers, both: Centre, clara: Reader) -> None:
    late = papers.course.enrol("Tardi")
    both.made("/programmes", {"id": "junior", "name": "Junior", "zones": {"matera": ["hall"]}})
    clara.look("/hours")
    assert clara.sent(f"/hours/junior/{late}/certificate").status_code == 409
