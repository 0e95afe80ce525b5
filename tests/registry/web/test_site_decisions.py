"""What staff decide of a site at its page: whose its log is, its gateway's credentials, its settings, and a new one."""

import re
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from access.facts import Entered, Left, Started
from registry.tables.accounts import act
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader
from tests.support.fixed_day import wall_ms
from tests.support.gateway_log import GatewayLog
from tests.support.sites_seen import spoke

BRANCH = "/sites/matera/branches/2"
TOKEN = re.compile(r'<code class="hub-code">([^<]+)</code>')


@pytest.fixture
def staff(both: Centre) -> Iterator[Reader]:
    account(both, "clara", administrator="1")
    with reader(both) as opened:
        opened.signed_in("clara")
        yield opened


@pytest.fixture
def cloned(both: Centre) -> GatewayLog:
    """Matera's log; a copy of it went on by itself, and Bruno came in there."""
    log = spoke(both, Started("0.1.0"), Entered("anna", "front", "hall", "1-1"), at_ms=wall_ms())
    log.write(Left("front", "hall", "", "anna"))
    log.link_up(wall_ms())
    copy = log.copied("r2", 2)
    copy.write(Entered("bruno", "front", "hall", "2-1"))
    assert copy.link_up(wall_ms()) == 2
    return copy


def acts(both: Centre, kind: str) -> list[tuple[str, str | None]]:
    """What was done and where, with its author known."""
    with both.database.read() as connection:
        rows = connection.execute(select(act.c.what, act.c.site, act.c.author).where(act.c.kind == kind)).all()
    assert all(row.author for row in rows)
    return [(row.what, row.site) for row in rows]


def test_a_clones_branch_is_confirmed_with_a_reason_after_what_follows_was_shown(
    both: Centre, cloned: GatewayLog, staff: Reader
) -> None:
    assert "another gateway&#39;s log waits for a word" in staff.look("/").text
    site = staff.look("/sites/matera").text
    assert "waits for a word" in site
    assert f'href="{BRANCH}"' in site
    form = staff.look(BRANCH).text
    assert "People present at the site: 0 now, 2 then." in form
    assert "1 stay counts no more, and 0 begin to count" in form
    missing = staff.sent(BRANCH, note="", revision="1")
    assert (missing.status_code, 'id="note-wrong"' in missing.text) == (422, True)
    assert both.ask("GET", "/sites/matera/confirmations").json()["items"] == []
    done = staff.followed(BRANCH, note="the new Pi", revision="1").text
    assert "Branch 2 is the log of Matera from now on" in done
    assert "Clara confirmed branch 2: the new Pi" in done
    assert "waits for a word" not in done
    assert "waits for a word" not in staff.look("/").text
    assert acts(both, "branch-confirmed") == [("2: the new Pi", "matera")]
    assert both.ask("GET", "/sites/matera/occupancy").json()["total"] == 2
    branch = both.ask("GET", "/sites/matera/branches").json()["items"][1]
    assert branch["applied"] == len(cloned.rows)


def test_who_confirms_what_somebody_has_just_confirmed_otherwise_is_told(
    both: Centre, cloned: GatewayLog, staff: Reader
) -> None:
    staff.look(BRANCH)
    both.ask("POST", "/sites/matera/confirmed-epoch", {"epoch": 2, "note": "it is this"})
    late = staff.sent("/sites/matera/branches/1", note="no, that", revision="1")
    assert late.status_code == 412
    assert "Somebody changed this meanwhile" in late.text
    assert 'name="revision" value="2"' in late.text
    assert len(both.ask("GET", "/sites/matera/confirmations").json()["items"]) == 1
    staff.followed("/sites/matera/branches/1", note="no, that", revision="2")
    assert both.ask("GET", "/sites/matera/branches").json()["items"][0]["confirmed"]


@pytest.mark.parametrize(("role", "site", "status"), [("auditor", "matera", 403), ("operator", "cinisello", 404)])
def test_only_who_may_write_a_sites_log_says_whose_it_is(
    both: Centre, cloned: GatewayLog, role: str, site: str, status: int
) -> None:
    account(both, role, person=both.made("/people", {"name": "Otto"})["id"], role=role, site=site)
    with reader(both) as browser:
        browser.signed_in(role)
        assert browser.look(BRANCH).status_code == status
        assert browser.sent(BRANCH, note="mine", revision="1").status_code == status
    assert both.ask("GET", "/sites/matera/confirmations").json()["items"] == []


def test_a_branch_that_is_none_is_not_there(both: Centre, cloned: GatewayLog, staff: Reader) -> None:
    staff.look("/")
    for path in ("/sites/matera/branches/7", "/sites/cinisello/branches/2", "/sites/matera/branches/x"):
        assert staff.look(path).status_code in {404, 422}
        assert staff.sent(path, note="x", revision="1").status_code in {404, 422}


def speaks(both: Centre, site: str, token: str) -> int:
    return both.as_gateway(site, "GET", "/lane", Authorization=f"Bearer {token}").status_code


def test_a_credential_is_shown_once_and_taken_out_of_force_with_a_reason(both: Centre, staff: Reader) -> None:
    staff.look("/sites/matera")
    made = staff.sent("/sites/matera/gateways")
    found = TOKEN.search(made.text)
    assert found is not None
    token = found[1]
    assert speaks(both, "matera", token) == 200
    assert token not in staff.look("/sites/matera").text
    ((ident, _),) = acts(both, "gateway-added")
    path = f"/sites/matera/gateways/{ident}/drop"
    assert "It is the only one" not in staff.look(path).text
    assert staff.sent(path, reason="").status_code == 422
    assert speaks(both, "matera", token) == 200
    assert "out of force" in staff.followed(path, reason="stolen").text
    assert speaks(both, "matera", token) == 401
    assert acts(both, "gateway-dropped") == [(f"{ident}: stolen", "matera")]
    assert staff.sent(path, reason="again").status_code == 404
    last = re.search(r'href="(/sites/matera/gateways/[^"]+)"', staff.look("/sites/matera").text)
    assert last is not None
    assert "It is the only one" in staff.look(last[1]).text


def test_credentials_are_an_administrators(both: Centre) -> None:
    account(both, "otto", person=both.made("/people", {"name": "Otto"})["id"], role="coordinator", site="matera")
    with reader(both) as browser:
        browser.signed_in("otto")
        page = browser.look("/sites/matera").text
        assert "Credentials of its gateway" in page
        assert "Make a new credential" not in page
        for path in ("/sites/matera/gateways", "/sites-new"):
            assert browser.sent(path, id="x").status_code == 403
        assert len(both.ask("GET", "/sites/matera/gateways").json()["items"]) == 1


def typed(**more: str) -> dict[str, str]:
    """What the form of a site holds."""
    minutes = {"no_show": "15", "offer": "30"}
    days = {"province": "MT", "language": "it", "added": "2026-07-02 Festa della Bruna", "taken_away": "2026-08-15"}
    return {"name": "Bari", "timezone": "Europe/Rome", **minutes, **days, **more}


def test_a_site_is_made_with_its_gateways_credential(both: Centre, staff: Reader) -> None:
    assert 'href="/sites-new"' in staff.look("/sites").text
    staff.look("/sites-new")
    made = staff.sent("/sites-new", id="bari", **typed())
    found = TOKEN.search(made.text)
    assert (made.status_code, found is not None, "bari.key" in made.text) == (200, True, True)
    assert found is not None
    both.gateways["bari"] = both.gateways["matera"]
    assert speaks(both, "bari", found[1]) == 200
    known = both.ask("GET", "/sites/bari").json()
    assert known["holidays"]["added"] == [{"day": "2026-07-02", "name": "Festa della Bruna"}]
    assert (known["holidays"]["province"], known["holidays"]["taken_away"]) == ("MT", ["2026-08-15"])
    assert [site for _, site in acts(both, "site-made")] == ["bari"]
    again = staff.sent("/sites-new", id="bari", **typed())
    assert (again.status_code, TOKEN.search(again.text)) == (422, None)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("id", "Bari!"),
        ("name", ""),
        ("timezone", "Mars/Base"),
        ("no_show", "-1"),
        ("no_show", ""),
        ("offer", "0"),
        ("province", "XX"),
        ("language", "fr"),
        ("added", "2026-02-30 never"),
        ("added", "2026-07-02"),
        ("taken_away", "soon"),
    ],
)
def test_what_cannot_be_a_site_is_told_beside_its_field(both: Centre, staff: Reader, field: str, value: str) -> None:
    staff.look("/sites-new")
    answer = staff.sent("/sites-new", **{"id": "bari", **typed(), field: value})
    assert answer.status_code == 422
    assert f'id="{field}-wrong"' in answer.text
    assert [one["id"] for one in both.ask("GET", "/sites").json()["items"]] == ["cinisello", "matera"]


def test_settings_are_changed_from_what_was_shown(both: Centre, staff: Reader) -> None:
    form = staff.look("/sites/matera/edit").text
    assert 'name="revision" value="1"' in form
    staff.followed("/sites/matera/edit", revision="1", **typed(name="Matera, Casa Cava"))
    known = both.ask("GET", "/sites/matera").json()
    assert (known["name"], known["holidays"]["province"]) == ("Matera, Casa Cava", "MT")
    late = staff.sent("/sites/matera/edit", revision="1", **typed(name="Other"))
    assert (late.status_code, both.ask("GET", "/sites/matera").json()["name"]) == (412, "Matera, Casa Cava")
    assert acts(both, "site-changed") == [("", "matera")]
