"""A site whose gateway was stolen: what the thief has is worth nothing, and what is to be replaced is listed (P2)."""

from pathlib import Path

import pytest
from sqlalchemy import select

from access.credential import keyed_hash
from registry import identity
from registry.edit import editing
from registry.sites import rekeying
from registry.sites.keys import BadKey
from registry.tables import core as t
from tests.support.centres import Centre, problem

UID = "04A1B2C3"


def stolen(both: Centre, *, revoke: bool = False) -> dict[str, object]:
    made = both.made("/sites/matera/rekey", {"revoke": revoke})
    both.gateways["matera"] = type(both.gateways["matera"])("matera", str(made["token"]), b"")
    return made


def enrolled(both: Centre, person: str, uid: str = UID) -> str:
    made: str = both.made(f"/people/{person}/badges", {"uid": uid})["id"]
    return made


def revisions(both: Centre) -> list[int]:
    with both.database.read() as connection:
        return list(connection.execute(select(t.badge.c.revision)).scalars())


@pytest.fixture
def anna(both: Centre) -> str:
    """Somebody who may enter at both sites."""
    person = both.admit("matera")
    both.ask("PUT", f"/sites/cinisello/rights/{person}", {"zones": []})
    return person


def test_neither_token_nor_key_nor_hashes_of_the_stolen_one_are_worth_anything(both: Centre, anna: str) -> None:
    badge = enrolled(both, anna)
    old = both.gateways["matera"]
    key = both.registry.keys.of("matera")
    more = both.made("/sites/matera/gateways", {})
    made = stolen(both)
    for token in (old.token, more["token"]):
        headers = {"Authorization": f"Bearer {token}"}
        assert both.http.get("/api/v1/gateway/changes", headers=headers).status_code == 401
    assert both.registry.keys.of("matera") != key
    assert sorted(path.name for path in both.registry.keys.folder.iterdir()) == ["cinisello.key", "matera.key"]
    assert (both.registry.keys.folder / "matera.key").stat().st_mode & 0o777 == 0o600
    assert made["badges"] == 1
    assert [one["id"] for one in both.ask("GET", "/sites/matera/gateways").json()["items"]] == [made["id"]]
    assert both.feed("matera").get(("badge", badge)) is None
    with both.database.read() as connection:
        assert connection.execute(select(t.credential.c.site)).scalars().all() == ["cinisello"]


def test_a_badge_opens_elsewhere_until_it_is_replaced_and_its_copy_is_no_credential_here(
    both: Centre, anna: str
) -> None:
    badge = enrolled(both, anna)
    (was,) = revisions(both)
    stolen(both)
    assert revisions(both) == [was + 1], "who read it before changes nothing of it unawares"
    assert both.feed("cinisello")["badge", badge]["credentials"] == [
        keyed_hash(both.registry.keys.of("cinisello"), UID).hex()
    ]
    read = both.ask("GET", f"/badges/{badge}").json()
    assert (read["revoked"], read["exposed_ms"] is not None) == (False, True)
    again = both.ask("POST", f"/badges/{badge}/sites", {"uid": UID})
    assert problem(again) == (422, "invalid")
    assert "stolen" in again.json()["detail"]
    new = both.made(f"/badges/{badge}/replace", {"uid": "04FFFFFF"})
    assert new["exposed_ms"] is None
    assert both.feed("matera")["badge", new["id"]]["credentials"] == [
        keyed_hash(both.registry.keys.of("matera"), "04FFFFFF").hex()
    ]
    assert both.feed("cinisello")["badge", badge]["revoked"]


def test_where_it_is_asked_they_open_nowhere_at_once(both: Centre, anna: str) -> None:
    badge, elsewhere = enrolled(both, anna), enrolled(both, both.admit("cinisello", "Bruno"), "04BBBBBB")
    old = both.made(f"/people/{anna}/badges", {"uid": "04CCCCCC"})["id"]
    both.ask("POST", f"/badges/{old}/revoke")
    made = stolen(both, revoke=True)
    assert made["badges"] == 2, "whoever is not admitted here is known here by the card all the same"
    told = both.feed("cinisello")
    assert [told["badge", one]["revoked"] for one in (badge, elsewhere)] == [True, True]
    assert both.ask("GET", f"/badges/{old}").json()["exposed_ms"] is None, "it was void before"


def test_a_key_that_cannot_be_written_leaves_all_as_it_was(
    both: Centre, anna: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    enrolled(both, anna)
    fresh = rekeying.Fresh(identity.new_id(), identity.new_token(), identity.new_key())
    before = both.feed("matera")

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("registry.sites.keys.write_secret", full)
    with pytest.raises(OSError, match="No space"), editing(both.registry.database, 1) as edit:
        rekeying.rekey(edit, both.registry.keys, "matera", fresh, revoke=True)
    assert both.feed("matera") == before


def test_it_is_given_again_where_a_new_key_was_written_and_nothing_else_was(both: Centre, anna: str) -> None:
    enrolled(both, anna)
    keys = both.registry.keys
    keys.replace("matera", identity.new_key())
    (keys.folder / "matera.new").write_text("half a k")
    assert stolen(both)["badges"] == 1
    assert not (keys.folder / "matera.new").exists()


def test_of_a_site_that_is_none_nothing_is_made(both: Centre) -> None:
    assert problem(both.ask("POST", "/sites/roma/rekey", {})) == (404, "not-found")
    with pytest.raises(BadKey):
        both.registry.keys.of("roma")


def test_the_command_line_writes_what_the_next_gateway_needs_and_says_who_did_it(both: Centre, tmp_path: Path) -> None:
    enrolled(both, both.admit("matera"))
    fresh, exposed = both.registry.rekey_site("matera", "stolen at night", revoke=False)
    fresh.write(tmp_path / "files")
    assert exposed.badges == 1
    assert bytes.fromhex((tmp_path / "files" / "credential.key").read_text()) == both.registry.keys.of("matera")
    token = (tmp_path / "files" / "gateway.token").read_text().strip()
    headers = {"Authorization": f"Bearer {token}"}
    assert both.http.get("/api/v1/gateway/changes", headers=headers).status_code == 200
    (act,) = [one for one in both.ask("GET", "/audit").json()["items"] if one["kind"] == "site-rekeyed"]
    assert (act["author"], act["site"]) == ("command-line", "matera")
    assert act["what"].endswith("stolen at night")
