"""A site is lent a token of whoever stands there: for badges at that site, for an hour, and by nothing but the site."""

from pathlib import Path

import httpx
import pyotp
import pytest
from sqlalchemy import select

from access.clock import HOUR_MS
from registry.accounts import second_factor
from registry.tables.accounts import account as account_table
from registry.tables.accounts import act
from tests.support import fixed_day
from tests.support.called import call, lay_readers
from tests.support.centres import Centre, centre, problem
from tests.support.faces import PASSWORD, account, reader


def shown(both: Centre, login: str, password: str = PASSWORD, code: str = "", site: str = "matera") -> httpx.Response:
    return both.as_gateway(site, "POST", "/staff", {"login": login, "password": password, "code": code})


def operator(both: Centre, login: str, site: str = "matera") -> str:
    person = both.admit(site, login.title())
    account(both, login, person=person, role="operator", site=site)
    return person


def test_whoever_stands_at_a_site_gives_badges_there_in_their_own_name_and_nothing_else(both: Centre) -> None:
    lay_readers(both, "matera", "cinisello")
    account(both, "olga", person=both.admit("matera", "Olga"), role="operator")  # At every site.
    anna = both.admit("matera")
    said = shown(both, " Olga ").json()
    assert said["until_ms"] - said["at_ms"] == HOUR_MS
    assert abs(said["at_ms"] - fixed_day.wall_ms()) < HOUR_MS

    def asks(method: str, path: str, body: object = None) -> int:
        return both.ask(method, path, body, Authorization=f"Bearer {said['token']}").status_code

    assert asks("POST", "/badge-calls", {"site": "matera", "reader": "front-in", "person": anna}) == 201
    assert asks("POST", "/badge-calls", {"site": "cinisello", "reader": "front-in", "person": anna}) in {403, 404}
    assert asks("GET", f"/people/{anna}/badges") == 200
    assert asks("POST", "/people", {"name": "Eve"}) == 403
    assert asks("PUT", f"/sites/matera/rights/{anna}", {"zones": ["hall"]}) == 403
    assert asks("POST", "/tokens", {"name": "more", "scopes": ["badges:write"]}) == 403
    with both.database.read() as connection:
        olga = connection.execute(select(account_table.c.id).where(account_table.c.login == "olga")).scalar_one()
        kinds = connection.execute(select(act.c.kind, act.c.site).where(act.c.author == olga)).all()
    assert {tuple(one) for one in kinds} >= {("sign-in", "matera"), ("api-badges", "matera")}


def test_wrong_logins_and_passwords_are_told_alike_and_counted_with_those_at_the_pages(both: Centre) -> None:
    operator(both, "oscar")
    answers = [shown(both, "oscar", "a guess"), shown(both, "nobody-at-all", PASSWORD)]
    assert {(*problem(one), one.json()["detail"], one.json().get("wrong")) for one in answers} == {
        (403, "not-yours", "this is no login and password of an account in force; correct them.", True)
    }
    for _ in range(9):
        shown(both, "oscar", "a guess")
    late = shown(both, "oscar")
    assert problem(late) == (429, "too-many")
    assert int(late.headers["retry-after"]) > 0
    with reader(both) as browser:
        assert "Too many" in browser.signed_in("oscar").text
    with both.database.read() as connection:
        failed = connection.execute(select(act.c.what, act.c.site).where(act.c.kind == "sign-in-failed")).all()
    assert ("", "matera") in {tuple(one) for one in failed}
    assert PASSWORD not in str(failed)


def test_a_second_step_is_asked_for_and_each_code_opens_once(both: Centre) -> None:
    operator(both, "olivia")
    secret, keys = pyotp.random_base32(), both.registry.keys.folder
    with both.database.write() as connection:
        ident = connection.execute(select(account_table.c.id).where(account_table.c.login == "olivia")).scalar_one()
        second_factor.begin(connection, keys, ident, secret, fixed_day.wall_ms())
        second_factor.turn_on(connection, ident, ["one-to-recover"])
    code = pyotp.TOTP(secret).at(fixed_day.wall_ms() // 1_000)
    for missing in ("", "000 000"):
        answer = shown(both, "olivia", code=missing)
        assert (*problem(answer), answer.json().get("second")) == (403, "not-yours", True)
    assert shown(both, "olivia", "a guess", code).json().get("wrong")
    assert shown(both, "olivia", code=code).status_code == 200
    assert shown(both, "olivia", code=code).json().get("second")


def test_who_may_give_no_badges_at_the_site_is_lent_nothing(both: Centre) -> None:
    operator(both, "omar", "cinisello")
    account(both, "petra", person=both.admit("matera", "Petra"))
    account(both, "quasi", administrator="1")
    for login in ("omar", "petra"):
        assert problem(shown(both, login)) == (403, "not-yours")
    assert shown(both, "quasi").status_code == 200
    with both.database.write() as connection:
        connection.execute(account_table.update().where(account_table.c.login == "quasi").values(active=False))
    assert shown(both, "quasi").json().get("wrong")


def test_nobody_but_a_site_asks_and_what_it_says_is_bounded(both: Centre) -> None:
    body = {"login": "x", "password": "y"}
    assert problem(both.ask("POST", "/gateway/staff", body)) == (403, "not-yours")
    assert problem(both.as_gateway("matera", "POST", "/staff", {"login": "x"})) == (422, "invalid")
    assert problem(both.as_gateway("matera", "POST", "/staff", {**body, "password": "p" * 401})) == (422, "invalid")


def test_a_role_that_needs_a_second_step_sets_it_up_at_the_centre_first(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'registry.db'}"
    with centre(url, tmp_path / "keys", second_for=frozenset({"operator"})) as made:
        made.add_site("matera")
        operator(made, "ottavia")
        assert problem(shown(made, "ottavia")) == (409, "out-of-turn")


@pytest.mark.parametrize("ends", ["role", "revoked"])
def test_what_was_lent_ends_with_the_role_and_when_it_is_revoked(both: Centre, ends: str) -> None:
    lay_readers(both, "matera")
    person, login = operator(both, f"ofelia-{ends}"), f"ofelia-{ends}"
    token = shown(both, login).json()["token"]
    asked = call(both, person=person)["id"]
    mine = {"Authorization": f"Bearer {token}"}
    assert both.ask("GET", f"/badge-calls/{asked}", **mine).status_code == 200
    if ends == "role":
        (role,) = both.ask("GET", f"/people/{person}/roles").json()["items"]
        assert both.ask("DELETE", f"/roles/{role['id']}").status_code == 204
    else:
        (held,) = [one for one in both.ask("GET", "/tokens").json()["items"] if one["name"] == "badges at matera"]
        assert both.ask("DELETE", f"/tokens/{held['id']}").status_code == 204
    assert both.ask("GET", f"/badge-calls/{asked}", **mine).status_code in {401, 403, 404}
