"""The published description says what the registry does."""

from typing import Any

from registry.api.described import description
from registry.guard import whose
from registry.guard.areas import Area
from tests.support.centres import Centre

OPEN = {"/healthz", "/readyz", "/feeds/{token}.ics"}


def resolved(described: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """What a reference leads to, or the thing itself."""
    found = node
    if "$ref" in node:
        found = described
        for part in node["$ref"].removeprefix("#/").split("/"):
            found = found[part]
    return found


def test_the_description_needs_no_database_and_is_what_is_served(shared: Centre) -> None:
    served = shared.ask("GET", "/openapi.json").json()
    assert shared.ask("GET", "/openapi.json").json() == served, "asked again it says the same"
    assert served["paths"] == description()["paths"]
    assert served["components"] == description()["components"]


def test_every_route_has_its_credential_its_words_and_its_refusals() -> None:
    described = description()
    for path, verbs in described["paths"].items():
        for verb, route in verbs.items():
            where = f"{verb} {path}"
            assert route["description"], where
            assert resolved(described, route["responses"]["default"])["content"]["application/problem+json"], where
            kinds = [name for need in route["security"] for name in need]
            expected = [] if path in OPEN else ["gateway" if "/gateway/" in path else "token"]
            assert kinds == expected, where


def test_every_route_for_tokens_says_what_it_needs() -> None:
    areas, places = (
        set(map(str, Area)),
        {place.name for place in vars(whose).values() if isinstance(place, whose.Place)},
    )
    for path, verbs in description()["paths"].items():
        for verb, route in verbs.items():
            if [*route["security"]] != [{"token": []}]:
                assert "x-hubout" not in route
                continue
            need = route["x-hubout"]
            assert need["area"] in areas
            assert need["object"] in places
            asks = path in {"/api/v1/decisions", "/api/v1/previews"}
            assert need["verb"] == ("read" if verb == "get" or asks else "write"), path


def test_edits_take_their_headers_and_reads_theirs() -> None:
    described = description()
    person = described["paths"]["/api/v1/people/{person}"]
    edit = {resolved(described, given)["name"] for given in person["put"]["parameters"]}
    read = {resolved(described, given)["name"] for given in person["get"]["parameters"]}
    assert {"if-match", "idempotency-key"} <= edit
    assert "if-none-match" in read
    assert not {"if-match", "idempotency-key"} & read


def test_every_reference_leads_somewhere() -> None:
    described = description()

    def walk(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "$ref":
                    assert resolved(described, node), value
                walk(value)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(described)
    sent = described["paths"]["/api/v1/gateway/events"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    row, gap = sent["properties"]["rows"]["items"]["anyOf"]
    assert row["properties"]["seq"]["minimum"] == 1
    assert list(gap["properties"]) == ["gap"]


def test_what_many_routes_take_is_described_once_and_asking_again_changes_nothing(shared: Centre) -> None:
    described = description()
    named = described["components"]["parameters"]
    assert {"cursor", "limit", "if-match", "if-none-match", "idempotency-key", "site", "person"} <= set(named)
    inline = [
        one
        for verbs in described["paths"].values()
        for route in verbs.values()
        for one in route.get("parameters", [])
        if "name" in one
    ]
    assert not [one for one in inline if one == named.get(one["name"])]
    assert shared.ask("GET", "/openapi.json").json() == shared.ask("GET", "/openapi.json").json()
