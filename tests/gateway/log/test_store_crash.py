"""What ``commit`` returned from is there, and nothing is half there, whenever the process dies (guarantee D1, S1)."""

import os
import signal
from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest

from access.cursor import Cursor
from gateway.log.history import Loaded
from gateway.log.logbook import verified
from gateway.log.reader import Reader
from gateway.log.store import Store
from tests.support.log_writer import BOOT, DEVICE, ENDED_ITSELF, WHY, Nursery, nursery, pipe_of
from tests.support.logs import SITE, filled, some_fact

ROWS_A_BATCH = 7
KILLS = 40


@pytest.fixture(scope="module")
def writers() -> Iterator[Nursery]:
    with nursery() as made:
        yield made


def killed_after(writers: Nursery, path: Path, batches: int, delay_us: int) -> int:
    """The last batch that a process said to have committed before it was killed, a moment after its ``batches``-th."""
    writer = writers.writer(path, ROWS_A_BATCH)
    with pipe_of(path).open(encoding="ascii") as said:
        last = 0
        for _ in range(batches):
            last = int(said.readline())
        signal.sigtimedwait([], delay_us / 1_000_000)
        os.kill(writer.pid, signal.SIGKILL)
        rest = said.read().split()
    assert writers.ended() == -signal.SIGKILL
    return int(rest[-1]) if rest else last


def recovered(path: Path) -> Loaded:
    """The log as the next start finds it, each fact in its place."""
    store = Store.open(path)
    store.identity(SITE)
    loaded = store.load()
    facts = [fact for _, fact in loaded.history]
    store.close()
    assert facts == [some_fact(n) for n in range(1, loaded.seq + 1)]
    return loaded


def whole_batches(loaded: Loaded) -> int:
    """How many batches are there, each with its rows, its cursor and its tally."""
    batches, rest = divmod(loaded.seq, ROWS_A_BATCH)
    assert rest == 0
    assert loaded.cursors == ({DEVICE: (Cursor(BOOT, batches),)} if batches else {})
    assert loaded.refusals == ({WHY: batches} if batches else {})
    return batches


def test_a_process_killed_at_any_moment_loses_nothing_that_was_committed(writers: Nursery, tmp_path: Path) -> None:
    path, chance = tmp_path / "log.db", Random(4)
    unsaid = 0
    for _ in range(KILLS):
        committed = killed_after(writers, path, chance.randrange(1, 60), chance.randrange(1, 2_000))
        batches = whole_batches(recovered(path))
        assert batches in {committed, committed + 1}
        unsaid += batches > committed
    reader = Reader.open(path)
    assert verified(path, reader, lambda _: None).rows == recovered(path).seq
    reader.close()
    assert unsaid < KILLS, "no kill came between two commits"


@pytest.mark.parametrize("operations", [1, 5, 20, 60, 100, 150, 200, 230, 260, 300, 400, 1_000, 5_000])
def test_a_process_that_ends_in_the_midst_of_a_transaction_leaves_none_of_it(
    operations: int, writers: Nursery, tmp_path: Path
) -> None:
    path = tmp_path / "log.db"
    filled(path, 5 * ROWS_A_BATCH)
    writers.writer(path, ROWS_A_BATCH, operations)
    said = pipe_of(path).read_text(encoding="ascii").split()
    assert writers.ended() == ENDED_ITSELF
    loaded = recovered(path)
    assert loaded.seq == ROWS_A_BATCH * (int(said[-1]) if said else 5)
    assert loaded.cursors == ({DEVICE: (Cursor(BOOT, int(said[-1])),)} if said else {})


def test_the_lock_of_a_killed_process_is_free_at_once(writers: Nursery, tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    killed_after(writers, path, 3, 1)
    Store.open(path).close()
