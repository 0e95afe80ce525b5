"""The registry as a simulated process: the routes that gateways ask, on real bytes and a real database, one at a time.

It may die at any moment of a request: before what it writes is committed, or after it and before it could say so.
"""

import json
import shutil
import sqlite3
from collections.abc import Callable, Coroutine, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from functools import cache, lru_cache
from inspect import Parameter, iscoroutine, signature
from pathlib import Path
from types import SimpleNamespace
from typing import Any, ParamSpec, TypeVar, cast
from urllib.parse import SplitResult, parse_qsl, urlsplit

from sqlalchemy import Connection, update
from sqlalchemy.exc import OperationalError
from starlette.requests import Request
from starlette.responses import Response

from gateway.link.answers import Answered
from hubout.simulate.agenda import Agenda
from hubout.simulate.books import Books, Prepared
from hubout.simulate.places import SITES, token_of
from registry.accounts.tokens import Gateway
from registry.accounts.used import Used
from registry.api import gateway as api_gateway
from registry.api import layouts as api_layouts
from registry.downlink.applied import Noted
from registry.edit import editing
from registry.guard.gate import GATEWAYS, answer, unavailable
from registry.guard.glances import Glances
from registry.problems import Kind, Problem
from registry.settings import Settings, Shared
from registry.sites.keys import Keys
from registry.tables import core as tables

T = TypeVar("T")
P = ParamSpec("P")
BEFORE_COMMIT, AFTER_COMMIT = "before its commit", "after its commit"


class Died(Exception):
    """The process is gone; whoever asked gets no answer."""


class _Mortal(Books):
    """A database whose process can die around a commit."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.dies, self.committed_its_last = "", False
        self.wrote: Callable[[], None] = lambda: None

    @contextmanager
    def write(self) -> Iterator[Connection]:
        self.committed_its_last = False
        with super().write() as connection:
            yield connection
            self._die(BEFORE_COMMIT)
        self.committed_its_last = True
        self.wrote()
        self._die(AFTER_COMMIT)

    def _die(self, moment: str) -> None:
        if self.dies == moment:
            raise Died


class _AtOnce(ThreadPoolExecutor):
    """A thread that is always done before anybody looks."""

    def submit(self, fn: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        future = Future[T]()
        future.set_result(fn(*args, **kwargs))
        return future


class _NotedAtOnce(Noted):
    def __init__(self, database: Books, wall_ms: Callable[[], int]) -> None:
        super().__init__(database, wall_ms)
        self._writer = _AtOnce(1)


class _GlancesAtOnce(Glances):
    async def of(self, look: Callable[[], T]) -> T:
        return look()


class Centre:
    """The process and its disk. ``up``: whether it runs."""

    def __init__(self, prepared: Prepared, folder: Path, agenda: Agenda, begins_ms: int) -> None:
        """Begin with a copy of what was prepared, at this true wall time."""
        self.path, self.keys, self.begins_ms = prepared.copied(folder), Keys(prepared.keys), begins_ms
        self._agenda = agenda
        self._checking: sqlite3.Connection | None = None
        self.wrote: Callable[[], None] = lambda: None
        self.died: Callable[[], None] = lambda: None
        self._sites = {token_of(site): site for site in SITES}
        self.up = False
        self.start()

    def wall_ms(self) -> int:
        """The registry's wall clock, which is right."""
        return self.begins_ms + self._agenda.now_ms

    def start(self) -> None:
        """Open the database as it is on disk."""
        self.database = _Mortal(self.path)
        settings = Settings(f"sqlite:///{self.path}", self.keys.folder, wall_ms=self.wall_ms)
        noted = _NotedAtOnce(self.database, self.wall_ms)
        shared = Shared(settings, self.database, self.keys, noted, Used(self.database, self.wall_ms), _GlancesAtOnce())
        self._app = SimpleNamespace(state=SimpleNamespace(shared=shared))
        self.database.wrote = lambda: self.wrote()  # noqa: PLW0108 -- whoever watches may come later
        self.up = True

    @property
    def committed_its_last(self) -> bool:
        """Whether the last write reached the disk."""
        return self.database.committed_its_last

    def stop(self) -> None:
        """Be gone: what is committed stays."""
        self.up = False
        self.database.close()

    def glimpse(self, query: str, values: tuple[object, ...]) -> list[tuple[Any, ...]]:
        """What the file holds, for a checker: over a connection of its own, whether the process runs or not."""
        if self._checking is None:
            self._checking = sqlite3.connect(f"file:{self.path}?mode=ro", uri=True, isolation_level=None)
        return self._checking.execute(query, values).fetchall()

    def restore(self, backup: Path, generation: str) -> None:
        """Put an old copy in the place of the database, begin a new generation as staff must, and run again."""
        if self.up:
            self.stop()
        if self._checking is not None:
            self._checking.close()
            self._checking = None
        for ending in ("", "-wal", "-shm"):
            self.path.with_name(f"{self.path.name}{ending}").unlink(missing_ok=True)
        shutil.copyfile(backup, self.path)
        self.start()
        with editing(self.database, self.wall_ms()) as edit:
            edit.connection.execute(update(tables.feed).values(generation=generation))

    def close(self) -> None:
        """The run is over."""
        self.stop()
        if self._checking is not None:
            self._checking.close()

    def dies_at_its_next_commit(self, moment: str) -> None:
        """Die at this moment of the next write."""
        self.database.dies = moment

    def ask(self, method: str, what: str, body: bytes | None, headers: Mapping[str, str]) -> Answered:
        """Answer one request of a gateway. Raises Died."""
        try:
            given = self._given(method, urlsplit(what), body or b"", headers)
        except Died:
            self.stop()
            self.died()
            raise
        except Problem as problem:
            given = answer(problem)
        except OperationalError:
            given = answer(unavailable())
        if not isinstance(given, Response):
            return Answered(200, {}, json.dumps(given).encode())
        return Answered(given.status_code, given.headers, bytes(given.body))

    def _given(self, method: str, what: SplitResult, body: bytes, headers: Mapping[str, str]) -> Any:  # noqa: ANN401 -- whatever the route gives
        site = self._sites.get(headers.get("Authorization", "").removeprefix("Bearer "))
        if site is None:
            raise Problem(Kind.NO_CREDENTIAL, "send Authorization: Bearer with a token in force.")
        asked = [(name.lower().encode(), value.encode()) for name, value in headers.items()]
        state = {"principal": Gateway(site, f"{site}-gateway"), "body": body}
        request = Request({"type": "http", "headers": asked, "state": state, "app": self._app})
        endpoint = ROUTES.get((method, f"{GATEWAYS}{what.path}"))
        if endpoint is None:
            raise Problem(Kind.NOT_FOUND, "see /api/v1/openapi.json for what there is.")
        return _finished(endpoint(request, **_arguments(endpoint, what.query)))


def _routes() -> dict[tuple[str, str], Callable[..., Any]]:
    found = [*api_gateway.router.routes, *api_layouts.router.routes]
    return {(method, cast("Any", r).path): cast("Any", r).endpoint for r in found for method in cast("Any", r).methods}


@cache
def _parameters(endpoint: Callable[..., Any]) -> Mapping[str, Parameter]:
    return signature(endpoint).parameters


@lru_cache(maxsize=100)
def _arguments(endpoint: Callable[..., Any], query: str) -> Mapping[str, Any]:
    """The query's members as the endpoint takes them; its own defaults for the rest. Gateways ask the same for long."""
    known = _parameters(endpoint)
    said = {name: value for name, value in parse_qsl(query, keep_blank_values=True) if name in known}
    return {name: value if isinstance(known[name].default, str) else int(value) for name, value in said.items()}


def _finished(given: Any) -> Any:  # noqa: ANN401 -- whatever the route gives
    """What a coroutine that waits for nothing gives."""
    if not iscoroutine(given):
        return given
    running: Coroutine[None, None, Any] = given
    try:
        running.send(None)
    except StopIteration as stop:
        return stop.value
    raise RuntimeError("a route waits for something outside of the simulation")


ROUTES = _routes()
