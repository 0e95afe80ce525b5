"""Sites and what can be booked there."""

import pytest

from access.credential import KEY_BYTES
from tests.support.centres import Centre, problem

MATERA = {"id": "matera", "name": "Casino Padula", "timezone": "Europe/Rome"}


def test_a_site_is_made_with_its_key_and_its_gateways_token(empty: Centre) -> None:
    made = empty.made("/sites", MATERA)
    assert {name: made[name] for name in MATERA} == MATERA
    assert len(empty.registry.keys.of("matera")) == KEY_BYTES
    (key_file,) = empty.registry.keys.folder.iterdir()
    assert (key_file.name, key_file.stat().st_mode & 0o777) == ("matera.key", 0o600)
    headers = {"Authorization": f"Bearer {made['token']}"}
    assert empty.http.get("/api/v1/gateway/changes", headers=headers).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"id": "Matera"},
        {"id": ""},
        {"id": "a" * 33},
        {"id": "../etc"},
        {"id": "matera\n"},
        {"name": ""},
        {"name": "   "},
        {"name": "a\u0000b"},
        {"name": "a\nb"},
        {"name": "\u202eevil"},
        {"name": "\ud800"},
        {"name": "x" * 121},
        {"name": 1},
        {"timezone": "Europe/Matera"},
        {"timezone": "../../etc/passwd"},
        {"timezone": ""},
        {"colour": "red"},
    ],
)
def test_a_site_that_cannot_be_is_refused_by_field(shared: Centre, change: dict[str, object]) -> None:
    answer = shared.ask("POST", "/sites", MATERA | {"id": "third"} | change)
    assert problem(answer) == (422, "invalid")
    (name,) = change
    assert answer.json()["errors"][0]["where"] == name


def test_a_sites_id_is_taken_once(shared: Centre) -> None:
    assert problem(shared.ask("POST", "/sites", MATERA)) == (409, "exists")
    assert len(shared.ask("GET", "/sites").json()["items"]) == 2


def test_a_site_is_changed_by_whoever_read_it_last(both: Centre) -> None:
    read = both.ask("GET", "/sites/matera")
    tag, body = read.headers["etag"], {"name": "Padula", "timezone": "Europe/Rome"}
    assert problem(both.ask("PUT", "/sites/matera", body)) == (428, "needs-match")
    assert both.ask("PUT", "/sites/matera", body, If_Match=tag).status_code == 200
    late = both.ask("PUT", "/sites/matera", body, If_Match=tag)
    assert problem(late) == (412, "changed")
    assert late.headers["etag"] == '"2"'
    assert both.ask("GET", "/sites/matera").json()["name"] == "Padula"
    assert both.ask("GET", "/sites/matera", If_None_Match='"2"').status_code == 304
    assert both.ask("PUT", "/sites/matera", body, If_Match="*").status_code == 200


@pytest.mark.parametrize(
    ("verb", "path"),
    [
        ("GET", ""),
        ("PUT", ""),
        ("GET", "/gateways"),
        ("POST", "/gateways"),
        ("GET", "/resources"),
        ("POST", "/resources"),
        ("GET", "/rights"),
        ("GET", "/bookings?day=2026-11-23"),
        ("POST", "/bookings"),
        ("GET", "/closures"),
        ("POST", "/closures"),
        ("GET", "/openings"),
        ("POST", "/openings"),
        ("GET", "/occupancy"),
        ("GET", "/events"),
        ("GET", "/alarms"),
    ],
)
def test_a_site_that_is_not_there_has_nothing(shared: Centre, verb: str, path: str) -> None:
    bodies = {
        "": {"name": "x", "timezone": "Europe/Rome"},
        "/resources": {"id": "d1", "kind": "desk", "name": "d", "zone": "hall"},
        "/bookings": {"resource": "d1", "person": "p", "start_ms": 1, "end_ms": 2},
        "/closures": {"start_ms": 1, "end_ms": 2, "why": "x"},
        "/openings": {"weekday": 0, "from_minute": 1, "to_minute": 2},
    }
    body = bodies.get(path) if verb in {"PUT", "POST"} else None
    assert problem(shared.ask(verb, f"/sites/nowhere{path}", body)) == (404, "not-found")


DESK = {"id": "d9", "kind": "desk", "name": "Desk 9", "zone": "hall"}


def test_resources_are_made_read_changed_and_taken_away(both: Centre) -> None:
    assert both.made("/sites/matera/resources", DESK) == DESK | {
        "capacity": None,
        "buffer_minutes": 0,
        "needs_approval": False,
    }
    assert problem(both.ask("POST", "/sites/matera/resources", DESK)) == (409, "exists")
    both.made("/sites/cinisello/resources", DESK)
    answer = both.ask("GET", "/sites/matera/resources/d9")
    assert answer.json() == DESK | {"capacity": None, "buffer_minutes": 0, "needs_approval": False}
    body = {"name": "By the window"}
    assert problem(both.ask("PUT", "/sites/matera/resources/d9", body)) == (428, "needs-match")
    changed = both.ask("PUT", "/sites/matera/resources/d9", body, If_Match=answer.headers["etag"])
    assert changed.json()["name"] == "By the window"
    assert both.ask("DELETE", "/sites/matera/resources/d9").status_code == 204
    assert problem(both.ask("GET", "/sites/matera/resources/d9")) == (404, "not-found")
    assert problem(both.ask("DELETE", "/sites/matera/resources/d9")) == (404, "not-found")
    assert [item["id"] for item in both.ask("GET", "/sites/matera/resources").json()["items"]] == [
        "d1",
        "d2",
        "hall",
        "r1",
    ]


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "chair"},
        {"zone": ""},
        {"capacity": 3},
        {"kind": "zone", "capacity": 3},
        {"kind": "zone", "zone": "d9", "capacity": 0},
        {"kind": "zone", "zone": "d9", "capacity": True},
        {"kind": "zone", "zone": "d9", "capacity": "3"},
        {"id": None},
    ],
)
def test_a_resource_that_cannot_be_is_refused(shared: Centre, change: dict[str, object]) -> None:
    assert problem(shared.ask("POST", "/sites/matera/resources", DESK | change)) == (422, "invalid")
