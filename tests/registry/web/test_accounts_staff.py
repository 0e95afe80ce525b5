"""Accounts of others: who sees and manages whose, codes shown once, accounts out of force."""

import re

import pytest
from sqlalchemy import select

from registry.accounts import accounts
from registry.tables.accounts import account as account_table
from registry.tables.accounts import act
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader

CODE = re.compile(r'<code class="hub-code">([^<]+)</code>')


def ident(centre: Centre, login: str) -> str:
    with centre.database.read() as connection:
        found = accounts.of_login(connection, login, 0)
    assert found is not None
    return found.account.id


@pytest.fixture
def peopled(both: Centre) -> Centre:
    """An administrator, a coordinator, and at each site an operator, a trainer and a participant, by login."""
    account(both, "root", administrator="1")
    account(both, "coordinator", role="coordinator")
    for site in ("cinisello", "matera"):
        for role in ("operator", "trainer"):
            account(both, f"{role}-{site}", role=role, site=site)
        account(both, f"participant-{site}", person=both.admit(site, f"Anna {site}"))
    return both


MANAGES = {
    "root": {"coordinator", "operator-matera", "trainer-matera", "participant-matera", "participant-cinisello"},
    "coordinator": {"operator-matera", "trainer-matera", "participant-matera", "participant-cinisello"},
    "operator-matera": {"trainer-matera", "participant-matera"},
    "trainer-matera": set(),
    "participant-matera": set(),
}
OTHERS = ("root", "coordinator", "operator-matera", "trainer-matera", "participant-matera", "participant-cinisello")


@pytest.mark.parametrize("login", MANAGES)
def test_an_account_is_managed_by_whoever_could_give_its_roles(peopled: Centre, login: str) -> None:
    with reader(peopled) as browser:
        browser.signed_in(login)
        managed = set()
        for other in OTHERS:
            if other != login and browser.sent(f"/accounts/{ident(peopled, other)}/code").status_code == 200:
                managed.add(other)
    assert managed == MANAGES[login]


def test_a_site_sees_the_accounts_of_its_own_people_alone(peopled: Centre) -> None:
    with reader(peopled) as browser:
        browser.signed_in("operator-matera")
        page = browser.look("/accounts").text
        assert "participant-matera" in page
        assert "cinisello" not in page
        assert browser.look(f"/accounts/{ident(peopled, 'participant-cinisello')}").status_code == 404
        assert "No account" in browser.look("/accounts?q=%25").text
    with reader(peopled) as browser:
        browser.signed_in("participant-matera")
        assert browser.look("/accounts").status_code == 403
        assert 'href="/accounts"' not in browser.look("/").text


def test_a_reset_voids_the_password_and_ends_the_sessions(peopled: Centre) -> None:
    with reader(peopled) as staff, reader(peopled) as own:
        own.signed_in("participant-matera")
        staff.signed_in("operator-matera")
        page = staff.sent(f"/accounts/{ident(peopled, 'participant-matera')}/code")
        code = CODE.findall(page.text)[0]
        assert own.look("/account").url.path == "/sign-in"
        assert own.signed_in("participant-matera").status_code == 403
        assert own.signed_in("participant-matera", code).url.path == "/account/password"
    with peopled.database.read() as connection:
        rows = connection.execute(select(act).where(act.c.kind == "reset-made")).all()
    assert [(row.author, row.address) for row in rows] == [(ident(peopled, "operator-matera"), "local")]
    assert not [row for row in rows if code in str(row)]


def test_an_account_is_put_out_of_force_and_back(peopled: Centre) -> None:
    with reader(peopled) as staff, reader(peopled) as own:
        own.signed_in("trainer-matera")
        staff.signed_in("operator-matera")
        path = f"/accounts/{ident(peopled, 'trainer-matera')}"
        assert "out of force" in staff.followed(f"{path}/active", active="0").text
        assert own.look("/account").url.path == "/sign-in"
        assert own.signed_in("trainer-matera").status_code == 403
        assert "in force again" in staff.followed(f"{path}/active", active="1").text
        assert own.signed_in("trainer-matera").status_code == 200


def new(browser: Reader, **fields: str) -> tuple[int, str]:
    answer = browser.sent("/accounts/new", **{"login": "", "name": "", "person": "", **fields})
    return answer.status_code, answer.text


def test_staff_make_an_account_for_a_person_of_their_site(peopled: Centre) -> None:
    person, elsewhere = peopled.admit("matera", "Carla <b>"), peopled.admit("cinisello", "Dora")
    with reader(peopled) as staff, reader(peopled) as own:
        staff.signed_in("operator-matera")
        staff.look("/accounts/new")
        status, page = new(staff, login="carla@example.org", person=person)
        assert status == 200
        assert "Carla &lt;b&gt;" in page
        assert own.signed_in("Carla@example.org", CODE.findall(page)[0]).url.path == "/account/password"
        assert new(staff, login="dora", person=elsewhere)[0] == 403
        assert new(staff, login="nobody", name="Nobody")[0] == 403
        for fields, says in (
            ({"login": "carla@example.org", "person": person}, "already"),
            ({"login": "with space", "name": "X", "person": person}, "without spaces"),
            ({"login": "x", "person": "nobody-has-this"}, "Nobody has this id"),
            ({"login": "x", "person": "NO ID"}, "Nobody has this id"),
        ):
            status, page = new(staff, **fields)
            assert (status, says in page) == (422, True), fields
            assert 'aria-invalid="true"' in page
    with peopled.database.read() as connection:
        logins = set(connection.execute(select(account_table.c.login)).scalars())
    assert "carla@example.org" in logins
    assert not {"dora", "nobody", "x", "with space"} & logins
