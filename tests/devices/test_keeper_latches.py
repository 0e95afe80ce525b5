"""The latches on a real disk: kept, reset, damaged, and refused by it."""

import os
from pathlib import Path

import pytest

from devices.doorkeeper.latches import forget_latch, read_latches, store_latch
from devices.keeper_wire import FIRE_INPUT, LatchName, Signed

FIRE, EVACUATION = LatchName.FIRE, LatchName.EVACUATION
BY_INPUT = Signed(FIRE, FIRE_INPUT, "")
UNKNOWN = Signed(FIRE, "unknown", "")
OVER = Signed(FIRE, "Anna", "over")


def test_a_latch_is_there_for_the_next_keeper_with_who_set_it(tmp_path: Path) -> None:
    assert store_latch(tmp_path, BY_INPUT) == ""
    assert store_latch(tmp_path, Signed(EVACUATION, "Niccolò", "drill")) == ""
    assert read_latches(tmp_path) == ({FIRE: BY_INPUT, EVACUATION: Signed(EVACUATION, "Niccolò", "drill")}, {}, "")


def test_a_new_site_has_no_latch_and_gets_its_directory(tmp_path: Path) -> None:
    assert read_latches(tmp_path / "var" / "keeper") == ({}, {}, "")
    assert (tmp_path / "var" / "keeper").stat().st_mode & 0o777 == 0o750


def test_a_reset_latch_is_gone_and_resetting_twice_is_no_fault(tmp_path: Path) -> None:
    store_latch(tmp_path, BY_INPUT)
    store_latch(tmp_path, Signed(EVACUATION, "Luca", "drill"))
    assert forget_latch(tmp_path, OVER) == ""
    assert forget_latch(tmp_path, OVER) == ""
    assert read_latches(tmp_path) == ({EVACUATION: Signed(EVACUATION, "Luca", "drill")}, {FIRE: OVER}, "")


@pytest.mark.parametrize(
    "content", [b"", b"\x00" * 60, b"{", b"[]", b'{"by":7}', b'{"by":"a\\nb"}', b'{"by":""}', b"[" * 5_000]
)
def test_a_damaged_latch_still_holds(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "latch-fire.json").write_bytes(content)
    assert read_latches(tmp_path) == ({FIRE: UNKNOWN}, {}, "")


def test_a_latch_that_is_a_dangling_link_still_holds(tmp_path: Path) -> None:
    (tmp_path / "latch-fire.json").symlink_to(tmp_path / "nowhere")
    assert read_latches(tmp_path) == ({FIRE: UNKNOWN}, {}, "")


def test_a_half_written_latch_of_a_killed_keeper_is_none(tmp_path: Path) -> None:
    (tmp_path / "latch-fire.new").write_bytes(b'{"v":1,"la')
    assert read_latches(tmp_path) == ({}, {}, "")
    assert store_latch(tmp_path, BY_INPUT) == ""
    assert read_latches(tmp_path)[0] == {FIRE: BY_INPUT}


def test_a_disk_that_takes_nothing_is_said_in_one_sentence(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    fault = store_latch(gone, BY_INPUT)
    assert fault == (f"The keeper cannot write its latches in {gone}: No such file or directory; check that disk now.")


def test_a_directory_that_is_a_file_is_a_fault_and_no_latch(tmp_path: Path) -> None:
    (tmp_path / "keeper").write_text("not a directory")
    latches, resets, fault = read_latches(tmp_path / "keeper")
    assert (latches, resets) == ({}, {})
    assert fault.startswith("The keeper cannot read its latches in ")
    assert forget_latch(tmp_path / "keeper", OVER).startswith("The keeper cannot write its latches in ")


def test_a_latch_and_its_directory_are_synced_before_it_is_called_stored(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    synced: list[str] = []
    real = os.fsync

    def noted(descriptor: int) -> None:
        synced.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", noted)
    store_latch(tmp_path, BY_INPUT)
    assert synced == ["latch-fire.new", tmp_path.name]
    forget_latch(tmp_path, OVER)
    assert synced[2:] == ["reset-fire.new", tmp_path.name, tmp_path.name]


def test_a_sync_that_fails_is_a_fault_and_the_old_file_is_untouched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert "No space left on device" in store_latch(tmp_path, BY_INPUT)
    assert read_latches(tmp_path) == ({}, {}, "")


def test_a_latch_that_is_set_again_is_its_setters_and_no_longer_the_resets(tmp_path: Path) -> None:
    store_latch(tmp_path, BY_INPUT)
    forget_latch(tmp_path, OVER)
    store_latch(tmp_path, BY_INPUT)
    assert read_latches(tmp_path) == ({FIRE: BY_INPUT}, {FIRE: OVER}, "")


def test_a_disk_that_keeps_no_name_holds_up_no_reset(tmp_path: Path) -> None:
    store_latch(tmp_path, BY_INPUT)
    (tmp_path / "reset-fire.new").mkdir()
    assert forget_latch(tmp_path, OVER) == ""
    assert read_latches(tmp_path) == ({}, {}, "")


@pytest.mark.parametrize("note", ["\U0001f525" * 400, "", "quiet\tnow", "n" * 401])
def test_a_note_is_kept_whole_or_not_at_all(tmp_path: Path, note: str) -> None:
    store_latch(tmp_path, Signed(FIRE, "Anna", note))
    kept = read_latches(tmp_path)[0][FIRE]
    assert kept == Signed(FIRE, "Anna", note if note.isprintable() and len(note) <= 400 else "")
