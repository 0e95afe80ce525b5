"""A broker's socket as paho is given it: read in large pieces, written once a turn.

Paho asks for a packet's first byte, then for its length, then for the rest, and writes each packet by itself: four or
five system calls a message where the loop needs a part of one. What is sent leaves with ``flush``, or when the socket
is closed.
"""

import socket
import ssl
from contextlib import suppress

RECEIVE_BYTES = 65_536
HELD_BYTES = 1024 * 1024


class Gathered:
    """Wraps a connected socket, TLS or not; errors are the socket's own."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._received, self._at = b"", 0
        self._sending = bytearray()

    @property
    def holds_input(self) -> bool:
        """Whether there is something to read that no selector will tell of."""
        return self._at < len(self._received) or (isinstance(self._sock, ssl.SSLSocket) and self._sock.pending() > 0)

    @property
    def holds_output(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self._sending)

    def recv(self, size: int) -> bytes:
        """At most ``size`` bytes, b"" at the end. Raises BlockingIOError, or TLS's like, where there is nothing yet."""
        if self._at >= len(self._received):
            self._received, self._at = self._sock.recv(RECEIVE_BYTES), 0
        taken = self._received[self._at : self._at + size]
        self._at += len(taken)
        return taken

    def send(self, data: bytes | bytearray | memoryview) -> int:
        """Take all of it for the next flush; BlockingIOError while a megabyte waits already."""
        if len(self._sending) >= HELD_BYTES:
            raise BlockingIOError
        self._sending += data
        return len(data)

    def flush(self) -> None:
        """Send what waits, as far as it goes. A broken connection shows itself at the next ``recv``."""
        while self._sending:
            try:
                sent = self._sock.send(self._sending)
            except (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError):
                return
            except OSError:
                self._sending.clear()
                return
            del self._sending[:sent]

    def fileno(self) -> int:
        """For a selector; -1 once closed."""
        return self._sock.fileno()

    def setblocking(self, flag: bool) -> None:  # noqa: FBT001 -- as sockets have it
        """As a socket's own."""
        self._sock.setblocking(flag)

    def close(self) -> None:
        """Send what waits, if it goes at once, and close."""
        with suppress(OSError):
            self.flush()
        self._sock.close()


def without_delay(sock: socket.socket) -> socket.socket:
    """The socket without Nagle's algorithm, which would hold each answer for 40 ms and more."""
    if sock.family in {socket.AF_INET, socket.AF_INET6}:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock
