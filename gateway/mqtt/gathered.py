"""A broker's socket as paho is given it: read in large pieces, written once a turn, and messages taken out on the way.

Paho asks for a packet's first byte, then for its length, then for the rest, and writes each packet by itself; and it
makes of each message objects that take longer than to judge and commit it. So PUBLISH packets, which are most of what
comes, are read here; whatever else comes, and all of what is sent, is paho's. It is shown whole packets only, so that
between two calls it never stands in the middle of one. What is sent leaves with ``flush``, or on closing.
"""

import socket
import ssl
from contextlib import suppress
from typing import TYPE_CHECKING

import paho.mqtt.client as paho

from gateway.mqtt.messages import LARGEST_PACKET_BYTES, Arrived

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike

RECEIVE_BYTES = 65_536
HELD_BYTES = 1024 * 1024
LONGEST_HEAD_BYTES = 5
_PUBLISH, _QOS_2 = 0x30, 0x04
_LATER = (BlockingIOError, ssl.SSLWantReadError, ssl.SSLWantWriteError)


class Gathered:
    """Wraps a connected, non-blocking socket, TLS or not; errors are the socket's own."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._received, self._at = b"", 0
        self._until = 0
        """Where the packet ends that paho is reading; equal to ``_at`` between packets."""
        self._ended = False
        self._sending = bytearray()

    # -- in

    @property
    def holds_input(self) -> bool:
        """Whether there is something to read that no selector will tell of."""
        whole = self._at < self._until or _end(self._received, self._at) is not None
        return whole or (isinstance(self._sock, ssl.SSLSocket) and self._sock.pending() > 0)

    def fill(self) -> None:
        """Receive what waits, a large piece of it at most."""
        try:
            chunk = self._sock.recv(RECEIVE_BYTES)
        except _LATER:
            return
        except OSError:
            chunk = b""
        # A packet longer than we told the broker that we take is no way to go on.
        self._ended = not chunk or len(self._received) - self._at > LARGEST_PACKET_BYTES + RECEIVE_BYTES
        self._received, self._until = self._received[self._at :] + chunk, self._until - self._at
        self._at = 0

    def message(self) -> Arrived | None:
        """Take the next packet if it is a whole PUBLISH; None where it is not, and then it is paho's."""
        at, received = self._at, self._received
        if at != self._until or at >= len(received) or received[at] & 0xF4 != _PUBLISH:
            return None
        end = _end(received, at)
        if end is None:
            return None
        self._at = self._until = end
        return _arrived(received, at, end)

    def recv(self, size: int) -> bytes:
        """At most ``size`` bytes of one whole packet; b"" at the end. Raises BlockingIOError where none is whole."""
        if self._at == self._until:
            end = _end(self._received, self._at)
            if end is None:
                self.fill()
                end = _end(self._received, self._at)
            if end is None:
                if self._ended:
                    return b""
                raise BlockingIOError
            self._until = end
        taken = self._received[self._at : min(self._at + size, self._until)]
        self._at += len(taken)
        return taken

    # -- out

    @property
    def holds_output(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self._sending)

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
            except _LATER:
                return
            except OSError:
                self._sending.clear()
                return
            del self._sending[:sent]

    # -- as any socket

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


class GatheredClient(paho.Client):
    """Paho's client over a gathered socket; the one place where paho lets a socket be put under it."""

    def _create_socket(self) -> "SocketLike":
        sock: socket.socket = super()._create_socket()  # type: ignore[assignment]
        if sock.family in {socket.AF_INET, socket.AF_INET6}:
            # Nagle's algorithm would hold each answer for 40 ms and more.
            sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return Gathered(sock)


def _number(received: bytes, at: int) -> tuple[int, int] | None:
    """A variable byte integer and where it ends; None where it is not whole. One of five bytes, which MQTT does not
    know, reads as a packet far longer than we take.
    """
    value = 0
    for shift in range(LONGEST_HEAD_BYTES - 1):
        if at + shift >= len(received):
            return None
        digit = received[at + shift]
        value |= (digit & 0x7F) << 7 * shift
        if digit < 0x80:
            break
    return value, at + shift + 1


def _end(received: bytes, at: int) -> int | None:
    """Where the packet that begins at ``at`` ends; None while it is not whole."""
    length = _number(received, at + 1)
    if length is None or length[0] + length[1] > len(received):
        return None
    return length[0] + length[1]


def _arrived(received: bytes, at: int, end: int) -> Arrived:
    """The message in a whole PUBLISH; its properties (expiry, the sender's own) say nothing that we use.

    A packet whose own lengths do not fit has no topic of ours, and is refused as any such.
    """
    flags = received[at]
    _, start = _number(received, at + 1) or (0, end)
    topic_end = start + 2 + int.from_bytes(received[start : start + 2], "big")
    qos = flags >> 1 & 1
    mid = int.from_bytes(received[topic_end : topic_end + 2], "big") if qos else 0
    size, body = _number(received, topic_end + 2 * qos) or (0, end)
    try:
        topic = received[start + 2 : min(topic_end, end)].decode()
    except UnicodeDecodeError:
        topic = ""
    return Arrived(mid, qos, topic, received[min(body + size, end) : end], bool(flags & 1))
