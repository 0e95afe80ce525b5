"""A TCP relay of ours between a client and a real server, which a test makes silent or absent while it runs.

with tcp_proxy("http://127.0.0.1:8300") as proxy:
    proxy.silence()   # takes connections and bytes, passes none of them on, closes nothing
    proxy.speak()     # passes on what it held back, however late
    proxy.half_open() # what is connected now hears and reaches nobody again, and is not told; new connections work
    proxy.delay_s = 1 # every piece takes so long
    proxy.leave()     # breaks every connection, and takes none
    proxy.come_back()
"""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Lock, Thread

PIECE_BYTES = 65_536
CONNECTS_WITHIN_S = 60
ENDS_WITHIN_S = 30


class TcpProxy:
    """The relay to one address; ``port`` is its own, the same all its life."""

    def __init__(self, host: str, port: int) -> None:
        self._to = (host, port)
        self._passes = Event()
        self._passes.set()
        self._lock = Lock()
        self._open: set[socket.socket] = set()
        self._dead: set[socket.socket] = set()
        self._never = Event()
        self.delay_s = 0.0
        self._listening: socket.socket | None = None
        self.port = 0
        self.come_back()

    @property
    def url(self) -> str:
        """Its address."""
        return f"http://127.0.0.1:{self.port}"

    def silence(self) -> None:
        """Pass nothing on, and close nothing."""
        self._passes.clear()

    def speak(self) -> None:
        """Pass on again, first what was held back."""
        self._passes.set()

    def half_open(self) -> None:
        """Let what is connected now hear and reach nobody again, as where a router forgot it; nothing is closed."""
        with self._lock:
            self._dead |= self._open

    def come_back(self) -> None:
        """Take connections."""
        self._listening = socket.create_server(("127.0.0.1", self.port))
        self.port = self._listening.getsockname()[1]
        Thread(target=self._accept, args=(self._listening,), daemon=True).start()

    def leave(self) -> None:
        """Take no connection any more, and break those that there are."""
        listening, self._listening = self._listening, None
        if listening is not None:
            _shut(listening)
            listening.close()
        self.cut()

    def cut(self) -> None:
        """Break every connection."""
        with self._lock:
            broken = list(self._open)
        for one in broken:
            _shut(one)

    def close(self) -> None:
        """End."""
        self.leave()
        self.speak()

    def _accept(self, listening: socket.socket) -> None:
        while True:
            try:
                client, _ = listening.accept()
            except OSError:
                return
            Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(self._to, timeout=CONNECTS_WITHIN_S) as server:
            server.settimeout(None)
            with self._lock:
                self._open |= {client, server}
            back = Thread(target=self._pass, args=(server, client), daemon=True)
            back.start()
            try:
                self._pass(client, server)
                back.join()
            finally:
                with self._lock:
                    self._open -= {client, server}
                    self._dead -= {client, server}

    def _pass(self, source: socket.socket, to: socket.socket) -> None:
        """Pass on what comes, to its end; then end the other side."""
        with suppress(OSError):
            while part := source.recv(PIECE_BYTES):
                self._passes.wait()
                if self.delay_s:
                    self._never.wait(self.delay_s)
                if to not in self._dead:
                    to.sendall(part)
        if to not in self._dead:
            _shut(to)


def _shut(one: socket.socket) -> None:
    with suppress(OSError):
        one.shutdown(socket.SHUT_RDWR)


@contextmanager
def tcp_proxy(url: str) -> Iterator[TcpProxy]:
    """Give a relay to the server at this address."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    proxy = TcpProxy(host, int(port))
    try:
        yield proxy
    finally:
        proxy.close()
