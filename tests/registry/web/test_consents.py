"""Consents: given and taken back by whoever may, of the version that was read, and shown with it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select, update

from access.clock import DAY_MS
from registry.consents.kinds import NEEDS, stated
from registry.own.archive import READ, Whom
from registry.retention.purge import purge
from registry.tables import core as t
from registry.tables.accounts import act
from registry.tables.consents import consent
from tests.support.centres import NINE_MS
from tests.support.faces import Reader, account, reader
from tests.support.house import ROOT
from tests.support.participants import School


@pytest.fixture
def clara(place: School) -> Iterator[Reader]:
    """Somebody who may everything."""
    account(place.centre, "clara", administrator="1")
    with reader(place.centre) as browser:
        browser.signed_in("clara")
        yield browser


def kept(place: School) -> list[tuple[str, int, str, bool]]:
    """Kind, version, by whom, and whether it holds."""
    with place.centre.database.read() as connection:
        rows = connection.execute(select(consent).order_by(consent.c.version, consent.c.id)).all()
    return [(row.kind, row.version, row.given_by, row.withdrawn_ms is None) for row in rows]


def born(place: School, day: str) -> None:
    with place.centre.database.write() as connection:
        anna = t.person.c.id == place.ids["anna"]
        connection.execute(update(t.person).where(anna).values(birth_date=day))


def test_one_gives_it_reads_what_was_given_and_takes_it_back(place: School) -> None:
    page = place.anna.look("/me/consents").text
    assert page.count("not given") == len(NEEDS)
    assert "No consent is needed for doors" in page
    page = place.anna.followed("/me/consents", kind="news", version="1").text
    assert "23 November 2026, version 1." in page
    place.anna.followed("/me/consents", kind="news", version="1")
    assert kept(place) == [("news", 1, "person", True)], "twice is once"
    place.anna.followed("/me/consents", kind="news", do="withdraw")
    assert kept(place) == [("news", 1, "person", False)]
    with place.centre.database.read() as connection:
        query = select(act.c.kind, act.c.what).where(act.c.kind.startswith("consent-")).order_by(act.c.at_ms, act.c.id)
        assert {row.kind for row in connection.execute(query)} == {"consent-given", "consent-withdrawn"}


@pytest.mark.parametrize(("day", "own"), [("2008-11-23", True), ("2008-11-24", False)])
def test_photos_are_an_adults_own_and_a_guardians_the_day_before(place: School, day: str, own: bool) -> None:
    born(place, day)
    place.anna.look("/me/consents")
    answer = place.anna.sent("/me/consents", kind="photos", version="1")
    assert answer.status_code == (303 if own else 422)
    assert bool(kept(place)) is own


@pytest.mark.parametrize(("day", "own"), [("2012-11-23", True), ("2012-11-24", False)])
def test_news_by_mail_are_ones_own_from_fourteen(place: School, day: str, own: bool) -> None:
    born(place, day)
    assert ("Before the age of 14" in place.anna.look("/me/consents").text) is not own
    assert place.anna.sent("/me/consents", kind="news", version="1").status_code == (303 if own else 422)


def test_staff_note_a_guardians_word_and_the_minor_sees_it(place: School, clara: Reader) -> None:
    born(place, "2010-01-01")
    path = f"/people/{place.ids['anna']}/consents"
    assert "signed by a guardian" in clara.look(path).text
    assert clara.sent(path, kind="photos", version="1").status_code == 422, "it is not the minor's to give"
    missing = clara.sent(path, kind="photos", version="1", by="guardian")
    assert (missing.status_code, missing.text.count('role="alert"')) == (422, 1)
    assert 'aria-describedby="guardian-photos-wrong"' in missing.text
    clara.followed(path, kind="photos", version="1", by="guardian", guardian="Maria Tutrice")
    assert kept(place) == [("photos", 1, "guardian", True)]
    for shown in (place.anna.look("/me/consents").text, clara.look(path).text):
        assert "Given by Maria Tutrice, their guardian" in shown
    with place.centre.database.read() as connection:
        (given,) = READ["consent"](connection, Whom(place.ids["anna"], ()))
    assert "guardian" not in given, "of other people nothing is in the archive"
    assert place.bruno.sent(path, kind="photos", do="withdraw").status_code == 403


def test_a_new_text_asks_anew_and_what_was_read_before_is_not_given_for_it(place: School, clara: Reader) -> None:
    place.anna.look("/me/consents")
    place.anna.followed("/me/consents", kind="news", version="1")
    clara.look("/consents/news")
    assert 'id="italian-wrong"' in clara.sent("/consents/news", version="1", italian="", english="x").text
    listed = clara.followed("/consents/news", version="1", italian="Nuovo testo.", english="A new text.").text
    assert "A new text." in listed
    assert "Version 2" in listed
    assert "changed this text meanwhile" in clara.sent("/consents/news", version="1", italian="a", english="b").text
    assert "The text has changed since" in place.anna.look("/me/consents").text
    stale = place.bruno
    stale.look("/me/consents")
    answer = stale.sent("/me/consents", kind="news", version="1")
    assert answer.status_code == 422
    assert "read it again" in answer.text
    place.anna.followed("/me/consents", kind="news", version="2")
    assert kept(place) == [("news", 1, "person", False), ("news", 2, "person", True)]
    assert place.bruno.look("/consents").status_code == 403


def test_a_withdrawn_one_is_kept_two_years_as_proof_and_goes(place: School) -> None:
    place.anna.look("/me/consents")
    place.anna.followed("/me/consents", kind="news", version="1")
    purge(place.centre.database, NINE_MS + 3_000 * DAY_MS, "test")
    assert kept(place) == [("news", 1, "person", True)], "what holds stays"
    with place.centre.database.write() as connection:
        connection.execute(update(consent).values(withdrawn_ms=NINE_MS))
    purge(place.centre.database, NINE_MS + 730 * DAY_MS, "test")
    assert len(kept(place)) == 1
    purge(place.centre.database, NINE_MS + 730 * DAY_MS + 1, "test")
    assert kept(place) == []


def test_what_needs_a_consent_is_published_as_it_is_in_both_languages() -> None:
    published = (ROOT / "docs" / "privacy.md").read_text(encoding="utf-8").splitlines()
    for language in ("en", "it"):
        lines = stated(language)
        begin = published.index(lines[0])
        assert published[begin : begin + len(lines)] == lines, "docs/privacy.md: write its tables anew"
