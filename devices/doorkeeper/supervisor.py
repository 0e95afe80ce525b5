"""The keeper's supervisor: a process that outlives it only to secure the doors and start it again (guarantee D4).

It starts the keeper as a child and holds one end of a socket pair. The keeper's death closes the other end, at once;
a keeper that hangs stops beating on it and is killed. Either way the lines are brought to rest before anything else,
then the keeper is started again, after a wait that doubles with each early death up to ``BACKOFF_MAX_MS``. Bringing
lines to rest never releases a secured one, so that no crash loop pulses a lock (D5). The supervisor's own death closes
its end of the pair, and the keeper secures the doors and stops.
"""

import logging
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from types import FrameType

from devices.doorkeeper.config import KeeperConfig
from devices.doorkeeper.loop import DISK, READY
from devices.doorkeeper.notify import notify
from devices.doorkeeper.rest import bring_to_rest

HANG_MS = 1_500
DISK_MS = 30_000
START_MS = 10_000
STOP_MS = 1_500
BACKOFF_MIN_MS = 50
BACKOFF_MAX_MS = 2_000
HEALTHY_MS = 10_000
WORDS_MAX = 64

log = logging.getLogger("hubout.doorkeeper")


def backoff_ms(early_deaths: int) -> int:
    """How long to wait before the next start, after so many deaths in a row of keepers younger than 10 s."""
    return min(BACKOFF_MIN_MS << min(early_deaths, 10), BACKOFF_MAX_MS) if early_deaths else 0


class Supervisor:
    """One supervisor over the configuration in the descriptor ``config_fd``, which its children inherit.

    ``notify_address`` is systemd's NOTIFY_SOCKET or None: the unit is ready when the keeper is, and its watchdog is
    fed by the keeper's beats alone.
    """

    def __init__(self, config: KeeperConfig, config_fd: int, notify_address: str | None) -> None:
        self._config = config
        self._config_fd = config_fd
        self._notify_address = notify_address
        self._stopping = False
        self._early_deaths = 0
        self._selector = selectors.DefaultSelector()

    def run(self) -> None:
        """Keep a keeper alive until told to stop by SIGTERM or SIGINT; every line is at rest when it returns."""
        self._hear_signals()
        self._secure()
        while not self._stopping:
            started_ms = _now_ms()
            self._keep_one()
            young = _now_ms() - started_ms < HEALTHY_MS
            self._early_deaths = self._early_deaths + 1 if young else 0
            self._pause(backoff_ms(self._early_deaths))

    def _hear_signals(self) -> None:
        hearing, self._speaking = socket.socketpair()
        for end in (hearing, self._speaking):
            end.setblocking(False)
        signal.set_wakeup_fd(self._speaking.fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        self._selector.register(hearing, selectors.EVENT_READ)

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self._stopping = True

    def _keep_one(self) -> None:
        """One keeper's life, its end, and the lines at rest after it."""
        link, theirs = socket.socketpair()
        with link:
            with theirs:
                child = self._started(theirs)
            why = self._watch(link)
            self._end(child, why)
        self._secure()

    def _started(self, link: socket.socket) -> "subprocess.Popen[bytes]":
        words = [sys.executable, "-P", "-m", "devices.doorkeeper", "keep", str(self._config_fd), str(link.fileno())]
        environment = {name: value for name, value in os.environ.items() if name != "NOTIFY_SOCKET"}
        return subprocess.Popen(
            words, stdin=subprocess.DEVNULL, pass_fds=(self._config_fd, link.fileno()), env=environment
        )

    def _watch(self, link: socket.socket) -> str:
        """Wait for the keeper's end, or for a reason to end it; returns which, as a sentence."""
        key = self._selector.register(link, selectors.EVENT_READ)
        deadline_ms = _now_ms() + START_MS
        try:
            while not self._stopping:
                ready = self._selector.select(max(0, deadline_ms - _now_ms()) / 1000)
                if any(event is key for event, _ in ready):
                    words = link.recv(WORDS_MAX)
                    if not words:
                        return "The keeper died."
                    self._notify(words)
                    deadline_ms = _now_ms() + (DISK_MS if words.endswith(DISK) else HANG_MS)
                elif _now_ms() >= deadline_ms:
                    return "The keeper hangs; it is killed."
        except ConnectionResetError:
            return "The keeper died."
        finally:
            self._selector.unregister(link)
        return ""

    def _end(self, child: "subprocess.Popen[bytes]", why: str) -> None:
        if self._stopping:
            notify(self._notify_address, "STOPPING=1")
            child.terminate()
            if _ends_in_time(child):
                return
            why = "The keeper does not stop; it is killed."
        log.error(why)
        child.kill()
        child.wait()

    def _secure(self) -> None:
        for fault in bring_to_rest(self._config):
            log.error(fault)

    def _notify(self, words: bytes) -> None:
        if READY in words:
            notify(self._notify_address, "READY=1")
        notify(self._notify_address, "WATCHDOG=1")

    def _pause(self, wait_ms: int) -> None:
        deadline_ms = _now_ms() + wait_ms
        while not self._stopping and _now_ms() < deadline_ms:
            self._selector.select((deadline_ms - _now_ms()) / 1000)


def _ends_in_time(child: "subprocess.Popen[bytes]") -> bool:
    try:
        child.wait(STOP_MS / 1000)
    except subprocess.TimeoutExpired:
        return False
    return True


def _now_ms() -> int:
    return time.monotonic_ns() // 1_000_000
