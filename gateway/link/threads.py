"""A link's own thread: it begins, waits until it is woken, and ends in time, whatever it is asking."""

import threading
from abc import ABC, abstractmethod
from collections.abc import Callable

JOIN_S = 2.0


class LinkThread(ABC):
    """``start`` it once, and ``stop`` it. What it does is its ``_run``, which ends soon after ``_stopping`` is set."""

    def __init__(self, name: str, abort: Callable[[], None]) -> None:
        """``abort`` breaks off what is being asked."""
        self._abort = abort
        self._stopping = False
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._run, name=name, daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, breaking off what is being asked; returns within JOIN_S."""
        self._stopping = True
        self._wake.set()
        self._abort()
        if self._thread.ident is not None:
            self._thread.join(JOIN_S)

    @abstractmethod
    def _run(self) -> None:
        """What the thread does, until ``_stopping``."""
