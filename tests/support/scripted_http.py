"""A real HTTP server that answers as a test says: for registries that are slow, broken, or somebody else."""

import json
import ssl
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any


@dataclass(frozen=True, slots=True)
class Asked:
    """A request as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:  # noqa: ANN401 -- whatever was sent
        """Its body, read."""
        return json.loads(self.body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What to answer. ``body`` is sent as it is, or as JSON; ``hangs`` leaves its last byte out until the test ends;
    ``drops`` closes the connection instead.
    """

    status: int = 200
    body: object = b""
    headers: dict[str, str] = field(default_factory=dict)
    hangs: bool = False
    drops: bool = False

    def raw(self) -> bytes:
        """The body's bytes."""
        return self.body if isinstance(self.body, bytes) else json.dumps(self.body).encode()


def problem(status: int, kind: str, detail: str, **members: object) -> Answer:
    """A refusal as a registry tells it."""
    body = {"type": f"urn:hubout:problem:{kind}", "title": kind, "status": status, "detail": detail, **members}
    headers = {"Content-Type": "application/problem+json"}
    if "retry_after" in members:
        headers["Retry-After"] = str(members["retry_after"])
    return Answer(status, body, headers)


def changes(*listed: object, version: int, snapshot: bool = False, more: bool = False) -> Answer:
    """A page of generation g1."""
    page = {"generation": "g1", "version": version, "snapshot": snapshot, "more": more, "changes": listed}
    return Answer(body=page)


def nothing_new(asked: Asked) -> Answer:
    """What a registry without anybody says: an empty snapshot, version 1, and from then on nothing new."""
    since = int(asked.path.rpartition("since=")[2].split("&")[0])
    return changes(version=since or 1, snapshot=not since)


HELLO = Answer(body={"resume": 0, "head": "00" * 32})
NOTHING_NEW = changes(version=1)


class ScriptedHttp:
    """The server: ``script`` holds the next answers of each path's last part, then ``usual`` answers."""

    def __init__(self) -> None:
        self.asked: list[Asked] = []
        self.script: dict[str, deque[Answer]] = {"hello": deque(), "events": deque(), "changes": deque()}
        self.usual: dict[str, Callable[[Asked], Answer]] = {
            "hello": lambda _: HELLO,
            "events": lambda asked: Answer(body={"acked": asked.json()["rows"][-1]["seq"]}),
            "changes": nothing_new,
        }
        self.over = Event()
        self.connections = 0

    def answer(self, asked: Asked) -> Answer:
        """The next answer."""
        self.asked.append(asked)
        what = asked.path.split("?")[0].rpartition("/")[2]
        waiting = self.script.get(what)
        if waiting:
            return waiting.popleft()
        return self.usual[what](asked) if what in self.usual else Answer(404)

    def count(self, what: str) -> int:
        """How many requests of this kind came."""
        return sum(asked.path.split("?")[0].endswith(what) for asked in self.asked)


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, *_: object) -> None:
        """A client that hung up is what some tests want."""


@contextmanager
def scripted_http(port: int = 0, tls: ssl.SSLContext | None = None) -> Iterator[tuple[ScriptedHttp, str]]:
    """Give a running server and its address; with ``tls`` it speaks that."""
    scripted = ScriptedHttp()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def setup(self) -> None:
            super().setup()
            scripted.connections += 1

        def do_GET(self) -> None:
            self._take()

        def do_POST(self) -> None:
            self._take()

        do_PUT = do_POST  # noqa: N815 -- as the server spells it

        def _take(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            answer = scripted.answer(Asked(self.command, self.path, dict(self.headers), body))
            if answer.drops:
                self.close_connection = True
                return
            raw = answer.raw()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            if answer.status != 304 and "Content-Length" not in answer.headers:
                self.send_header("Content-Length", str(len(raw) + answer.hangs))
            self.end_headers()
            with suppress(OSError):
                self.wfile.write(raw if answer.status != 304 else b"")
                self.wfile.flush()
            if answer.hangs:
                scripted.over.wait(30)
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", port), Handler)
    if tls is not None:
        server.socket = tls.wrap_socket(server.socket, server_side=True)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield scripted, f"{'http' if tls is None else 'https'}://127.0.0.1:{server.server_port}"
    finally:
        scripted.over.set()
        server.shutdown()
        server.server_close()
        thread.join(5)
