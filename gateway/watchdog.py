"""Tells systemd that the loop lives; a loop that hangs is restarted, and meanwhile the keeper has secured the doors."""

from access.clock import SECOND_MS
from devices.doorkeeper.notify import notify
from gateway.loop import Loop
from gateway.watched import Tended

TELL_EVERY_MS = 2 * SECOND_MS


class Watchdog(Tended):
    """Notifies NOTIFY_SOCKET's ``address``; with None there is nobody to tell."""

    def __init__(self, address: str | None) -> None:
        self._address, self._due_ms, self._ready = address, 0, False

    def tend(self, _loop: Loop, mono_ms: int) -> None:
        """Tell that the loop lives."""
        if mono_ms < self._due_ms:
            return
        self._due_ms = mono_ms + TELL_EVERY_MS
        notify(self._address, "WATCHDOG=1" if self._ready else "READY=1")
        self._ready = True

    def close(self) -> None:
        """Tell that it ends."""
        notify(self._address, "STOPPING=1")
