"""The feed: the gateway's end of the Unix socket that its pages process reads snapshots from and asks through.

Part of the gateway's one loop and never in its way: nothing blocks, nothing grows. A reader that is slow is given the
latest snapshot when it can take one again, and never the ones it missed; one that talks garbage is answered, then cut.

Its selector is itself a file that a selector can watch (epoll within epoll), so the loop watches one descriptor.
"""

import json
import secrets
import selectors
import socket
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

from access import events
from access.revocations import BadRevocations
from gateway.clock import ClockNotSet
from gateway.pages.asked import LINE_BYTES, Askable, BadAsk, ReadRevocations, SetClock, SetEvacuation, parse
from gateway.revoking import nothing_to_read

READERS = 4
ASKS_A_TURN = 16
SOCKET_MODE = 0o660
RECEIVE_BYTES = 4_096
VISIT_BYTES = 8

Answered = Callable[[str], None]
"""Told once why something was not done, or "" when it was."""
Staffs = events.OpenAsked | events.LockdownAsked | events.DenyAsked | events.StaffActed | events.WalkInAsked
Asked = Staffs | events.VisitAsked | events.VisitEndAsked | events.ClockWasSet | events.RevocationsTold


@dataclass(slots=True, eq=False)
class Reader:
    """One pages process: what it sent that is no line yet, what is on its way to it, and what is next."""

    socket: socket.socket
    received: bytearray = field(default_factory=bytearray)
    sending: memoryview = field(default_factory=lambda: memoryview(b""))
    answers: deque[bytes] = field(default_factory=deque)
    latest: bytes = b""


@dataclass(slots=True)
class FeedCounts:
    """What the feed did: snapshots passed over for slow readers, asks taken and refused, readers turned away."""

    passed_over: int = 0
    taken: int = 0
    refused: int = 0
    turned_away: int = 0


class Feed:
    """The socket at ``path``, and its readers; for one thread.

    ``may``: what may be asked for; ``monotonic_ms``: the run's clock (``Now.mono_ms``); ``set_wall`` sets the wall
    clock and gives what it showed before, or raises ClockNotSet; ``evacuate`` asks the doorkeeper, whose answer comes
    later; ``revoking`` reads the file of revocations, or raises BadRevocations.
    """

    def __init__(
        self,
        path: Path,
        may: Askable,
        monotonic_ms: Callable[[], int],
        set_wall: Callable[[int], int],
        evacuate: Callable[[SetEvacuation, Answered], None],
        revoking: Callable[[str], events.RevocationsTold] = nothing_to_read,
    ) -> None:
        """Listen. Raises OSError where the socket cannot be made. A socket left over by an earlier run is replaced."""
        self.counts = FeedCounts()
        self._path, self._may, self._monotonic_ms = path, may, monotonic_ms
        self._set_wall, self._evacuate, self._revoking = set_wall, evacuate, revoking
        self._selector = selectors.DefaultSelector()
        self._listener = _listener(path)
        self._readers: dict[socket.socket, Reader] = {}
        self._selector.register(self._listener, selectors.EVENT_READ)

    def fileno(self) -> int:
        """What the loop's selector watches for reading: then ``take``."""
        return self._selector.fileno()

    @property
    def read(self) -> bool:
        """Whether anybody reads: no snapshot need be made for nobody."""
        return bool(self._readers)

    def take(self) -> tuple[Asked, ...]:
        """Do what waits on the socket, a bounded bit of it; what staff ask for, in its order."""
        asked: list[Asked] = []
        for key, ready in self._selector.select(0):
            if key.fileobj is self._listener:
                self._accept()
                continue
            reader = self._readers[key.fileobj]  # type: ignore[index]
            if ready & selectors.EVENT_WRITE:
                self._send(reader)
            if ready & selectors.EVENT_READ and reader.socket in self._readers:
                asked.extend(self._receive(reader))
        return tuple(asked)

    def publish(self, snapshot: Mapping[str, Any]) -> None:
        """Send a snapshot to every reader that is free to take it; the others get it, or a later one, when they are."""
        if not self._readers:
            return
        line = json.dumps(snapshot, separators=(",", ":"), ensure_ascii=False).encode("utf-8", "replace") + b"\n"
        for reader in tuple(self._readers.values()):
            self.counts.passed_over += bool(reader.latest)
            reader.latest = line
            self._send(reader)

    def close(self) -> None:
        """Hang up on everybody and take the socket away."""
        for reader in tuple(self._readers.values()):
            self._drop(reader)
        self._selector.close()
        self._listener.close()
        self._path.unlink(missing_ok=True)

    def _accept(self) -> None:
        try:
            connection, _ = self._listener.accept()
        except OSError:
            return  # It hung up again before we came to it.
        if len(self._readers) >= READERS:
            self.counts.turned_away += 1
            connection.close()
            return
        connection.setblocking(False)
        self._readers[connection] = Reader(connection)
        self._selector.register(connection, selectors.EVENT_READ)

    def _receive(self, reader: Reader) -> list[Asked]:
        try:
            received = reader.socket.recv(RECEIVE_BYTES)
        except BlockingIOError:
            return []
        except OSError:
            received = b""
        if not received:
            self._drop(reader)
            return []
        reader.received += received
        lines = _lines(reader.received)
        if len(reader.received) > LINE_BYTES or len(lines) + len(reader.answers) > ASKS_A_TURN:
            self.counts.refused += 1
            self._drop(reader)
            return []
        return [found for line in lines if (found := self._asked(reader, line)) is not None]

    def _asked(self, reader: Reader, line: bytes) -> Asked | None:
        try:
            ident, asked = parse(line, self._may, self._monotonic_ms(), secrets.token_hex(VISIT_BYTES))
            if isinstance(asked, SetEvacuation):
                return self._evacuate(asked, partial(self._answer, reader, ident))
            event = self._done(ident, asked)
        except BadAsk as bad:
            self._answer(reader, bad.ident, str(bad))
            return None
        self._answer(reader, ident, "")
        return event

    def _done(self, ident: str, asked: Asked | SetClock | ReadRevocations) -> Asked:
        """What the core is told, after what is the shell's to do was done. Raises BadAsk."""
        match asked:
            case SetClock():
                return self._clock_set(ident, asked)
            case ReadRevocations(author=author):
                try:
                    return self._revoking(author)
                except BadRevocations as error:
                    raise BadAsk(str(error), ident) from None
            case _:
                return asked

    def _answer(self, reader: Reader, ident: str, why: str) -> None:
        """Say that it was taken, or ``why`` it was not; to a reader who has left, nothing."""
        self.counts.refused += bool(why)
        self.counts.taken += not why
        said = {"answer": ident, "accepted": not why}
        reader.answers.append(_line({**said, "why": why} if why else said))
        if reader.socket in self._readers:
            self._send(reader)

    def _clock_set(self, ident: str, asked: SetClock) -> events.ClockWasSet:
        try:
            was_ms = self._set_wall(asked.wall_ms)
        except ClockNotSet as error:
            raise BadAsk(str(error), ident) from None
        return events.ClockWasSet(asked.author, asked.note, was_ms, asked.wall_ms)

    def _send(self, reader: Reader) -> None:
        """Send as much as goes; a line once begun is finished before another."""
        try:
            while reader.sending or _begin_next(reader):
                reader.sending = reader.sending[reader.socket.send(reader.sending) :]
        except BlockingIOError:
            pass
        except OSError:
            return self._drop(reader)
        watched = selectors.EVENT_READ | (selectors.EVENT_WRITE if reader.sending else 0)
        self._selector.modify(reader.socket, watched)
        return None

    def _drop(self, reader: Reader) -> None:
        self._selector.unregister(reader.socket)
        del self._readers[reader.socket]
        reader.socket.close()


def _listener(path: Path) -> socket.socket:
    path.unlink(missing_ok=True)
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.setblocking(False)
    listener.bind(str(path))
    path.chmod(SOCKET_MODE)
    listener.listen(READERS)
    return listener


def _lines(received: bytearray) -> list[bytes]:
    """Take the whole lines out of what was received."""
    *lines, rest = bytes(received).split(b"\n")
    received[:] = rest
    return lines


def _begin_next(reader: Reader) -> bool:
    """Put the next line on its way: an answer, else the latest snapshot; whether there was one."""
    if reader.answers:
        reader.sending = memoryview(reader.answers.popleft())
    elif reader.latest:
        reader.sending, reader.latest = memoryview(reader.latest), b""
    return bool(reader.sending)


def _line(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode("utf-8", "replace") + b"\n"
