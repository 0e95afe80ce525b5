"""Badges: a card's UID comes in, its keyed hashes stay."""

import pytest

from access.credential import keyed_hash
from tests.support.centres import Centre, problem

UID = "04A1B2C3D4E580"
OTHER = "04FFFFFFFFFF80"


def enrolled(both: Centre, person: str, uid: str = UID, **terms: object) -> str:
    made: str = both.made(f"/people/{person}/badges", {"uid": uid, **terms})["id"]
    return made


def credential(both: Centre, site: str, uid: str = UID) -> str:
    return keyed_hash(both.registry.keys.of(site), uid).hex()


def test_a_card_is_one_badge_with_another_hash_at_every_site(both: Centre) -> None:
    person = both.admit("matera")
    both.ask("PUT", f"/sites/cinisello/rights/{person}", {"zones": []})
    badge = enrolled(both, person, long_pulse=True, valid_until_ms=5)
    for site in ("matera", "cinisello"):
        assert both.feed(site)["badge", badge] == {
            "id": badge,
            "person": person,
            "credentials": [credential(both, site)],
            "valid_until_ms": 5,
            "long_pulse": True,
        }
    assert credential(both, "matera") != credential(both, "cinisello")


def test_what_operators_read_of_a_badge_shows_no_credential(both: Centre) -> None:
    person = both.admit("matera")
    badge = enrolled(both, person)
    for answer in (both.ask("GET", f"/badges/{badge}"), both.ask("GET", f"/people/{person}/badges")):
        assert answer.status_code == 200
        assert credential(both, "matera") not in answer.text
        assert UID not in answer.text


def test_a_badge_waits_for_its_person_to_be_admitted(both: Centre) -> None:
    person = both.made("/people", {"name": "Anna"})["id"]
    badge = enrolled(both, person)
    assert both.feed("matera") == {}
    both.ask("PUT", f"/sites/matera/rights/{person}", {"zones": []})
    assert set(both.feed("matera")) == {("person", person), ("badge", badge)}


@pytest.mark.parametrize("uid", ["04a1b2c3d4e580", UID])
def test_a_card_is_enrolled_once(both: Centre, uid: str) -> None:
    person = both.admit("matera")
    badge = enrolled(both, person)
    answer = both.ask("POST", f"/people/{both.admit('matera', 'Bruno')}/badges", {"uid": uid})
    assert problem(answer) == (409, "exists")
    assert answer.json()["badge"] == badge
    assert "Anna" not in answer.text


@pytest.mark.parametrize(
    "uid",
    ["", "04", "0401", "04A1B", "04:A1:B2:C3", "zz" * 4, " 04A1B2C3", "04A1B2C3 ", "00" * 11, "08A1B2C3", 42, None],
)
def test_a_uid_that_is_none_or_a_phones_is_refused_and_never_repeated(shared: Centre, uid: object) -> None:
    person = shared.admit("matera")
    answer = shared.ask("POST", f"/people/{person}/badges", {"uid": uid})
    assert problem(answer) == (422, "invalid")
    assert not uid or len(str(uid)) < 4 or str(uid) not in answer.text
    assert shared.ask("GET", f"/people/{person}/badges").json()["items"] == []


def test_a_badge_is_revoked_for_good_and_again_changes_nothing(both: Centre) -> None:
    badge = enrolled(both, both.admit("matera"))
    first = both.ask("POST", f"/badges/{badge}/revoke")
    assert (first.status_code, first.json()["revoked"]) == (200, True)
    version = both.as_gateway("matera", "GET", "/changes").json()["version"]
    again = both.ask("POST", f"/badges/{badge}/revoke")
    assert again.headers["etag"] == first.headers["etag"]
    assert both.as_gateway("matera", "GET", "/changes").json()["version"] == version
    assert both.feed("matera")["badge", badge]["revoked"]


def test_a_lost_badge_is_replaced_on_the_same_terms(both: Centre) -> None:
    person = both.admit("matera")
    old = enrolled(both, person, long_pulse=True, valid_until_ms=77)
    new = both.made(f"/badges/{old}/replace", {"uid": OTHER})
    assert (new["person"], new["long_pulse"], new["valid_until_ms"], new["revoked"]) == (person, True, 77, False)
    told = both.feed("matera")
    assert told["badge", old]["revoked"]
    assert told["badge", new["id"]]["credentials"] == [credential(both, "matera", OTHER)]
    assert problem(both.ask("POST", f"/badges/{new['id']}/replace", {"uid": UID})) == (409, "exists")
    assert "revoked" not in both.feed("matera")["badge", new["id"]]


def test_a_badges_terms_change_by_whoever_read_them_last(both: Centre) -> None:
    badge = enrolled(both, both.admit("matera"))
    tag = both.ask("GET", f"/badges/{badge}").headers["etag"]
    body = {"long_pulse": True, "valid_from_ms": 5}
    assert problem(both.ask("PUT", f"/badges/{badge}", body)) == (428, "needs-match")
    assert both.ask("PUT", f"/badges/{badge}", body, If_Match=tag).json()["long_pulse"]
    assert problem(both.ask("PUT", f"/badges/{badge}", body, If_Match=tag)) == (412, "changed")
    assert both.feed("matera")["badge", badge]["valid_from_ms"] == 5


def test_a_forgotten_badges_card_can_be_enrolled_anew(both: Centre) -> None:
    badge = enrolled(both, both.admit("matera"))
    assert both.ask("DELETE", f"/badges/{badge}").status_code == 204
    assert ("badge", badge) not in both.feed("matera")
    again = enrolled(both, both.admit("matera", "Bruno"))
    assert both.feed("matera")["badge", again]["credentials"] == [credential(both, "matera")]


def test_a_site_that_comes_later_learns_a_badge_by_its_card(both: Centre) -> None:
    person = both.admit("matera")
    badge = enrolled(both, person)
    both.add_site("bari")
    both.ask("PUT", f"/sites/bari/rights/{person}", {"zones": []})
    assert ("badge", badge) not in both.feed("bari")
    assert problem(both.ask("POST", f"/badges/{badge}/sites", {"uid": OTHER})) == (422, "invalid")
    for _ in range(2):
        assert both.ask("POST", f"/badges/{badge}/sites", {"uid": UID}).status_code == 200
        assert both.feed("bari")["badge", badge]["credentials"] == [credential(both, "bari")]


@pytest.mark.parametrize("verb_path", ["GET ", "PUT ", "DELETE ", "POST /revoke", "POST /replace", "POST /sites"])
def test_a_badge_that_is_not_there_cannot_be_touched(shared: Centre, verb_path: str) -> None:
    verb, _, path = verb_path.partition(" ")
    body = {"PUT": {}, "POST": {"uid": UID}}.get(verb)
    assert problem(shared.ask(verb, f"/badges/none{path}", body)) == (404, "not-found")


def test_nobody_gets_no_badge(shared: Centre) -> None:
    assert problem(shared.ask("POST", "/people/none/badges", {"uid": UID})) == (404, "not-found")


def test_a_key_that_is_gone_stops_enrolment_with_a_problem(both: Centre) -> None:
    person = both.admit("matera")
    (both.registry.keys.folder / "matera.key").write_text("not a key")
    answer = both.ask("POST", f"/people/{person}/badges", {"uid": UID})
    assert problem(answer) == (500, "internal")
    assert "matera.key" not in answer.text


def test_the_uid_is_nowhere_in_the_database(both: Centre) -> None:
    enrolled(both, both.admit("matera"))
    with both.registry.database.read() as connection:
        for table in ("badge", "credential", "published", "answer"):
            for row in connection.exec_driver_sql(f"SELECT * FROM {table}"):  # noqa: S608 -- our own names
                assert UID not in str(row).upper()
