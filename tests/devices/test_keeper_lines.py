"""Locks and inputs through gpiozero's devices on mock pins: the code path of a Pi."""

import select
from pathlib import Path

import pytest

from access.site import GpioLines, LockSense
from devices.doorkeeper.config import KeeperConfig, KeeperDoor
from devices.doorkeeper.latches import store_latch
from devices.doorkeeper.lines import Inputs, LineFaultError, Locks, fire_is_active, pin_factory
from devices.doorkeeper.mock_pins import MockBoard
from devices.doorkeeper.rest import bring_to_rest
from devices.doorkeeper.state import ContactRead, FireRead, RexRead
from devices.keeper_wire import LatchName, Signed
from tests.support.keepers import BACK_LOCK, CONTACT, FIRE, MAIN_LOCK, REX, keeper_config

ALL, NONE = frozenset({"main", "back"}), frozenset[str]()


@pytest.fixture
def config(tmp_path: Path) -> KeeperConfig:
    """Two doors: a strike on an active-high line, a magnet on another."""
    return keeper_config(tmp_path)


@pytest.fixture
def board(config: KeeperConfig) -> MockBoard:
    assert config.mock_directory is not None
    return MockBoard(config.mock_directory)


def test_locks_start_secured_each_in_its_own_sense(config: KeeperConfig, board: MockBoard) -> None:
    locks = Locks(config, pin_factory(config), NONE)
    assert (board.level(MAIN_LOCK), board.level(BACK_LOCK)) == (False, True)
    assert (board.releases(MAIN_LOCK), board.releases(BACK_LOCK)) == (0, 0)
    assert locks.faults == []


def test_locks_move_as_they_are_driven(config: KeeperConfig, board: MockBoard) -> None:
    locks = Locks(config, pin_factory(config), NONE)
    locks.drive("main", released=True)
    locks.drive("back", released=True)
    assert (board.level(MAIN_LOCK), board.level(BACK_LOCK)) == (True, False)
    locks.drive("main", released=False)
    assert (board.level(MAIN_LOCK), board.level(BACK_LOCK)) == (False, False)


def test_starting_again_and_again_never_moves_a_secured_line(config: KeeperConfig, board: MockBoard) -> None:
    for _ in range(20):
        factory = pin_factory(config)
        Locks(config, factory, NONE)
        factory.close()
    assert board.reading(MAIN_LOCK).changes == 0
    assert board.reading(BACK_LOCK).changes == 1, "the magnet's first current, and then never again"
    assert board.releases(BACK_LOCK) == 0


def test_starting_again_secures_at_once_what_a_killed_keeper_left_released(
    config: KeeperConfig, board: MockBoard
) -> None:
    factory = pin_factory(config)
    Locks(config, factory, ALL)
    factory.close()
    assert board.level(MAIN_LOCK) is True
    Locks(config, pin_factory(config), NONE)
    assert (board.level(MAIN_LOCK), board.level(BACK_LOCK)) == (False, True)


def test_an_inverted_relay_board_is_driven_by_its_own_levels(tmp_path: Path) -> None:
    door = KeeperDoor("main", LockSense.FAIL_SECURE, GpioLines(MAIN_LOCK, lock_active_high=False), 1_000)
    config = KeeperConfig(
        tmp_path / "k.sock", tmp_path / "state", (door,), pins="mock", mock_directory=tmp_path / "pins"
    )
    board, locks = MockBoard(tmp_path / "pins"), Locks(config, pin_factory(config), NONE)
    assert (board.level(MAIN_LOCK), board.releases(MAIN_LOCK)) == (True, 0)
    locks.drive("main", released=True)
    assert (board.level(MAIN_LOCK), board.releases(MAIN_LOCK)) == (False, 1)


def test_a_line_that_another_holds_is_a_fault_that_names_the_door_and_moves_nothing(
    config: KeeperConfig, board: MockBoard
) -> None:
    first = Locks(config, pin_factory(config), NONE)
    first.drive("main", released=True)
    second = Locks(config, pin_factory(config), NONE)
    assert [fault.split(" cannot")[0] for fault in second.faults] == [
        "The lock line of door main",
        "The lock line of door back",
    ]
    assert board.level(MAIN_LOCK) is True


def test_one_doors_fault_keeps_no_other_door_from_being_driven(config: KeeperConfig, board: MockBoard) -> None:
    elsewhere = Locks(keeper_config(config.socket.parent, doors=config.doors[:1]), pin_factory(config), NONE)
    locks = Locks(config, pin_factory(config), NONE)
    locks.drive("main", released=True)
    locks.drive("back", released=True)
    assert (board.level(MAIN_LOCK), board.level(BACK_LOCK)) == (False, False)
    assert len(locks.faults) == 2
    assert elsewhere.faults == []


def test_untouched_inputs_are_at_rest(config: KeeperConfig) -> None:
    inputs = Inputs(config, pin_factory(config))
    assert inputs.levels() == (
        FireRead(active=False), ContactRead("main", open=False), RexRead("main", pressed=False),
    )  # fmt: skip
    assert inputs.take_edges() == ()


def test_every_edge_comes_through_in_order_and_wakes(config: KeeperConfig, board: MockBoard) -> None:
    inputs = Inputs(config, pin_factory(config))
    board.set_input(CONTACT, level=True)
    board.press(REX)
    board.set_input(CONTACT, level=False)
    board.set_input(FIRE, level=True)
    seen: list[object] = []
    while len(seen) < 5:
        ready, _, _ = select.select([inputs.wake], [], [], 5)
        assert ready, seen
        seen += inputs.take_edges()
    assert seen == [
        ContactRead("main", open=True),
        RexRead("main", pressed=True),
        RexRead("main", pressed=False),
        ContactRead("main", open=False),
        FireRead(active=True),
    ]


def test_levels_are_read_from_the_lines_themselves(config: KeeperConfig, board: MockBoard) -> None:
    board.set_input(FIRE, level=True)
    board.set_input(CONTACT, level=True)
    inputs = Inputs(config, pin_factory(config))
    assert inputs.levels()[:2] == (FireRead(active=True), ContactRead("main", open=True))


@pytest.mark.parametrize(("active_high", "level"), [(True, True), (False, False)])
def test_the_fire_input_has_the_sense_that_its_panel_has(tmp_path: Path, active_high: bool, level: bool) -> None:
    config = keeper_config(tmp_path, fire_active_high=active_high)
    assert fire_is_active(config, pin_factory(config)) is False
    assert config.mock_directory is not None
    MockBoard(config.mock_directory).set_input(FIRE, level=not level)
    MockBoard(config.mock_directory).set_input(FIRE, level=level)
    assert fire_is_active(keeper_config(tmp_path / "b", fire_pin=None), pin_factory(config)) is False
    other = pin_factory(config)
    with pytest.raises(LineFaultError, match=f"GPIO{FIRE} cannot be read"):
        fire_is_active(config, other)


def test_bringing_to_rest_secures_and_lets_go(config: KeeperConfig, board: MockBoard) -> None:
    factory = pin_factory(config)
    Locks(config, factory, ALL)
    factory.close()
    assert bring_to_rest(config) == ()
    assert (board.level(MAIN_LOCK), board.level(BACK_LOCK)) == (False, True)
    assert Locks(config, pin_factory(config), NONE).faults == []


def test_rest_is_released_while_a_latch_is_on_disk(config: KeeperConfig, board: MockBoard) -> None:
    bring_to_rest(config)
    store_latch(config.state_directory, Signed(LatchName.EVACUATION, "Luca", ""))
    assert bring_to_rest(config) == ()
    assert (board.level(MAIN_LOCK), board.level(BACK_LOCK)) == (True, False)


def test_rest_is_released_while_the_fire_input_is_active_whatever_the_disk_says(
    config: KeeperConfig, board: MockBoard
) -> None:
    config.state_directory.parent.mkdir(exist_ok=True)
    config.state_directory.write_text("not a directory")
    board.set_input(FIRE, level=True)
    (fault,) = bring_to_rest(config)
    assert fault.startswith("The keeper cannot read its latches")
    assert (board.level(MAIN_LOCK), board.level(BACK_LOCK)) == (True, False)


def test_rest_moves_nothing_while_a_living_keeper_holds_the_lines(config: KeeperConfig, board: MockBoard) -> None:
    Locks(config, pin_factory(config), ALL)
    faults = bring_to_rest(config)
    assert len(faults) == 2
    assert (board.level(MAIN_LOCK), board.level(BACK_LOCK)) == (True, False)


def test_without_a_pi_the_pis_pins_are_refused_with_what_to_do(config: KeeperConfig) -> None:
    on_pi = keeper_config(config.socket.parent, pins="lgpio")
    with pytest.raises(LineFaultError, match='set pins = "mock"'):
        pin_factory(on_pi)
    assert len(bring_to_rest(on_pi)) == 1


def test_mock_pins_without_a_directory_are_refused(config: KeeperConfig) -> None:
    with pytest.raises(LineFaultError, match="set mock_directory"):
        pin_factory(keeper_config(config.socket.parent, mock_directory=None))


def test_mock_pins_live_in_directories_of_any_length(tmp_path: Path) -> None:
    deep = tmp_path / ("a-long-name-" * 8) / ("and-another-" * 8)
    config = keeper_config(tmp_path, mock_directory=deep)
    inputs = Inputs(config, pin_factory(config))
    MockBoard(deep).press(REX)
    assert select.select([inputs.wake], [], [], 5)[0]
    assert inputs.take_edges()[0] == RexRead("main", pressed=True)


def test_an_input_that_another_holds_is_a_fault_that_names_it(config: KeeperConfig) -> None:
    held = Inputs(config, pin_factory(config))
    with pytest.raises(LineFaultError, match=f"GPIO{FIRE} cannot be watched: GPIO{FIRE} is held by another process"):
        Inputs(config, pin_factory(config))
    assert held.levels()
