"""The programs that are measured, and those that measure: real processes, each with a log of its own."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

STOPS_WITHIN_S = 60.0
WORDS = 2_000


class Process:
    """One running program. ``out`` receives its standard output, ``log`` what it says on standard error."""

    def __init__(self, folder: Path, name: str, command: Sequence[str]) -> None:
        self.name, self.out, self.log = name, folder / f"{name}.out", folder / f"{name}.log"
        with self.out.open("ab") as out, self.log.open("ab") as log:
            self._child = subprocess.Popen(
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=log,
                env=_surroundings(),
            )

    @property
    def pid(self) -> int:
        """Its number."""
        return self._child.pid

    @property
    def ended(self) -> bool:
        """Whether it lives no more."""
        return self._child.poll() is not None

    def words(self) -> str:
        """The end of what it wrote."""
        return self.log.read_text(encoding="utf-8", errors="replace")[-WORDS:].strip()

    def stop(self) -> None:
        """End it, by force where it does not end by itself."""
        if self.ended:
            return
        self._child.send_signal(signal.SIGTERM)
        try:
            self._child.wait(STOPS_WITHIN_S)
        except subprocess.TimeoutExpired:
            self._child.kill()
            self._child.wait()


def _surroundings() -> dict[str, str]:
    """Ours, except that compiled modules are kept, as an installed program has them."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextmanager
def _told_later(number: signal.Signals) -> Iterator[None]:
    """A signal of this time is handled after it. A mask would do as much, and be inherited by the program that starts.
    Signals are the main thread's matter: another one is not interrupted.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    told: list[int] = []
    before = signal.signal(number, lambda given, _frame: told.append(given))
    try:
        yield
    finally:
        signal.signal(number, before)
        if told:
            signal.raise_signal(number)


class Processes:
    """Starts programs and ends them all, the last started first; a context manager."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: list[Process] = []

    def start(self, name: str, command: Sequence[str]) -> Process:
        """Start any program."""
        with _told_later(signal.SIGTERM):  # Told to end between the two, it would leave a program that nobody ends.
            process = Process(self.folder, name, command)
            self._running.append(process)
        return process

    def python(self, name: str, *words: str) -> Process:
        """Start ``python -m`` with these words."""
        return self.start(name, [sys.executable, "-m", *words])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        while self._running:
            self._running.pop().stop()
