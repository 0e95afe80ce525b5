"""A socket that holds bytes, for what reads from sockets."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def stream_of(content: bytes) -> Iterator[socket.socket]:
    """A non-blocking socket on which ``content`` waits; the other end stays open."""
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    try:
        theirs.sendall(content)
        yield ours
    finally:
        ours.close()
        theirs.close()
