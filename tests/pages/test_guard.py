"""Every answer's headers, and the requests that go no further."""

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import PlainTextResponse

from pages.guard import BODY_BYTES, HEADERS, POLICY, Guard
from tests.support.asgi import Client


async def echo(request: Request) -> PlainTextResponse:
    return PlainTextResponse(str(len(await request.body())))


async def kept(_request: Request) -> PlainTextResponse:
    return PlainTextResponse("kept", headers={"cache-control": "max-age=9"})


@pytest.fixture(scope="module")
def client() -> Client:
    app = Starlette()
    app.add_route("/", echo, methods=["GET", "POST"])
    app.add_route("/kept", kept)
    app.add_middleware(Guard)
    return Client(app)


@pytest.mark.parametrize("path", ["/", "/no-such-page"])
def test_every_answer_is_dressed(client: Client, path: str) -> None:
    answer = client.get(path)
    assert {name: answer.headers[name] for name in HEADERS} == dict(HEADERS)
    assert answer.headers["cache-control"] == "no-store"


def test_an_answer_that_may_be_kept_says_so_itself(client: Client) -> None:
    assert client.get("/kept").headers["cache-control"] == "max-age=9"


@pytest.mark.parametrize("allowed", ["unsafe-inline", "unsafe-eval", "http:", "https:", "*", "blob:"])
def test_the_policy_allows_nothing_inline_and_nothing_from_outside(allowed: str) -> None:
    assert allowed not in POLICY


@pytest.mark.parametrize("directive", ["default-src 'none'", "frame-ancestors 'none'", "base-uri 'none'"])
def test_the_policy_begins_from_nothing(directive: str) -> None:
    assert directive in POLICY.split("; ")


@pytest.mark.parametrize(("size", "status"), [(0, 200), (BODY_BYTES, 200), (BODY_BYTES + 1, 413), (10**7, 413)])
def test_a_body_beyond_the_bound_is_refused_unread(client: Client, size: int, status: int) -> None:
    assert client.post("/", content=b"x" * size).status_code == status


@pytest.mark.parametrize("length", ["", "-1", "many", "9" * 400])
def test_a_body_of_unknown_length_is_refused(client: Client, length: str) -> None:
    assert client.post("/", content=b"", headers={"content-length": length}).status_code in {411, 413}


def test_a_body_in_chunks_is_refused(client: Client) -> None:
    assert client.request("POST", "/", content=b"x" * 100, chunked=True).status_code == 411


@pytest.mark.parametrize(
    ("site", "status"), [("same-origin", 200), ("none", 200), ("same-site", 403), ("cross-site", 403), ("x", 403)]
)
def test_a_form_from_another_site_is_refused(client: Client, site: str, status: int) -> None:
    assert client.post("/", headers={"sec-fetch-site": site}).status_code == status


def test_a_link_from_another_site_is_followed(client: Client) -> None:
    assert client.get("/", headers={"sec-fetch-site": "cross-site"}).status_code == 200


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_methods_that_change_things_are_held_to_the_same(client: Client, method: str) -> None:
    assert client.request(method, "/", headers={"sec-fetch-site": "cross-site"}).status_code in {403, 411}
