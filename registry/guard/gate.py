"""The gate before every request: who asks, whether they may, how often and how much; then its line in the log.

Only /healthz and /readyz pass without a credential. What lies under /api/v1/gateway opens to gateways, what lies under
/feeds to the token in its address, all else to the API's tokens: by address, so that a new page is closed until
somebody opens it.
"""

import asyncio
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, field
from math import ceil
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import SQLAlchemyError
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from registry.accounts import tokens
from registry.guard.metrics import Served
from registry.guard.rate import Rates
from registry.ical import feed_tokens
from registry.problems import MEDIA_TYPE, Kind, Problem
from registry.settings import Shared
from registry.uplink.intake import Intake, TurnedAway

OPEN = frozenset({"/healthz", "/readyz"})
GATEWAYS = "/api/v1/gateway/"
APPENDS = f"{GATEWAYS}events"
LANE = f"{GATEWAYS}lane"
COME_AGAIN_S = 2
"""After this a gateway whose append was turned away tries again."""
_DIGITS = 20
Opening = AbstractContextManager[Connection]
"""A connection of the database that is about to be opened."""
FEEDS_PER_S = 0.2
FEEDS_BURST = 20
"""How often one feed may be read, and how often all together may ask for feeds that there are not."""


def answer(problem: Problem) -> JSONResponse:
    """A problem as a response."""
    return JSONResponse(problem.body(), problem.kind.status, problem.headers, MEDIA_TYPE)


@dataclass(slots=True)
class Gate:
    """The middleware; ``served`` is told of every answer."""

    app: ASGIApp
    shared: Shared
    rates: Rates
    served: Served
    feed_rates: Rates = field(default_factory=lambda: Rates(FEEDS_PER_S, FEEDS_BURST))
    intake: Intake = field(init=False)

    def __post_init__(self) -> None:
        """Begin with nobody in line."""
        self.intake = Intake(self.shared.settings.limits.appends, self.shared.settings.mono_s)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let one request through, or answer it here."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        await self.served.watch(self._pass, scope, receive, send, self.shared.settings.mono_s)

    async def _pass(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await self._admit(scope)
            if scope["path"] == APPENDS:
                await self._append(scope, receive, send)
            else:
                await self._serve(scope, receive, send, await self._body(scope, receive))
        except Problem as problem:
            await answer(problem)(scope, receive, send)

    async def _serve(self, scope: Scope, receive: Receive, send: Send, body: bytes) -> None:
        scope["state"]["body"] = body
        await self.app(scope, _replay(body, receive), send)

    async def _append(self, scope: Scope, receive: Receive, send: Send) -> None:
        """A gateway's rows: read and worked on in turn. Raises Problem."""
        site = scope["state"]["principal"].site
        try:
            async with self.intake.held_for(site, self._declared(scope)) as left_s:
                body = await self._body(scope, receive)
                async with self.intake.worked_on_for(site, left_s):
                    await self._serve(scope, receive, send, body)
        except TurnedAway:
            retry = {"Retry-After": str(COME_AGAIN_S)}
            raise Problem(Kind.TOO_MANY, "other sites' rows go first; send again as Retry-After says.", retry) from None

    def _declared(self, scope: Scope) -> int:
        """How many bytes a body says to have; as many as one may, where it does not say."""
        limit = self.shared.settings.limits.body_bytes
        declared = Headers(scope=scope).get("content-length", "")
        return min(int(declared), limit) if declared.isdecimal() and len(declared) < _DIGITS else limit

    async def _admit(self, scope: Scope) -> None:
        """Put the principal of a request into its state. Raises Problem."""
        state: dict[str, Any] = scope.setdefault("state", {})
        if scope["path"] in OPEN:
            return
        if scope["path"].startswith(feed_tokens.PREFIX):
            state["principal"] = await self._subscriber(scope["path"])
            return
        principal = await self._principal(scope)
        state["principal"] = principal
        if isinstance(principal, tokens.Caller):
            self.shared.used.note(principal.id, principal.last_day)
        if scope["path"].startswith(GATEWAYS) != isinstance(principal, tokens.Gateway):
            raise Problem(Kind.NOT_YOURS, "gateways and others have different addresses; use your own.")
        # A gateway's backlog must not use up what its lane may ask.
        name = principal.id if isinstance(principal, tokens.Caller) else repr(principal)
        self._pace(self.rates, f"lane {name}" if scope["path"] == LANE else name)

    async def _principal(self, scope: Scope) -> tokens.Principal:
        token = tokens.of_header(Headers(scope=scope).get("authorization", ""))
        principal = None if token is None else await self._found(token, at_once=scope["path"] == LANE)
        if principal is None:
            challenge = {"WWW-Authenticate": "Bearer"}
            raise Problem(Kind.NO_CREDENTIAL, "send Authorization: Bearer with a token in force.", challenge)
        return principal

    async def _subscriber(self, path: str) -> feed_tokens.Subscriber:
        token = feed_tokens.of_path(path)
        found = None if token is None else await run_in_threadpool(self._reader, token)
        self._pace(self.feed_rates, "nobody" if found is None else found.id)
        if found is None:
            raise Problem(Kind.NOT_FOUND, "there is no such calendar, or no longer; ask staff for a new address.")
        return found

    async def _found(self, token: str, *, at_once: bool) -> tokens.Principal | None:
        """Whose token it is; ``at_once``: not behind other requests."""
        database = self.shared.database
        if at_once:
            return await self.shared.glances.of(lambda: self._holder(token, database.glance()))
        return await run_in_threadpool(self._holder, token, database.read())

    def _holder(self, token: str, opening: Opening) -> tokens.Principal | None:
        with _reading(opening) as connection:
            return tokens.find(connection, token, self.shared.settings.wall_ms())

    def _reader(self, token: str) -> feed_tokens.Subscriber | None:
        with _reading(self.shared.database.read()) as connection:
            return feed_tokens.find(connection, token)

    def _pace(self, rates: Rates, name: str) -> None:
        wait_s = rates.wait_s(name, self.shared.settings.mono_s())
        if wait_s:
            retry = {"Retry-After": str(ceil(wait_s))}
            raise Problem(Kind.TOO_MANY, "this credential asks too often; wait as Retry-After says.", retry)

    async def _body(self, scope: Scope, receive: Receive) -> bytes:
        """The whole body, bounded in size and time. Raises Problem."""
        limits = self.shared.settings.limits
        declared = Headers(scope=scope).get("content-length", "0")
        too_large = Problem(Kind.TOO_LARGE, f"a request is at most {limits.body_bytes} bytes; send less at once.")
        if not declared.isdecimal() or int(declared[:_DIGITS]) > limits.body_bytes:
            raise too_large
        try:
            async with asyncio.timeout(limits.body_s):
                body = await _read(receive, limits.body_bytes)
        except TimeoutError:
            raise Problem(Kind.TIMEOUT, f"a request arrives within {limits.body_s:.0f} seconds; send again.") from None
        if len(body) > limits.body_bytes:
            raise too_large
        return body


@contextmanager
def _reading(opening: Opening) -> Iterator[Connection]:
    try:
        with opening as connection:
            yield connection
    except SQLAlchemyError as error:
        raise unavailable() from error


async def _read(receive: Receive, limit: int) -> bytes:
    """The body; what exceeds ``limit`` is read no further."""
    parts: list[bytes] = []
    size = 0
    more = True
    while more and size <= limit:
        message = await receive()
        if message["type"] != "http.request":
            break
        parts.append(message.get("body", b""))
        size += len(parts[-1])
        more = message.get("more_body", False)
    return b"".join(parts)


def _replay(body: bytes, receive: Receive) -> Receive:
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again


def unavailable() -> Problem:
    """The database does not answer."""
    return Problem(Kind.UNAVAILABLE, "the database does not answer; try again shortly.", {"Retry-After": "2"})
