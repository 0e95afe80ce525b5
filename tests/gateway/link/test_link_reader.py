"""The link's database read by another program: one version, whole, while the gateway writes it; and never changed."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from access.replica import Put, Replica, apply
from gateway.database import StoreBroken
from gateway.link.reader import Held, read_link
from gateway.link.store import LinkStore
from tests.support.feeds import BADGE, BOOKING, ONE_OF_EACH, change, dropped, put, replica_of, site_of, snapshot


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "link.db"


@pytest.fixture
def store(path: Path) -> Iterator[LinkStore]:
    """The gateway's own, open."""
    made = LinkStore.open(path)
    yield made
    made.close()


def replica_in(held: Held) -> Replica:
    return apply(Replica(), held.generation, held.version, map(Put, held.records))


def spoil(path: Path, statement: str) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute(statement)
    connection.close()


def test_a_link_to_which_nothing_came_holds_nothing(store: LinkStore, path: Path) -> None:
    assert read_link(path) == Held("", 0, ())
    assert store.replica() == Replica()


def test_it_is_read_while_the_gateway_has_it_open(store: LinkStore, path: Path) -> None:
    store.keep(snapshot(7, ONE_OF_EACH))
    assert replica_in(read_link(path)) == store.replica() == replica_of(7, ONE_OF_EACH)
    store.keep(change(8, put(replace(BADGE, revoked=True)), dropped(BOOKING)))
    assert replica_in(read_link(path)) == store.replica()
    assert read_link(path).version == 8


def test_it_is_read_where_the_gateway_has_ended(path: Path) -> None:
    store = LinkStore.open(path)
    store.keep(snapshot(7, ONE_OF_EACH))
    store.note_acked(41)
    store.note_confirmed(1_795_431_600_000)
    store.close()
    assert replica_in(read_link(path)) == replica_of(7, ONE_OF_EACH)


def test_it_is_one_version_while_a_step_is_being_written(store: LinkStore, path: Path) -> None:
    store.keep(snapshot(7, ONE_OF_EACH))
    with store._writing() as driver:
        driver.execute("DELETE FROM record")
        assert replica_in(read_link(path)) == replica_of(7, ONE_OF_EACH)


def test_reading_changes_nothing(store: LinkStore, path: Path) -> None:
    store.keep(snapshot(7, ONE_OF_EACH))
    store.close()
    before = path.read_bytes()
    read_link(path)
    assert path.read_bytes() == before
    store.keep(change(8))
    assert read_link(path).version == 8


def test_a_large_site_is_read_whole(store: LinkStore, path: Path) -> None:
    store.keep(snapshot(3, site_of(200, 200, 3_000)))
    assert replica_in(read_link(path)) == store.replica()


@pytest.mark.parametrize(
    ("statement", "sentence"),
    [
        ("UPDATE record SET record = replace(record, 'hall', 'lab')", "is damaged (a record's checksum does not hold)"),
        ("DELETE FROM record WHERE kind = 'badge'", "is damaged (records are missing)"),
        ("UPDATE standing SET version = 6", "is damaged: it does not say truly where the link stands"),
        ("UPDATE standing SET records = records + 1", "is damaged: it does not say truly"),
        ("UPDATE standing SET layout = 99", "is of another version of this program"),
        ("DROP TABLE record", "is not ours or is damaged"),
        ("DROP TABLE standing", "is not ours or is damaged"),
    ],
)
def test_a_damaged_link_is_one_sentence_and_is_left_as_it_is(path: Path, statement: str, sentence: str) -> None:
    store = LinkStore.open(path)
    store.keep(snapshot(7, ONE_OF_EACH))
    store.close()
    spoil(path, statement)
    with pytest.raises(StoreBroken) as raised:
        read_link(path)
    assert sentence in str(raised.value)
    assert str(path) in str(raised.value)
    assert not path.with_name("link.db.damaged").exists()


@pytest.mark.parametrize("content", [b"no database", b"SQLite format 3\x00" + bytes(84)])
def test_what_is_no_database_is_one_sentence(path: Path, content: bytes) -> None:
    path.write_bytes(content * 100)
    with pytest.raises(StoreBroken, match=r"link\.db"):
        read_link(path)


def test_a_file_that_is_not_there_is_not_made(path: Path) -> None:
    with pytest.raises(StoreBroken, match="cannot be opened"):
        read_link(path)
    assert not path.exists()
