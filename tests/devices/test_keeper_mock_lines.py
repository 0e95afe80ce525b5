"""The mock lines: levels that outlive their process, seen and moved from outside."""

import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from devices.doorkeeper.mock_lines import SIZE, LineFile, LineReading
from devices.doorkeeper.mock_pins import MockBoard

LOCK = 17


@pytest.fixture
def line(tmp_path: Path) -> LineFile:
    return LineFile(tmp_path / "gpio17.line")


def test_a_line_nobody_has_touched_is_low_and_has_never_changed(line: LineFile) -> None:
    assert line.read() == LineReading(level=False, changed_ns=0, changes=0, releases=0, left_ns=0)


def test_a_change_is_counted_and_dated_by_the_systems_monotonic_clock(line: LineFile) -> None:
    before_ns = time.monotonic_ns()
    line.drive(level=True)
    after_ns = time.monotonic_ns()
    reading = line.read()
    assert (reading.level, reading.changes, reading.releases) == (True, 1, 1)
    assert before_ns <= reading.changed_ns <= after_ns
    assert reading.left_ns == reading.changed_ns


def test_driving_to_the_level_it_has_is_no_change(line: LineFile) -> None:
    line.drive(level=True)
    first = line.read()
    line.drive(level=True)
    assert line.read() == first


def test_coming_back_to_rest_is_a_change_and_no_release(line: LineFile) -> None:
    line.drive(level=True)
    released = line.read()
    line.drive(level=False)
    reading = line.read()
    assert (reading.changes, reading.releases) == (2, 1)
    assert reading.left_ns == released.left_ns < reading.changed_ns


def test_where_rest_is_high_going_low_is_the_release(line: LineFile) -> None:
    line.rest_at(idle=True)
    line.drive(level=True)
    assert line.read().releases == 0
    line.drive(level=False)
    assert line.read().releases == 1


def test_an_untouched_line_settles_at_rest_and_a_moved_one_stays(tmp_path: Path) -> None:
    line = LineFile(tmp_path / "a")
    line.rest_at(idle=True)
    line.settle()
    assert (line.level(), line.read().changes) == (True, 0)
    line.drive(level=False)
    line.settle()
    assert line.level() is False


def test_the_level_outlives_the_process_that_set_it(tmp_path: Path) -> None:
    path = tmp_path / "gpio17.line"
    program = (
        "import os, signal, sys; from pathlib import Path; from devices.doorkeeper.mock_lines import LineFile\n"
        "line = LineFile(Path(sys.argv[1])); line.claim(); line.drive(level=True)\n"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    ended = subprocess.run([sys.executable, "-c", program, str(path)], check=False)
    assert ended.returncode == -9
    assert LineFile(path).level() is True


def test_one_process_alone_holds_a_line(tmp_path: Path) -> None:
    first, second = LineFile(tmp_path / "a"), LineFile(tmp_path / "a")
    assert first.claim()
    assert not second.claim()
    first.close()
    assert second.claim()


def test_a_change_cut_off_in_the_middle_is_read_and_mended_by_the_next_holder(tmp_path: Path) -> None:
    line = LineFile(tmp_path / "a")
    line.drive(level=True)
    raw = bytearray((tmp_path / "a").read_bytes())
    raw[0] += 1
    (tmp_path / "a").write_bytes(bytes(raw))
    torn = LineFile(tmp_path / "a")
    assert torn.read().level is True
    assert torn.claim()
    assert torn.read().changes == 1
    assert len(raw) == SIZE


def test_a_reader_beside_a_writer_never_sees_half_a_change(tmp_path: Path) -> None:
    writer, reader = LineFile(tmp_path / "a"), LineFile(tmp_path / "a")
    enough = threading.Event()

    def write() -> None:
        level = False
        while not enough.is_set():
            level = not level
            writer.drive(level=level)

    thread = threading.Thread(target=write)
    thread.start()
    seen: dict[int, LineReading] = {}
    try:
        while len(seen) < 30:
            reading = reader.read()
            seen[reading.changes] = reading
    finally:
        enough.set()
        thread.join()
    for changes, reading in seen.items():
        assert (reading.level, reading.releases) == (changes % 2 == 1, (changes + 1) // 2)


def test_the_board_can_move_an_input_before_any_keeper_runs(tmp_path: Path) -> None:
    board = MockBoard(tmp_path / "pins")
    board.set_input(5, level=True)
    assert MockBoard(tmp_path / "pins").level(5) is True
    board.close()


def test_the_board_tells_when_a_lock_was_released_also_after_it_is_secured_again(tmp_path: Path) -> None:
    line, board = LineFile(tmp_path / f"gpio{LOCK}.line"), MockBoard(tmp_path)
    line.drive(level=True)
    released_ns = board.changed_ns(LOCK)
    line.drive(level=False)
    assert board.released_ns(LOCK) == released_ns < board.changed_ns(LOCK)
    assert (board.releases(LOCK), board.level(LOCK)) == (1, False)


def test_a_press_leaves_the_button_as_it_was(tmp_path: Path) -> None:
    board = MockBoard(tmp_path)
    board.set_input(22, level=True)
    board.press(22)
    assert board.level(22) is True
    assert board.reading(22).changes == 3
