from pathlib import Path

import pytest

from access.cursor import Cursor
from access.facts import Checkpoint, Started
from access.log import link
from gateway.database import StoreBroken
from gateway.log.history import Loaded
from gateway.log.reader import Reader
from gateway.log.store import Store
from tests.support.logs import SITE, at, filled, linked, numbered, opened, some_fact

EMPTY_CHECKPOINT = Checkpoint({"stays": [], "anonymous": [], "estimated": []}, {})


def again(path: Path) -> Loaded:
    """What a start finds; the store is closed once it is read whole."""
    store = Store.open(path)
    loaded = store.load()
    history = list(loaded.history)
    store.close()
    return Loaded(loaded.site, loaded.epoch, loaded.seq, loaded.head, iter(history), loaded.cursors, loaded.refusals)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "log.db"


def test_a_new_log_belongs_to_the_site_that_asks_first_at_epoch_1(path: Path) -> None:
    store = Store.open(path)
    identity = store.identity(SITE)
    store.close()
    assert (identity.site, identity.epoch, identity.starts) == (SITE, 1, 1)


def test_each_start_is_counted(path: Path) -> None:
    for starts in (1, 2, 3):
        store = Store.open(path)
        assert store.identity(SITE).starts == starts
        store.close()


def test_the_log_of_another_site_is_refused_in_one_sentence(path: Path) -> None:
    filled(path, 1)
    store = Store.open(path)
    with pytest.raises(StoreBroken, match="is the log of site matera, not of cinisello; name that site's own file"):
        store.identity("cinisello")
    store.close()


def test_a_second_gateway_on_one_log_is_refused(path: Path) -> None:
    store = Store.open(path)
    with pytest.raises(StoreBroken, match="end the other gateway"):
        Store.open(path)
    store.close()
    Store.open(path).close()


def test_an_empty_log_loads_as_the_beginning_of_a_chain(path: Path) -> None:
    store, chain = opened(path)
    loaded = store.load()
    assert (chain.site, chain.epoch, chain.run, chain.seq, chain.head) == (SITE, 1, "run", 0, bytes(32))
    assert (list(loaded.history), loaded.cursors, loaded.refusals) == ([], {}, {})
    store.close()


def test_what_was_committed_is_there_after_a_restart(path: Path) -> None:
    chain = filled(path, 250)
    loaded = again(path)
    assert (loaded.seq, loaded.head) == (250, chain.head)
    assert list(loaded.history) == [(at(n).wall_ms, some_fact(n)) for n in range(1, 251)]


def test_history_begins_with_the_last_checkpoint(path: Path) -> None:
    filled(
        path, [some_fact(1), EMPTY_CHECKPOINT, some_fact(3), EMPTY_CHECKPOINT, some_fact(5), Started("hubout 0.1.0")]
    )
    assert [fact for _, fact in again(path).history] == [EMPTY_CHECKPOINT, some_fact(5), Started("hubout 0.1.0")]


def test_history_is_whole_where_it_is_longer_than_a_page(path: Path) -> None:
    filled(path, 2_500, batch=500)
    assert [fact for _, fact in again(path).history] == [some_fact(n) for n in range(1, 2_501)]


def test_a_log_can_begin_with_its_checkpoint(path: Path) -> None:
    filled(path, [EMPTY_CHECKPOINT])
    assert [fact for _, fact in again(path).history] == [EMPTY_CHECKPOINT]


def test_rows_and_cursors_and_refusals_are_one_transaction(path: Path) -> None:
    store, chain = opened(path)
    chain, rows = numbered(chain, 3)
    store.commit(rows, [("reader-1", Cursor("aa", 7, frozenset({9, 11})))], {"stale": 2, "bad-json": 1})
    store.close()
    loaded = again(path)
    assert loaded.seq == 3
    assert loaded.cursors == {"reader-1": (Cursor("aa", 7, frozenset({9, 11})),)}
    assert loaded.refusals == {"stale": 2, "bad-json": 1}


def test_refusals_are_replaced_as_a_whole_and_kept_where_nothing_is_said(path: Path) -> None:
    store, _ = opened(path)
    store.commit([], [], {"stale": 2, "bad-json": 1})
    store.commit([], [], {"stale": 3})
    store.commit([], [("reader-1", Cursor("aa", 1))], None)
    store.close()
    assert again(path).refusals == {"stale": 3}


def test_told_refusals_are_gone(path: Path) -> None:
    store, _ = opened(path)
    store.commit([], [], {"stale": 2})
    store.commit([], [], {})
    store.close()
    assert again(path).refusals == {}


def test_a_number_is_never_written_twice_and_the_store_goes_on(path: Path) -> None:
    store, chain = opened(path)
    after, rows = numbered(chain, 2)
    store.commit(rows, [], None)
    with pytest.raises(StoreBroken, match="already holds rows of these numbers"):
        store.commit(rows, [("reader-1", Cursor("aa", 1))], {"stale": 1})
    _, more = numbered(after, 1)
    store.commit(more, [], None)
    store.close()
    loaded = again(path)
    assert (loaded.seq, loaded.cursors, loaded.refusals) == (3, {}, {})


def test_a_file_that_is_no_database_is_named_as_such(path: Path) -> None:
    path.write_bytes(b"not a database at all " * 500)
    with pytest.raises(StoreBroken, match="is not a database; a gateway that opens it goes on in a new file"):
        Store.open(path)


def test_a_folder_that_does_not_exist_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreBroken, match="cannot be made: No such file or directory"):
        Store.open(tmp_path / "absent" / "log.db")


def test_a_log_of_a_later_layout_is_left_alone(path: Path) -> None:
    store, _ = opened(path)
    store.connected().exec_driver_sql("UPDATE meta SET layout = 99")
    store.close()
    with pytest.raises(StoreBroken, match="a later version of this program"):
        Store.open(path)


def test_facts_of_a_later_version_do_not_stop_a_start(path: Path) -> None:
    store, chain = opened(path)
    chain, unheard = link(chain, 1, "unheard-of", b'{"new":1}', bytes(32), at(1))
    _, rows = linked(chain, [some_fact(2)])
    store.commit([unheard, *rows], [], None)
    store.close()
    assert [fact for _, fact in again(path).history] == [some_fact(2)]


def test_a_reader_sees_what_is_committed_while_the_store_is_open(path: Path) -> None:
    store, chain = opened(path)
    reader = Reader.open(path)
    chain, rows = numbered(chain, 5)
    store.commit(rows, [], None)
    assert reader.rows(0, 10, 1_000_000) == rows
    assert reader.rows(3, 10, 1_000_000) == rows[3:]
    reader.close()
    store.close()
