"""A whole registry for tests: a real database, a real server, an operator, and gateways with their tokens."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import delete, exists, literal, select, union_all, update

from registry import clock
from registry.accounts.openid_file import Provider
from registry.app import create_app
from registry.database import Database
from registry.settings import Limits, Settings
from registry.setup import GatewayFiles, Registry
from registry.tables import core as tables
from registry.tables.base import METADATA
from tests.support import fixed_day
from tests.support.plain import PLAIN
from tests.support.served import served

_FULL = union_all(*(select(literal(one.name)).where(exists(select(one))) for one in METADATA.sorted_tables))
"""The names of the tables that hold anything."""
API = "/api/v1"
HOUR_MS = 3_600_000
NINE_MS = 1_795_420_800_000
"""Monday 2026-11-23, 09:00 at Rome."""


@dataclass(slots=True)
class Centre:
    """A running registry; ``ask`` speaks as its operator, ``as_gateway`` as a site's gateway.

    ``database`` is the server's own, ``registry`` another process's would be.
    """

    url: str
    registry: Registry
    http: httpx.Client
    token: str
    database: Database
    gateways: dict[str, GatewayFiles] = field(default_factory=dict)

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Ask as the operator; underscores in a header's name stand for hyphens."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        said.setdefault("Authorization", f"Bearer {self.token}")
        return self._send(method, API + path, body, said)

    def made(self, path: str, body: object) -> dict[str, Any]:
        """POST as the operator what must succeed."""
        answer = self.ask("POST", path, body)
        assert answer.status_code == 201, answer.text
        said: dict[str, Any] = answer.json()
        return said

    def add_site(self, site: str) -> GatewayFiles:
        """Make a site with a desk d1 and d2, a room r1 and a zone, all in its zone ``hall``."""
        self.gateways[site] = self.registry.add_site(site, site.title())
        for ident, kind in (("d1", "desk"), ("d2", "desk"), ("r1", "room")):
            self.made(f"/sites/{site}/resources", {"id": ident, "kind": kind, "name": ident, "zone": "hall"})
        hall = {"id": "hall", "kind": "zone", "name": "Hall", "zone": "hall", "capacity": 2}
        self.made(f"/sites/{site}/resources", hall)
        return self.gateways[site]

    def wipe(self) -> None:
        """Forget everything: as a registry that just began, with an operator and a generation of its own."""
        with self.registry.database.write() as connection:
            full = set(connection.execute(_FULL).scalars())
            for table in reversed(METADATA.sorted_tables):
                if table.name in full and table is not tables.feed:
                    connection.execute(delete(table))
            connection.execute(update(tables.feed).values(version=0, swept_ms=0))
        self.registry.new_generation()
        for path in self.registry.keys.folder.iterdir():
            path.unlink()
        self.gateways.clear()
        self.token = self.registry.first_operator() or ""

    def admit(self, site: str, name: str = "Anna") -> str:
        """Make a person who may enter the site's hall, and give the id."""
        person: str = self.made("/people", {"name": name})["id"]
        answer = self.ask("PUT", f"/sites/{site}/rights/{person}", {"zones": ["hall"]})
        assert answer.status_code == 201, answer.text
        return person

    def as_gateway(self, site: str, method: str, path: str, body: object = None, **headers: str) -> httpx.Response:
        """Ask as the site's gateway."""
        said = {name.replace("_", "-"): value for name, value in headers.items()}
        said.setdefault("Authorization", f"Bearer {self.gateways[site].token}")
        return self._send(method, f"{API}/gateway{path}", body, said)

    def _send(self, method: str, path: str, body: object, headers: dict[str, str]) -> httpx.Response:
        """Send JSON as ASCII: whatever a body holds can be sent, lone surrogates too."""
        content = None if body is None else json.dumps(body)
        return self.http.request(method, path, content=content, headers={"Content-Type": "application/json"} | headers)

    def feed(self, site: str) -> dict[tuple[str, str], Any]:
        """What a gateway that begins now is told, by kind and id."""
        answer = self.as_gateway(site, "GET", "/changes?limit=2000").json()
        assert not answer["more"]
        return {(change["kind"], change["id"]): change["record"] for change in answer["changes"]}


def problem(answer: httpx.Response) -> tuple[int, str]:
    """An answer's status and the kind of problem it tells; it must be a problem in form."""
    said = answer.json()
    assert answer.headers["content-type"] == "application/problem+json"
    assert said["status"] == answer.status_code
    assert said["title"]
    assert said["detail"]
    return answer.status_code, said["type"].removeprefix("urn:hubout:problem:")


UNHURRIED = Limits(rate_per_s=1e6, burst=10**6)


@contextmanager
def centre(
    url: str,
    keys: Path,
    limits: Limits = UNHURRIED,
    token: str | None = None,
    wall_ms: Callable[[], int] = fixed_day.wall_ms,
    second_for: frozenset[str] = frozenset(),
    openid: Provider | None = None,
    port: int = 0,
    mono_s: Callable[[], float] = clock.mono_s,
) -> Iterator[Centre]:
    """Give a running registry on the database at ``url``; ``token`` is its operator's, where it has one already."""
    app = create_app(Settings(url, keys, limits, wall_ms, mono_s, second_for, openid))
    with (
        Registry(url, keys, wall_ms) as registry,
        served(app, port) as address,
        httpx.Client(base_url=address, timeout=60, verify=PLAIN) as http,
    ):
        first = registry.first_operator() or token
        assert first is not None
        yield Centre(url, registry, http, first, app.state.shared.database)
