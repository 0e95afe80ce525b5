"""What is wrong with a request is said in plain words: what, where, what to do; and never what was sent."""

import pytest

from tests.support.centres import API, Centre, problem

SECRET = "04a1b2c3d4e580"
PIN = {"pin": SECRET}
CLOSURE = {"kind": "closure", "site": "matera", "start_ms": 0, "end_ms": 1}


@pytest.mark.parametrize(
    ("path", "body", "words"),
    [
        ("/people", [SECRET], "the body is no JSON object; correct it and send again."),
        ("/people", {}, "name is missing; correct it and send again."),
        ("/people", {"name": "Anna", SECRET * 2: 1}, "is not known here;"),
        ("/people", {"name": 5}, "name is no text;"),
        ("/people", {"name": ""}, "name has fewer than 1 characters;"),
        ("/people", {"name": SECRET * 50}, "name has more than "),
        ("/people", {"name": "Anna", "suspended": SECRET}, "suspended is neither true nor false;"),
        ("/sites", {"id": SECRET.upper(), "name": "M"}, "id is not written as ^[a-z0-9-]{1,32}$;"),
        ("/sites", {"id": "m", "name": "M", "timezone": SECRET}, "timezone cannot be used: this is no IANA time zone"),
        ("/sites", {"id": "m", "name": "M", "no_show_minutes": "5"}, "no_show_minutes is no whole number;"),
        ("/sites", {"id": "m", "name": "M", "no_show_minutes": -1}, "no_show_minutes is less than 0;"),
        ("/decisions", {"requests": []}, "requests holds fewer than 1;"),
        ("/decisions", {"requests": SECRET}, "requests is no list;"),
        ("/previews", {"change": {"kind": SECRET}}, "change has a 'kind' that is none of 'closure', "),
        ("/previews", {"change": {}}, "change has no 'kind';"),
        ("/sites/matera/imports/ical?into=" + SECRET, {}, "into is none of 'closures' or 'sessions';"),
        ("/decisions", {"requests": [{"site": "m", "door": "d", "badge": "b", **PIN}]}, "requests.0.pin is none of 'r"),
    ],
    ids=str,
)
def test_a_mistake_is_one_sentence_that_repeats_nothing(both: Centre, path: str, body: object, words: str) -> None:
    answer = both.ask("POST", path, body)
    assert problem(answer) == (422, "invalid")
    assert words in answer.json()["detail"]
    assert "input" not in answer.json()["detail"].lower()
    assert SECRET not in answer.json()["detail"].replace(SECRET * 2, "").lower()


def test_what_is_no_json_is_said_so(both: Centre) -> None:
    headers = {"Authorization": f"Bearer {both.token}", "Content-Type": "application/json"}
    answer = both.http.post(f"{API}/people", content=b'{"name": "04A1', headers=headers)
    assert (problem(answer), answer.json()["detail"]) == (
        (422, "invalid"),
        "the body is no JSON; correct it and send again.",
    )


def test_every_mistake_is_named_beside_the_first(both: Centre) -> None:
    answer = both.ask("POST", "/previews", {"change": CLOSURE | {"end_ms": "x", "why": 1}})
    assert answer.json()["errors"] == [
        {"where": "change.closure.end_ms", "what": "is no whole number"},
        {"where": "change.closure.why", "what": "is not known here"},
    ]
