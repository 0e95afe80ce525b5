"""Two registers of one session: what was corrected in one is taken over by the other, or both say that they differ."""

from collections.abc import Iterator
from typing import Any

import pytest

from access.register_chain import Written
from registry.registers.verified import read_paper, wrong_in
from tests.support.centres import Centre
from tests.support.course import DAY
from tests.support.faces import Reader, account, reader
from tests.support.signers import Papers


@pytest.fixture
def papers(both: Centre) -> Papers:
    return Papers(both)


@pytest.fixture
def session(papers: Papers) -> str:
    return papers.session_with_a_missed_exit()


def whole(papers: Papers, begin: float = 0, end: float = DAY) -> str:
    """The register of the programme's sessions of that day, or between two hours of it."""
    span = {"from_ms": papers.course.at(begin), "until_ms": papers.course.at(end)}
    ident: str = papers.both.made("/sites/matera/registers", {"programme": "senior", **span})["id"]
    return ident


def of_bruno(papers: Papers, register: str) -> tuple[list[int], int]:
    """The rows that count of Bruno in a register, and his minutes."""
    said, bruno = papers.shown(register), papers.course.bruno
    rows = [one["n"] for one in said["lines"] if one["person"] == bruno and not one["by"] and one["to_ms"]]
    (minutes,) = (one["recognised_minutes"] for one in said["minutes"] if one["person"] == bruno)
    return rows, minutes


def hours_of_bruno(papers: Papers) -> int:
    items = papers.both.ask("GET", f"/people/{papers.course.bruno}/attendance").json()["items"]
    return sum(int(one["recognised_minutes"]) for one in items)


def correct(papers: Papers, register: str, session: str, until: float) -> None:
    """Bruno was there from two until then."""
    (row, *_), _ = of_bruno(papers, register)
    span = {"from_ms": papers.course.at(2), "to_ms": papers.course.at(until)}
    answer = papers.correct(register, of=row, session=session, person=papers.course.bruno, **span)
    assert answer.status_code == 200, answer.text


def read_anew(papers: Papers, register: str) -> None:
    answer = papers.clara.ask("POST", papers.path(register, "/readings"), {"reason": "Da capo"}, If_Match="*")
    assert answer.status_code == 200, answer.text


def differs(papers: Papers, register: str) -> list[tuple[int, int, str]]:
    """Minutes here and there, and which register counts."""
    found = papers.shown(register)["differs"]
    return [(one["minutes"], one["other_minutes"], one["counts"]) for one in found]


def test_a_register_takes_over_with_author_and_reason_what_another_one_was_corrected_to(
    papers: Papers, session: str
) -> None:
    own = papers.opened(session)
    correct(papers, own, session, 2.5)
    papers.seal(own)
    register = whole(papers)
    assert of_bruno(papers, register)[1] == of_bruno(papers, own)[1] == hours_of_bruno(papers) == 30
    (word,) = (one for one in papers.shown(register)["lines"] if one["how"] == "correction")
    assert (word["author"], word["reason"]) == (papers.clara.account, "registro 1/1: Il lettore era guasto")
    assert word["of"] in {one["n"] for one in papers.shown(register)["lines"] if one["how"] == "system"}
    assert differs(papers, register) == differs(papers, own) == []
    papers.seal(register)
    file = papers.both.ask("GET", papers.path(register, "/file?form=json"))
    found = read_paper(file.content)
    assert isinstance(found, Written)
    assert wrong_in(found) == ""


@pytest.mark.parametrize("kind", ["absent", "beside", "visit"])
def test_whatever_was_corrected_says_the_same_of_them_there(papers: Papers, session: str, kind: str) -> None:
    course = papers.course
    if kind == "visit":
        session = papers.session(5, 6, off_site=True)
    own, (rows, _) = papers.opened(session), ([0], 0)
    words: list[dict[str, Any]] = [{"of": 0, "from_ms": course.at(5.5), "to_ms": course.at(6)}]
    if kind != "visit":
        rows, _ = of_bruno(papers, own)
        words = (
            [{"of": rows[0]}] if kind == "absent" else [{"of": 0, "from_ms": course.at(1), "to_ms": course.at(1.25)}]
        )
    for word in words:
        assert papers.correct(own, session=session, person=course.bruno, **word).status_code == 200
    other = whole(papers)
    minutes = {(one["session"], one["person"]): one["recognised_minutes"] for one in papers.shown(other)["minutes"]}
    assert minutes[session, course.bruno] == of_bruno(papers, own)[1] == {"absent": 0, "beside": 75, "visit": 30}[kind]
    assert differs(papers, other) == []


def test_two_that_disagree_name_one_another_and_say_which_counts_until_one_is_read_anew(
    papers: Papers, session: str
) -> None:
    register, own = whole(papers), papers.opened(session)
    papers.seal(register)
    before, _ = of_bruno(papers, register)
    correct(papers, own, session, 2.5)
    after, _ = of_bruno(papers, own)
    (found,) = papers.shown(register)["differs"]
    assert (found["session"], found["person"], found["register_id"]) == (session, papers.course.bruno, own)
    assert (found["minutes"], found["rows"], found["other_minutes"], found["other_rows"]) == (60, before, 30, after)
    assert (found["number"], found["counts"]) == (2, own)
    assert differs(papers, own) == [(30, 60, own)]
    assert papers.shown(register, 1)["differs"] == papers.shown(register)["differs"]
    read_anew(papers, register)
    assert differs(papers, register) == differs(papers, own) == papers.shown(register, 1)["differs"] == []
    assert hours_of_bruno(papers) == of_bruno(papers, register)[1] == 30


def test_the_last_correction_counts_and_the_one_before_it_once_that_is_read_anew(papers: Papers, session: str) -> None:
    register, own = whole(papers), papers.opened(session)
    correct(papers, own, session, 2.5)
    correct(papers, register, session, 2.75)
    assert (hours_of_bruno(papers), differs(papers, own)) == (45, [(30, 45, register)])
    read_anew(papers, register)
    assert (hours_of_bruno(papers), of_bruno(papers, register)[1], differs(papers, own)) == (30, 30, [])
    read_anew(papers, own)
    assert hours_of_bruno(papers) == of_bruno(papers, own)[1] == 60
    assert differs(papers, register) == [(30, 60, "")], "it says what the other one was corrected to before"
    read_anew(papers, register)
    assert differs(papers, register) == []
    assert of_bruno(papers, register)[1] == 60


def test_of_several_that_were_corrected_the_last_one_counts_once_another_is_read_anew(
    papers: Papers, session: str
) -> None:
    own, day, days = papers.opened(session), whole(papers), whole(papers, end=2 * DAY)
    for register, until in ((own, 2.5), (day, 2.75), (days, 2.25)):
        correct(papers, register, session, until)
    assert hours_of_bruno(papers) == 15
    read_anew(papers, days)
    assert hours_of_bruno(papers) == of_bruno(papers, days)[1] == 45


def test_a_programmes_register_that_begins_with_the_session_holds_it_too(papers: Papers, session: str) -> None:
    register, own = whole(papers, begin=1), papers.opened(session)
    correct(papers, own, session, 2.5)
    assert (differs(papers, own), differs(papers, register)) == ([(30, 60, own)], [(60, 30, own)])


@pytest.fixture
def clara(both: Centre, papers: Papers) -> Iterator[Reader]:
    account(both, "clara", person=papers.clara.person)
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


def test_both_pages_and_those_that_close_them_say_so(papers: Papers, session: str, clara: Reader) -> None:
    register, own = whole(papers), papers.opened(session)
    assert "other minutes" not in clara.look(f"/registers/matera/{register}").text
    correct(papers, own, session, 2.5)
    (here, *_), (there, *_) = of_bruno(papers, register)[0], of_bruno(papers, own)[0]
    for path in (f"/registers/matera/{register}", f"/registers/matera/{register}/close/coordinator"):
        page = clara.look(path).text
        assert "Another register of the same sessions says other minutes." in page
        said = f"Bruno, Lezione: here 60 min (rows: {here}); in register no. 2 30 min (rows: {there})."
        assert f"{said} Hours and reports go by register no. 2, which was corrected last." in page
        assert f'<a href="/registers/matera/{own}">Open register no. 2</a>' in page
    page = clara.look(f"/registers/matera/{own}").text
    assert "here 30 min" in page
    assert "Hours and reports go by this register, which was corrected last." in page
