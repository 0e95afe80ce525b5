"""Who may ask what: every address, with every kind of credential. What has no row here is closed all the same."""

import re

import httpx
import pytest

from tests.support.centres import Centre, problem

ALWAYS_OPEN = {"/healthz", "/readyz"}
FEED = "/feeds/{token}.ics"
"""Open to the token in the address, and to nothing else (test_feeds_api.py)."""


def routes(shared: Centre) -> list[tuple[str, str]]:
    """Every address that the API describes, and the description itself."""
    described = shared.http.get("/api/v1/openapi.json", headers=operator(shared)).json()
    listed = [(verb.upper(), path) for path, verbs in described["paths"].items() for verb in verbs]
    return [*listed, ("GET", "/api/v1/openapi.json")]


def operator(shared: Centre) -> dict[str, str]:
    return {"Authorization": f"Bearer {shared.token}"}


def gateway(shared: Centre, site: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {shared.gateways[site].token}"}


def filled(path: str) -> str:
    return re.sub(r"\{[a-z]+\}", "nobody", path)


def test_the_description_knows_every_address(shared: Centre) -> None:
    found = routes(shared)
    assert len(found) > 40
    assert {path for _, path in found} >= {"/api/v1/gateway/hello", "/api/v1/gateway/events", "/metrics"}


def test_pages_know_no_token(shared: Centre) -> None:
    """What is not the API's is the pages', where an API's token opens nothing."""
    for path in ("/", "/account"):
        assert shared.http.get(path, headers=operator(shared)).headers["location"].startswith("/sign-in")
    for path in ("/docs", "/healthz/x", "/API/v1/sites"):
        assert shared.http.get(path, headers=operator(shared)).status_code == 404


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Bearer",
        "Basic b3A6b3A=",
        "Bearer " + "x" * 43,
        "Bearer " + "é" * 43,
        "Bearer " + "x" * 9_000,
    ],
)
def test_without_a_token_in_force_nothing_is_served(shared: Centre, header: str | None) -> None:
    headers = [] if header is None else [(b"Authorization", header.encode("latin-1"))]
    for verb, path in [*routes(shared), ("GET", "/api/v1/none"), ("GET", "/api/none"), ("GET", "/api")]:
        answer = shared.http.request(verb, filled(path), headers=headers)
        if path in ALWAYS_OPEN:
            assert answer.status_code == 200
            continue
        if path == FEED:
            assert answer.status_code in {404, 429}
            continue
        assert problem(answer) == (401, "no-credential"), path
        assert answer.headers["www-authenticate"] == "Bearer"


def test_an_operator_is_no_gateway_and_a_gateway_no_operator(shared: Centre) -> None:
    for verb, path in routes(shared):
        if path in ALWAYS_OPEN or path == FEED:
            continue
        wrong = operator(shared) if path.startswith("/api/v1/gateway/") else gateway(shared, "matera")
        assert problem(shared.http.request(verb, filled(path), headers=wrong)) == (403, "not-yours"), path


@pytest.mark.parametrize("path", ["hello", "events"])
def test_a_gateway_speaks_for_its_own_site_alone(shared: Centre, path: str) -> None:
    body = {"site": "cinisello", "epoch": 1}
    body |= {"rows": []} if path == "events" else {"seq": 0, "head": "00" * 32, "run": "a", "software": "1"}
    answer = shared.as_gateway("matera", "POST", f"/{path}", body)
    assert problem(answer) == (403, "not-yours")
    assert shared.registry.standing("cinisello") is None


def test_a_gateways_changes_are_its_own_sites(both: Centre) -> None:
    anna, bruno = both.admit("cinisello"), both.admit("matera", "Bruno")
    assert ("person", anna) in both.feed("cinisello")
    assert ("person", bruno) not in both.feed("cinisello")
    assert ("person", bruno) in both.feed("matera")


def test_a_gateways_token_is_shown_once_and_ends_when_staff_say(both: Centre) -> None:
    made = both.made("/sites/matera/gateways", None)
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert both.http.get("/api/v1/gateway/changes", headers=headers).status_code == 200
    listed = both.ask("GET", "/sites/matera/gateways").json()["items"]
    assert len(listed) == 2
    assert all(set(item) == {"id", "created_ms"} for item in listed)
    assert both.ask("DELETE", f"/sites/matera/gateways/{made['id']}").status_code == 204
    assert problem(both.http.get("/api/v1/gateway/changes", headers=headers)) == (401, "no-credential")
    assert problem(both.ask("DELETE", f"/sites/matera/gateways/{made['id']}")) == (404, "not-found")


def test_the_first_operators_token_is_made_once(both: Centre) -> None:
    assert both.registry.first_operator() is None


def test_tokens_are_nowhere_in_the_database(both: Centre) -> None:
    with both.registry.database.read() as connection:
        stored = [*connection.exec_driver_sql("SELECT token_hash FROM api_token").scalars()]
        stored += connection.exec_driver_sql("SELECT token_hash FROM gateway").scalars()
    assert len(stored) == 3
    assert all(re.fullmatch("[0-9a-f]{64}", value) for value in stored)


def test_what_is_not_there_is_a_problem_and_a_wrong_method_too(shared: Centre) -> None:
    assert problem(shared.ask("GET", "/none")) == (404, "not-found")
    assert problem(shared.ask("PATCH", "/sites")) == (405, "method-not-allowed")


def test_an_empty_path_and_a_twisted_one_stay_closed(shared: Centre) -> None:
    for path in ("//api/v1/sites", "/api/v1/gateway/../sites", "/healthz/", "/HEALTHZ", "/api/v1/gateway"):
        answer: httpx.Response = shared.http.get(path)
        assert answer.status_code in {401, 404}, path
