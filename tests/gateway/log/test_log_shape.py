"""A log file over epochs, a beginning that was let go, and gaps: what a start, a reader and the commands make of it."""

import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from access.facts import EpochBegan
from access.log import Chain, Gap, Row
from gateway.database import StoreBroken
from gateway.log.logbook import LogBroken, verified, walked
from gateway.log.reader import Reader
from gateway.log.store import Store
from tests.support.logs import CHECKPOINT, SITE, filled, let_go, linked, lost, numbered, opened, over_epochs, some_fact

MUCH = 1 << 30


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def read(path: Path, after: int = 0, most: int = 1_000) -> list[Row | Gap]:
    reader = Reader.open(path)
    try:
        return reader.read_on(after, most, MUCH)
    finally:
        reader.close()


def walk(path: Path) -> list[Row | Gap]:
    reader = Reader.open(path)
    try:
        verified(path, reader, lambda _: None)
        return list(walked(path, reader, lambda _: None))
    finally:
        reader.close()


def places(found: list[Row | Gap]) -> list[str]:
    return [f"{one.epoch}-{one.seq}" if isinstance(one, Row) else f"{one.first}..{one.last}" for one in found]


def test_a_log_goes_on_in_its_epoch_after_a_restart(path: Path) -> None:
    chain = over_epochs(path)
    store, again = opened(path)
    assert replace(again, run=chain.run) == chain
    _, rows = numbered(again, 2)
    store.commit(rows, [], None)
    loaded = store.load()
    assert (loaded.epoch, loaded.seq) == (5, 16)
    store.close()
    assert places(walk(path))[-3:] == ["5-14", "5-15", "5-16"]


def test_history_begins_with_the_last_checkpoint_of_any_epoch(path: Path) -> None:
    over_epochs(path)
    store, _ = opened(path)
    assert [fact for _, fact in store.load().history] == [CHECKPOINT, some_fact(12), some_fact(13), some_fact(14)]
    store.close()


def test_an_epoch_whose_commit_failed_did_not_begin(path: Path) -> None:
    filled(path, 5)
    store, chain = opened(path)
    _, rows = numbered(replace(chain, seq=4), 1)
    wrong = rise_rows(chain) + rows
    with pytest.raises(StoreBroken):
        store.commit(wrong, [], None)
    store.commit(numbered(chain, 1)[1], [], None)
    assert store.load().epoch == 1
    store.close()
    assert places(walk(path))[-1] == "1-6"


def rise_rows(chain: Chain) -> list[Row]:
    return linked(replace(chain, epoch=4), [EpochBegan(4, 1, 5, "an old copy"), CHECKPOINT])[1]


@pytest.mark.parametrize("after", range(15))
def test_a_reader_goes_on_after_any_event_over_epochs(path: Path, after: int) -> None:
    over_epochs(path)
    found = [one.seq for one in read(path, after) if isinstance(one, Row)]
    assert found == list(range(after + 1, 15))
    assert len(read(path, after, most=3)) == min(3, 14 - after)


def test_an_event_is_found_by_its_number_and_in_its_epoch_alone(path: Path) -> None:
    over_epochs(path)
    reader = Reader.open(path)
    for seq in range(1, 15):
        epoch = 1 if seq <= 5 else 4 if seq <= 9 else 5
        row = reader.row(epoch, seq)
        assert row is not None
        assert reader.hash_at(seq) == row.hash
        assert reader.row(epoch + 1, seq) is None
    assert reader.hash_at(15) is None
    reader.close()


def test_a_beginning_that_was_let_go_and_gaps_leave_a_chain_that_holds(path: Path) -> None:
    chain = over_epochs(path)
    let_go(path, 3)
    lost(path, 5, 7)
    lost(path, 13, 14)
    assert places(walk(path)) == ["1..3", "1-4", "5..7", "4-8", "4-9", "5-10", "5-11", "5-12", "13..14"]
    store, again = opened(path)
    assert (again.epoch, again.seq, again.head) == (5, 14, chain.head)
    assert [fact for _, fact in store.load().history] == [CHECKPOINT, some_fact(12)]
    store.close()


def test_a_reader_within_what_is_no_more_is_told_what_is_left_of_it(path: Path) -> None:
    over_epochs(path)
    let_go(path, 3)
    lost(path, 6, 8)
    for after, begins in ((0, "1..3"), (1, "2..3"), (3, "1-4"), (5, "6..8"), (6, "7..8"), (8, "4-9")):
        assert places(read(path, after))[0] == begins
    reader = Reader.open(path)
    known = [reader.hash_at(seq) is not None for seq in range(10)]
    reader.close()
    assert known == [True, False, False, True, True, True, False, False, True, True]


def test_a_log_that_was_let_go_whole_goes_on_where_it_ended(path: Path) -> None:
    chain = filled(path, 4)
    let_go(path, 4)
    store, again = opened(path)
    assert replace(again, run="run") == chain
    store.commit(numbered(again, 1)[1], [], None)
    store.close()
    assert places(walk(path)) == ["1..4", "1-5"]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE meta SET base_seq = 2",
        "UPDATE meta SET base_head = zeroblob(32)",
        "UPDATE gap SET head = zeroblob(32)",
        "UPDATE gap SET last = 8",
        "UPDATE gap SET first = 7",
        "DELETE FROM gap",
        "DELETE FROM log WHERE seq = 9",
        "UPDATE log SET epoch = 5 WHERE seq = 9",
        "UPDATE log SET epoch = 1 WHERE seq = 10",
        "UPDATE log SET epoch = 0 WHERE seq = 9",
        "UPDATE meta SET epoch = 4",
    ],
)
def test_a_shape_that_was_changed_is_found(path: Path, statement: str) -> None:
    over_epochs(path)
    let_go(path, 3)
    lost(path, 6, 7)
    walk(path)
    with sqlite3.connect(path) as connection:
        assert connection.execute(statement).rowcount == 1
    connection.close()
    with pytest.raises((LogBroken, StoreBroken)):
        walk(path)


def test_a_new_log_of_a_site_begins_at_its_beginning(path: Path) -> None:
    store = Store.open(path)
    store.identity(SITE)
    loaded = store.load()
    assert (loaded.epoch, loaded.seq, loaded.head) == (1, 0, bytes(32))
    store.close()


# -- the layout before


def as_it_was(path: Path) -> None:
    """Make a log what the layout without gaps and base has."""
    with sqlite3.connect(path) as connection:
        connection.executescript(
            "DROP TABLE gap; ALTER TABLE meta DROP COLUMN base_seq; ALTER TABLE meta DROP COLUMN base_head;"
            " UPDATE meta SET layout = 1;"
        )
    connection.close()


def test_a_log_of_the_layout_before_is_read_as_it_is_and_brought_up_by_a_start(path: Path) -> None:
    chain = filled(path, 5)
    as_it_was(path)
    assert places(walk(path)) == [f"1-{n}" for n in range(1, 6)]
    store, again = opened(path)
    assert replace(again, run="run") == chain
    assert [fact for _, fact in store.load().history] == [some_fact(n) for n in range(1, 6)]
    store.commit(numbered(again, 1)[1], [], None)
    store.close()
    let_go(path, 2)
    assert places(walk(path)) == ["1..2", *(f"1-{n}" for n in range(3, 7))]
