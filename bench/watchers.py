"""Many open live pages in one process, each signed in, each with a stream of its own. ``python -m bench.watchers``.

A page has a tap when a name stands among the last taps that did not stand there before. When it is told to end, the
process says, as JSON, when each name came to each page (``mono_ns``), and how many bytes came in all.
"""

import json
import re
import select
import signal
import socket
import sys
from dataclasses import dataclass, field

from bench.broker import HOST
from bench.clock import mono_ns
from bench.visitor import Visitor

OPEN = "open"
TAPS = b"event: taps\n"
END = b"\n\n"
NAME = re.compile(rb"Persona (\d+)")
RECEIVE_BYTES = 262_144
LOOK_MS = 200


@dataclass(slots=True)
class Page:
    """One stream: what came of an event that is not whole yet, and whose taps stand on it."""

    socket: socket.socket
    pending: bytearray = field(default_factory=bytearray)
    shown: frozenset[int] = frozenset()
    begun: bool = False
    ended: bool = False

    def take(self, chunk: bytes) -> list[int]:
        """Whose taps are new on it with these bytes; those that stood there when it was opened are not."""
        self.pending += chunk
        if END not in chunk and END not in self.pending[-len(chunk) - len(END) :]:
            return []
        whole, _, rest = self.pending.rpartition(END)
        self.pending = bytearray(rest)
        new: list[int] = []
        for event in bytes(whole).split(END):
            if TAPS in event:
                there = frozenset(int(number) for number in NAME.findall(event))
                new += there - self.shown if self.begun else ()
                self.shown, self.begun = there, True
        return new


class Watchers:
    """The open pages."""

    def __init__(self, pages: list[Page]) -> None:
        self._pages = {one.socket.fileno(): one for one in pages}
        self._poll = select.poll()
        for fileno in self._pages:
            self._poll.register(fileno, select.POLLIN)
        self.came: dict[int, list[int]] = {}
        self.bytes = 0
        self.stopped = False

    @property
    def opened(self) -> int:
        """How many pages have shown what there is."""
        return sum(one.begun for one in self._pages.values())

    @property
    def ended(self) -> int:
        """How many streams the server ended."""
        return sum(one.ended for one in self._pages.values())

    def look(self) -> None:
        """Take what comes, for a moment."""
        for fileno, _ in self._poll.poll(LOOK_MS):
            page = self._pages[fileno]
            chunk = page.socket.recv(RECEIVE_BYTES)
            at_ns = mono_ns()
            if not chunk:
                page.ended = True
                self._poll.unregister(fileno)
            self.bytes += len(chunk)
            for badge in page.take(chunk):
                self.came.setdefault(badge, []).append(at_ns)


def opened(port: int, code: str, number: int) -> Page:
    """A page of its own session. Raises CannotMeasure or OSError."""
    with Visitor(port) as visitor:
        visitor.sign_in(name=f"Sportello {number}", code=code)
    connection = socket.create_connection((HOST, port))
    asked = (
        f"GET /live/events HTTP/1.1\r\nhost: {HOST}\r\ncookie: {visitor.cookie}\r\naccept: text/event-stream\r\n\r\n"
    )
    connection.sendall(asked.encode("ascii"))
    return Page(connection)


def main(port: int, code: str, count: int) -> None:
    """Open them, say so, and watch until told to end."""
    watchers = Watchers([opened(port, code, number) for number in range(count)])

    def stop(_signal: int, _frame: object) -> None:
        watchers.stopped = True

    signal.signal(signal.SIGTERM, stop)
    told = False
    while not watchers.stopped:
        watchers.look()
        if not told and watchers.opened == count:
            told = True
            sys.stdout.write(f"{OPEN}\n")
            sys.stdout.flush()
    said = {"came": watchers.came, "bytes": watchers.bytes, "ended": watchers.ended}
    sys.stdout.write(json.dumps(said) + "\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2], int(sys.argv[3]))
