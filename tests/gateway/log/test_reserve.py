"""Room held back on a real, small disk: given up when it is full, and made again once there is room."""

import logging
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from gateway.link.standing import Room
from gateway.log.reserve import LOOK_EVERY_MS, Holding, Reserve
from tests.support.small_disk import small_disk

SIZE = 256 * 1024


def test_it_takes_its_room_and_gives_it_back_once(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1_024) as disk:
        reserve = Reserve(disk.folder / "reserve", SIZE)
        assert reserve.make()
        assert reserve.make(), "it is held already"
        assert (disk.folder / "reserve").stat().st_blocks * 512 >= SIZE
        disk.fill()
        assert reserve.give_up()
        (disk.folder / "more").write_bytes(bytes(SIZE // 2))
        assert (reserve.held, reserve.given_up) == (False, True)
        assert not reserve.give_up()


def test_on_a_full_disk_it_is_not_made_again_and_leaves_nothing_behind(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1_024) as disk:
        reserve = Reserve(disk.folder / "reserve", SIZE)
        reserve.make()
        disk.fill()
        reserve.give_up()
        assert not reserve.make()
        assert sorted(path.name for path in disk.folder.iterdir()) == ["ballast"]
        disk.free()
        assert reserve.make()
        assert (reserve.held, reserve.given_up) == (True, False)


def test_it_leaves_as_much_again_to_others(tmp_path: Path) -> None:
    with small_disk(tmp_path / "disk", 1_024) as disk:
        assert not Reserve(disk.folder / "reserve", 600 * 1024).make()
        assert list(disk.folder.iterdir()) == []


def test_that_of_an_earlier_run_is_taken_over_and_one_of_another_size_made_anew(tmp_path: Path) -> None:
    Reserve(tmp_path / "reserve", SIZE).make()
    before = (tmp_path / "reserve").stat().st_ino
    assert Reserve(tmp_path / "reserve", SIZE).make()
    assert (tmp_path / "reserve").stat().st_ino == before
    assert Reserve(tmp_path / "reserve", 2 * SIZE).make()
    assert (tmp_path / "reserve").stat().st_size == 2 * SIZE


def test_nothing_is_held_where_nothing_is_to_be(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", 0)
    assert (reserve.make(), reserve.give_up(), list(tmp_path.iterdir())) == (False, False, [])


def test_a_folder_that_is_not_there_is_no_failure(tmp_path: Path) -> None:
    assert not Reserve(tmp_path / "none" / "reserve", SIZE).make()


def test_one_that_somebody_deleted_gives_nothing(tmp_path: Path) -> None:
    reserve = Reserve(tmp_path / "reserve", SIZE)
    reserve.make()
    (tmp_path / "reserve").unlink()
    assert not reserve.give_up()


@dataclass(slots=True)
class HandLoop:
    """What is told of the reserve."""

    idle: bool = True
    room: Room = field(default_factory=Room)


def test_staff_are_told_while_it_is_given_up_and_it_is_made_again_in_a_quiet_moment(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.WARNING)
    reserve, loop = Reserve(tmp_path / "reserve", SIZE), HandLoop()
    holding = Holding(reserve)
    holding.tend(loop, 0)  # type: ignore[arg-type]
    assert (reserve.held, loop.room, caplog.messages) == (True, Room(), [])
    reserve.give_up()
    loop.idle = False
    for mono_ms in (1, 2, LOOK_EVERY_MS):
        holding.tend(loop, mono_ms)  # type: ignore[arg-type]
    assert (loop.room, len(caplog.messages)) == (Room(full=True), 1)
    loop.idle = True
    holding.tend(loop, LOOK_EVERY_MS)  # type: ignore[arg-type]
    assert (reserve.held, loop.room) == (True, Room())
    assert caplog.messages[1] == "the disk has room again, and some of it is held back"
