"""The keeper's end of its Unix socket: listening, and connections that turn bytes into lines and back.

Who may speak is the kernel's to say first, by the modes of socket and directory; whoever gets past them all the same,
because somebody loosened them, is asked for their user and groups. Nothing here blocks and nothing grows without
bound: a line longer than ``LINE_MAX`` is reported once and skipped to its end, and a reader that lets ``UNSENT_MAX``
bytes pile up is gone.
"""

import errno
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path

from devices.keeper_wire import LINE_MAX

READ_MAX = 16_384
UNSENT_MAX = 65_536
BACKLOG = 8
PATH_MAX = 107
SOCKET_MODE = 0o660
DIRECTORY_MODE = 0o750
ROOT = 0
PEER_GROUPS = 59
"""SO_PEERGROUPS, which the standard library does not name."""
GROUPS_BYTES = 1_024
"""Room for 256 groups; a user of more is known by their own alone."""


class SocketTakenError(Exception):
    """The socket cannot be listened on; the message says why and what to do."""


def listen(path: Path) -> socket.socket:
    """Listen at ``path``, mode 0660 in a directory of mode 0750. A socket file left by a dead process is replaced,
    one that a living process answers is SocketTakenError.
    """
    if len(str(path).encode()) > PATH_MAX:
        raise SocketTakenError(f"The socket's path {path} is longer than {PATH_MAX} bytes; choose a shorter one.")
    try:
        path.parent.mkdir(mode=DIRECTORY_MODE, parents=True, exist_ok=True)
        if path.exists() and not path.is_socket():
            raise SocketTakenError(f"{path} is a file that is no socket; give the socket another path.")
        if _answers(path):
            raise SocketTakenError(f"Another doorkeeper answers at {path}; stop it first.")
        path.unlink(missing_ok=True)
        return _bound(path)
    except OSError as error:
        raise SocketTakenError(f"Cannot listen at {path}: {error.strerror}; check the directory.") from error


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as probe:
        probe.setblocking(False)
        return probe.connect_ex(str(path)) not in {errno.ENOENT, errno.ECONNREFUSED}


def _bound(path: Path) -> socket.socket:
    listening = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listening.setblocking(False)
    listening.bind(str(path))
    path.chmod(SOCKET_MODE)
    listening.listen(BACKLOG)
    return listening


def may_speak(connection: socket.socket) -> bool:
    """Whether whoever connected is root, our own user, or a member of our own group, by the kernel's word."""
    try:
        _pid, uid, gid = struct.unpack("3i", connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, 12))
    except OSError:
        return False
    return uid in {ROOT, os.geteuid()} or os.getegid() in {gid, *_more_groups(connection)}


def _more_groups(connection: socket.socket) -> tuple[int, ...]:
    try:
        raw = connection.getsockopt(socket.SOL_SOCKET, PEER_GROUPS, GROUPS_BYTES)
    except OSError:
        return ()
    return struct.unpack(f"{len(raw) // 4}I", raw)


class Lines:
    """Bytes in, lines out; None stands for a line that was too long."""

    def __init__(self, line_max: int) -> None:
        self._line_max = line_max
        self._start = b""
        self._skipping = False

    def feed(self, chunk: bytes) -> Iterator[bytes | None]:
        """The lines that ``chunk`` completes, without their newlines."""
        *whole, rest = (self._start + chunk).split(b"\n")
        self._start = b""
        for line in whole:
            if self._skipping:
                self._skipping = False
            else:
                yield line if len(line) <= self._line_max else None
        if self._skipping:
            return
        if len(rest) <= self._line_max:
            self._start = rest
            return
        self._skipping = True
        yield None


class Peer:
    """One connection: reads lines, keeps what could not be sent yet."""

    def __init__(self, connection: socket.socket, line_max: int = LINE_MAX) -> None:
        connection.setblocking(False)
        self._connection = connection
        self._lines = Lines(line_max)
        self._unsent = b""

    def fileno(self) -> int:
        """For a selector."""
        return self._connection.fileno()

    @property
    def wants_to_write(self) -> bool:
        """Whether something waits to be sent."""
        return bool(self._unsent)

    def receive(self) -> tuple[bytes | None, ...]:
        """The lines that came, None for one too long. EOFError when the other side is gone."""
        try:
            chunk = self._connection.recv(READ_MAX)
        except BlockingIOError:
            return ()
        except OSError as error:
            raise EOFError from error
        if not chunk:
            raise EOFError
        return tuple(self._lines.feed(chunk))

    def send(self, line: bytes) -> None:
        """Send a line, now or as soon as the other side reads. EOFError when it is gone or does not read."""
        self._unsent += line
        self.flush()
        if len(self._unsent) > UNSENT_MAX:
            raise EOFError

    def flush(self) -> None:
        """Send what waits, as far as it goes. EOFError when the other side is gone."""
        try:
            sent = self._connection.send(self._unsent)
        except BlockingIOError:
            return
        except OSError as error:
            raise EOFError from error
        self._unsent = self._unsent[sent:]

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
