"""How other threads and signal handlers reach the gateway's loop."""

import socket
from collections import deque
from contextlib import suppress

from access import events

KEPT_AT_MOST = 1_000


class Wake:
    """How other threads reach the loop: they leave an event and wake it; what waits is bounded."""

    def __init__(self) -> None:
        self._reader, self._writer = socket.socketpair()
        self._reader.setblocking(False)
        self._writer.setblocking(False)
        self._events: deque[events.Event] = deque(maxlen=KEPT_AT_MOST)

    def fileno(self) -> int:
        """For the selector."""
        return self._reader.fileno()

    def up(self) -> None:
        """Wake the loop; from any thread or a signal handler."""
        with suppress(OSError):  # Full of wake-ups, or closed: the loop has ended.
            self._writer.send(b"!")

    def post(self, event: events.Event) -> None:
        """Leave an event for the next turn; from any thread."""
        self._events.append(event)
        self.up()

    def drain(self) -> None:
        """Forget the wake-ups that were served."""
        try:
            while self._reader.recv(4096):
                pass
        except BlockingIOError:
            return

    def close(self) -> None:
        """Let go of it; whoever still wakes it wakes nobody."""
        self._reader.close()
        self._writer.close()

    def taken(self) -> list[events.Event]:
        """The events left since the last call."""
        return [self._events.popleft() for _ in range(len(self._events))]
