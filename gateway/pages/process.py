"""The site's pages as a child process: a hole in a page is not a hole in the door, and a busy page delays nobody."""

import logging
import os
import subprocess
import sys
from pathlib import Path

from access.clock import MINUTE_MS, SECOND_MS
from gateway.loop import Loop
from gateway.watched import Tended

LOG = logging.getLogger("hubout.gateway")
FIRST_WAIT_MS = 1 * SECOND_MS
LONGEST_WAIT_MS = 1 * MINUTE_MS
STEADY_AFTER_MS = 1 * MINUTE_MS
STOP_WITHIN_S = 3.0


class PagesProcess(Tended):
    """Keeps ``python -m gateway.pages.main`` running; restarts it later and later while it keeps dying."""

    def __init__(self, site_file: Path) -> None:
        """Nothing is started yet."""
        # Told whom to end with: a gateway that dies at once is gone before the pages could look whose child they are.
        parent = ["--parent", str(os.getpid())]
        self._command = [sys.executable, "-m", "gateway.pages.main", "--config", str(site_file), *parent]
        self._child: subprocess.Popen[bytes] | None = None
        self._started_ms, self._due_ms, self._deaths = 0, 0, 0

    def tend(self, _loop: Loop, mono_ms: int) -> None:
        """Start it, or again when it died and its wait is over."""
        if self._child is not None and self._child.poll() is not None:
            steady = mono_ms - self._started_ms >= STEADY_AFTER_MS
            self._deaths = 1 if steady else self._deaths + 1
            wait_ms = min(FIRST_WAIT_MS << min(self._deaths - 1, 6), LONGEST_WAIT_MS)
            LOG.error("the pages ended with %s; they start again in %s s", self._child.returncode, wait_ms // 1_000)
            self._child, self._due_ms = None, mono_ms + wait_ms
        if self._child is None and mono_ms >= self._due_ms:
            self._started_ms = mono_ms
            self._start(mono_ms)

    def _start(self, mono_ms: int) -> None:
        try:
            self._child = subprocess.Popen(self._command, stdin=subprocess.DEVNULL)
        except OSError as error:
            LOG.error("the pages cannot be started: %s; it is tried again", error)
            self._due_ms = mono_ms + LONGEST_WAIT_MS

    def close(self) -> None:
        """End it, by force where it does not end by itself."""
        if self._child is None:
            return
        self._child.terminate()
        try:
            self._child.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()
