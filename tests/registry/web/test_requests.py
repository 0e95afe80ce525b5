"""A person asks to be corrected or erased, and staff decide; what a correction changed stands in the trail (P5, P6)."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from access.clock import DAY_MS
from registry.edit import editing
from registry.retention import holds
from registry.tables import core as t
from registry.tables.accounts import act
from tests.support.centres import NINE_MS
from tests.support.faces import Reader, account, reader
from tests.support.participants import School


@pytest.fixture
def clara(place: School) -> Iterator[Reader]:
    """Somebody who may everything."""
    account(place.centre, "clara", administrator="1")
    with reader(place.centre) as browser:
        browser.signed_in("clara")
        yield browser


def asked(place: School, kind: str, said: str) -> str:
    """Anna asks; the request's id."""
    place.anna.look("/me/data")
    assert "you are answered within 30 days" in place.anna.followed("/me/data/requests", kind=kind, said=said).text
    with place.centre.database.read() as connection:
        rows = connection.execute(select(t.data_request.c.id).where(t.data_request.c.kind == kind)).scalars().all()
    return str(rows[-1])


def people(place: School) -> list[str]:
    with place.centre.database.read() as connection:
        return sorted(connection.execute(select(t.person.c.name)).scalars())


def test_a_correction_is_asked_for_made_and_answered(place: School, clara: Reader) -> None:
    ident = asked(place, "correct", "Mi chiamo\r\nAnna Maria")
    assert "Mi chiamo Anna Maria" in place.anna.look("/me/data").text
    listed = clara.look("/requests").text
    assert "Anna" in listed
    assert f'href="/requests/{ident}"' in listed
    assert "23 December 2026" in listed
    anna = place.ids["anna"]
    clara.look(f"/people/{anna}/edit")
    fields = {"name": "Anna Maria", "fiscal_code": "VRDNMR09L53F052Z", "revision": "1"}
    clara.followed(f"/people/{anna}/edit", **fields)
    with place.centre.database.read() as connection:
        (row,) = connection.execute(select(act).where(act.c.kind == "person-changed")).all()
    assert row.what == "name: Anna → Anna Maria; fiscal_code"
    clara.look(f"/requests/{ident}")
    clara.followed(f"/requests/{ident}", decision="grant", answer="Fatto.")
    text = place.anna.look("/me/data").text
    assert "Fatto." in text
    assert "granted" in text
    assert "No request waits" in clara.look("/requests").text
    assert "Anna Maria" in clara.look("/requests?past=1").text
    again = clara.sent(f"/requests/{ident}", decision="grant", answer="Ancora.")
    assert again.status_code == 422
    assert "answered already" in again.text


def test_a_granted_erasure_erases_and_leaves_no_request(place: School, clara: Reader) -> None:
    ident = asked(place, "erase", "")
    assert "Granted: erase now" in clara.look(f"/requests/{ident}").text
    clara.followed(f"/requests/{ident}", decision="grant", answer="Addio.")
    assert people(place) == ["Bruno"]
    with place.centre.database.read() as connection:
        assert connection.execute(select(t.data_request)).all() == []
    assert place.anna.look("/me/data").url.path == "/sign-in"


def test_a_refused_one_says_why_to_whoever_asked(place: School, clara: Reader) -> None:
    ident = asked(place, "erase", "Vado via")
    clara.look(f"/requests/{ident}")
    missing = clara.sent(f"/requests/{ident}", decision="", answer="")
    assert missing.status_code == 422
    assert 'id="decision-wrong"' in missing.text
    assert 'id="answer-wrong"' in missing.text
    clara.followed(f"/requests/{ident}", decision="refuse", answer="Servono fino a giugno.")
    assert "Servono fino a giugno." in place.anna.look("/me/data").text
    assert people(place) == ["Anna", "Bruno"]


def test_a_person_waits_for_three_answers_at_most_and_says_what_is_wrong(place: School) -> None:
    place.anna.look("/me/data")
    assert 'id="said-wrong"' in place.anna.sent("/me/data/requests", kind="correct", said="").text
    assert place.anna.sent("/me/data/requests", kind="forget", said="x").status_code == 422
    sent = [place.anna.sent("/me/data/requests", kind="correct", said="x").status_code for _ in range(4)]
    assert sent == [303, 303, 303, 422]


def test_staff_erase_from_the_persons_page_once_they_are_sure(place: School, clara: Reader) -> None:
    anna = place.ids["anna"]
    assert f'href="/people/{anna}/erase"' in clara.look(f"/people/{anna}").text
    clara.look(f"/people/{anna}/erase")
    assert "Tick the box" in clara.sent(f"/people/{anna}/erase").text
    assert people(place) == ["Anna", "Bruno"]
    assert "has been erased" in clara.followed(f"/people/{anna}/erase", sure="1").text
    assert people(place) == ["Bruno"]
    assert ("person", anna) not in place.centre.feed("cinisello")


def test_of_whom_hours_are_owed_the_pseudonym_shows_and_nothing_can_be_changed(place: School, clara: Reader) -> None:
    place.centre.made("/programmes", {"id": "lab", "name": "Lab"})
    place.centre.made("/enrolments", {"person": place.ids["anna"], "programme": "lab"})
    anna = place.ids["anna"]
    clara.look(f"/people/{anna}/erase")
    told = clara.followed(f"/people/{anna}/erase", sure="1").text
    pseudonym = f"P-{anna[-6:].upper()}"
    assert f"under the pseudonym {pseudonym}" in told
    shown = clara.look(f"/people/{anna}").text
    assert pseudonym in shown
    assert "erased" in shown
    assert f"/people/{anna}/edit" not in shown
    assert pseudonym in clara.look("/people?state=erased").text
    answer = clara.sent(f"/people/{anna}/edit", name="Anna", revision="2")
    assert "add them anew" in answer.text


def test_a_legal_hold_stops_it_on_the_page_too(place: School, clara: Reader) -> None:
    ident = asked(place, "erase", "")
    with editing(place.centre.database, NINE_MS) as edit:
        holds.begin(edit, holds.Wanted("Procura", NINE_MS + DAY_MS, person=place.ids["anna"]), "op")
    clara.look(f"/people/{place.ids['anna']}/erase")
    for path, fields in (
        (f"/people/{place.ids['anna']}/erase", {"sure": "1"}),
        (f"/requests/{ident}", {"decision": "grant", "answer": "Addio."}),
    ):
        answer = clara.sent(path, **fields)
        assert answer.status_code == 422
        assert "a legal hold keeps" in answer.text
    assert people(place) == ["Anna", "Bruno"]
    with place.centre.database.read() as connection:
        assert connection.execute(select(t.data_request.c.decided_ms)).scalars().all() == [None]


def test_operators_of_one_site_answer_its_people_alone_and_participants_nobody(place: School) -> None:
    ident = asked(place, "erase", "")
    otto = place.centre.made("/people", {"name": "Otto"})["id"]
    account(place.centre, "otto", person=otto, role="operator", site="matera")
    with reader(place.centre) as browser:
        browser.signed_in("otto")
        assert "Anna" not in browser.look("/requests").text
        assert browser.look(f"/requests/{ident}").status_code == 404
        assert browser.look(f"/people/{place.ids['anna']}/erase").status_code == 404
    for path in ("/requests", f"/requests/{ident}", f"/people/{place.ids['bruno']}/erase"):
        assert place.bruno.look(path).status_code in {403, 404}
