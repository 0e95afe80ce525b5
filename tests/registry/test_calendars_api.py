"""Closures and weekly opening hours."""

import pytest

from tests.support.centres import NINE_MS, Centre, problem

CLOSURE = {"start_ms": NINE_MS, "end_ms": NINE_MS + 1, "why": "Festa della Bruna"}
OPENING = {"weekday": 0, "from_minute": 540, "to_minute": 1_080}


@pytest.mark.parametrize(("kind", "body"), [("closure", CLOSURE), ("opening", OPENING)])
def test_it_is_made_told_listed_and_taken_back(both: Centre, kind: str, body: dict[str, object]) -> None:
    made = both.made(f"/sites/matera/{kind}s", body)
    assert made == body | {"id": made["id"]}
    assert both.feed("matera") == {(kind, made["id"]): made}
    assert both.ask("GET", f"/sites/matera/{kind}s").json() == {"items": [made], "next": None}
    assert both.ask("GET", f"/sites/cinisello/{kind}s").json()["items"] == []
    path = f"/sites/matera/{kind}s/{made['id']}"
    assert problem(both.ask("DELETE", path.replace("matera", "cinisello"))) == (404, "not-found")
    assert both.ask("DELETE", path).status_code == 204
    assert problem(both.ask("DELETE", path)) == (404, "not-found")
    assert both.feed("matera") == {}


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("closure", {"end_ms": NINE_MS}),
        ("closure", {"why": ""}),
        ("closure", {"why": "\u0007"}),
        ("closure", {"start_ms": None}),
        ("opening", {"weekday": 7}),
        ("opening", {"weekday": -1}),
        ("opening", {"from_minute": 1_080}),
        ("opening", {"to_minute": 1_441}),
        ("opening", {"from_minute": 9.5}),
    ],
)
def test_what_cannot_be_is_refused(shared: Centre, kind: str, change: dict[str, object]) -> None:
    body = (CLOSURE if kind == "closure" else OPENING) | change
    assert problem(shared.ask("POST", f"/sites/matera/{kind}s", body)) == (422, "invalid")


def test_opening_hours_are_listed_by_weekday_and_hour(both: Centre) -> None:
    for weekday, start in ((4, 540), (0, 840), (0, 540)):
        both.made("/sites/matera/openings", {"weekday": weekday, "from_minute": start, "to_minute": start + 60})
    listed = both.ask("GET", "/sites/matera/openings").json()["items"]
    assert [(item["weekday"], item["from_minute"]) for item in listed] == [(0, 540), (0, 840), (4, 540)]
