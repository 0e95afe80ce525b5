"""The gateway's end of the doorkeeper's socket: no threads, made for a selector.

The socket is always watched for reading; for writing while ``wants_to_write``. After KeeperGoneError the client is
unconnected and everything it held is void: the keeper has ended its leases. Connect again, say hello, and take the
new run from the welcome.
"""

import errno
import selectors
import socket
import time
from contextlib import closing
from pathlib import Path

from devices.doorkeeper.sockets import Peer
from devices.keeper_codec import BadLine, decode_from_keeper, encode
from devices.keeper_wire import REPLY_MAX, FromKeeper, ToKeeper


class KeeperGoneError(ConnectionError):
    """The doorkeeper is not there (any more); the message says how that showed."""


def system_mono_ms() -> int:
    """CLOCK_MONOTONIC in milliseconds: the clock of ``decided_ms`` and of every time the keeper names."""
    return time.monotonic_ns() // 1_000_000


class KeeperClient:
    """One connection to the doorkeeper at ``path``."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._peer: Peer | None = None

    @property
    def connected(self) -> bool:
        """Whether a connection stands, as far as is known."""
        return self._peer is not None

    def connect(self) -> bool:
        """Try to connect, without waiting; True when connected. A Unix socket connects at once or not at all."""
        self.close()
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        connection.setblocking(False)
        if connection.connect_ex(str(self._path)) not in {0, errno.EISCONN}:
            connection.close()
            return False
        self._peer = Peer(connection, REPLY_MAX)
        return True

    def fileno(self) -> int:
        """For a selector. KeeperGoneError when not connected."""
        return self._connected().fileno()

    @property
    def wants_to_write(self) -> bool:
        """Whether something waits to be sent: watch for writing and ``flush``."""
        return self._peer is not None and self._peer.wants_to_write

    def send(self, message: ToKeeper) -> None:
        """Send a message. KeeperGoneError when the keeper is gone or has stopped reading."""
        try:
            self._connected().send(encode(message))
        except EOFError as error:
            raise self._gone("it does not take what is sent") from error

    def flush(self) -> None:
        """Send what waits, as far as it goes. KeeperGoneError when the keeper is gone."""
        try:
            self._connected().flush()
        except EOFError as error:
            raise self._gone("the connection broke") from error

    def receive(self) -> tuple[FromKeeper, ...]:
        """What the keeper has said, possibly nothing. KeeperGoneError when it is gone or says what is no message;
        what it said before it went is returned first.
        """
        try:
            lines = self._connected().receive()
        except EOFError as error:
            raise self._gone("the connection ended") from error
        said = tuple(BadLine("A line is too long.") if line is None else decode_from_keeper(line) for line in lines)
        return tuple(self._checked(message) for message in said)

    def close(self) -> None:
        """End the connection; the keeper secures the doors of its leases."""
        if self._peer is not None:
            self._peer.close()
            self._peer = None

    def _checked(self, message: FromKeeper | BadLine) -> FromKeeper:
        if isinstance(message, BadLine):
            raise self._gone(f"it speaks another release's language: {message.why}")
        return message

    def _connected(self) -> Peer:
        if self._peer is None:
            raise KeeperGoneError(f"Not connected to the doorkeeper at {self._path}.")
        return self._peer

    def _gone(self, how: str) -> KeeperGoneError:
        self.close()
        return KeeperGoneError(f"The doorkeeper at {self._path} is gone: {how}.")


def ask_once(path: Path, message: ToKeeper, wait_ms: int) -> FromKeeper:
    """Connect, say one message, and return the keeper's first answer. KeeperGoneError when none comes in ``wait_ms``.

    For people at a command line; the gateway keeps its own connection.
    """
    client = KeeperClient(path)
    if not client.connect():
        raise KeeperGoneError(f"No doorkeeper answers at {path}; start it first.")
    deadline_ms = system_mono_ms() + wait_ms
    with selectors.DefaultSelector() as selector, closing(client):
        selector.register(client, selectors.EVENT_READ)
        client.send(message)
        while (left_ms := deadline_ms - system_mono_ms()) > 0:
            selector.select(left_ms / 1000)
            if answers := client.receive():
                return answers[0]
    raise KeeperGoneError(f"The doorkeeper at {path} did not answer within {wait_ms} ms.")
