"""A badge's PIN, and the sealed cards of an emergency: what staff set, sites know, and nobody reads back."""

import pytest

from access.credential import keyed_hash, pin_hash
from tests.support.centres import Centre, problem

UID = "04A1B2C3D4E580"
PIN = "2580"


def enrolled(both: Centre, person: str, uid: str = UID, **terms: object) -> str:
    made: str = both.made(f"/people/{person}/badges", {"uid": uid, **terms})["id"]
    return made


def test_a_pin_is_known_at_each_site_by_its_own_hash(both: Centre) -> None:
    person = both.admit("matera")
    both.ask("PUT", f"/sites/cinisello/rights/{person}", {"zones": []})
    badge = enrolled(both, person)
    answer = both.ask("PUT", f"/badges/{badge}/pin", {"pin": PIN}, If_Match="*")
    assert answer.status_code == 200
    assert PIN not in answer.text
    for site in ("matera", "cinisello"):
        key = both.registry.keys.of(site)
        assert both.feed(site)["badge", badge]["pins"] == [pin_hash(key, keyed_hash(key, UID), PIN).hex()]


def test_a_pin_taken_away_is_known_nowhere(both: Centre) -> None:
    badge = enrolled(both, both.admit("matera"))
    both.ask("PUT", f"/badges/{badge}/pin", {"pin": PIN}, If_Match="*")
    assert both.ask("DELETE", f"/badges/{badge}/pin", None, If_Match="*").status_code == 200
    assert "pins" not in both.feed("matera")["badge", badge]


def test_a_pin_is_set_on_what_was_read(both: Centre) -> None:
    badge = enrolled(both, both.admit("matera"))
    assert problem(both.ask("PUT", f"/badges/{badge}/pin", {"pin": PIN})) == (428, "needs-match")
    assert problem(both.ask("PUT", f"/badges/{badge}/pin", {"pin": PIN}, If_Match='"7"')) == (412, "changed")
    first = both.ask("PUT", f"/badges/{badge}/pin", {"pin": PIN}, If_Match='"1"')
    assert (first.status_code, first.headers["etag"]) == (200, '"2"')


@pytest.mark.parametrize("pin", ["123", "123456789", "12a4", "", "１２３４", "1234", "8765", "0000", "111111"])
def test_a_pin_that_is_none_or_is_tried_first_is_refused_and_never_repeated(both: Centre, pin: str) -> None:
    badge = enrolled(both, both.admit("matera"))
    answer = both.ask("PUT", f"/badges/{badge}/pin", {"pin": pin}, If_Match="*")
    assert problem(answer) == (422, "invalid")
    assert not pin or pin not in answer.json()["detail"]
    assert "pins" not in both.feed("matera")["badge", badge]


def test_a_pin_that_only_begins_like_one_tried_first_is_taken(both: Centre) -> None:
    badge = enrolled(both, both.admit("matera"))
    for pin in ("1235", "2468", "0001", "1111112"):
        assert both.ask("PUT", f"/badges/{badge}/pin", {"pin": pin}, If_Match="*").status_code == 200


def test_a_site_has_two_emergency_cards_at_most(both: Centre) -> None:
    person = both.admit("matera")
    cards = [enrolled(both, person, uid, emergency=True) for uid in (UID, "04AAAAAAAAAA80")]
    assert all(both.feed("matera")["badge", card]["emergency"] for card in cards)
    third = {"uid": "04BBBBBBBBBB80", "emergency": True}
    refused = both.ask("POST", f"/people/{person}/badges", third)
    assert problem(refused) == (422, "invalid")
    assert "revoke one of them first" in refused.json()["detail"]
    plain = enrolled(both, person, "04CCCCCCCCCC80")
    assert problem(both.ask("PUT", f"/badges/{plain}", {"emergency": True}, If_Match="*")) == (422, "invalid")
    both.ask("POST", f"/badges/{cards[0]}/revoke")
    assert both.ask("POST", f"/people/{person}/badges", third).status_code == 201


def test_another_sites_emergency_cards_do_not_count(both: Centre) -> None:
    for uid in (UID, "04AAAAAAAAAA80"):
        enrolled(both, both.admit("matera"), uid, emergency=True)
    assert enrolled(both, both.admit("cinisello"), "04BBBBBBBBBB80", emergency=True)


def test_whoever_replaces_an_emergency_card_has_one_again(both: Centre) -> None:
    person = both.admit("matera")
    lost = enrolled(both, person, UID, emergency=True)
    enrolled(both, person, "04AAAAAAAAAA80", emergency=True)
    new = both.made(f"/badges/{lost}/replace", {"uid": "04BBBBBBBBBB80"})
    assert new["emergency"]
