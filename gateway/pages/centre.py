"""The registry as staff at the site's own pages ask it: in their own names, by its published API.

The gateway's token gives nobody a badge. With it the registry lends a token of the very person who stands here and
shows login, password and second step, for this site's badges and for an hour (docs/adr/0031). It is held in this
process's memory, by session, and never written down.
"""

import json
from dataclasses import dataclass, field
from typing import Any

import urllib3
from urllib3.exceptions import HTTPError

from access.clock import SECOND_MS
from gateway.link.client import ANSWER_BYTES, Address, token_in, trusted, unreached
from gateway.link.trouble import BAD_ANSWER, NoToken, Unreachable
from pages.sessions import Session, Sessions

CONNECT_S, READ_S = 3.0, 10.0
CONNECTIONS = 4
UNDERSTOOD = frozenset({200, 201, 403, 404, 409, 422, 429})


class Away(Exception):
    """The registry cannot be asked now; the message is one sentence, of a ``kind`` that pages may have words for."""

    def __init__(self, sentence: str, kind: str = "") -> None:
        super().__init__(sentence)
        self.kind = kind


@dataclass(frozen=True, slots=True)
class Said:
    """An answer of the registry: its status, and its body."""

    status: int
    body: dict[str, Any]

    @property
    def kind(self) -> str:
        """Which problem it tells of; "" where it tells of none."""
        return str(self.body.get("type", "")).removeprefix("urn:hubout:problem:")


class Centre:
    """The registry at an address; for several threads. Every request raises Away where it is not answered."""

    def __init__(self, address: Address) -> None:
        self._address = address
        self._pool: urllib3.PoolManager | None = None

    def lend(self, login: str, password: str, code: str) -> Said:
        """Ask for a token of whoever this is."""
        try:
            own = token_in(self._address.token_file)
        except NoToken as error:
            raise Away(str(error), error.kind) from error
        return self.ask(own, "POST", "gateway/staff", {"login": login, "password": password, "code": code})

    def ask(self, token: str, method: str, path: str, body: object = None) -> Said:
        """Ask the API with a token."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        sent = None if body is None else json.dumps(body).encode()
        try:
            answer = self._connected().request(
                method,
                f"{self._address.url}/api/v1/{path}",
                body=sent,
                headers=headers,
                retries=False,
                redirect=False,
                preload_content=False,
            )
            raw = answer.read(ANSWER_BYTES)
            answer.release_conn()
        except (HTTPError, OSError) as error:
            said = unreached(error, self._address)
            raise Away(str(said), said.kind) from error
        except Unreachable as error:
            raise Away(str(error), error.kind) from error
        return _read(answer.status, raw)

    def _connected(self) -> urllib3.PoolManager:
        if self._pool is None:
            timeout = urllib3.Timeout(connect=CONNECT_S, read=READ_S)
            secure = self._address.url.startswith("https:")
            trust = trusted(self._address.ca_file) if secure else None
            self._pool = urllib3.PoolManager(timeout=timeout, maxsize=CONNECTIONS, ssl_context=trust)
        return self._pool


def _read(status: int, raw: bytes) -> Said:
    try:
        body = json.loads(raw)
    except ValueError:
        body = None
    if status not in UNDERSTOOD | {401} or not isinstance(body, dict):
        raise Away(f"the registry answered {status}; try again, and see its log where that lasts", BAD_ANSWER)
    return Said(status, body)


@dataclass(frozen=True, slots=True)
class Lent:
    """A token of somebody's, until when (monotonic seconds), and how far the registry's clock is ahead of that one."""

    token: str
    until_s: float
    ahead_ms: int

    def now_ms(self, now_s: float) -> int:
        """What the registry's clock says."""
        return int(now_s * SECOND_MS) + self.ahead_ms


def lent(said: Said, now_s: float) -> Lent:
    """The token that an answer lends."""
    at_ms, until_ms = int(said.body["at_ms"]), int(said.body["until_ms"])
    return Lent(str(said.body["token"]), now_s + (until_ms - at_ms) / SECOND_MS, at_ms - int(now_s * SECOND_MS))


@dataclass(slots=True)
class Lending:
    """The tokens that are lent, each to a session that lives."""

    sessions: Sessions
    _of: dict[str, Lent] = field(default_factory=dict)

    def of(self, session: Session, now_s: float) -> Lent | None:
        """What is lent to a session."""
        found = self._of.get(session.id)
        return found if found is not None and now_s < found.until_s else None

    def keep(self, session: Session, made: Lent) -> None:
        """Hold it, and no other session's that is over."""
        self._of = {ident: one for ident, one in self._of.items() if ident in self.sessions.live}
        self._of[session.id] = made

    def drop(self, session: Session) -> None:
        """It opens nothing any more."""
        self._of.pop(session.id, None)
