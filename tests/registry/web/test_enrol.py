"""The pages of enrolment without JavaScript: choose, show the card, confirm, test, lose, replace."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from registry.tables import core as t
from registry.tables.accounts import act
from tests.support.called import CARD, OTHER_CARD, PHONE, call, card_body, confirm, lay_readers, shows
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader


@pytest.fixture
def desk(both: Centre) -> Centre:
    lay_readers(both, "matera", "cinisello")
    account(both, "bice", administrator="1")
    return both


@pytest.fixture
def browser(desk: Centre) -> Iterator[Reader]:
    with reader(desk) as opened:
        opened.signed_in("bice")
        yield opened


def asked_for(browser: Reader, person: str, what: str = "new", at: str = "matera/front-in") -> str:
    """Call on a reader at the page, and give the call."""
    browser.look(f"/enrol/people/{person}")
    answer = browser.followed(f"/enrol/people/{person}", what=what, reader=at)
    assert answer.url.path.startswith("/enrol/calls/"), answer.text
    return answer.url.path.rpartition("/")[2]


def badges_of(desk: Centre, person: str) -> dict[str, bool]:
    return {one["id"]: one["revoked"] for one in desk.ask("GET", f"/people/{person}/badges").json()["items"]}


def acts(desk: Centre) -> list[str]:
    with desk.database.read() as connection:
        rows = connection.execute(select(act.c.kind).where(act.c.kind.like("badge-%")).order_by(act.c.at_ms))
        return list(rows.scalars())


def test_a_badge_is_enrolled_in_a_few_steps_and_tested(desk: Centre, browser: Reader) -> None:
    anna = desk.admit("matera", "Anna Rossi")
    assert f"/enrol/people/{anna}" in browser.look("/enrol?q=ross").text
    call = asked_for(browser, anna)
    assert "Telling the reader front-in" in browser.look(f"/enrol/calls/{call}").text
    desk.as_gateway("matera", "POST", f"/calls/{call}/heard", {})
    waiting = browser.look(f"/enrol/calls/{call}").text
    assert "Now present the badge at the reader front-in (door Main door)." in waiting
    assert '<meta http-equiv="refresh"' in waiting
    shows(desk, call)
    assert "Confirm that it is Anna Rossi&#39;s." in browser.look(f"/enrol/calls/{call}").text
    done = browser.followed(f"/enrol/calls/{call}/confirm", long="yes").text
    assert "Badge enrolled for Anna Rossi" in done
    assert '<meta http-equiv="refresh"' not in done
    (made,) = badges_of(desk, anna)
    assert desk.feed("matera")["badge", made]["long_pulse"]
    tested = browser.followed(f"/enrol/calls/{call}/again").url.path.rpartition("/")[2]
    opens = [{"door": "front", "granted": False, "reason": "no-booking"}]
    desk.as_gateway("matera", "POST", f"/calls/{tested}/card", card_body(desk, CARD, badge=made, opens=opens))
    passed = browser.look(f"/enrol/calls/{tested}").text
    assert "Test passed: it is Anna Rossi&#39;s badge" in passed
    assert re.search(r"Main door</td>.*\n.*no</span>", passed)
    assert acts(desk) == ["badge-called", "badge-enrolled", "badge-called"]


def test_a_lost_badge_is_revoked_with_a_reason_and_replaced(desk: Centre, browser: Reader) -> None:
    anna = desk.admit("matera", "Anna Rossi")
    lost = desk.registry.enrol(anna, CARD)
    browser.look(f"/enrol/badges/{lost}/lost")
    missing = browser.sent(f"/enrol/badges/{lost}/lost", why=" ")
    assert (missing.status_code, badges_of(desk, anna)) == (422, {lost: False})
    assert 'aria-invalid="true"' in missing.text
    person = browser.followed(f"/enrol/badges/{lost}/lost", why="lost on 3 March")
    assert badges_of(desk, anna) == {lost: True}
    assert f'value="replace:{lost}" selected' in person.text
    call = asked_for(browser, anna, f"replace:{lost}")
    shows(desk, call, CARD)
    assert "the very badge that is to be replaced" in browser.look(f"/enrol/calls/{call}").text
    again = browser.followed(f"/enrol/calls/{call}/again").url.path.rpartition("/")[2]
    shows(desk, again, OTHER_CARD)
    browser.look(f"/enrol/calls/{again}")
    assert "the old one is revoked" in browser.followed(f"/enrol/calls/{again}/confirm").text
    assert sorted(badges_of(desk, anna).values()) == [False, True]
    with desk.database.read() as connection:
        whats = connection.execute(select(act.c.what, act.c.person).where(act.c.kind == "badge-revoked")).all()
    assert [tuple(one) for one in whats] == [(f"{lost}: lost on 3 March", anna)]


@pytest.mark.parametrize(
    ("whose", "revoked", "sentence"),
    [
        ("Bruno", False, "it is Bruno&#39;s. Use another one"),
        ("Bruno", True, "was Bruno&#39;s and is revoked"),
        ("Anna", False, "is Anna&#39;s already"),
        ("Anna", True, "was Anna&#39;s and is revoked"),
    ],
)
def test_a_card_in_use_is_told_with_whose_it_is(
    desk: Centre, browser: Reader, whose: str, revoked: bool, sentence: str
) -> None:
    people = {name: desk.admit("matera", name) for name in ("Anna", "Bruno")}
    held = desk.registry.enrol(people[whose], CARD)
    if revoked:
        desk.ask("POST", f"/badges/{held}/revoke")
    call = asked_for(browser, people["Anna"])
    shows(desk, call)
    assert sentence in browser.look(f"/enrol/calls/{call}").text
    late = browser.followed(f"/enrol/calls/{call}/confirm").text
    assert "begin again" in late
    assert len(badges_of(desk, people["Anna"])) == (whose == "Anna")


def test_a_phone_and_another_card_say_what_to_do(desk: Centre, browser: Reader) -> None:
    anna = desk.admit("matera")
    held = desk.registry.enrol(anna, CARD)
    phone, other = asked_for(browser, anna), asked_for(browser, anna, f"test:{held}", "matera/desk-in")
    shows(desk, phone, PHONE)
    shows(desk, other, OTHER_CARD)
    assert "This is a phone" in browser.look(f"/enrol/calls/{phone}").text
    assert "It is not this badge" in browser.look(f"/enrol/calls/{other}").text


def test_a_reader_that_is_taken_and_one_that_is_none_are_told_beside_the_field(desk: Centre, browser: Reader) -> None:
    anna, bruno = desk.admit("matera"), desk.admit("matera", "Bruno")
    call = asked_for(browser, anna)
    taken = browser.sent(f"/enrol/people/{bruno}", what="new", reader="matera/front-in")
    assert (taken.status_code, "waits for another badge" in taken.text) == (422, True)
    assert 'aria-describedby="reader-wrong reader-hint" aria-invalid="true"' in taken.text
    none = browser.sent(f"/enrol/people/{bruno}", what="new", reader="matera/nowhere")
    assert (none.status_code, "Choose a reader of the list" in none.text) == (422, True)
    assert browser.sent(f"/enrol/people/{bruno}", what="steal", reader="matera/front-in").status_code in {404, 422}
    person = browser.followed(f"/enrol/calls/{call}/cancel")
    assert person.url.path == f"/enrol/people/{anna}"
    assert "cancelled" in person.text
    asked_for(browser, bruno)
    assert acts(desk) == ["badge-called", "badge-called-off", "badge-called"]


def test_nobody_found_nobody_s_badge_and_no_reader_each_say_what_to_do(both: Centre) -> None:
    account(both, "bice", administrator="1")
    anna = both.admit("matera", "100% Anna_")
    with reader(both) as browser:
        browser.signed_in("bice")
        assert "Nobody is called “zoe”" in browser.look("/enrol?q=zoe").text
        assert "Nobody is called" in browser.look("/enrol?q=%5F%5F").text
        assert f"/enrol/people/{anna}" in browser.look("/enrol?q=0%25").text
        person = browser.look(f"/enrol/people/{anna}").text
        assert "No badge: enrol the first one above." in person
        assert "connect the site&#39;s gateway" in person
        assert browser.look("/enrol/people/nobody").status_code == 404
        assert browser.look("/enrol/calls/nothing").status_code == 404


def test_an_operator_gives_badges_at_their_own_site_alone(desk: Centre) -> None:
    paola = desk.admit("matera", "Paola")
    here, there = desk.admit("matera", "Here"), desk.admit("cinisello", "There")
    account(desk, "paola", person=paola, role="operator", site="matera")
    theirs = desk.registry.enrol(there, CARD)
    abroad = call(desk, "front-in", "cinisello", person=there)["id"]
    with reader(desk) as browser:
        browser.signed_in("paola")
        assert f"/enrol/people/{there}" not in browser.look("/enrol?q=here").text
        assert f"/enrol/people/{here}" in browser.look("/enrol?q=here").text
        page = browser.look(f"/enrol/people/{here}").text
        assert "matera/front-in" in page
        assert "door Main door, reader front-in" in page
        assert "cinisello/front-in" not in page
        paths = (f"/enrol/people/{there}", f"/enrol/calls/{abroad}", f"/enrol/badges/{theirs}/lost")
        assert [browser.look(path).status_code for path in paths] == [403, 403, 403]
        assert browser.sent(f"/enrol/people/{here}", what="new", reader="cinisello/desk-in").status_code == 403
        assert (
            browser.sent(f"/enrol/people/{here}", what=f"replace:{theirs}", reader="matera/front-in").status_code == 403
        )
        for what in ("confirm", "cancel", "again"):
            assert browser.sent(f"/enrol/calls/{abroad}/{what}").status_code == 403
        assert browser.sent(f"/enrol/badges/{theirs}/lost", why="mine now").status_code == 403
        assert browser.http.get(f"/enrol/calls/{abroad}/events").status_code == 401
        mine = asked_for(browser, here)
        shows(desk, mine)
        elsewhere = browser.look(f"/enrol/calls/{mine}").text
        assert "in use already at another site" in elsewhere
        assert "There" not in elsewhere
    assert badges_of(desk, there) == {theirs: False}


def test_participants_and_strangers_give_nobody_a_badge(desk: Centre) -> None:
    anna = desk.admit("matera", "Anna")
    account(desk, "anna", person=anna)
    with reader(desk) as browser:
        assert browser.look("/enrol").url.path == "/sign-in"
        home = browser.signed_in("anna").text
        assert 'href="/enrol"' not in home
        assert browser.look("/enrol?q=a").status_code == 403
        assert browser.look(f"/enrol/people/{anna}").status_code == 403
        assert browser.sent(f"/enrol/people/{anna}", what="new", reader="matera/front-in").status_code == 403
    with desk.database.read() as connection:
        assert connection.execute(select(t.badge_call.c.id)).all() == []


def test_a_form_without_its_token_calls_on_nothing(desk: Centre, browser: Reader) -> None:
    anna = desk.admit("matera")
    browser.csrf = "x" * 43
    assert browser.sent(f"/enrol/people/{anna}", what="new", reader="matera/front-in").status_code == 403


def test_names_are_shown_as_they_are(desk: Centre, browser: Reader) -> None:
    name = "<b>Łucja</b> {t} & {{ 7 }} %(x)s"
    call = asked_for(browser, desk.admit("matera", name))
    shows(desk, call)
    text = browser.look(f"/enrol/calls/{call}").text
    assert "&lt;b&gt;Łucja&lt;/b&gt; {t} &amp; {{ 7 }} %(x)s" in text
    assert "<b>" not in text


def test_what_somebody_else_confirmed_meanwhile_is_told(desk: Centre, browser: Reader) -> None:
    anna, bruno = desk.admit("matera"), desk.admit("matera", "Bruno")
    call, other = asked_for(browser, anna), asked_for(browser, bruno, at="matera/desk-in")
    for each in (call, other):
        shows(desk, each)
    confirm(desk, other)
    assert "enrolled for somebody else" in browser.followed(f"/enrol/calls/{call}/confirm").text
