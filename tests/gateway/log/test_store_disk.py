"""A disk that is full or read-only: one clear sentence, nothing half, and all well again once it heals (D12)."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from access.cursor import Cursor
from access.log import Chain, Row
from gateway.database import StoreBroken
from gateway.log.logbook import verified
from gateway.log.reader import Reader
from gateway.log.store import Store
from gateway.log.writes import put_cursors, put_refusals, put_rows
from tests.support.logs import SITE, numbered, opened
from tests.support.small_disk import SmallDisk, small_disk


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 2_048) as made:
        yield made


def until_it_breaks(store: Store, chain: Chain) -> tuple[Chain, list[Row]]:
    """Commit batches until one fails for a full disk; the chain before it, and its rows."""
    held, rows = [chain], list[Row]()

    def fill() -> None:
        for _ in range(1_000):
            after, rows[:] = numbered(held[0], 20)
            store.commit(rows, [("reader-1", Cursor("aa", after.seq))], {"stale": after.seq})
            held[0] = after

    with pytest.raises(StoreBroken, match=r"the disk of .*log\.db is full; free some space there"):
        fill()
    return held[0], rows


def holds(path: Path, chain: Chain) -> None:
    """The log on disk is exactly what was committed, cursors and tallies included."""
    store = Store.open(path)
    store.identity(SITE)
    loaded = store.load()
    assert len(list(loaded.history)) == chain.seq
    store.close()
    assert (loaded.seq, loaded.head) == (chain.seq, chain.head)
    assert loaded.cursors == {"reader-1": (Cursor("aa", chain.seq),)}
    assert loaded.refusals == {"stale": chain.seq}
    reader = Reader.open(path)
    assert verified(path, reader, lambda _: None).rows == chain.seq
    reader.close()


def test_a_full_disk_is_said_in_one_sentence_and_the_batch_is_not_there(disk: SmallDisk) -> None:
    path = disk.folder / "log.db"
    store, chain = opened(path)
    chain, rows = until_it_breaks(store, chain)
    for _ in range(5):
        with pytest.raises(StoreBroken, match="full"):
            store.commit(rows, [("reader-1", Cursor("aa", 0))], {"stale": 0})
    store.close()


def test_a_full_disk_that_is_freed_is_written_again_without_a_restart(disk: SmallDisk) -> None:
    path = disk.folder / "log.db"
    store, chain = opened(path)
    chain, rows = numbered(chain, 20)
    store.commit(rows, [("reader-1", Cursor("aa", 20))], {"stale": 20})
    for _ in range(3):
        disk.fill()
        chain, _ = until_it_breaks(store, chain)
        disk.free()
        chain, rows = numbered(chain, 3)
        store.commit(rows, [("reader-1", Cursor("aa", chain.seq))], {"stale": chain.seq})
    store.close()
    holds(path, chain)


def test_another_batch_may_take_the_numbers_of_the_one_that_failed(disk: SmallDisk) -> None:
    path = disk.folder / "log.db"
    store, chain = opened(path)
    disk.fill()
    chain, failed = until_it_breaks(store, chain)
    disk.free()
    after, rows = numbered(chain, 5)
    assert rows[0].seq == failed[0].seq
    store.commit(rows, [("reader-1", Cursor("aa", after.seq))], {"stale": after.seq})
    store.close()
    holds(path, after)


def test_a_disk_made_read_only_under_the_store_is_said_and_outlived(disk: SmallDisk) -> None:
    path = disk.folder / "log.db"
    store, chain = opened(path)
    chain, rows = numbered(chain, 5)
    store.commit(rows, [("reader-1", Cursor("aa", 5))], {"stale": 5})
    store.close()
    disk.read_only()
    with pytest.raises(StoreBroken, match=r"read-only|Read-only"):
        Store.open(path)
    disk.writable()
    holds(path, chain)


def test_what_reached_the_disk_though_the_commit_failed_is_taken_back(tmp_path: Path) -> None:
    """An fsync that fails leaves rows which a later look may find: they opened no door and answered no device."""
    path = tmp_path / "log.db"
    store, chain = opened(path)
    chain, rows = numbered(chain, 5)
    store.commit(rows, [("reader-1", Cursor("aa", 5))], {"stale": 5})
    store.let_go()
    _, lost = numbered(chain, 3)
    driver = sqlite3.connect(path)
    put_rows(driver, lost)
    put_cursors(driver, [("reader-1", "aa", 8, "[]", 99), ("reader-2", "bb", 1, "[]", 100)], ())
    put_refusals(driver, {"stale": 8, "repeated": 1})
    driver.commit()
    driver.close()
    other, rows = numbered(chain, 2)
    store.commit(rows, [("reader-1", Cursor("aa", other.seq))], {"stale": other.seq})
    store.close()
    holds(path, other)


def test_a_log_that_lost_committed_rows_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    store, chain = opened(path)
    chain, rows = numbered(chain, 5)
    store.commit(rows, [], None)
    driver = store._driver
    assert driver is not None
    driver.execute("DELETE FROM log WHERE seq > 3")
    store.let_go()
    with pytest.raises(StoreBroken, match="lost events after 1-3"):
        store.commit(numbered(chain, 1)[1], [], None)
    store.close()


def test_a_write_ahead_log_stays_within_its_bound_though_nobody_is_ever_idle(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    store, chain = opened(path)
    largest = 0
    for _ in range(60):
        chain, rows = numbered(chain, 1_000)
        store.commit(rows, [], None)
        largest = max(largest, path.with_name("log.db-wal").stat().st_size)
    store.close()
    assert largest < 64 * 1024 * 1024
    assert largest > 1024 * 1024


def test_a_checkpoint_is_made_only_where_it_is_worth_it(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    store, chain = opened(path)
    chain, rows = numbered(chain, 1)
    store.commit(rows, [], None)
    size = path.stat().st_size
    store.checkpoint()
    assert path.stat().st_size == size
    for _ in range(60):
        chain, rows = numbered(chain, 20)
        store.commit(rows, [], None)
    store.checkpoint()
    assert path.stat().st_size > size
    store.close()
