"""The reception desk of a site in the demo: reads the gateway's feed as its pages do, opens doors by hand, and keeps
the visitors' list.
"""

import json
import socket
import threading
from contextlib import suppress
from pathlib import Path
from typing import Any

RECEIVE_BYTES = 64 * 1024
RETRY_S = 0.1
JOIN_S = 2.0


class Reception:
    """One connection to a gateway's feed, read in a thread of its own; ``seen`` is the last snapshot."""

    def __init__(self, feed: Path) -> None:
        """Nothing is opened yet."""
        self.seen: dict[str, Any] = {}
        self._feed, self._asked = feed, 0
        self._socket: socket.socket | None = None
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._read, name=f"reception {feed}", daemon=True)

    def start(self) -> None:
        """Begin to read, as soon as the gateway listens."""
        self._thread.start()

    def open(self, door: str, author: str) -> bool:
        """Ask for a door to be opened once; False where nobody could be asked."""
        return self._ask(author, do="open", door=door, note="visitatori attesi")

    def begin_visit(self, zone: str, author: str) -> bool:
        """Note that somebody without a badge is in a zone, with the author as their host; False as above."""
        return self._ask(author, do="visit", zone=zone, note="visita guidata")

    def end_visits(self, author: str) -> bool:
        """Note that every visitor has gone; False as above, or where the page shows none."""
        visits = [visit["id"] for visit in self.seen.get("visits", ())]
        asked = [self._ask(author, do="visit-end", visit=visit) for visit in visits]
        return bool(asked) and all(asked)

    def _ask(self, author: str, **wanted: str) -> bool:
        if self._socket is None or not self.seen:
            return False
        self._asked += 1
        ask = {"id": f"demo-{self._asked}", "at_ms": self.seen["mono_ms"], "author": author, **wanted}
        try:
            self._socket.sendall(json.dumps(ask).encode() + b"\n")
        except OSError:
            return False
        return True

    def close(self) -> None:
        """Hang up."""
        self._ended.set()
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)
        if self._thread.ident is not None:
            self._thread.join(JOIN_S)

    def _read(self) -> None:
        while not self._ended.is_set():
            try:
                with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
                    connection.connect(str(self._feed))
                    self._socket = connection
                    self._follow(connection)
            except OSError:
                pass
            self._ended.wait(RETRY_S)

    def _follow(self, connection: socket.socket) -> None:
        rest = b""
        while received := connection.recv(RECEIVE_BYTES):
            *lines, rest = (rest + received).split(b"\n")
            for line in lines:
                said = json.loads(line)
                if "answer" not in said:
                    self.seen = said
