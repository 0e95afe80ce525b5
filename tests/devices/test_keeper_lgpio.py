"""The Pi's pins without a Pi: gpiozero's own lgpio pins over a chip that notes each call and keeps levels as the
kernel does. What is proved is the order of claims: no line ever moves on its way to its level (guarantee D5).
"""

import importlib
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import ModuleType

import pytest
from gpiozero.pins import local
from gpiozero.pins.local import LocalPiFactory

from access.site import GpioLines, LockSense
from devices.doorkeeper.config import KeeperConfig, KeeperDoor
from devices.doorkeeper.lines import Inputs, LineFaultError, Locks, fire_is_active, pin_factory
from devices.doorkeeper.rest import bring_to_rest
from devices.doorkeeper.state import ContactRead, FireRead
from tests.support.keepers import BACK_LOCK, CONTACT, FIRE, MAIN_LOCK, keeper_config

PI_4B = 0xC03111
OUTPUT, PULL_UP = 1 << 1, 1 << 5
NONE: frozenset[str] = frozenset()


class ChipError(Exception):
    """What lgpio raises."""


@dataclass
class Chip:
    """Lines as the kernel keeps them: a level each, who is output, and every change in order."""

    levels: dict[int, int] = field(default_factory=dict)
    modes: dict[int, int] = field(default_factory=dict)
    moved: list[tuple[int, int]] = field(default_factory=list)
    calls: list[tuple[str, int]] = field(default_factory=list)
    busy: set[int] = field(default_factory=set)

    def claim_output(self, pin: int, level: int) -> None:
        """Take a line for output, at this level from its first moment."""
        self.check(pin)
        self.calls.append(("output", pin))
        self.modes[pin] = OUTPUT
        self.write(pin, level)

    def claim_input(self, pin: int, flags: int) -> None:
        """Take a line for input: what drove it is gone, its pull takes it."""
        self.check(pin)
        self.calls.append(("input", pin))
        self.modes[pin] = flags
        self.move(pin, 1 if flags & PULL_UP else 0)

    def write(self, pin: int, level: int) -> None:
        """Drive an output."""
        self.check(pin)
        self.move(pin, level)

    def move(self, pin: int, level: int) -> None:
        if self.levels.get(pin, 0) != level:
            self.levels[pin] = level
            self.moved.append((pin, level))

    def check(self, pin: int) -> None:
        if pin in self.busy:
            raise ChipError("GPIO busy")

    def module(self) -> ModuleType:
        """The chip as the module that gpiozero imports."""
        lgpio = ModuleType("lgpio")
        lgpio.error = ChipError  # type: ignore[attr-defined]
        lgpio.SET_PULL_NONE, lgpio.SET_PULL_UP, lgpio.SET_PULL_DOWN = 0, PULL_UP, 1 << 6  # type: ignore[attr-defined]
        lgpio.BOTH_EDGES, lgpio.RISING_EDGE, lgpio.FALLING_EDGE = 3, 1, 2  # type: ignore[attr-defined]
        functions = {
            "gpiochip_open": lambda _chip: 7,
            "gpiochip_close": lambda _handle: 0,
            "gpio_claim_output": lambda _handle, pin, level=0, _flags=0: self.claim_output(pin, level),
            "gpio_claim_input": lambda _handle, pin, flags=0: self.claim_input(pin, flags),
            "gpio_claim_alert": lambda _handle, pin, _edges, _flags=0: self.calls.append(("alert", pin)),
            "gpio_free": lambda _handle, pin: self.check(pin),
            "gpio_write": lambda _handle, pin, level: self.write(pin, level),
            "gpio_read": lambda _handle, pin: self.levels.get(pin, 0),
            "gpio_get_mode": lambda _handle, pin: self.modes.get(pin, 0),
            "gpio_set_debounce_micros": lambda _handle, pin, _micros: self.calls.append(("debounce", pin)),
            "callback": lambda *_all: None,
        }
        for name, function in functions.items():
            setattr(lgpio, name, function)
        return lgpio


@pytest.fixture
def chip(monkeypatch: pytest.MonkeyPatch) -> Iterator[Chip]:
    chip = Chip()
    ours = ("gpiozero.pins.lgpio", "devices.doorkeeper.lgpio_pins")
    for name in ours:
        monkeypatch.delitem(sys.modules, name, raising=False)
    monkeypatch.setitem(sys.modules, "lgpio", chip.module())
    monkeypatch.setattr(local, "get_pi_revision", lambda: PI_4B)
    importlib.import_module("devices.doorkeeper.lgpio_pins")
    yield chip
    LocalPiFactory.pins.clear()
    LocalPiFactory._reservations.clear()
    for name in ours:
        sys.modules.pop(name, None)


@pytest.fixture
def config(tmp_path_factory: pytest.TempPathFactory) -> KeeperConfig:
    return keeper_config(tmp_path_factory.mktemp("pi"), pins="lgpio", mock_directory=None)


def test_a_lock_line_is_claimed_once_and_only_as_an_output(chip: Chip, config: KeeperConfig) -> None:
    locks = Locks(config, pin_factory(config), NONE)
    assert chip.calls == [("output", MAIN_LOCK), ("output", BACK_LOCK)]
    assert locks.faults == []


def test_a_line_that_the_kernel_kept_high_never_blips_low(chip: Chip, config: KeeperConfig) -> None:
    chip.levels[BACK_LOCK] = 1
    Locks(config, pin_factory(config), NONE)
    assert chip.moved == []


def test_stock_gpiozero_would_have_blipped(chip: Chip) -> None:
    from gpiozero import OutputDevice  # noqa: PLC0415
    from gpiozero.pins.lgpio import LGPIOFactory  # noqa: PLC0415

    chip.levels[BACK_LOCK] = 1
    kept = OutputDevice(BACK_LOCK, initial_value=True, pin_factory=LGPIOFactory())
    assert chip.moved == [(BACK_LOCK, 0), (BACK_LOCK, 1)]
    assert kept.value == 1


def test_crash_after_crash_a_secured_line_does_not_move(chip: Chip, config: KeeperConfig) -> None:
    for _ in range(10):
        factory = pin_factory(config)
        Locks(config, factory, NONE)
        factory.close()
    assert chip.moved == [(BACK_LOCK, 1)]


def test_letting_go_leaves_a_lock_at_its_level(chip: Chip, config: KeeperConfig) -> None:
    factory = pin_factory(config)
    locks = Locks(config, factory, frozenset({"main", "back"}))
    chip.moved.clear()
    for line in locks._lines.values():
        line.close()
    factory.close()
    assert chip.moved == []


def test_leases_drive_the_line_and_nothing_else(chip: Chip, config: KeeperConfig) -> None:
    locks = Locks(config, pin_factory(config), NONE)
    chip.moved.clear()
    locks.drive("main", released=True)
    locks.drive("main", released=False)
    assert chip.moved == [(MAIN_LOCK, 1), (MAIN_LOCK, 0)]


def test_a_line_that_another_process_holds_is_a_sentence(chip: Chip, config: KeeperConfig) -> None:
    chip.busy.add(MAIN_LOCK)
    locks = Locks(config, pin_factory(config), NONE)
    assert locks.faults == [
        "The lock line of door main cannot be driven: GPIO17 cannot be claimed for output: GPIO busy."
    ]
    assert chip.levels[BACK_LOCK] == 1, "the other door is secured all the same"


def test_a_line_that_fails_later_is_a_sentence(chip: Chip, config: KeeperConfig) -> None:
    locks = Locks(config, pin_factory(config), NONE)
    chip.busy.add(MAIN_LOCK)
    locks.drive("main", released=True)
    assert locks.faults == ["The lock line of door main cannot be driven: GPIO17 cannot be set: GPIO busy."]


def test_inputs_are_pulled_up_debounced_and_watched(chip: Chip, config: KeeperConfig) -> None:
    inputs = Inputs(config, pin_factory(config))
    assert chip.modes[CONTACT] & PULL_UP
    assert {("debounce", FIRE), ("alert", FIRE), ("debounce", CONTACT), ("alert", CONTACT)} <= set(chip.calls)
    assert inputs.levels()[:2] == (FireRead(active=True), ContactRead("main", open=True)), "open loops read high"
    chip.levels.update({FIRE: 0, CONTACT: 0})
    assert inputs.levels()[:2] == (FireRead(active=False), ContactRead("main", open=False))


def test_a_fire_input_that_cannot_be_read_secures_and_says_so(chip: Chip, config: KeeperConfig) -> None:
    chip.busy.add(FIRE)
    with pytest.raises(LineFaultError, match=f"GPIO{FIRE} cannot be read"):
        fire_is_active(config, pin_factory(config))
    LocalPiFactory._reservations.clear()
    (fault,) = bring_to_rest(config)
    assert f"GPIO{FIRE} cannot be read" in fault
    assert (chip.levels.get(MAIN_LOCK, 0), chip.levels[BACK_LOCK]) == (0, 1)


def test_at_rest_an_open_fire_loop_releases(chip: Chip, config: KeeperConfig) -> None:
    assert bring_to_rest(config) == ()
    assert (chip.levels[MAIN_LOCK], chip.levels.get(BACK_LOCK, 0)) == (1, 0)


def test_the_recommended_wiring_of_a_magnet_rests_low(chip: Chip, config: KeeperConfig) -> None:
    magnet = KeeperDoor("magnet", LockSense.FAIL_SAFE, GpioLines(BACK_LOCK, lock_active_high=False), 1_000)
    wired = keeper_config(config.socket.parent, doors=(magnet,), pins="lgpio", fire_pin=None)
    Locks(wired, pin_factory(wired), NONE)
    assert chip.moved == []
    assert chip.levels.get(BACK_LOCK, 0) == 0
