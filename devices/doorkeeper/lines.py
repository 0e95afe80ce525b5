"""The lines of a doorkeeper's doors, through gpiozero: locks out; contacts, exit buttons and the fire input in.

Every input has the Pi's pull-up and is wired to ground, so that a cut wire reads high: a contact open, a fire panel
with a normally closed loop (``fire_active_high``) on fire. An exit button closes to ground when pressed.
"""

import os
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial

from gpiozero import DigitalInputDevice, InputDevice, OutputDevice
from gpiozero.exc import GPIOZeroError
from gpiozero.pins import Factory

from devices.doorkeeper.config import KeeperConfig
from devices.doorkeeper.levels import is_energised, line_level
from devices.doorkeeper.state import ContactRead, FireRead, RexRead

BOUNCE_S = 0.02
EDGES_MAX = 1_024

InputRead = ContactRead | RexRead | FireRead


class LineFaultError(Exception):
    """A lock's line could not be claimed or set; the message names it."""


def pin_factory(config: KeeperConfig) -> Factory:
    """Gpiozero's way to this configuration's pins; LineFaultError where there is none."""
    if config.pins == "mock":
        return _mock_factory(config)
    try:
        from devices.doorkeeper.lgpio_pins import SteadyFactory  # noqa: PLC0415  only a Pi has lgpio

        return SteadyFactory()
    except (ImportError, GPIOZeroError, OSError) as error:
        why = f'The Pi\'s lines cannot be opened: {error}; set pins = "mock" where there is no Pi.'
        raise LineFaultError(why) from error


def _mock_factory(config: KeeperConfig) -> Factory:
    from devices.doorkeeper.mock_pins import KeptFactory  # noqa: PLC0415  a Pi needs no mock pins

    if config.mock_directory is None:
        raise LineFaultError('Mock pins live in files: set mock_directory beside pins = "mock".')
    locks = {
        door.lines.lock: line_level(door.sense, active_high=door.lines.lock_active_high, released=False)
        for door in config.doors
    }
    inputs = {door.lines.contact: False for door in config.doors if door.lines.contact is not None}
    inputs |= {door.lines.rex: True for door in config.doors if door.lines.rex is not None}
    if config.fire_pin is not None:
        inputs[config.fire_pin] = not config.fire_active_high
    return KeptFactory(config.mock_directory, locks, inputs)


class Locks:
    """The locks' lines, each claimed at its own door's level: released for ``released``, secured for the rest."""

    def __init__(self, config: KeeperConfig, factory: Factory, released: frozenset[str]) -> None:
        self._senses = {door.id: door.sense for door in config.doors}
        self._lines: dict[str, OutputDevice] = {}
        self.faults: list[str] = []
        for door in config.doors:
            energised = is_energised(door.sense, released=door.id in released)
            with _noted(self.faults, door.id):
                self._lines[door.id] = OutputDevice(
                    door.lines.lock,
                    active_high=door.lines.lock_active_high,
                    initial_value=energised,
                    pin_factory=factory,
                )

    def drive(self, door: str, *, released: bool) -> None:
        """Bring one door's line to released or secured. A failure is noted in ``faults``, so that no door's fault
        keeps another from being driven.
        """
        with _noted(self.faults, door):
            self._lines[door].value = is_energised(self._senses[door], released=released)


@contextmanager
def _noted(faults: list[str], door: str) -> Iterator[None]:
    try:
        yield
    except (GPIOZeroError, OSError, KeyError) as error:
        faults.append(f"The lock line of door {door} cannot be driven: {error}.")


@contextmanager
def _said(what: str) -> Iterator[None]:
    try:
        yield
    except (GPIOZeroError, OSError) as error:
        raise LineFaultError(f"{what}: {error}.") from error


class Inputs:
    """Contacts, exit buttons and the fire input: edges as they come, and the levels whenever asked.

    Edges come in a thread of the pin library; they are kept, the newest ``EDGES_MAX``, and ``wake`` becomes readable.
    LineFaultError where an input cannot be watched or read.
    """

    def __init__(self, config: KeeperConfig, factory: Factory) -> None:
        self.wake = os.eventfd(0, os.EFD_NONBLOCK | os.EFD_CLOEXEC)
        self._edges: deque[InputRead] = deque(maxlen=EDGES_MAX)
        self._levels: list[tuple[InputDevice, Callable[[bool], InputRead]]] = []
        for pin, read in input_reads(config):
            with _said(f"The input on GPIO{pin} cannot be watched"):
                device = DigitalInputDevice(pin, pull_up=True, bounce_time=BOUNCE_S, pin_factory=factory)
                device.when_activated = partial(self._edge, read, False)
                device.when_deactivated = partial(self._edge, read, True)
                self._levels.append((device, read))

    def _edge(self, read: Callable[[bool], InputRead], high: bool) -> None:  # noqa: FBT001  the level itself
        self._edges.append(read(high))
        os.eventfd_write(self.wake, 1)

    def take_edges(self) -> tuple[InputRead, ...]:
        """The edges since the last call, oldest first; ``wake`` is quiet again."""
        try:
            os.eventfd_read(self.wake)
        except BlockingIOError:
            return ()
        return tuple(self._edges.popleft() for _ in range(len(self._edges)))

    def levels(self) -> tuple[InputRead, ...]:
        """Every input as it is now: what an edge lost would have said."""
        with _said("An input cannot be read"):
            return tuple(read(bool(device.pin.state)) for device, read in self._levels)


def input_reads(config: KeeperConfig) -> Iterator[tuple[int, Callable[[bool], InputRead]]]:
    """Each input pin, and what its level (True: high) means; the fire input first."""
    if config.fire_pin is not None:
        yield config.fire_pin, partial(_fire_read, config.fire_active_high)
    for door in config.doors:
        if door.lines.contact is not None:
            yield door.lines.contact, partial(ContactRead, door.id)
        if door.lines.rex is not None:
            yield door.lines.rex, partial(_rex_read, door.id)


def _fire_read(active_high: bool, high: bool) -> FireRead:  # noqa: FBT001  two levels to compare
    return FireRead(active=high == active_high)


def _rex_read(door: str, high: bool) -> RexRead:  # noqa: FBT001  the level itself
    return RexRead(door, pressed=not high)


def fire_is_active(config: KeeperConfig, factory: Factory) -> bool:
    """One look at the fire input; False where there is none, LineFaultError where it cannot be read."""
    if config.fire_pin is None:
        return False
    with _said(f"The fire input on GPIO{config.fire_pin} cannot be read"):
        device = InputDevice(config.fire_pin, pull_up=True, pin_factory=factory)
        high = bool(device.pin.state)
        device.close()
    return _fire_read(config.fire_active_high, high).active
