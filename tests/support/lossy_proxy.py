"""A TCP relay to a real server that loses what a seed says: requests half way, or answers after they were given."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from random import Random
from selectors import EVENT_READ, DefaultSelector
from threading import Thread


class LossyProxy:
    """The relay; ``cut_share`` of what passes breaks its connection, in either direction. It may change as it runs."""

    def __init__(self, host: str, port: int, seed: int) -> None:
        self._to, self._chance = (host, port), Random(seed)
        self.cut_share = 0.0
        self.cuts = {"requests": 0, "answers": 0}
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._listening.getsockname()[1]}"
        self._thread = Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Take no more connections."""
        with suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._listening.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            Thread(target=self._relay, args=(client,), daemon=True).start()

    def _relay(self, client: socket.socket) -> None:
        with client, suppress(OSError), socket.create_connection(self._to, timeout=10) as server:
            pairs = {client: (server, "requests"), server: (client, "answers")}
            selector = DefaultSelector()
            for sock in pairs:
                selector.register(sock, EVENT_READ)
            while True:
                for key, _ in selector.select(30):
                    to, what = pairs[key.fileobj]  # type: ignore[index]
                    if not self._passed(key.fileobj, to, what):  # type: ignore[arg-type]
                        return

    def _passed(self, source: socket.socket, to: socket.socket, what: str) -> bool:
        """Relay what waits, unless it is to be lost: then part of a request goes on, and of an answer nothing."""
        part = source.recv(65_536)
        if not part:
            return False
        if self._chance.random() < self.cut_share:
            self.cuts[what] += 1
            if what == "requests":
                to.sendall(part[: len(part) // 2])
            return False
        to.sendall(part)
        return True


@contextmanager
def lossy_proxy(url: str, seed: int) -> Iterator[LossyProxy]:
    """Give a relay to the server at this address."""
    host, _, port = url.removeprefix("http://").rpartition(":")
    proxy = LossyProxy(host, int(port), seed)
    try:
        yield proxy
    finally:
        proxy.close()
