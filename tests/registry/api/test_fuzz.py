"""Whatever is sent to whatever address, the registry answers a problem or does what was asked: it never fails."""

import json
import re
from collections import Counter
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from registry.api.described import description
from registry.people.people import Profile
from tests.support.centres import Centre

IDS = st.sampled_from(["matera", "cinisello", "d1", "hall", "r1", "anna", "x", "gateway", "0" * 32])
TEXTS = st.text(st.characters(exclude_categories=()), max_size=20)
FAR = [2**31, 2**53, 2**63 - 1, 2**63, -(2**63), 10**40]
NUMBERS = st.one_of(st.integers(-2, 10), st.integers(), st.sampled_from(FAR))
LEAVES = st.one_of(st.none(), st.booleans(), NUMBERS, st.floats(), TEXTS, IDS)
JUNK = st.recursive(LEAVES, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4))
WORDS = st.sampled_from(["Europe/Rome", "desk", "zone", "04A1B2C3D4E580", "08A1B2C3", "00" * 32, "2026-11-23", "Zoë"])
YEARS = st.sampled_from(["2026", "2027", "0"])
TAGS = st.sampled_from(["*", '"1"', '"2"', "0123456789abcdef", "fedcba9876543210"])
HEADERS = st.dictionaries(
    st.sampled_from(["If-Match", "If-None-Match", "Idempotency-Key", "Content-Type", "Accept"]),
    TAGS | st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40),
    max_size=3,
)
ASKED = st.sampled_from(["cursor", "limit", "day", "since", "generation", "into", "dry_run", "x"])
QUERIES = st.dictionaries(ASKED, TEXTS | IDS | WORDS, max_size=3)

FILES = (
    b"Nome;Data di nascita;Sede\nAnna;1/2/2010;matera\n",
    b"UID;Persona\n04A1B2C3D4E599;anna\n",
    b"Sede;Risorsa;Persona;Inizio;Fine\nmatera;d1;anna;23/11/2026 9:00;10:00\n",
    b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:a\nDTSTART:20270101T090000Z\nDURATION:PT1H\nEND:VEVENT\nEND:VCALENDAR\n",
)
DESCRIBED = description()
ROUTES = [
    (verb.upper(), path, route)
    for path, verbs in DESCRIBED["paths"].items()
    for verb, route in verbs.items()
    if path not in {"/healthz", "/readyz", "/feeds/{token}.ics"}
]

MAKING = [route for route in ROUTES if route[0] == "POST" and route[1].rpartition("/")[2] in {"people", "openings"}]
"""Where something is made of little, so that it is."""
NUMBERED = {"{year}", "{from_ms}"}


def fitting(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Values that a schema may well take."""
    if "$ref" in schema:
        schema = DESCRIBED["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
    if "anyOf" in schema:
        return st.one_of(*map(fitting, schema["anyOf"]))
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    match schema.get("type"):
        case "integer":
            least = schema.get("minimum", 0)
            return st.integers(least, min(schema.get("maximum", 9_000), least + 9_000))
        case "boolean":
            return st.booleans()
        case "array":
            return arrays(schema)
        case "object":
            return objects(schema)
        case "null":
            return st.none()
        case _:
            return IDS | WORDS


def arrays(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "prefixItems" in schema:
        return st.tuples(*map(fitting, schema["prefixItems"]))
    return st.lists(fitting(schema["items"]), max_size=3)


def objects(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    if "properties" not in schema:
        (inner,) = [*schema.get("patternProperties", {}).values()] or [schema["additionalProperties"]]
        return st.dictionaries(IDS, fitting(inner), max_size=3)
    return st.fixed_dictionaries({name: bent(inner) for name, inner in schema["properties"].items()})


def bent(schema: dict[str, Any]) -> st.SearchStrategy[Any]:
    """Mostly what fits, at times what does not."""
    return st.integers(0, 19).flatmap(lambda chance: JUNK if chance == 0 else fitting(schema))


def bodies(route: dict[str, Any]) -> st.SearchStrategy[bytes]:
    junk = st.binary(max_size=60) | JUNK.map(lambda body: json.dumps(body).encode())
    if "requestBody" not in route:
        return st.just(b"") | junk
    content = route["requestBody"]["content"]
    if "application/json" not in content:
        return st.sampled_from(FILES) | st.binary(max_size=60)
    schema = content["application/json"]["schema"]
    whole = fitting(schema).map(lambda body: json.dumps(body).encode())
    return st.integers(0, 9).flatmap(lambda chance: junk if chance == 0 else whole)


@st.composite
def requests(draw: st.DrawFn) -> dict[str, Any]:
    verb, path, route = draw(st.one_of(st.sampled_from(ROUTES), st.sampled_from(ROUTES), st.sampled_from(MAKING)))
    filled = re.sub(r"\{[a-z_]+\}", lambda found: draw(YEARS if found[0] in NUMBERED else IDS), path)
    known = {"Content-Type": "application/json"} | draw(HEADERS)
    query = {name: text.encode("utf-8", "surrogatepass") for name, text in draw(QUERIES).items()}
    return {"method": verb, "url": filled, "headers": known, "params": query, "content": draw(bodies(route))}


@pytest.fixture
def fuzzed(both: Centre) -> Centre:
    """A registry in which much of what is asked for is there."""
    both.made("/sites/matera/openings", {"weekday": 0, "from_minute": 1, "to_minute": 2})
    both.made(f"/people/{both.admit('matera')}/badges", {"uid": "04A1B2C3D4E581"})
    both.registry.add_person(Profile("Anna"), "anna")
    both.ask("PUT", "/sites/matera/rights/anna", {"zones": ["hall"]})
    return both


@pytest.mark.timeout(300)
def test_nothing_that_is_sent_makes_it_fail(fuzzed: Centre) -> None:
    reached: Counter[int] = Counter()
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.filter_too_much]

    @settings(max_examples=1_500, deadline=None, suppress_health_check=checks)
    @given(request=requests())
    def send(request: dict[str, Any]) -> None:
        gateway = request["url"].startswith("/api/v1/gateway/")
        token = fuzzed.gateways["matera"].token if gateway else fuzzed.token
        answer = fuzzed.http.request(**request | {"headers": request["headers"] | {"Authorization": f"Bearer {token}"}})
        reached[answer.status_code] += 1
        assert answer.status_code < 500, answer.text
        if answer.status_code >= 400:
            said = answer.json()
            assert (said["status"], bool(said["detail"])) == (answer.status_code, True)

    send()
    assert {200, 201, 404, 422} <= set(reached), reached
    assert fuzzed.ask("GET", "/occupancy").status_code == 200
    for kind in ("people", "sites", "sites/matera/bookings?day=1970-01-01", "sites/matera/rights", "overview"):
        assert fuzzed.ask("GET", f"/{kind}").status_code == 200, kind
