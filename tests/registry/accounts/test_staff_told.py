"""Which accounts sites are told: of their own staff, as long as they are that, and never a password."""

from registry.accounts import accounts
from tests.support.centres import Centre
from tests.support.faces import PASSWORD, account, reader


def told(centre: Centre, site: str) -> dict[str, dict[str, object]]:
    return {record["login"]: record for (kind, _), record in centre.feed(site).items() if kind == "staff"}


def chosen(centre: Centre, login: str, **kinds: str) -> None:
    """An account whose holder chooses a password at the page."""
    account(centre, login, **kinds)
    with reader(centre) as browser:
        browser.signed_in(login)
        browser.look("/account/password")
        browser.followed("/account/password", old=PASSWORD, new=f"{PASSWORD} {login}", again=f"{PASSWORD} {login}")


def test_a_site_is_told_of_its_own_staff_and_of_coordinators(both: Centre) -> None:
    chosen(both, "zeno", role="operator", site="matera")
    chosen(both, "bice", role="coordinator")
    chosen(both, "ciro", role="trainer", site="matera")
    chosen(both, "root", administrator="1")
    chosen(both, "anna", person=both.admit("matera", "Anna"))
    assert set(told(both, "matera")) == {"zeno", "bice"}
    assert set(told(both, "cinisello")) == {"bice"}
    record = told(both, "matera")["zeno"]
    assert (record["name"], record["role"], "until_ms" in record) == ("Zeno", "operator", False)
    assert str(record["password"]).startswith("$argon2id$")
    assert set(record) == {"id", "login", "name", "role", "password"}


def test_who_has_not_chosen_a_password_is_told_to_nobody(both: Centre) -> None:
    account(both, "zeno", role="operator", site="matera")
    code = both.registry.reset_account("zeno")
    assert told(both, "matera") == {}
    with reader(both) as browser:
        browser.signed_in("zeno", code)
        browser.followed("/account/password", new=PASSWORD, again=PASSWORD)
    assert set(told(both, "matera")) == {"zeno"}
    both.registry.reset_account("zeno")
    assert told(both, "matera") == {}


def test_an_account_goes_with_its_role_its_force_and_its_person(both: Centre) -> None:
    for way in ("role", "force", "person", "suspended"):
        chosen(both, way, role="operator", site="matera")
        assert set(told(both, "matera")) == {way}
        with both.database.read() as connection:
            found = accounts.of_login(connection, way, 0)
        assert found is not None
        person = found.account.person
        if way == "role":
            ident = both.ask("GET", f"/people/{person}/roles").json()["items"][0]["id"]
            assert both.ask("DELETE", f"/roles/{ident}").status_code == 204
        elif way == "force":
            chosen(both, "root", administrator="1")
            with reader(both) as browser:
                browser.signed_in("root", f"{PASSWORD} root")
                browser.look("/account")
                browser.followed(f"/accounts/{found.account.id}/active", active="0")
        elif way == "person":
            assert both.ask("DELETE", f"/people/{person}").status_code == 204
        else:
            body = {"name": "Suspended", "suspended": True}
            assert both.ask("PUT", f"/people/{person}", body, If_Match="*").status_code == 200
        assert told(both, "matera") == {}, way


def test_whose_password_stood_in_a_gateway_that_was_stolen_chooses_a_new_one_before_any_site_lets_them_in(
    both: Centre,
) -> None:
    chosen(both, "zeno", role="operator", site="matera")
    chosen(both, "bice", role="coordinator")
    chosen(both, "ciro", role="operator", site="cinisello")
    assert both.made("/sites/matera/rekey", {})["logins"] == ["bice", "zeno"]
    assert set(told(both, "cinisello")) == {"ciro"}
    with reader(both) as browser:
        browser.signed_in("bice", f"{PASSWORD} bice")
        assert browser.look("/sites").url.path == "/account/password"
        browser.followed(
            "/account/password", old=f"{PASSWORD} bice", new=f"{PASSWORD} other", again=f"{PASSWORD} other"
        )
    assert set(told(both, "cinisello")) == {"bice", "ciro"}
