"""Signing in at the centre: codes, passwords, sessions, forms of others, too many guesses."""

from collections.abc import Iterator

import pytest
from sqlalchemy import delete, select, update

from registry.accounts.accounts import NewAccount
from registry.accounts.web_sessions import IDLE_MS, LASTS_MS
from registry.tables.accounts import account as account_table
from registry.tables.accounts import act, web_session
from tests.support.centres import Centre
from tests.support.faces import PASSWORD, Reader, account, reader


@pytest.fixture
def browser(both: Centre) -> Iterator[Reader]:
    with reader(both) as opened:
        yield opened


def acts(centre: Centre) -> list[tuple[str, bool]]:
    """What the trail says, in order: the kind, and whether its author is known."""
    with centre.database.read() as connection:
        rows = connection.execute(select(act).order_by(act.c.at_ms, act.c.kind))
        return [(row.kind, bool(row.author)) for row in rows]


def test_a_code_signs_in_once_and_leads_to_a_password(both: Centre, browser: Reader) -> None:
    code = both.registry.add_account(NewAccount("Bice@Example.org", "Bice Guida", administrator=True))
    answer = browser.signed_in("bice@example.ORG", code.lower().replace("-", " "))
    assert answer.url.path == "/account/password"
    assert "code is void" in answer.text
    assert browser.look("/").url.path == "/account/password"
    assert browser.sent("/account/password", new="short", again="short").status_code == 422
    done = browser.followed("/account/password", new=PASSWORD, again=PASSWORD)
    assert done.url.path == "/account"
    assert "has been changed" in done.text
    assert "has been changed" not in browser.look("/account").text
    with reader(both) as other:
        assert other.signed_in("bice@example.org", code).status_code == 403
        assert "Bice Guida" in other.signed_in("bice@example.org").text
    assert [kind for kind, _ in acts(both)].count("sign-in") == 2
    assert ("sign-in-failed", False) in acts(both)


def test_what_is_asked_for_comes_after_signing_in(both: Centre, browser: Reader) -> None:
    account(both, "bice")
    asked = browser.look("/account?x=1")
    assert asked.url.path == "/sign-in"
    assert 'value="/account?x=1"' in asked.text
    answer = browser.sent("/sign-in", login="bice", password=PASSWORD, next="/account?x=1")
    assert answer.headers["location"] == "/account?x=1"
    for elsewhere in ("//evil.example", "/\\evil.example", "https://evil.example/", "javascript:1"):
        with reader(both) as other:
            answer = other.sent("/sign-in", login="bice", password=PASSWORD, next=elsewhere)
            assert answer.headers["location"] == "/"


def test_a_wrong_login_and_a_wrong_password_are_told_alike(both: Centre, browser: Reader) -> None:
    account(both, "bice")
    told = {browser.sent("/sign-in", login=login, password="nonsense").text for login in ("bice", "bicx")}
    assert len({text.replace("bicx", "bice") for text in told}) == 1
    assert "nonsense" not in told.pop()


def test_guesses_are_limited_by_address_and_the_right_one_waits_too(both: Centre, browser: Reader) -> None:
    account(both, "bice")
    answers = [browser.sent("/sign-in", login=f"x{n}", password="guess") for n in range(11)]
    assert [answer.status_code for answer in answers] == [403] * 10 + [429]
    assert int(answers[-1].headers["retry-after"]) > 200
    assert browser.sent("/sign-in", login="bice", password=PASSWORD).status_code == 429


def test_an_account_out_of_force_opens_to_nobody_and_its_sessions_end(both: Centre, browser: Reader) -> None:
    account(both, "bice")
    assert browser.signed_in("bice").status_code == 200
    with both.database.write() as connection:
        connection.execute(update(account_table).values(active=False))
    assert browser.look("/account").url.path == "/sign-in"
    assert browser.signed_in("bice").status_code == 403


def test_signing_out_is_for_good(both: Centre, browser: Reader) -> None:
    account(both, "bice")
    browser.signed_in("bice")
    cookie = browser.http.cookies["hubout-centre"]
    assert browser.sent("/sign-out").headers["location"] == "/sign-in"
    browser.http.cookies.set("hubout-centre", cookie)
    assert browser.look("/account").url.path == "/sign-in"


def test_a_session_ends_when_idle_and_at_its_last_hour(both: Centre, browser: Reader) -> None:
    account(both, "bice")
    for column, ago_ms in ((web_session.c.seen_ms, IDLE_MS), (web_session.c.until_ms, LASTS_MS)):
        browser.signed_in("bice")
        assert browser.look("/account").url.path == "/account"
        with both.database.write() as connection:
            connection.execute(update(web_session).values({column: column - ago_ms}))
        page = browser.look("/account")
        assert page.url.path == "/sign-in"
        said = "nobody used it for two hours" if column is web_session.c.seen_ms else "it lasts twelve hours at most"
        assert said in page.text


def test_whose_session_somebody_ended_is_told_so_and_a_new_browser_nothing(both: Centre, browser: Reader) -> None:
    account(both, "bice")
    assert "session" not in browser.look("/sign-in").text
    browser.signed_in("bice")
    with both.database.write() as connection:
        connection.execute(delete(web_session))
    assert "Your session was ended, by yourself or by whoever looks after accounts." in browser.look("/account").text


def test_use_keeps_a_session_from_going_idle(both: Centre, browser: Reader) -> None:
    account(both, "bice")
    browser.signed_in("bice")
    with both.database.write() as connection:
        connection.execute(update(web_session).values(seen_ms=web_session.c.seen_ms - IDLE_MS + 60_000))
    browser.look("/account")
    with both.database.read() as connection:
        rows = connection.execute(select(web_session)).all()
    assert [row.begun_ms <= row.seen_ms for row in rows] == [True]


def test_a_form_without_its_own_token_changes_nothing(both: Centre, browser: Reader) -> None:
    account(both, "bice")
    browser.signed_in("bice")
    browser.csrf = "x" * 43
    for path in ("/sign-out", "/account/password", "/account/sessions/end-others"):
        assert browser.sent(path).status_code == 403
    assert browser.look("/account").url.path == "/account"
    elsewhere = browser.http.post("/sign-out", data={"csrf": browser.csrf}, headers={"sec-fetch-site": "cross-site"})
    assert elsewhere.status_code == 403


def test_the_cookie_is_hidden_from_scripts_and_over_tls_from_other_hosts(both: Centre, browser: Reader) -> None:
    account(both, "bice")
    answer = browser.sent("/sign-in", login="bice", password=PASSWORD)
    assert {"HttpOnly", "Path=/", "SameSite=lax"} <= set(answer.headers["set-cookie"].split("; "))
    browser.http.headers["x-forwarded-proto"] = "https"
    answer = browser.sent("/sign-in", login="bice", password=PASSWORD)
    assert answer.headers["set-cookie"].startswith("__Host-hubout-centre=")
    assert "Secure" in answer.headers["set-cookie"]


def test_nothing_secret_is_in_the_database(both: Centre, browser: Reader) -> None:
    code = both.registry.add_account(NewAccount("bice", "Bice"))
    browser.signed_in("bice", code)
    secrets = (code, code.replace("-", ""), browser.http.cookies["hubout-centre"])
    with both.database.read() as connection:
        rows = [
            str(row) for row in (*connection.execute(select(account_table)), *connection.execute(select(web_session)))
        ]
    assert not [row for row in rows for secret in secrets if secret in row]


def test_pages_speak_the_language_chosen_and_go_back_where_one_was(both: Centre, browser: Reader) -> None:
    assert "Sign in" in browser.look("/sign-in").text
    answer = browser.http.get("/language/it", headers={"referer": f"{browser.http.base_url}/sign-in?next=/account"})
    assert answer.headers["location"] == "/sign-in?next=/account"
    assert "Accedi" in browser.look("/sign-in").text
    assert browser.http.get("/language/it", headers={"referer": "http://evil.example/x"}).headers["location"] == "/"
    assert browser.http.get("/language/xx").status_code == 403


def test_what_is_not_there_is_a_page_in_the_same_look(both: Centre, browser: Reader) -> None:
    answer = browser.look("/nothing/here")
    assert answer.status_code == 404
    assert "Page not found" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]


def test_the_api_stays_beside_the_pages(both: Centre) -> None:
    assert both.ask("GET", "/sites").status_code == 200
    assert both.http.get("/api/v1/sites").status_code == 401
    assert both.http.get("/healthz").status_code == 200
    assert both.http.get("/api").status_code in {401, 404}
