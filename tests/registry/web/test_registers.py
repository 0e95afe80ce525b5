"""The pages of attendance registers: a trainer and a coordinator close one; corrections stand beside the rows."""

import re
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest

from access.facts import DayClosed
from access.hours import local
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader
from tests.support.signers import Papers


@pytest.fixture
def papers(both: Centre) -> Papers:
    """A session of two hours, at which Anna was all the time and Bruno's exit was missed."""
    made = Papers(both)
    course = made.course
    course.stay(course.matera, course.anna, 0.5, 3.5)
    course.stay(course.matera, course.bruno, 2, None)
    course.matera.write(course.at(9), DayClosed((course.bruno,)))
    course.matera.send()
    return made


@pytest.fixture
def session(papers: Papers) -> str:
    return papers.session(1, 3)


def signed_in(both: Centre, login: str, person: str) -> Iterator[Reader]:
    account(both, login, person=person)
    with reader(both) as opened:
        opened.signed_in(login)
        yield opened


@pytest.fixture
def tina(both: Centre, papers: Papers) -> Iterator[Reader]:
    yield from signed_in(both, "tina", papers.tina.person)


@pytest.fixture
def clara(both: Centre, papers: Papers) -> Iterator[Reader]:
    yield from signed_in(both, "clara", papers.clara.person)


def opened(reader: Reader, session: str) -> tuple[str, str]:
    """Where a session's register is, and its page, once whoever looks has opened it."""
    reader.look("/registers-new")
    page = reader.followed("/registers-new", of="session", session=f"matera/{session}")
    return page.url.path, page.text


def revision(text: str) -> str:
    found = re.search(r'name="revision" value="(\d+)"', text)
    assert found is not None
    return found[1]


def close(reader: Reader, path: str, part: str) -> str:
    asking = reader.look(f"{path}/close/{part}")
    assert asking.status_code == 200, asking.text
    return reader.followed(f"{path}/close/{part}", revision=revision(asking.text)).text


def test_a_trainer_and_a_coordinator_close_it_and_it_is_sealed(tina: Reader, clara: Reader, session: str) -> None:
    assert "no register yet" in clara.look("/registers").text
    path, page = opened(tina, session)
    assert "exit missed: closed by system" in page
    assert "60 / 120" in page
    assert "Close as coordinator" not in page
    assert "closed for your part" in close(tina, path, "trainer")
    assert "Closed only by: trainer" in clara.look("/registers").text
    assert "closed and sealed" in close(clara, path, "coordinator")
    page = clara.look(path).text
    assert "Seal (SHA-256)" in page
    assert "Close as" not in page
    assert clara.look("/registers?open=1").text.count("Closed and sealed") == 0


def test_what_changed_since_it_was_read_is_not_closed_unread(tina: Reader, clara: Reader, session: str) -> None:
    path, page = opened(clara, session)
    asking = revision(tina.look(f"{path}/close/trainer").text)
    link = re.findall(r'href="([^"]+/correct\?row=\d+)"', page)[0]
    form = clara.look(link)
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.text))
    told = clara.followed(f"{path}/correct", **{**hidden, "csrf": clara.csrf, "absent": "1", "reason": "Altra persona"})
    assert "stands beside the row" in told.text
    assert "corrected by row" in told.text
    assert "Altra persona" in told.text
    again = tina.sent(f"{path}/close/trainer", revision=asking)
    assert again.status_code == 422
    assert "Closed only by" not in tina.look(path).text


def test_a_correction_of_a_sealed_register_is_another_edition(tina: Reader, clara: Reader, session: str) -> None:
    path, page = opened(clara, session)
    close(tina, path, "trainer")
    close(clara, path, "coordinator")
    link = re.findall(r'href="([^"]+/correct\?row=\d+)"', page)[0]
    form = clara.look(link)
    assert "begins another edition" in form.text
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', form.text))
    refused = clara.sent(f"{path}/correct", **{**hidden, "from": "2026-01-01T10:00", "to": "2026-01-01T09:00"})
    assert refused.status_code == 422
    assert 'id="reason-wrong"' in refused.text
    assert 'id="to-wrong"' in refused.text
    told = clara.followed(f"{path}/correct", **{**hidden, "absent": "1", "reason": "Altra persona"})
    assert "Edition 2 has begun" in told.text
    assert "Show edition 1" in told.text
    former = clara.look(f"{path}?edition=1").text
    assert "an earlier edition" in former
    assert "/correct?" not in former


def test_a_log_that_came_late_is_told_and_read_anew(papers: Papers, clara: Reader, session: str) -> None:
    path, page = opened(clara, session)
    assert "say otherwise" not in page
    papers.course.stay(papers.course.cinisello, papers.course.bruno, 1, 1.5)
    papers.course.cinisello.send()
    assert "say otherwise" in clara.look(path).text
    form = clara.look(f"{path}/read-anew")
    assert clara.sent(f"{path}/read-anew", revision=revision(form.text), reason="").status_code == 422
    told = clara.followed(f"{path}/read-anew", revision=revision(form.text), reason="Cinisello era offline")
    assert "Edition 2 has begun" in told.text
    assert "90 / 120" in told.text


def test_a_programmes_register_and_its_files(papers: Papers, clara: Reader, session: str) -> None:
    clara.look("/registers-new")
    typed = {"of": "programme", "programme": "matera/senior", "cohort": "senior-26", "first": "", "last": ""}
    refused = clara.sent("/registers-new", **typed)
    assert refused.status_code == 422
    assert 'id="first-wrong"' in refused.text
    days = {"first": "2020-01-01", "last": "2020-01-02"}
    assert "no session of it in these days" in clara.sent("/registers-new", **{**typed, **days}).text
    on = local(papers.course.at(1), ZoneInfo("Europe/Rome")).date().isoformat()
    path = clara.followed("/registers-new", **{**typed, "first": on, "last": on}).url.path
    begin = {"pdf": b"%PDF-", "xlsx": b"PK", "csv": b"Registro,Edizione", "excel": b"\xef\xbb\xbfRegistro;"}
    for form, begins in begin.items():
        answer = clara.http.get(f"{path}/file/{form}")
        assert answer.status_code == 200, answer.text
        assert "attachment" in answer.headers["content-disposition"]
        assert answer.content.startswith(begins)
    assert clara.http.get(f"{path}/file/json").status_code == 409


def test_whose_sessions_they_are_not_sees_nothing(papers: Papers, both: Centre, tina: Reader, session: str) -> None:
    path, _ = opened(tina, session)
    other = papers.course.session(5, 6)
    papers.opened(other)
    assert tina.look("/registers").text.count('href="/registers/matera/') == 1
    account(both, "anna", person=papers.course.anna)
    with reader(both) as stranger:
        stranger.signed_in("anna")
        assert stranger.look("/registers").status_code == 403
        assert stranger.look(path).status_code == 403


def test_what_staff_do_with_a_register_and_whom_they_look_at_is_noted(
    papers: Papers, tina: Reader, session: str
) -> None:
    path, _ = opened(tina, session)
    close(tina, path, "trainer")
    tina.http.get(f"{path}/file/pdf")
    kinds = [one["kind"] for one in papers.both.ask("GET", "/audit?limit=100").json()["items"]]
    assert {"register-opened", "register-closed", "register-given-out"} <= set(kinds)
    looks = papers.both.ask("GET", f"/people/{papers.course.bruno}/looks").json()["items"]
    assert "attendance" in {one["what"] for one in looks}
