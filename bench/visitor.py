"""Somebody's browser at pages of ours: a connection that stays, cookies, and the token that forms bring back."""

import re
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException, HTTPResponse
from types import TracebackType
from typing import Self
from urllib.parse import urlencode

from bench.broker import HOST
from bench.clock import mono_ns
from bench.trouble import CannotMeasure

WITHIN_S = 60.0
CSRF = re.compile(rb'name="csrf" value="([^"]+)"')


def is_ready(port: int) -> bool:
    """Whether pages say that they show what there is."""
    asked = HTTPConnection(HOST, port, timeout=WITHIN_S)
    try:
        asked.request("GET", "/readyz")
        return asked.getresponse().status == 200
    except (OSError, HTTPException):
        return False
    finally:
        asked.close()


@dataclass(slots=True)
class Visitor:
    """A context manager. Whatever is asked asks for compressed answers, as browsers do."""

    port: int
    cookies: dict[str, str] = field(default_factory=dict)
    _open: HTTPConnection | None = None
    _leads_to: str = ""

    def __enter__(self) -> Self:
        self._open = HTTPConnection(HOST, self.port, timeout=WITHIN_S)
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        if self._open is not None:
            self._open.close()

    @property
    def cookie(self) -> str:
        """The header that names the session."""
        return "; ".join(f"{name}={value}" for name, value in self.cookies.items())

    def look(self, path: str) -> tuple[int, bytes]:
        """A page: in how many nanoseconds its last byte was there, and its bytes. Raises CannotMeasure."""
        start_ns = mono_ns()
        status, body = self._asked("GET", path, None, {"accept-encoding": "gzip"})
        took_ns = mono_ns() - start_ns
        if status != 200:
            raise CannotMeasure(f"the page {path} answered {status}")
        return took_ns, body

    def led_to(self, path: str) -> str:
        """Where an address leads on to: one that says whom somebody looks for leads to one where that is sealed."""
        status, _ = self._asked("GET", path, None, {})
        return self._leads_to or path if status == 303 else path

    def sign_in(self, **fields: str) -> None:
        """Sign in at the page for it. Raises CannotMeasure."""
        _, page = self._asked("GET", "/sign-in", None, {})
        token = CSRF.search(page)
        said = {**fields, **({"csrf": token[1].decode()} if token else {})}
        form = {"content-type": "application/x-www-form-urlencoded"}
        status, _ = self._asked("POST", "/sign-in", urlencode(said).encode(), form)
        if status != 303 or not self.cookies:
            raise CannotMeasure(f"signing in at port {self.port} answered {status}")

    def _asked(self, method: str, path: str, body: bytes | None, headers: dict[str, str]) -> tuple[int, bytes]:
        if self._open is None:
            raise CannotMeasure("the browser was not opened")
        headers = headers | ({"cookie": self.cookie} if self.cookies else {})
        try:
            answer = self._answer(self._open, method, path, body, headers)
            said = answer.read()
        except (OSError, HTTPException) as error:
            raise CannotMeasure(f"{path} of port {self.port} did not answer: {error}") from error
        self._take_cookies(answer)
        self._leads_to = answer.headers.get("location", "")
        return answer.status, said

    def _answer(
        self, connection: HTTPConnection, method: str, path: str, body: bytes | None, headers: dict[str, str]
    ) -> HTTPResponse:
        """Ask; once more where the server had closed the connection because nothing came over it for a while."""
        try:
            connection.request(method, path, body, headers)
            return connection.getresponse()
        except ConnectionError:
            connection.close()
            connection.request(method, path, body, headers)
            return connection.getresponse()

    def _take_cookies(self, answer: HTTPResponse) -> None:
        for line in answer.headers.get_all("set-cookie", []):
            name, _, value = line.partition(";")[0].partition("=")
            self.cookies[name] = value
