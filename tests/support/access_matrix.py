"""Who may what of the API, asked of a real registry: each role, each route; one's own, another's, another site's.

``python -m tests.support.access_matrix > tests/data/access/matrix.txt`` writes the table anew, to be read before it is
kept.
"""

import re
import sys
from collections.abc import Container, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from registry.api.described import needs
from registry.api.desk import Asks
from registry.guard.areas import Role
from registry.guard.whose import BODY, COMMON, ROWS
from tests.support.access_rows import REPORTED
from tests.support.access_world import COHORTS, HERE, OWNERS, PEOPLE, SITES, THERE, World
from tests.support.centres import HOUR_MS, NINE_MS, Centre, centre

METHODS = frozenset({"get", "put", "patch", "post", "delete"})
YES, FORBIDDEN, UNSEEN = "+", "-", "."
HEAD = """\
Who may what, by role held at cinisello; tests/registry/guard/test_access_matrix.py asks all of it.
One's own object, another's at the same site, another site's: + may, - is refused (403), . it is not there (404).
Of a list: + whose rows are shown, . whose are not. One sign alone: there is but one such object.
"""
_LISTS = {
    "/api/v1/people": "person",
    "/api/v1/data-requests": "request",
    "/api/v1/badge-calls": "call",
    "/api/v1/cohorts": "cohort",
    "/api/v1/teams": "team",
    "/api/v1/enrolments": "enrolment",
    "/api/v1/transfers": "transfer",
    "/api/v1/roles": "role",
    "/api/v1/conflicts": "conflict",
    "/api/v1/feeds": "feed",
    "/api/v1/sites": "site",
    "/api/v1/occupancy": "site",
    "/api/v1/overview": "site",
    "/api/v1/tokens": "token",
    "/api/v1/programmes/{programme}/attendance": "person",
}
"""What the lists of many sites' rows are of."""
_OF_SITE = frozenset({"site", "cohort", "closure", "opening", "gateway", "resource", "year", "call"})
_NO_ONES = frozenset({"/api/v1/exports/{kind}", "/api/v1/previews"})
_FIXED = {"year": "2028", "kind": "people", "period": REPORTED}


def owners(method: str, path: str, needed: Asks) -> tuple[str, ...]:
    """Whose objects a route is tried with."""
    names = set(re.findall(r"{(\w+)}", path))
    if (method == "get" and path in _LISTS) or (needed.place is BODY and path != "/api/v1/tokens"):
        return (HERE, THERE) if path == "/api/v1/cohorts" and needed.place is BODY else OWNERS
    if path in _NO_ONES:
        return (HERE, THERE)
    if needed.place in {COMMON, ROWS, BODY} and "token" not in names:
        return (HERE,)
    if method == "delete" and path == "/api/v1/people/{person}" and needed.place.name.endswith("each site"):
        return (HERE, THERE)  # Whoever asks would be gone.
    return (HERE, THERE) if names <= _OF_SITE else OWNERS


def body_of(world: World, path: str, needed: Asks, owner: str) -> Any:  # noqa: ANN401 -- JSON
    """What is sent: where the route reads in the body whose it is, one that says so; else one that no route takes."""
    if needed.place is not BODY and path != "/api/v1/previews":
        return []
    who, site = PEOPLE[owner], SITES[owner]
    start_ms = world.next_ms()
    span = {"start_ms": start_ms, "end_ms": start_ms + HOUR_MS}
    series = {"start": "2026-11-24T09:00", "length_ms": 1, "rule": "FREQ=DAILY;COUNT=1"}
    bodies: dict[str, Any] = {
        "/api/v1/sites/{site}/bookings": {"person": who, "resource": "d2", **span},
        "/api/v1/sites/{site}/series": {"person": who, "resource": "d2", **series, "length_ms": 3_600_000},
        "/api/v1/sites/{site}/waiting": {"person": who, "resource": "r1", **span},
        "/api/v1/cohorts": {"id": COHORTS[owner], "programme": "senior", "site": site, "name": "x"},
        "/api/v1/teams": {"id": COHORTS[owner], "cohort": COHORTS[owner], "name": "x"},
        "/api/v1/enrolments": {"person": who, "cohort": COHORTS[owner], "from_ms": NINE_MS},
        "/api/v1/decisions": {"requests": [{"site": site, "door": "front", "person": who}]},
        "/api/v1/previews": {"change": {"kind": "closure", "site": site, **span}},
        "/api/v1/badge-calls": {"site": site, "reader": "front", "purpose": "enrol", "person": who},
        "/api/v1/tokens": {"name": "x", "scopes": ["people:read"]},
    }
    return bodies[path]


def _asked(world: World, method: str, path: str, needed: Asks, owner: str) -> httpx.Response:
    names = re.findall(r"{(\w+)}", path)
    filled = path
    for name in names:
        value = _FIXED.get(name) or world.object(name, owner)
        filled = filled.replace(f"{{{name}}}", value)
    query = {"day": "2026-11-26"} if path.endswith(("/availability", "/bookings")) and method == "get" else {}
    query |= {"site": SITES[owner]} if "exports" in path else {}
    query |= {"into": "closures"} if path.endswith("/ical") else {}
    sends = method in {"put", "patch", "post"}
    body = body_of(world, path, needed, owner) if sends else None
    return world.centre.http.request(
        method, filled, json=body, params=query, headers={"Authorization": f"Bearer {world.token}"}
    )


def sign(world: World, method: str, path: str, needed: Asks, owner: str) -> str:
    """What comes of one request."""
    answer = _asked(world, method, path, needed, owner)
    assert answer.status_code < 500, (method, path, answer.text)
    assert answer.status_code != 401, (method, path, answer.text)
    if method == "delete" and answer.is_success:
        for name in re.findall(r"{(\w+)}", path)[-1:]:
            world.gone(name, owner)
        world.revive(path, owner)
    if answer.status_code == 404:
        return UNSEEN
    if answer.status_code == 403:
        return FORBIDDEN
    kind = _LISTS.get(path) if method == "get" else None
    return YES if kind is None or world.object(kind, owner) in answer.text else UNSEEN


def cell(world: World, method: str, path: str, needed: Asks) -> str:
    """What comes of a route for one role, by owner."""
    if method == "get" and path in _LISTS:
        for owner in OWNERS:
            world.object(_LISTS[path], owner)
            world.object("session", owner)
    return "".join(sign(world, method, path, needed, owner) for owner in owners(method, path, needed))


def _gentle_first(route: tuple[tuple[str, str], Asks]) -> tuple[bool, bool]:
    (method, _), _ = route
    return method == "delete", method != "get"


def lines(world: World, methods: Container[str] = METHODS) -> Iterator[str]:
    """The table of the routes with these methods."""
    asked = [route for route in needs().items() if route[0][0] in methods]
    found = sorted(asked, key=lambda item: (item[0][1], item[0][0]))
    cells: dict[tuple[str, str], list[str]] = {route: [] for route, _ in found}
    for role in Role:
        world.become(role)
        for (method, path), needed in sorted(found, key=_gentle_first):
            cells[method, path].append(cell(world, method, path, needed))
    yield from HEAD.splitlines()
    yield ""
    names = "".join(f"{role:15}" for role in Role)
    yield f"{'':75}{names}".rstrip()
    for (method, path), needed in found:
        shown = path.removeprefix("/api/v1")
        what = f"{needed.area}:{needed.verb}"
        row = "".join(f"{one:15}" for one in cells[method, path])
        yield f"{method.upper():7}{shown:48}{what:20}{row}".rstrip()


def table(running: Centre, methods: Container[str] = METHODS) -> str:
    """The table of a registry that has nothing yet."""
    world = World(running)
    world.build()
    return "\n".join(lines(world, methods)) + "\n"


def main() -> None:
    """Print the table."""
    with TemporaryDirectory() as folder:
        keys = Path(folder) / "keys"
        with centre(f"sqlite:///{folder}/registry.db", keys, wall_ms=lambda: NINE_MS) as running:
            sys.stdout.write(table(running))


if __name__ == "__main__":
    main()
