"""When the registry last confirmed what the site decides by: told to the core and put on disk once in a while."""

import logging
from collections.abc import Callable
from threading import Lock

from access.clock import MINUTE_MS, SECOND_MS
from access.events import Event, ReplicaConfirmed
from gateway.clock import Clock
from gateway.database import StoreBroken
from gateway.link.store import LinkStore

LOG = logging.getLogger("hubout.gateway")
TELL_EVERY_MS = 10 * SECOND_MS
"""The lane confirms it every second, and what the core decides by its age begins at an hour: a turn of the loop for
each would be one for nothing.
"""
NOTE_EVERY_MS = 1 * MINUTE_MS


class Confirmations:
    """Those of one site, by the lane or with its changes; from any thread. ``at_ms`` is the wall time of the last."""

    def __init__(self, store: LinkStore, clock: Clock, post: Callable[[Event], None]) -> None:
        """``post`` takes events to the loop."""
        self._store, self._clock, self._post = store, clock, post
        self.at_ms = store.standing.confirmed_ms
        self._tell_due_ms = self._note_due_ms = 0
        self._turn = Lock()

    def confirm(self, asked_ms: int, *, anew: bool = False) -> None:
        """What the site decides by is the registry's newest version, as of ``asked_ms`` (monotonic); ``anew``: since
        now, so that the core is told at once.
        """
        now_ms = self._clock.mono_ms()
        with self._turn:
            self.at_ms = self._clock.now().wall_ms
            if anew or now_ms >= self._tell_due_ms:
                self._tell_due_ms = now_ms + TELL_EVERY_MS
                self._post(ReplicaConfirmed(now_ms - asked_ms))
            if now_ms < self._note_due_ms:
                return
            self._note_due_ms = now_ms + NOTE_EVERY_MS
        self.note()

    def note(self) -> None:
        """Put on disk when that was last."""
        try:
            self._store.note_confirmed(self.at_ms)
        except StoreBroken as error:
            LOG.warning("when people and bookings were last confirmed cannot be kept: %s", error)
