"""One kept-alive HTTP connection to the registry: its requests, each answered, or refused in one sentence.

Used by one thread; ``abort`` alone may be called from another. Every request may be sent again.
"""

import socket
import ssl
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, quote_plus, urlsplit

import urllib3
from urllib3.exceptions import HTTPError

from access.log import Gap, Row
from gateway.link.answers import Answered, checked, cut_off
from gateway.link.trouble import NOBODY, SLOW, UNKNOWN_NAME, UNTRUSTED, NoToken, Unreachable
from gateway.link.wire import Acked, Batch, Greeting, Look, Page, Resume, read_answer
from gateway.log.refetched import read_log

ANSWER_BYTES = 8 * 1024 * 1024
CHUNK_BYTES = 64 * 1024
TOKEN_BYTES = 4_096
PAGE_CHANGES = 500


@dataclass(frozen=True, slots=True)
class Address:
    """Where the registry is (``url`` without a slash at its end), and the files with our token and its CA, if any."""

    url: str
    token_file: Path
    ca_file: Path | None = None


@dataclass(frozen=True, slots=True)
class Patience:
    """How long is waited to be connected, between two parts of an answer, and for all of it."""

    connect_s: float = 5.0
    read_s: float = 10.0
    answer_ms: int = 30_000


class RegistryClient:
    """The registry as one link asks it. Every request raises Trouble where it is not answered as it should be."""

    def __init__(self, address: Address, mono_ms: Callable[[], int], patience: Patience | None = None) -> None:
        self._address, self._mono_ms, self._patience = address, mono_ms, patience or Patience()
        self._base = urlsplit(address.url).path
        self._pool: urllib3.HTTPConnectionPool | None = None
        self._connection: object = None
        self._headers: dict[str, str] = {}
        self._seen = ("", "")

    def introduce(self) -> None:
        """From now on use the token as its file holds it now. Raises NoToken."""
        self._headers = {"Authorization": f"Bearer {token_in(self._address.token_file)}"}
        self._seen = ("", "")

    def hello(self, greeting: Greeting) -> Resume:
        """Greet, with the token as its file holds it now; where the registry stands in our log."""
        self.introduce()
        return read_answer(Resume, self._posted("hello", greeting.body()))

    def layout(self, body: bytes) -> None:
        """Tell the site's layout."""
        checked("layout", self._asked("PUT", "layout", body, {"Content-Type": "application/json"}))

    def events(self, batch: Batch) -> int:
        """Send rows of the log; the number up to which the registry has them all."""
        return read_answer(Acked, self._posted("events", batch.body)).acked

    def look(self, generation: str, since: int, epoch: int, after: int) -> Look:
        """What the lane says to a gateway that decides by version ``since``, of denials after ``after``."""
        query = f"generation={quote_plus(generation)}&since={since}&epoch={epoch}&after={after}"
        return read_answer(Look, checked("lane", self._asked("GET", f"lane?{query}", None, {})).body)

    def changes(self, generation: str, since: int, epoch: int) -> Page | None:
        """A page of what changed since this version; None where the registry says that nothing did."""
        query = f"generation={quote_plus(generation)}&since={since}&epoch={epoch}&limit={PAGE_CHANGES}"
        seen = {"If-None-Match": self._seen[1]} if self._seen[0] == query else {}
        answer = checked("changes", self._asked("GET", f"changes?{query}", None, seen))
        if answer.status == 304:
            return None
        page = read_answer(Page, answer.body)
        if page.version == since and not (page.changes or page.more):
            # Only of an answer that changes nothing may a later one say "as before".
            self._seen = (query, answer.headers.get("ETag", ""))
        return page

    def log(self, epoch: int, after: int, limit: int) -> list[Row | Gap]:
        """A part of our own log in this epoch, as the registry holds it after a number."""
        what = f"log?epoch={epoch}&after={after}&limit={limit}"
        return read_log(checked("log", self._asked("GET", what, None, {})).body)

    def call_heard(self, call: str) -> None:
        """Tell that a reader waits for the card of a call."""
        self._posted(path_of("calls", call, "heard"), b"{}")

    def card_read(self, call: str, body: bytes) -> None:
        """Tell which card was shown for a call."""
        self._posted(path_of("calls", call, "card"), body)

    def abort(self) -> None:
        """Break off the request that is being made, if any; from another thread."""
        sock: socket.socket | None = getattr(self._connection, "sock", None)
        if sock is not None:
            cut_off(sock)

    def close(self) -> None:
        """Hang up."""
        pool, self._pool, self._connection = self._pool, None, None
        if pool is not None:
            pool.close()

    def _posted(self, what: str, body: bytes) -> bytes:
        return checked(what, self._asked("POST", what, body, {"Content-Type": "application/json"})).body

    def _asked(self, method: str, what: str, body: bytes | None, headers: Mapping[str, str]) -> Answered:
        """One request and its whole answer, bounded in bytes and time. Raises Unreachable."""
        pool = self._pool or self._connected()
        try:
            response = pool.urlopen(
                method,
                f"{self._base}/api/v1/gateway/{what}",
                body=body,
                headers={**self._headers, **headers},
                retries=False,
                redirect=False,
                preload_content=False,
                decode_content=False,
            )
            raw = self._read(response)
        except (HTTPError, OSError) as error:
            self.close()
            raise unreached(error, self._address) from error
        return Answered(response.status, response.headers, raw)

    def _read(self, response: urllib3.BaseHTTPResponse) -> bytes:
        until_ms = self._mono_ms() + self._patience.answer_ms
        parts: list[bytes] = []
        size = 0
        while part := response.read(CHUNK_BYTES):
            parts.append(part)
            size += len(part)
            if size > ANSWER_BYTES or self._mono_ms() > until_ms:
                response.close()
                raise urllib3.exceptions.ProtocolError("the answer is too long")
        response.release_conn()
        return b"".join(parts)

    def _connected(self) -> urllib3.HTTPConnectionPool:
        parts = urlsplit(self._address.url)
        settings: dict[str, Any] = {
            "maxsize": 1,
            "block": True,
            "timeout": urllib3.Timeout(connect=self._patience.connect_s, read=self._patience.read_s),
        }
        host = parts.hostname or ""
        if parts.scheme == "https":
            trust = trusted(self._address.ca_file)
            pool: urllib3.HTTPConnectionPool = urllib3.HTTPSConnectionPool(
                host, parts.port or 443, ssl_context=trust, **settings
            )
        else:
            pool = urllib3.HTTPConnectionPool(host, parts.port or 80, **settings)
        make = pool.ConnectionCls

        def remembered(**named: object) -> object:
            self._connection = make(**named)  # type: ignore[arg-type]
            return self._connection

        pool.ConnectionCls = remembered  # type: ignore[assignment]
        self._pool = pool
        return pool


def path_of(*names: str) -> str:
    """The path of these names, whatever stands in them: none leads out of its place, or adds to what is asked."""
    return "/".join(quote(name, safe="").replace(".", "%2E") for name in names)


def token_in(path: Path) -> str:
    """The token in a file. Raises NoToken, which never shows it."""
    try:
        with path.open("rb") as file:
            raw = file.read(TOKEN_BYTES)
    except OSError as error:
        raise NoToken(
            f"the registry's token {path} cannot be read: {error.strerror}; see [registry] token_file"
        ) from error
    token = raw.strip().decode("ascii", "replace")
    if not token or not all("!" <= char <= "~" for char in token):
        raise NoToken(f"{path} does not hold one token on one line; get it from the registry anew")
    return token


def trusted(ca_file: Path | None) -> ssl.SSLContext:
    """Whom a connection to the registry believes. Raises Unreachable."""
    try:
        return ssl.create_default_context(cafile=ca_file)
    except OSError as error:
        sentence = f"the CA file {ca_file} cannot be used ({error.strerror}); see [registry] ca_file"
        raise Unreachable(sentence, UNTRUSTED) from error


SAID: dict[type[Exception], tuple[str, str]] = {
    urllib3.exceptions.NameResolutionError: (
        UNKNOWN_NAME,
        "the name in {url} is not known; see [registry] url and the network",
    ),
    urllib3.exceptions.NewConnectionError: (
        NOBODY,
        "nobody answers at {url}; see that the registry runs and the network is up",
    ),
    urllib3.exceptions.TimeoutError: (SLOW, "no answer from {url} in time; see the network and the registry"),
    urllib3.exceptions.SSLError: (
        UNTRUSTED,
        "the certificate of {url} is not trusted; see [registry] ca_file and the clock",
    ),
}


def unreached(error: Exception, address: Address) -> Unreachable:
    """Why the registry did not answer, in one sentence, and of which kind that is."""
    for raised, (kind, sentence) in SAID.items():
        if isinstance(error, raised):
            return Unreachable(sentence.format(url=address.url), kind)
    return Unreachable(f"the connection to {address.url} broke; see the network and the registry")
