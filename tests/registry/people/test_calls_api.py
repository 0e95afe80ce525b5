"""Calls on readers: a card shown at a chosen reader becomes somebody's badge, once staff confirm it."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import select

from access.credential import keyed_hash
from registry.tables import core as t
from tests.support.called import (
    CARD,
    OTHER_CARD,
    PHONE,
    call,
    card_body,
    confirm,
    lay_readers,
    listed,
    now,
    shows,
    waiting,
)
from tests.support.centres import Centre, problem
from tests.support.log_rows import greeting, rows_of
from tests.support.twigs import FIRST


@pytest.fixture
def desk(both: Centre) -> Centre:
    """Two sites with readers."""
    lay_readers(both, "matera", "cinisello")
    return both


def hashes_of(both: Centre, ident: str) -> str | None:
    with both.database.read() as connection:
        found: str | None = connection.execute(select(t.badge_call.c.seen).where(t.badge_call.c.id == ident)).scalar()
    return found


def version_of(both: Centre, badge: str, site: str = "matera") -> int:
    """The version from which on a site knows a badge as it is."""
    p = t.published.c
    with both.database.read() as connection:
        known = select(p.version).where(p.site == site, p.kind == "badge", p.id == badge)
        return int(connection.execute(known).scalar_one())


def test_a_card_that_is_shown_and_confirmed_is_a_badge_at_every_site(desk: Centre) -> None:
    anna = desk.admit("matera")
    desk.ask("PUT", f"/sites/cinisello/rights/{anna}", {"zones": []})
    asked = call(desk, person=anna)
    assert waiting(desk) == [(asked["id"], "front-in")]
    assert waiting(desk, "cinisello") == []
    assert (asked["state"], asked["heard_ms"], asked["until_ms"] - asked["asked_ms"]) == ("waiting", None, 60_000)
    assert desk.as_gateway("matera", "POST", f"/calls/{asked['id']}/heard", {}).status_code == 200
    assert now(desk, asked["id"])["heard_ms"] is not None
    assert shows(desk, asked["id"]).status_code == 200
    assert waiting(desk) == []
    assert now(desk, asked["id"])["state"] == "read"
    assert desk.ask("GET", f"/people/{anna}/badges").json()["items"] == []
    done = confirm(desk, asked["id"], long_pulse=True).json()
    assert (done["state"], done["person"]) == ("done", anna)
    for site in ("matera", "cinisello"):
        held = desk.feed(site)["badge", done["made"]]
        assert held["credentials"] == [keyed_hash(desk.registry.keys.of(site), CARD).hex()]
        assert held["long_pulse"]


def test_what_the_card_shows_is_in_no_answer_and_gone_once_it_is_confirmed(desk: Centre) -> None:
    asked = call(desk, person=desk.admit("matera"))["id"]
    shows(desk, asked)
    kept = hashes_of(desk, asked)
    assert kept is not None
    assert CARD not in kept
    answers = desk.ask("GET", f"/badge-calls/{asked}").text + desk.ask("GET", "/badge-calls").text
    assert keyed_hash(desk.registry.keys.of("matera"), CARD).hex() in kept
    assert keyed_hash(desk.registry.keys.of("matera"), CARD).hex() not in answers
    confirm(desk, asked)
    assert hashes_of(desk, asked) is None


def test_a_card_that_is_somebodys_already_is_theirs(desk: Centre) -> None:
    anna, bruno = desk.admit("matera"), desk.admit("matera", "Bruno")
    held = desk.registry.enrol(anna, CARD)
    asked = call(desk, person=bruno)["id"]
    shows(desk, asked, badge=held)
    stands = now(desk, asked)
    assert (stands["state"], stands["holder"]) == ("in-use", held)
    assert problem(confirm(desk, asked)) == (409, "out-of-turn")
    assert hashes_of(desk, asked) is None
    assert desk.ask("GET", f"/people/{bruno}/badges").json()["items"] == []


def test_a_card_that_was_revoked_is_not_given_to_anybody_else(desk: Centre) -> None:
    held = desk.registry.enrol(desk.admit("matera"), CARD)
    desk.ask("POST", f"/badges/{held}/revoke")
    asked = call(desk, person=desk.admit("matera", "Bruno"))["id"]
    shows(desk, asked)
    assert now(desk, asked)["holder"] == held


def test_a_phone_is_no_badge(desk: Centre) -> None:
    asked = call(desk, person=desk.admit("matera"))["id"]
    assert shows(desk, asked, PHONE).status_code == 200
    assert now(desk, asked)["state"] == "unfit"


def test_a_lost_badge_is_replaced_on_its_terms_and_stays_in_the_history(desk: Centre) -> None:
    anna = desk.admit("matera")
    lost = desk.made(f"/people/{anna}/badges", {"uid": CARD, "long_pulse": True, "valid_until_ms": 2**41})["id"]
    asked = call(desk, purpose="replace", badge=lost)
    assert asked["person"] == anna
    shows(desk, asked["id"], OTHER_CARD)
    made = confirm(desk, asked["id"]).json()["made"]
    badges = {one["id"]: one for one in desk.ask("GET", f"/people/{anna}/badges").json()["items"]}
    assert (badges[lost]["revoked"], badges[made]["revoked"]) == (True, False)
    assert (badges[made]["long_pulse"], badges[made]["valid_until_ms"]) == (True, 2**41)
    assert [one["made"] for one in desk.ask("GET", f"/badge-calls?person={anna}").json()["items"]] == [made]


def test_a_test_passes_where_the_site_knows_the_badge_by_its_card(desk: Centre) -> None:
    held = desk.registry.enrol(desk.admit("matera"), CARD)
    outcomes = []
    for uid, known in ((CARD, held), (CARD, ""), (OTHER_CARD, "")):
        asked = call(desk, purpose="test", badge=held)["id"]
        opens = [{"door": "front", "granted": True, "reason": "standing"}]
        body = card_body(desk, uid, badge=known, opens=opens if known else [])
        desk.as_gateway("matera", "POST", f"/calls/{asked}/card", body)
        stands = now(desk, asked)
        outcomes.append((stands["state"], stands["opens"] == opens))
    assert outcomes == [("passed", True), ("other", False), ("other", False)]


def test_a_badge_is_tested_once_its_site_knows_it_as_it_is(desk: Centre) -> None:
    badge = desk.registry.enrol(desk.admit("matera"), CARD)
    known_from = version_of(desk, badge)
    asked = call(desk, purpose="test", badge=badge)["id"]
    assert waiting(desk, held=known_from - 1) == []
    assert waiting(desk, held=known_from) == [(asked, "front-in")]


def test_a_reader_waits_for_one_card_at_a_time(desk: Centre) -> None:
    anna, bruno = desk.admit("matera"), desk.admit("matera", "Bruno")
    first = call(desk, person=anna)["id"]
    refused = desk.ask("POST", "/badge-calls", {"site": "matera", "reader": "front-in", "person": bruno})
    assert problem(refused) == (409, "in-use")
    assert refused.json()["call"] == first
    second = call(desk, "desk-in", person=bruno)["id"]
    assert waiting(desk) == [(first, "front-in"), (second, "desk-in")]
    call(desk, "front-in", "cinisello", person=bruno)
    assert desk.ask("POST", f"/badge-calls/{first}/cancel", {}).json()["state"] == "cancelled"
    assert call(desk, person=bruno)["state"] == "waiting"


def test_of_many_who_call_at_once_one_is_heard(desk: Centre) -> None:
    anna = desk.admit("matera")
    body = {"site": "matera", "reader": "front-in", "person": anna}
    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(lambda _: desk.ask("POST", "/badge-calls", body).status_code, range(6)))
    assert statuses == [201, 409, 409, 409, 409, 409]


def test_one_card_read_for_two_people_becomes_the_badge_of_the_first_confirmed(desk: Centre) -> None:
    anna, bruno = desk.admit("matera"), desk.admit("matera", "Bruno")
    calls = [call(desk, reader, person=who)["id"] for reader, who in (("front-in", anna), ("desk-in", bruno))]
    for each in calls:
        shows(desk, each)
    assert confirm(desk, calls[1]).status_code == 200
    assert problem(confirm(desk, calls[0])) == (409, "exists")
    assert desk.ask("GET", f"/people/{anna}/badges").json()["items"] == []


def test_what_is_cancelled_or_done_takes_no_card(desk: Centre) -> None:
    cancelled, done = (call(desk, reader, person=desk.admit("matera"))["id"] for reader in ("front-in", "desk-in"))
    assert shows(desk, done).status_code == 200
    confirm(desk, done)
    desk.ask("POST", f"/badge-calls/{cancelled}/cancel", {})
    for each in (cancelled, done):
        assert shows(desk, each, OTHER_CARD).status_code == 200
    assert [now(desk, each)["state"] for each in (cancelled, done)] == ["cancelled", "done"]
    assert problem(desk.ask("POST", f"/badge-calls/{done}/cancel", {})) == (409, "out-of-turn")
    assert now(desk, done)["holder"] is None


@pytest.mark.parametrize(
    ("wanted", "kind"),
    [
        ({"reader": "back-in", "person": "PERSON"}, (422, "invalid")),
        ({"site": "nowhere", "person": "PERSON"}, (404, "not-found")),
        ({"person": "nobody"}, (404, "not-found")),
        ({"purpose": "test", "badge": "none"}, (404, "not-found")),
        ({"purpose": "test", "person": "PERSON"}, (422, "invalid")),
        ({"purpose": "replace"}, (422, "invalid")),
        ({}, (422, "invalid")),
        ({"purpose": "steal", "person": "PERSON"}, (422, "invalid")),
    ],
)
def test_what_cannot_be_called_for_is_refused(desk: Centre, wanted: dict[str, str], kind: tuple[int, str]) -> None:
    person = desk.admit("matera")
    named = {name: person if value == "PERSON" else value for name, value in wanted.items()}
    asked = {"site": "matera", "reader": "front-in", **named}
    assert problem(desk.ask("POST", "/badge-calls", asked)) == kind
    assert waiting(desk) == []


def test_a_site_that_told_no_reader_says_what_to_do(both: Centre) -> None:
    refused = both.ask("POST", "/badge-calls", {"site": "matera", "reader": "in", "person": both.admit("matera")})
    assert problem(refused) == (422, "invalid")
    assert "connect its gateway" in refused.json()["detail"]


def test_another_sites_gateway_answers_no_call(desk: Centre) -> None:
    asked = call(desk, person=desk.admit("matera"))["id"]
    assert problem(shows(desk, asked, site="cinisello")) == (404, "not-found")
    assert problem(desk.as_gateway("cinisello", "POST", f"/calls/{asked}/heard", {})) == (404, "not-found")
    assert now(desk, asked)["state"] == "waiting"


@pytest.mark.parametrize(
    "spoilt", [{"sealed": "00" * 23}, {"credential": "ab" * 32}, {"sealed": "0" * 39}, {"sealed": "zz"}, {"badge": "A"}]
)
def test_a_card_that_does_not_open_with_the_sites_key_is_none(desk: Centre, spoilt: dict[str, str]) -> None:
    asked = call(desk, person=desk.admit("matera"))["id"]
    answer = desk.as_gateway("matera", "POST", f"/calls/{asked}/card", card_body(desk, CARD) | spoilt)
    assert problem(answer) == (422, "invalid")
    assert now(desk, asked)["state"] == "waiting"


def test_only_the_gateway_that_staff_confirmed_is_told(own: Centre) -> None:
    lay_readers(own, "matera")
    rows = rows_of(FIRST, site="matera")
    assert own.as_gateway("matera", "POST", "/hello", greeting(rows, "matera")).status_code == 200
    asked = call(own, person=own.admit("matera"))["id"]
    assert listed(own, epoch=1) == [(asked, "front-in")]
    assert listed(own, epoch=2) == []


def test_calls_go_with_their_person(desk: Centre) -> None:
    anna = desk.admit("matera")
    asked = call(desk, person=anna)["id"]
    shows(desk, asked)
    assert desk.ask("DELETE", f"/people/{anna}").status_code == 204
    assert desk.ask("GET", f"/badge-calls/{asked}").status_code == 404
