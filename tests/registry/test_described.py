"""The published description says what the registry does."""

from registry.described import description
from tests.support.centres import Centre

OPEN = {"/healthz", "/readyz", "/feeds/{token}.ics"}


def test_the_description_needs_no_database_and_is_what_is_served(shared: Centre) -> None:
    served = shared.ask("GET", "/openapi.json").json()
    assert served["paths"] == description()["paths"]
    assert served["components"] == description()["components"]


def test_every_route_has_its_credential_its_words_and_its_refusals() -> None:
    described = description()
    for path, verbs in described["paths"].items():
        for verb, route in verbs.items():
            where = f"{verb} {path}"
            assert route["description"], where
            assert route["responses"]["default"]["content"]["application/problem+json"], where
            kinds = [name for need in route["security"] for name in need]
            expected = [] if path in OPEN else ["gateway" if "/gateway/" in path else "operator"]
            assert kinds == expected, where


def test_edits_take_their_headers_and_reads_theirs() -> None:
    paths = description()["paths"]
    edit = {given["name"] for given in paths["/api/v1/people/{person}"]["put"]["parameters"]}
    read = {given["name"] for given in paths["/api/v1/people/{person}"]["get"]["parameters"]}
    assert {"if-match", "idempotency-key"} <= edit
    assert "if-none-match" in read
    assert not {"if-match", "idempotency-key"} & read


def test_every_reference_leads_somewhere() -> None:
    described = description()
    schemas = described["components"]["schemas"]

    def walk(node: object) -> None:
        if isinstance(node, dict):
            for key, value in node.items():
                if key == "$ref":
                    assert str(value).removeprefix("#/components/schemas/") in schemas, value
                walk(value)
        elif isinstance(node, list):
            for item in node:
                walk(item)

    walk(described)
    hello = described["paths"]["/api/v1/gateway/events"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert hello["properties"]["rows"]["items"]["properties"]["seq"]["minimum"] == 1
