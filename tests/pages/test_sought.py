"""Whom somebody looks for: sealed in an address for one session, and open to nobody else."""

import asyncio
import json
from base64 import urlsafe_b64encode
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.requests import Request
from starlette.types import Message, Receive, Scope, Send

from pages.sought import Sought, led_to, private, query_of, told
from tests.support.canaries import within

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=100).map(lambda text: f"Zoë Bianchi{text}")


def asked(path: str, cookie: str, method: str = "GET") -> Request:
    """What an application is asked behind the wrapping, where this address is asked for."""
    seen, sent = wrapped(path, cookie, method)
    assert sent == []
    return seen[0]


def sent_on(path: str, cookie: str) -> str:
    """Where the wrapping leads instead of asking the application."""
    seen, sent = wrapped(path, cookie, "GET")
    assert seen == []
    assert sent[0]["status"] == 303
    headers: dict[bytes, bytes] = dict(sent[0]["headers"])
    return headers[b"location"].decode()


def wrapped(path: str, cookie: str, method: str) -> tuple[list[Request], list[Message]]:
    """What the application was asked, and what the wrapping answered without it."""
    seen, sent = list[Request](), list[Message]()

    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        del receive, send
        seen.append(Request(scope))

    async def nothing() -> Message:
        raise AssertionError

    async def heard(message: Message) -> None:
        sent.append(message)

    base, _, query = path.partition("?")
    scope = {"type": "http", "method": method, "path": base, "query_string": query.encode(), "headers": []}
    asyncio.run(Sought(app, lambda _request: cookie)(scope, nothing, heard))
    return seen, sent


@given(WORDS)
def test_what_is_looked_for_is_open_to_its_own_session_alone(words: str) -> None:
    address = led_to("a cookie", {"csrf": "x", "list": "/people", "q": words, "state": "ended"})
    assert address is not None
    mine, others = asked(address, "a cookie"), asked(address, "another")
    assert dict(mine.query_params) == {"q": words, "state": "ended"}
    assert dict(others.query_params) == {"state": "ended"}
    assert (told(mine), told(others)) == ("", "sought.over")
    assert query_of(mine) == query_of(others) == address.partition("?")[2]
    assert within(address, words) == set()


def test_an_address_that_was_bent_or_holds_nothing_is_read_as_none() -> None:
    for sealed in ("", "x", "%ff", "gAAAA" * 20, "é"):
        request = asked(f"/people?sought={sealed}&state=ended", "a cookie")
        assert (told(request), dict(request.query_params)) == ("sought.over", {"state": "ended"})
    plain = asked("/people?state=sought", "a cookie")
    assert (told(plain), plain.query_params["state"], query_of(plain)) == ("", "sought", "state=sought")


@given(st.sampled_from(["q", "name", "author"]), WORDS)
def test_words_that_somebody_typed_into_an_address_are_sealed_before_they_are_answered(name: str, words: str) -> None:
    """The page comes from the sealed address, and says so."""
    sealed = sent_on(f"/people?state=ended&{urlencode({name: words, 'person': 'Anna'})}", "a cookie")
    assert within(sealed, words, "Anna") == set()
    request = asked(sealed, "a cookie")
    assert dict(request.query_params) == {"state": "ended", name: words, "person": "Anna"}
    assert told(request) == "sought.typed"
    assert told(asked(sealed, "another")) == "sought.over"


def test_without_a_session_words_in_an_address_are_dropped() -> None:
    assert sent_on("/people?q=anna&state=ended", "") == "/people?state=ended"
    assert sent_on("/people?q=anna", "") == "/people"
    assert not sent_on("//example.org?q=anna", "").startswith("//"), "to no other host"


def test_what_is_no_words_or_no_look_is_passed_on_as_it_is() -> None:
    for path in ("/enrol?person=an-id", "/people?q=&state=ended", "/people?by-hand=1"):
        assert query_of(asked(path, "a cookie")) == path.partition("?")[2]
    assert asked("/people?q=anna", "a cookie", "POST").query_params["q"] == "anna"


@pytest.mark.parametrize(
    "path", ["", "people", "//example.org", "/people?q=x", "/a/../b", "/people\n", "/a/b/c", "/" + "a" * 41]
)
def test_no_form_leads_elsewhere(path: str) -> None:
    assert led_to("a cookie", {"list": path, "q": "anna"}) is None


def test_without_words_nothing_is_sealed_and_without_a_session_nothing_is_said() -> None:
    assert led_to("a cookie", {"list": "/people", "q": "", "state": "ended"}) == "/people?state=ended"
    assert led_to("a cookie", {"list": "/people"}) == "/people"
    assert private("", "/people?q=anna&state=ended") == "/people?state=ended"
    assert private("", "/people?q=anna") == "/people"


@pytest.mark.parametrize("before", range(3))
def test_the_search_for_canaries_finds_a_name_that_is_packed_into_an_address(before: int) -> None:
    cursor = urlsafe_b64encode(json.dumps(["x" * before, "anna canaletti", "id"]).encode()).decode()
    assert within(f"/people?after={cursor}", "Anna Canaletti", "Bruno Neri") == {"Anna Canaletti"}
    assert within("/people?q=anna+canaletti", "Anna Canaletti") == {"Anna Canaletti"}
