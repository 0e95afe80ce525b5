"""The reception desk of a site in the demo: reads the gateway's feed as its pages do, and opens doors by hand."""

import json
import socket
import threading
from pathlib import Path
from typing import Any

RECEIVE_BYTES = 64 * 1024
RETRY_S = 0.1


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

    def open(self, door: str, author: str) -> None:
        """Ask for a door to be opened once; nothing is asked before the first snapshot came."""
        if self._socket is None or not self.seen:
            return
        self._asked += 1
        ask = {
            "id": f"demo-{self._asked}",
            "at_ms": self.seen["mono_ms"],
            "do": "open",
            "door": door,
            "author": author,
            "note": "visitatori attesi",
        }
        self._socket.sendall(json.dumps(ask).encode() + b"\n")

    def close(self) -> None:
        """Hang up."""
        self._ended.set()
        if self._socket is not None:
            self._socket.close()
        self._thread.join(1)

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
