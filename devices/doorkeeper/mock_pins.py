"""Pins without a Pi: gpiozero's mock pins, with levels that live in files and inputs that others can move.

``KeptFactory`` is for the doorkeeper, through the same gpiozero devices as on a Pi. ``MockBoard`` is for whoever
stands around the door: tests, the demo and the bench see every line and move every input through it, from any process.
"""

import os
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from gpiozero.exc import GPIOPinInUse
from gpiozero.pins.mock import MockFactory, MockPin

from devices.doorkeeper.mock_lines import LineFile, LineReading

INPUTS_SOCKET = "inputs.sock"
MOVE_MAX = 16


def line_path(directory: Path, pin: int) -> Path:
    """The file of one line, named by its BCM number."""
    return directory / f"gpio{pin}.line"


@contextmanager
def _short(directory: Path) -> Iterator[str]:
    """A short name of a directory for a moment: a socket's address holds 107 bytes, a test's path may be longer."""
    descriptor = os.open(directory, os.O_RDONLY | os.O_DIRECTORY)
    try:
        yield f"/proc/self/fd/{descriptor}"
    finally:
        os.close(descriptor)


class MockBoard:
    """The mock lines of a directory, as seen and moved from outside the doorkeeper. Pins are BCM numbers."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._lines: dict[int, LineFile] = {}
        directory.mkdir(parents=True, exist_ok=True)

    def reading(self, pin: int) -> LineReading:
        """Everything about one line, consistent in itself."""
        return self._line(pin).read()

    def level(self, pin: int) -> bool:
        """The level now, True for high."""
        return self._line(pin).level()

    def changed_ns(self, pin: int) -> int:
        """When the line last changed, CLOCK_MONOTONIC nanoseconds; 0 if it never did."""
        return self.reading(pin).changed_ns

    def released_ns(self, pin: int) -> int:
        """When the line last left its rest (a lock: was released), CLOCK_MONOTONIC nanoseconds; 0 if never."""
        return self.reading(pin).left_ns

    def releases(self, pin: int) -> int:
        """How often the line has left its rest."""
        return self.reading(pin).releases

    def set_input(self, pin: int, *, level: bool) -> None:
        """Move an input; a running doorkeeper sees the edge, a later one the level."""
        self._line(pin).drive(level=level)
        with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as out, _short(self._directory) as directory:
            try:
                out.sendto(b"%d %d" % (pin, level), f"{directory}/{INPUTS_SOCKET}")
            except (FileNotFoundError, ConnectionRefusedError):
                return

    def press(self, pin: int) -> None:
        """Move an input to its other level and straight back, like a button."""
        before = self.level(pin)
        self.set_input(pin, level=not before)
        self.set_input(pin, level=before)

    def close(self) -> None:
        """Let go of the files."""
        for line in self._lines.values():
            line.close()
        self._lines.clear()

    def _line(self, pin: int) -> LineFile:
        if pin not in self._lines:
            self._lines[pin] = LineFile(line_path(self._directory, pin))
        return self._lines[pin]


class KeptPin(MockPin):  # type: ignore[misc]  # gpiozero is not annotated
    """A mock pin whose output level lives in its line's file, claimed by one process at a time.

    Like lgpio's, an output claimed without a level goes low; claimed with one, it does not move first. An input's
    level is whatever the outside makes it: no pull moves it.
    """

    def __init__(self, factory: "KeptFactory", info: object) -> None:
        super().__init__(factory, info)
        self._function = "input"
        self._line = factory.claim(self._number, self)
        self._state = self._line.level()

    def _set_function(self, value: str) -> None:
        claimed = value == "output" and self._function != "output"
        self._function = value
        if claimed:
            self._change_state(value=False)

    def output_with_state(self, state: object) -> None:
        """Claim the line as an output that is at this level from its first moment."""
        self._function = "output"
        self._change_state(value=bool(state))

    def _change_state(self, value: object) -> bool:
        changed = bool(self._state != bool(value))
        self._state = bool(value)
        if self._function == "output":
            self._line.drive(level=self._state)
        return changed

    def _get_state(self) -> bool:
        return self._line.level()

    def _set_pull(self, value: str) -> None:
        self._pull = value

    def _enable_event_detect(self) -> None:
        self._factory.watch()

    def close(self) -> None:
        """Stop watching; the line keeps its level."""
        self.when_changed = None


class KeptFactory(MockFactory):  # type: ignore[misc]  # gpiozero is not annotated
    """Makes kept pins in a directory. ``locks`` and ``inputs`` give each pin's level at rest; an input that nobody
    has moved yet is at rest, a lock's line is low, as a pull-down leaves it.
    """

    def __init__(self, directory: Path, locks: dict[int, bool], inputs: dict[int, bool]) -> None:
        super().__init__(pin_class=KeptPin)
        directory.mkdir(parents=True, exist_ok=True)
        self._directory = directory
        self._locks = locks
        self._inputs = inputs
        self._claimed: dict[int, tuple[LineFile, KeptPin]] = {}
        self._moves: socket.socket | None = None
        self._watcher: threading.Thread | None = None

    def claim(self, number: int, pin: KeptPin) -> LineFile:
        """The line's file, for ``pin`` and held by this process alone; GPIOPinInUse if another holds it."""
        line = LineFile(line_path(self._directory, number))
        if not line.claim():
            line.close()
            raise GPIOPinInUse(f"GPIO{number} is held by another process")
        line.rest_at(idle=(self._locks | self._inputs).get(number, False))
        if number in self._inputs:
            line.settle()
        self._claimed[number] = line, pin
        return line

    def watch(self) -> None:
        """Hear, in a thread like lgpio's own, when somebody moves an input."""
        if self._moves is None:
            path = self._directory / INPUTS_SOCKET
            path.unlink(missing_ok=True)
            self._moves = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            with _short(self._directory) as directory:
                self._moves.bind(f"{directory}/{INPUTS_SOCKET}")
            self._watcher = threading.Thread(target=self._hear, args=(self._moves,), name="mock inputs", daemon=True)
            self._watcher.start()

    def _hear(self, moves: socket.socket) -> None:
        while said := moves.recv(MOVE_MAX):
            number, _, level = said.partition(b" ")
            _, pin = self._claimed.get(int(number), (None, None)) if number.isdigit() else (None, None)
            if pin is not None:
                (pin.drive_high if level == b"1" else pin.drive_low)()

    def close(self) -> None:
        """Let go of every line; the levels stay."""
        if self._moves is not None and self._watcher is not None:
            self._moves.shutdown(socket.SHUT_RD)
            self._watcher.join()
            self._moves.close()
            self._moves = None
        self.pins.clear()
        for line, _ in self._claimed.values():
            line.close()
        self._claimed.clear()
