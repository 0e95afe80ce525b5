"""The disk that forgets, and the record that it follows: what is synced stays, the rest may go in every way."""

import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from random import Random

import pytest

from tests.support.forgetful_disk import SECTOR_BYTES, ForgetfulDisk, lay
from tests.support.parts import wait_until
from tests.support.syscalls import (
    Deed,
    Ended,
    Opened,
    Recorder,
    Removed,
    Renamed,
    Resized,
    Sent,
    SyncBegan,
    Synced,
    Wrote,
    strace_or_skip,
)

OLD, NEW = b"old!" * 300, b"new!" * 300


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "disk"
    made.mkdir()
    (made / "a").write_bytes(OLD)
    return made


def synced(path: str, thread: int = 1) -> list[Deed]:
    return [SyncBegan(path, thread), Synced(thread)]


def left(folder: Path, deeds: Iterable[Deed], cuts: int = 200) -> list[dict[str, bytes]]:
    """What so many cuts after these deeds left, by name."""
    disk = ForgetfulDisk(folder)
    disk.follow(deeds)
    found = (disk.after_cut(Random(seed)) for seed in range(cuts))
    return [{Path(name).name: content for name, content in one.items()} for one in found]


def test_what_is_synced_is_there_after_every_cut(folder: Path) -> None:
    a = f"{folder}/a"
    found = left(folder, [Wrote(a, 0, NEW), *synced(a)])
    assert all(one == {"a": NEW} for one in found)


def test_what_is_not_synced_may_be_there_whole_in_part_or_not_at_all(folder: Path) -> None:
    contents = {one["a"] for one in left(folder, [Wrote(f"{folder}/a", 0, NEW)])}
    assert {OLD, NEW} <= contents
    assert len(contents) > 3
    for content in contents:
        for start in range(0, len(OLD), SECTOR_BYTES):
            part = slice(start, start + SECTOR_BYTES)
            assert content[part] in {OLD[part], NEW[part]}, "a sector is there or is not"


def test_writes_may_get_through_in_any_order(folder: Path) -> None:
    a = f"{folder}/a"
    found = left(folder, [Wrote(a, 0, b"1"), Wrote(a, SECTOR_BYTES, b"2")])
    seen = {(one["a"][:1] == b"1", one["a"][SECTOR_BYTES : SECTOR_BYTES + 1] == b"2") for one in found}
    assert seen == {(False, False), (False, True), (True, False), (True, True)}


def test_a_sync_covers_what_was_written_before_it_began_and_nothing_later(folder: Path) -> None:
    a = f"{folder}/a"
    deeds: list[Deed] = [Wrote(a, 0, b"1"), SyncBegan(a, 1), Wrote(a, 1, b"2"), Synced(1)]
    seen = {one["a"][:2] for one in left(folder, deeds)}
    assert seen == {b"1l", b"12"}
    assert {one["a"][:1] for one in left(folder, deeds[:3])} == {b"o", b"1"}, "a sync that has not returned"


def test_a_new_file_is_there_for_sure_once_its_directory_is_synced(folder: Path) -> None:
    b = f"{folder}/b"
    deeds: list[Deed] = [Opened(b, emptied=False), Wrote(b, None, NEW), *synced(b)]
    assert {one.get("b") for one in left(folder, deeds)} == {None, NEW}
    assert {one.get("b") for one in left(folder, [*deeds, *synced(str(folder))])} == {NEW}


def test_a_name_that_is_taken_over_is_the_old_file_or_the_new_one(folder: Path) -> None:
    a, b = f"{folder}/a", f"{folder}/b"
    written: list[Deed] = [Opened(b, emptied=False), Wrote(b, None, NEW)]
    hasty = {one["a"] for one in left(folder, [*written, Renamed(b, a)])}
    assert {OLD, NEW, b""} <= hasty, "without a sync it may be empty"
    careful = {one["a"] for one in left(folder, [*written, *synced(b), Renamed(b, a)])}
    assert careful == {OLD, NEW}


def test_names_change_in_their_order(folder: Path) -> None:
    first, second = f"{folder}/1", f"{folder}/2"
    found = left(folder, [Opened(first, emptied=False), Opened(second, emptied=False), Removed(f"{folder}/a")])
    assert {frozenset(one) for one in found} == {
        frozenset("a"),
        frozenset({"a", "1"}),
        frozenset({"a", "1", "2"}),
        frozenset({"1", "2"}),
    }


def test_a_size_and_what_follows_it_may_be_lost(folder: Path) -> None:
    a = f"{folder}/a"
    found = {one["a"] for one in left(folder, [Resized(a, 2), Wrote(a, None, b"!")])}
    assert {OLD, b"ol!", b"ol"} <= found


def test_what_a_cut_left_can_be_laid_into_another_folder(folder: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "deep").mkdir(parents=True)
    (other / "deep" / "stale").write_bytes(b"")
    lay(ForgetfulDisk(folder).after_cut(Random(1)), other, folder)
    assert [(path.name, path.read_bytes()) for path in other.rglob("*") if path.is_file()] == [("a", OLD)]


PROGRAM = """
import os, sqlite3, threading
with open("b", "wb") as b:
    b.write(b"one"); b.flush(); b.write(b"two"); b.flush(); os.fsync(b.fileno())
os.rename("b", "c")
with open("c", "ab") as c:
    c.write(b"three")
d = os.open("d", os.O_RDWR | os.O_CREAT)
os.pwrite(d, b"x" * 5000, 7); os.ftruncate(d, 3000)
os.unlink("a")
def busy(name):
    with open(name, "wb", buffering=0) as own:
        for n in range(50):
            own.write(b"%d " % n); os.fsync(own.fileno())
threads = [threading.Thread(target=busy, args=(name,)) for name in "efg"]
[thread.start() for thread in threads]; [thread.join() for thread in threads]
store = sqlite3.connect("log.db", isolation_level=None)
store.execute("PRAGMA journal_mode=WAL"); store.execute("CREATE TABLE t(x)")
[store.execute("INSERT INTO t VALUES (?)", (n,)) for n in range(40)]
os.write(1, b"done"); os._exit(0)
"""


def test_the_record_of_a_program_says_what_it_left_on_its_disk(folder: Path) -> None:
    """Whatever it did, with whichever calls, from several threads: if nothing is lost, it is all there."""
    strace_or_skip()
    recorder, disk = Recorder(folder.with_name("record"), folder), ForgetfulDisk(folder)
    subprocess.run([*recorder.words, sys.executable, "-c", PROGRAM], cwd=folder, check=True, stdout=subprocess.PIPE)
    deeds = list[Deed]()

    def is_whole() -> bool:
        deeds.extend(recorder.fresh())
        return bool(deeds) and isinstance(deeds[-1], Ended)

    wait_until(is_whole, "the record to end")
    disk.follow(deeds)
    assert [deed.data for deed in deeds if isinstance(deed, Sent)] == [b"done"]
    there = {str(path): path.read_bytes() for path in folder.iterdir() if not path.name.endswith("-shm")}
    assert there[f"{folder}/c"] == b"onetwothree"
    assert there in [disk.after_cut(Random(seed)) for seed in range(30)]
    synced_by_each = [deed for deed in deeds if isinstance(deed, SyncBegan) and deed.path[-1] in "efg"]
    assert len(synced_by_each) == 150
