"""The links of wall displays: known by a hash, held across restarts, gone at once when withdrawn (guarantee P8)."""

import stat
from pathlib import Path

import pytest

from gateway.pages.display_links import MOST_DISPLAYS, Displays, TooMany

SECRET = "s" * 43


def test_a_link_is_known_by_its_secret_alone_and_after_a_restart(tmp_path: Path) -> None:
    path = tmp_path / "displays.json"
    made = Displays(path).make("Atrio", "Paola", 1_000, SECRET)
    again = Displays(path)
    assert again.of(SECRET) == made
    assert again.all() == [made]
    assert [again.of(other) for other in ("", "x", SECRET[:-1], made.digest, made.id)] == [None] * 5


def test_the_secret_is_nowhere_on_disk_and_the_file_is_its_owners(tmp_path: Path) -> None:
    path = tmp_path / "displays.json"
    Displays(path).make("Atrio", "Paola", 1_000, SECRET)
    assert all(SECRET.encode() not in file.read_bytes() for file in tmp_path.iterdir())
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_withdrawn_link_holds_no_more_and_the_others_do(tmp_path: Path) -> None:
    displays = Displays(tmp_path / "displays.json")
    first, second = (displays.make(name, "Paola", 1, name * 20) for name in ("atrio", "scala"))
    found = displays.find(first.id)
    assert found == first
    displays.revoke(first)
    assert displays.of("atrio" * 20) is None
    assert Displays(tmp_path / "displays.json").all() == [second]


def test_a_withdrawn_link_holds_no_more_though_the_disk_refuses(tmp_path: Path) -> None:
    folder = tmp_path / "state"
    folder.mkdir()
    displays = Displays(folder / "displays.json")
    made = displays.make("Atrio", "Paola", 1, SECRET)
    (folder / "displays.json").unlink()
    folder.rmdir()
    with pytest.raises(FileNotFoundError):
        displays.revoke(made)
    assert displays.of(SECRET) is None


def test_there_are_not_too_many(tmp_path: Path) -> None:
    displays = Displays(tmp_path / "displays.json")
    for number in range(MOST_DISPLAYS):
        displays.make("Atrio", "Paola", 1, f"{number:040}")
    with pytest.raises(TooMany):
        displays.make("Atrio", "Paola", 1, SECRET)
    assert displays.of(SECRET) is None


@pytest.mark.parametrize("held", [b"", b"{}", b'[{"name": 3}]', b"\xff\xfe", b"[" * 70_000])
def test_a_damaged_file_is_set_aside_and_no_link_of_it_holds(tmp_path: Path, held: bytes) -> None:
    path = tmp_path / "displays.json"
    path.write_bytes(held)
    displays = Displays(path)
    assert displays.all() == []
    assert (tmp_path / "displays.damaged").read_bytes() == held
    displays.make("Atrio", "Paola", 1, SECRET)
    assert Displays(path).of(SECRET) is not None
