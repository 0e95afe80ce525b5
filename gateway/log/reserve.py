"""Room held back on the disk: a file of zeros that is deleted when the disk is full, so that the log can go on for a
while and say so (guarantee D12).
"""

import logging
import os
import shutil
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from access.clock import SECOND_MS
from gateway.watched import Tended

if TYPE_CHECKING:
    from gateway.loop import Loop

LOG = logging.getLogger("hubout.gateway")
LOOK_EVERY_MS = 10 * SECOND_MS
FULL = "the disk was full: the log goes on in the room that was held back for it; free some space now"


class Reserve:
    """The file at ``path``, of ``size_bytes``; 0: there is none, ever."""

    def __init__(self, path: Path, size_bytes: int) -> None:
        self._path, self.size_bytes = path, size_bytes
        self.held = False
        self.given_up = False

    def make(self) -> bool:
        """Hold the room back, where the disk has it and as much again; whether it is held now."""
        if self.held or not self.size_bytes:
            return self.held
        new = self._path.with_suffix(".new")
        try:
            if self._size() != self.size_bytes:
                if shutil.disk_usage(self._path.parent).free < 2 * self.size_bytes:
                    return False
                _filled(new, self.size_bytes)
                new.replace(self._path)
        except OSError:
            with suppress(OSError):
                new.unlink(missing_ok=True)
            return False
        self.held, self.given_up = True, False
        return True

    def give_up(self) -> bool:
        """Give the room to whoever needs it; whether there was any."""
        if not self.held:
            return False
        self.held = False
        try:
            self._path.unlink()
        except OSError:
            return False
        self.given_up = True
        return True

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except FileNotFoundError:
            return 0


def _filled(path: Path, size_bytes: int) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    try:
        os.posix_fallocate(descriptor, 0, size_bytes)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


class Holding(Tended):
    """The reserve as part of the gateway's loop: made again once there is room, and said while it is given up."""

    def __init__(self, reserve: Reserve) -> None:
        self._reserve = reserve
        self._due_ms = 0
        self._said = False

    def tend(self, loop: "Loop", mono_ms: int) -> None:
        """Look whether there is room again, in a moment in which nobody waits; and tell staff of it."""
        if loop.idle and mono_ms >= self._due_ms:
            self._due_ms = mono_ms + LOOK_EVERY_MS
            self._reserve.make()
        given_up = self._reserve.given_up
        loop.room = replace(loop.room, full=given_up)
        if given_up is not self._said:
            self._said = given_up
            if given_up:
                LOG.error("%s", FULL)
            else:
                LOG.warning("the disk has room again, and some of it is held back")
