"""The floor plan as staff draw it: kept, undone, and never a reason for a page to fail."""

from pathlib import Path

import pytest

from gateway.pages.floor import KEPT, Floor


def test_a_drawing_holds_after_a_restart_and_can_be_undone(tmp_path: Path) -> None:
    path = tmp_path / "plan.json"
    Floor(path).draw({"desk:d1": (10, 20)})
    floor = Floor(path)
    floor.draw({"desk:d1": (30, 40)})
    assert (floor.places, floor.undoable) == ({"desk:d1": (30, 40)}, True)
    Floor(path).undo()
    again = Floor(path)
    assert again.places == {"desk:d1": (10, 20)}
    again.undo()
    assert (again.places, again.undoable) == ({}, False)
    again.undo()
    assert again.places == {}


def test_the_same_drawing_is_no_change_and_only_the_last_ones_are_kept(tmp_path: Path) -> None:
    floor = Floor(tmp_path / "plan.json")
    for number in (*range(KEPT + 5), KEPT + 4):
        floor.draw({"desk:d1": (number, 0)})
    undone = 0
    while floor.undoable:
        floor.undo()
        undone += 1
    assert (undone, floor.places) == (KEPT, {"desk:d1": (4, 0)})


@pytest.mark.parametrize(
    "held", [b"", b"[]", b'{"now": {"desk:d1": [-1, 0]}, "before": []}', b"\xff", b"{" * 2_000_000]
)
def test_a_damaged_file_is_set_aside(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "plan.json"
    path.write_bytes(held)
    assert Floor(path).places == {}
    assert not path.exists()


def test_a_disk_that_refuses_changes_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    floor = Floor(folder / "plan.json")
    folder.rmdir()
    with pytest.raises(FileNotFoundError):
        floor.draw({"desk:d1": (1, 1)})
    assert floor.places == {}
