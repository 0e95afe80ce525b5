import logging
import os
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from itertools import product
from pathlib import Path
from random import Random

import pytest

from access.replica import Replica
from gateway.database import StoreBroken, StoreDamaged
from gateway.link.step import Standing
from gateway.link.store import LinkStore
from tests.support.feeds import BADGE, BOOKING, ONE_OF_EACH, PERSON, change, dropped, put, replica_of, site_of, snapshot
from tests.support.small_disk import SmallDisk, small_disk


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "link.db"


@pytest.fixture
def store(path: Path) -> Iterator[LinkStore]:
    made = LinkStore.open(path)
    yield made
    made.close()


def again(path: Path) -> tuple[Standing, Replica]:
    store = LinkStore.open(path)
    found = (store.standing, store.replica())
    store.close()
    return found


def test_a_new_store_holds_nothing(store: LinkStore) -> None:
    assert (store.standing, store.replica()) == (Standing(), Replica())


def test_a_snapshot_is_there_after_a_restart(store: LinkStore, path: Path) -> None:
    store.keep(snapshot(7, ONE_OF_EACH))
    standing, replica = again(path)
    assert (standing.generation, standing.version) == ("g1", 7)
    assert replica == replica_of(7, ONE_OF_EACH)


def test_a_step_puts_and_drops(store: LinkStore, path: Path) -> None:
    store.keep(snapshot(7, ONE_OF_EACH))
    revoked = replace(BADGE, revoked=True)
    store.keep(change(9, put(revoked), dropped(BOOKING)))
    held = [record for record in ONE_OF_EACH if record not in (BADGE, BOOKING)]
    assert again(path)[1] == replica_of(9, [*held, revoked])


def test_of_several_changes_of_one_record_in_a_step_the_last_counts(store: LinkStore, path: Path) -> None:
    store.keep(change(1, put(BOOKING), dropped(BOOKING)))
    assert again(path)[1] == replica_of(1, [])
    store.keep(change(2, dropped(BOOKING), put(BOOKING)))
    assert again(path)[1] == replica_of(2, [BOOKING])


def test_a_snapshot_leaves_nothing_of_what_was_held_before(store: LinkStore, path: Path) -> None:
    store.keep(snapshot(7, ONE_OF_EACH))
    store.keep(snapshot(3, [PERSON], generation="g2"))
    assert again(path)[1] == replica_of(3, [PERSON], generation="g2")


def test_where_the_link_stands_is_kept(store: LinkStore, path: Path) -> None:
    store.keep(snapshot(7, ONE_OF_EACH))
    store.note_acked(41)
    store.note_confirmed(1_795_431_600_000)
    assert again(path)[0] == Standing("g1", 7, 41, 1_795_431_600_000)
    store.keep(change(8))
    assert again(path)[0] == Standing("g1", 8, 41, 1_795_431_600_000)


def test_a_step_that_is_made_again_changes_nothing(store: LinkStore, path: Path) -> None:
    """It may have reached the disk though it was said to have failed; it is then pulled and kept once more."""
    store.keep(snapshot(7, ONE_OF_EACH))
    step = change(9, dropped(BOOKING), put(replace(BADGE, revoked=True)))
    store.keep(step)
    once = again(path)
    store.keep(step)
    assert again(path) == once


def sound(path: Path) -> bytes:
    store = LinkStore.open(path)
    store.keep(snapshot(7, site_of(40, 40, 200)))
    store.close()
    return path.read_bytes()


def test_a_file_that_is_no_database_is_set_aside_with_one_sentence(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    path.write_bytes(b"nothing of the kind" * 1_000)
    with caplog.at_level(logging.ERROR):
        assert again(path) == (Standing(), Replica())
    (record,) = caplog.records
    assert f"{path} is not a database" in record.message
    assert "it is set aside as" in record.message
    assert path.with_name("link.db.damaged").read_bytes().startswith(b"nothing of the kind")


def test_a_changed_record_sets_the_file_aside_and_a_snapshot_is_needed(
    path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    sound(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE record SET record = replace(record, 'p1', 'p2') WHERE kind = 'badge' AND id = 'b1'")
    connection.close()
    with caplog.at_level(logging.ERROR):
        standing, replica = again(path)
    assert standing.version == 7
    assert replica == Replica()
    assert "a record's checksum does not hold; it is set aside" in caplog.text
    assert again(path) == (Standing(), Replica())


def test_a_file_of_another_version_of_the_program_is_set_aside(path: Path) -> None:
    sound(path)
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE standing SET layout = 99")
    connection.close()
    assert again(path) == (Standing(), Replica())


def test_only_one_damaged_file_is_kept(path: Path) -> None:
    for text in (b"first" * 400, b"second" * 400):
        path.write_bytes(text)
        again(path)
    assert sorted(file.name for file in path.parent.iterdir()) == ["link.db", "link.db.damaged"]
    assert path.with_name("link.db.damaged").read_bytes().startswith(b"second")


def flipped(whole: bytes, index: int, bit: int) -> bytes:
    return whole[:index] + bytes([whole[index] ^ (1 << bit)]) + whole[index + 1 :]


@pytest.mark.parametrize("places", ["header", "anywhere"])
def test_any_changed_bit_gives_the_same_replica_or_a_fresh_start(places: str, path: Path) -> None:
    """Never another replica, and never a gateway that does not start (guarantees S10, D10)."""
    whole, chance = sound(path), Random(3)
    before, held = again(path)
    anywhere = [(chance.randrange(len(whole)), chance.randrange(8)) for _ in range(120)]
    fresh = 0
    for index, bit in anywhere if places == "anywhere" else product(range(100), (0,)):
        path.write_bytes(flipped(whole, index, bit))
        standing, replica = again(path)
        assert (standing, replica) == (before, held) or replica == Replica()
        fresh += replica == Replica()
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
    assert fresh > 20


def test_a_file_damaged_under_an_open_store_asks_for_a_snapshot(path: Path) -> None:
    store = LinkStore.open(path)
    store.keep(snapshot(7, site_of(40, 40, 2_000)))
    store.close()
    whole = path.read_bytes()
    store = LinkStore.open(path)
    path.write_bytes(whole[:8_192] + os.urandom(len(whole) - 8_192))
    with pytest.raises(StoreDamaged):
        store.keep(change(8, *(dropped(record) for record in site_of(40, 40, 2_000))))
    assert store.standing == Standing()
    store.keep(snapshot(8, ONE_OF_EACH))
    store.close()
    assert again(path)[1] == replica_of(8, ONE_OF_EACH)


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", 1_024) as made:
        yield made


def test_a_step_that_finds_the_disk_full_is_not_there_and_goes_in_once_there_is_room(disk: SmallDisk) -> None:
    path = disk.folder / "link.db"
    store = LinkStore.open(path)
    store.keep(snapshot(7, ONE_OF_EACH))
    disk.fill()
    with pytest.raises(StoreBroken, match="is full; free some space there"):
        store.keep(snapshot(8, site_of(100, 100, 3_000)))
    assert store.standing.version == 7
    disk.free()
    assert store.replica() == replica_of(7, ONE_OF_EACH)
    store.keep(snapshot(8, site_of(10, 10, 100)))
    store.close()
    assert again(path)[1] == replica_of(8, site_of(10, 10, 100))


def test_a_step_goes_only_onto_the_version_that_it_goes_on_from(store: LinkStore, path: Path) -> None:
    """The other link may have found the file damaged meanwhile, and begun a new one."""
    store.keep(snapshot(7, ONE_OF_EACH))
    onwards = replace(change(9, dropped(BOOKING)), since=7)
    store._set_aside("it was damaged")
    with pytest.raises(StoreDamaged, match="does not hold version 7 any more"):
        store.keep(onwards)
    assert again(path) == (Standing(), Replica())
    store.keep(snapshot(9, [BADGE]))
    store.keep(replace(change(10, dropped(BADGE)), since=9))
    assert again(path)[1] == replica_of(10, [])
