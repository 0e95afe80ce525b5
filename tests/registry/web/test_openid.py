"""Signing in by an identity provider that really runs: who is let in, and what is not believed."""

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from sqlalchemy import select

from hubout.ports import free_port
from registry.accounts.openid_file import BadOpenId, read
from registry.tables.accounts import act, linked_identity
from tests.support.centres import Centre, centre
from tests.support.faces import Reader, account, reader
from tests.support.identity_provider import IdentityProvider, identity_provider, new_key

MAIL = {"sub": "s-1", "email": "Bice@Example.org", "email_verified": True}


@pytest.fixture(scope="module")
def provider() -> Iterator[IdentityProvider]:
    with identity_provider() as running:
        yield running


@pytest.fixture
def behaved(provider: IdentityProvider) -> IdentityProvider:
    """The provider, as it should be."""
    provider.person, provider.claims, provider.signs = dict(MAIL), {}, None
    provider.refuses, provider.published_issuer = False, ""
    return provider


@pytest.fixture
def linked(laid_url: str, tmp_path: Path, behaved: IdentityProvider) -> Iterator[Centre]:
    port = free_port()
    path = behaved.write_file(tmp_path, f"http://127.0.0.1:{port}")
    with centre(laid_url, tmp_path / "keys", openid=read(path), port=port) as made:
        account(made, "bice@example.org", "Bice Guida")
        yield made


@pytest.fixture
def browser(linked: Centre) -> Iterator[Reader]:
    with reader(linked) as opened:
        yield opened


def signed_in(browser: Reader, path: str = "/sign-in/openid?next=/account") -> httpx.Response:
    """Follow the provider's button to its end."""
    return browser.look(path)


def test_whoever_the_provider_signs_in_has_their_account(linked: Centre, browser: Reader) -> None:
    assert "Sign in with Comune di Prova" in browser.look("/sign-in?next=/account").text
    answer = signed_in(browser)
    assert (answer.status_code, answer.url.path) == (200, "/account")
    assert "Bice Guida" in answer.text
    with linked.database.read() as connection:
        kinds = [(row.kind, row.what) for row in connection.execute(select(act).where(act.c.kind == "sign-in"))]
        links = connection.execute(select(linked_identity)).all()
    assert kinds == [("sign-in", "openid")]
    assert len(links) == 1
    assert "s-1" not in str(links)


def test_whoever_signs_out_is_asked_whether_at_the_provider_as_well_and_no_address_says_who(
    linked: Centre, browser: Reader, behaved: IdentityProvider
) -> None:
    signed_in(browser)
    page = browser.followed("/sign-out")
    assert "you may be signed in still" in page.text
    behaved.asked.clear()
    back = browser.look("/sign-out/openid")
    assert (back.status_code, back.url.path) == (200, "/sign-in")
    home = f"{linked.http.base_url}".rstrip("/")
    assert behaved.asked == [{"from": "hubout", "client_id": "hubout", "post_logout_redirect_uri": f"{home}/sign-in"}]
    assert "you may be signed in still" not in back.text


def test_what_is_asked_is_fresh_each_time_and_holds_no_secret(
    linked: Centre, browser: Reader, behaved: IdentityProvider
) -> None:
    behaved.asked.clear()
    for _ in range(2):
        signed_in(browser)
        browser.http.cookies.clear()
    first, second = behaved.asked
    for name in ("state", "nonce", "code_challenge"):
        assert len(first[name]) >= 43
        assert first[name] != second[name]
    assert first["code_challenge_method"] == "S256"
    assert first["response_type"] == "code"
    assert linked.url not in str(first)


def test_who_was_linked_stays_linked_when_the_address_changes(
    linked: Centre, browser: Reader, behaved: IdentityProvider
) -> None:
    signed_in(browser)
    browser.http.cookies.clear()
    behaved.person = {"sub": "s-1", "email": "other@example.org", "email_verified": True}
    assert "Bice Guida" in signed_in(browser).text


NOT_BELIEVED: dict[str, dict[str, object]] = {
    "another issuer": {"iss": "https://evil.example"},
    "another audience": {"aud": "another"},
    "two audiences without a party": {"aud": ["hubout", "another"]},
    "another party": {"aud": ["hubout", "another"], "azp": "another"},
    "another audience, though we are the party": {"aud": "another", "azp": "hubout"},
    "another nonce": {"nonce": "replayed"},
    "no nonce": {"nonce": None},
    "no subject": {"sub": None},
    "over": {"exp": 1_700_000_000},
    "without end": {"exp": None},
    "of the future": {"iat": 4_000_000_000, "nbf": 4_000_000_000},
}


@pytest.mark.parametrize("wrong", NOT_BELIEVED)
def test_a_token_that_is_not_for_us_now_is_not_believed(
    linked: Centre, browser: Reader, behaved: IdentityProvider, wrong: str
) -> None:
    behaved.claims = NOT_BELIEVED[wrong]
    answer = signed_in(browser)
    assert (answer.status_code, "cannot be trusted" in answer.text) == (403, True)
    assert browser.look("/account").url.path == "/sign-in"
    with linked.database.read() as connection:
        assert connection.execute(select(act.c.kind).where(act.c.kind == "sign-in-failed")).scalars().all()


def test_a_token_signed_by_another_key_is_not_believed(browser: Reader, behaved: IdentityProvider) -> None:
    behaved.signs = new_key("k1")
    assert signed_in(browser).status_code == 403


def test_keys_that_were_changed_are_asked_for_again(laid_url: str, tmp_path: Path, behaved: IdentityProvider) -> None:
    port, now_s = free_port(), [1_000.0]
    path = behaved.write_file(tmp_path, f"http://127.0.0.1:{port}")
    with centre(laid_url, tmp_path / "keys", openid=read(path), port=port, mono_s=lambda: now_s[0]) as running:
        account(running, "bice@example.org")
        for kid, later_s, status in (("k1", 0, 200), ("k2", 59, 403), ("k2", 60, 200)):
            behaved.key, now_s[0] = behaved.key if behaved.key.kid == kid else new_key(kid), 1_000.0 + later_s
            with reader(running) as browser:
                assert signed_in(browser).status_code == status, (kid, later_s)


def test_a_published_issuer_that_is_another_is_not_believed(browser: Reader, behaved: IdentityProvider) -> None:
    behaved.published_issuer = "https://evil.example"
    assert signed_in(browser).status_code == 403


@pytest.mark.parametrize(
    ("person", "says"),
    [
        ({"sub": "s-2", "email": "stranger@example.org", "email_verified": True}, "no account"),
        ({"sub": "s-2", "email": "bice@example.org"}, "not verified"),
        ({"sub": "s-2", "email": "bice@example.org", "email_verified": False}, "not verified"),
        ({"sub": "s-2"}, "no account"),
    ],
)
def test_whoever_has_no_account_is_told_what_to_do(
    browser: Reader, behaved: IdentityProvider, person: dict[str, object], says: str
) -> None:
    behaved.person = person
    answer = signed_in(browser)
    assert (answer.status_code, says in answer.text) == (403, True)


def test_a_provider_that_says_no_is_told(browser: Reader, behaved: IdentityProvider) -> None:
    behaved.refuses = True
    answer = signed_in(browser)
    assert (answer.status_code, "did not sign you in" in answer.text) == (403, True)


def test_an_answer_of_another_browser_or_another_attempt_is_none(linked: Centre, browser: Reader) -> None:
    away = browser.http.get("/sign-in/openid").headers["location"]
    back = httpx.get(away).headers["location"]
    with reader(linked) as other:
        assert other.look(back).status_code == 403
        assert other.look("/account").url.path == "/sign-in"
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert browser.look(f"/sign-in/openid/back?code={code}&state=another").status_code == 403
    assert browser.look(back).status_code == 200
    assert browser.look(back).status_code == 403


def test_a_provider_that_is_away_leaves_the_password(laid_url: str, tmp_path: Path, behaved: IdentityProvider) -> None:
    path = behaved.write_file(tmp_path, "http://127.0.0.1:1", issuer=f"http://127.0.0.1:{free_port()}")
    with centre(laid_url, tmp_path / "keys", openid=read(path)) as running, reader(running) as browser:
        account(running, "bice")
        answer = browser.look("/sign-in/openid")
        assert (answer.status_code, "does not answer" in answer.text) == (502, True)
        assert browser.signed_in("bice").status_code == 200


def test_a_fiscal_code_finds_the_account_of_its_person(
    laid_url: str, tmp_path: Path, behaved: IdentityProvider
) -> None:
    port = free_port()
    settings = {"finds": "fiscal-code", "claim": "fiscal_number"}
    path = behaved.write_file(tmp_path, f"http://127.0.0.1:{port}", **settings)
    with centre(laid_url, tmp_path / "keys", openid=read(path), port=port) as running, reader(running) as browser:
        person = running.made("/people", {"name": "Bice", "fiscal_code": "RSSMRA85T10A562S"})["id"]
        account(running, "bice", person=person)
        behaved.person = {"sub": "s-9", "fiscal_number": "TINIT-rssmra85t10a562s"}
        assert signed_in(browser).url.path == "/account"


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "name"),
        ("=", "is no TOML"),
        ('issuer = "http://login.example.org"', "https address"),
        ('surprise = "x"', "surprise"),
        ('client_secret_file = "nowhere"', "nowhere"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_sentence(tmp_path: Path, text: str, says: str) -> None:
    path = IdentityProvider("https://login.example.org").write_file(tmp_path, "https://centre.example.org")
    line = text.partition(" =")[0]
    whole = [one for one in path.read_text().splitlines() if not (line and one.startswith(line))]
    path.write_text("\n".join([*whole, text]) if text else "")
    with pytest.raises(BadOpenId, match=says) as refused:
        read(path)
    assert "a secret of the tests" not in str(refused.value)
