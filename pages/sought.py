"""Whom somebody looks for stands in no address: histories, bookmarks and proxies' logs keep those.

A form that looks for people is sent to ``SEEK``, which leads on to its list; what was typed lies in that address sealed
under a key made of the session's cookie. So the list is a page like any other, to reload, go back to and go on from;
who has its address alone reads nothing in it, and once the session is over nobody does. Whoever types such words into
an address themselves is led on to the sealed one, which says why.
"""

import re
from base64 import urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from hashlib import sha256
from urllib.parse import parse_qsl, urlencode

from cryptography.fernet import Fernet, InvalidToken
from starlette.requests import Request
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

SEEK = "/sought"
SEALED = "sought"
"""What the sealed part of an address is called."""
PRIVATE = frozenset({"q", "name", "author", "person", "after"})
"""What may name somebody, where an address is made ``private``: words that are looked for, and where a list ends."""
TYPED = frozenset({"q", "name", "author"})
"""Words of those that somebody can only have typed into an address: no page of ours leads there."""
MOST = 120
_LIST = re.compile(r"(/[a-z-]{1,40}){1,2}")
Pair = tuple[str, str]
_BY_HAND = ("by-hand", "1")
_SAID, _OVER, _HAND = "address", "sought-over", "sought-by-hand"


class Sought:
    """Wraps an ASGI application: what an address holds sealed comes to it as if it had been said openly. ``cookie``
    gives the content of a request's session cookie, "" where it has none.
    """

    def __init__(self, app: ASGIApp, cookie: Callable[[Request], str]) -> None:
        self._app = app
        self._cookie = cookie

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Open what is sealed, and pass on; lead on from an address that says openly whom somebody looks for."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if scope["method"] == "GET" and (sealed := _sealed(scope, self._cookie)) is not None:
            await RedirectResponse(sealed, 303, {"cache-control": "no-store"})(scope, receive, send)
            return
        if SEALED.encode() in scope["query_string"]:
            scope = _opened(scope, self._cookie(Request(scope)))
        await self._app(scope, receive, send)


def told(request: Request) -> str:
    """The key of what a page says first of what was looked for: that it was sealed in another session, so that nobody
    can say what it was, or that it stood in an address that somebody typed. "" where there is nothing to be said.
    """
    state = request.scope.get("state", {})
    return "sought.over" if state.get(_OVER) else "sought.typed" if state.get(_HAND) else ""


def query_of(request: Request) -> str:
    """The query of a request's address as it was asked, and may be told again."""
    return str(request.scope.get("state", {}).get(_SAID, request.url.query))


def private(cookie: str, path: str) -> str:
    """An address of ours with what may name somebody sealed; without a session it is left out."""
    base, _, query = path.partition("?")
    said = parse_qsl(query)
    secret = [(name, value) for name, value in said if name in PRIVATE]
    return _closed(cookie, base, said, secret) if secret else path


def _closed(cookie: str, base: str, said: Sequence[Pair], secret: Sequence[Pair]) -> str:
    told = [(name, value) for name, value in said if name not in PRIVATE]
    if cookie:
        told.append((SEALED, _key(cookie).encrypt_at_time(urlencode(secret).encode(), 0).decode()))
    return f"{base}?{urlencode(told)}" if told else base


def led_to(cookie: str, fields: Mapping[str, str]) -> str | None:
    """Where a form leads that looks for somebody: its ``list`` with what was typed; None where that is no list."""
    path = fields.get("list", "")
    if not _LIST.fullmatch(path):
        return None
    said = {name: value[:MOST] for name, value in fields.items() if value and name not in {"csrf", "list"}}
    return private(cookie, f"{path}?{urlencode(said)}") if said else path


def _opened(scope: Scope, cookie: str) -> Scope:
    asked = scope["query_string"].decode("latin-1")
    said = parse_qsl(asked, keep_blank_values=True)
    found = [value for name, value in said if name == SEALED]
    if not found:
        return scope
    state = {**scope.get("state", {}), _SAID: asked}
    told = [(name, value) for name, value in said if name != SEALED]
    try:
        words = parse_qsl(_key(cookie).decrypt(found[-1].encode()).decode())
        state[_HAND] = _BY_HAND in words
        told += [pair for pair in words if pair != _BY_HAND]
    except (InvalidToken, UnicodeError):
        state[_OVER] = True
    return {**scope, "query_string": urlencode(told).encode(), "state": state}


def _sealed(scope: Scope, cookie: Callable[[Request], str]) -> str | None:
    """Where an address leads that somebody typed words into: to the same page; None where it holds none."""
    said = parse_qsl(scope["query_string"].decode("latin-1"))
    if not any(name in TYPED for name, _ in said):
        return None
    secret, request = [pair for pair in said if pair[0] in PRIVATE], Request(scope)
    return _closed(cookie(request), "/" + request.url.path.lstrip("/"), said, [*secret, _BY_HAND])


def _key(cookie: str) -> Fernet:
    return Fernet(urlsafe_b64encode(sha256(b"hubout sought " + cookie.encode()).digest()))
