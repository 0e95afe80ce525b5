"""One's own tokens and sessions: made within what one may, shown once, revoked; every browser signed out at once."""

import re
from collections.abc import Iterator

import httpx
import pytest
from sqlalchemy import select

from registry.tables.accounts import act
from tests.support.centres import Centre
from tests.support.faces import Reader, account, reader

TOKEN = re.compile(r'<code class="hub-code">([^<]+)</code>')


@pytest.fixture
def otto(both: Centre) -> Iterator[Reader]:
    """An operator of Matera alone."""
    account(both, "otto", person=both.made("/people", {"name": "Otto"})["id"], role="operator", site="matera")
    with reader(both) as opened:
        opened.signed_in("otto")
        yield opened


def asked(centre: Centre, token: str, path: str) -> httpx.Response:
    return centre.ask("GET", path, Authorization=f"Bearer {token}")


def test_a_token_does_what_it_says_is_shown_once_and_revoked(both: Centre, otto: Reader) -> None:
    both.admit("matera", "Anna")
    both.admit("cinisello", "Bruno")
    assert "You have none yet" in otto.look("/account/tokens").text
    made = otto.sent("/account/tokens", name="Door list", until="2099-12-31", **{"area-people": "read"})
    (token,) = TOKEN.findall(made.text)
    names = {item["name"] for item in asked(both, token, "/people").json()["items"]}
    assert "Anna" in names
    assert "Bruno" not in names
    assert asked(both, token, "/sites/matera/closures").status_code == 403
    listed = otto.look("/account/tokens").text
    assert token not in listed
    assert "Door list" in listed
    assert "people:read" in listed
    (revoke,) = re.findall(r'action="(/account/tokens/[^"]+/revoke)"', listed)
    assert "is revoked" in otto.followed(revoke).text
    assert asked(both, token, "/people").status_code == 401
    with both.database.read() as connection:
        kinds = connection.execute(select(act.c.kind).where(act.c.kind.startswith("token-")).order_by(act.c.at_ms))
        assert list(kinds.scalars()) == ["token-made", "token-revoked"]


def test_what_cannot_be_used_is_told_beside_its_field(otto: Reader) -> None:
    otto.look("/account/tokens")
    answer = otto.sent("/account/tokens", name="", until="2020-01-01", **{"area-people": "rule", "area-centre": "read"})
    assert answer.status_code == 422
    for name in ("name", "until", "area-people"):
        assert f'id="{name}-wrong"' in answer.text
    assert "area-centre" not in answer.text
    assert not TOKEN.findall(answer.text)
    nothing = otto.sent("/account/tokens", name="Nothing", **{"area-people": "", "area-centre": "read"})
    assert nothing.status_code == 422
    assert 'id="scopes-wrong"' in nothing.text


def test_nobody_revokes_a_token_of_somebody_else(both: Centre, otto: Reader) -> None:
    account(both, "clara", administrator="1")
    with reader(both) as other:
        other.signed_in("clara")
        other.look("/account/tokens")
        other.sent("/account/tokens", name="Hers", **{"area-people": "read"})
        (revoke,) = re.findall(r'action="(/account/tokens/[^"]+/revoke)"', other.look("/account/tokens").text)
        otto.look("/account/tokens")
        assert otto.sent(revoke).status_code == 404
        assert "Hers" not in otto.look("/account/tokens").text


def test_signing_out_everywhere_ends_every_browser(both: Centre, otto: Reader) -> None:
    with reader(both) as other:
        other.signed_in("otto")
        otto.look("/account")
        assert "Sign in" in otto.followed("/account/sessions/end-all").text
        assert other.http.get("/account").status_code == 303
        assert otto.http.get("/account").status_code == 303
