"""What is done about a log that cannot be written, and what is not."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from access.events import Event, RowsGone
from gateway.database import StoreBroken, StoreDamaged, StoreFull, broken
from gateway.log.mender import Mender
from gateway.log.mending import damaged_files
from gateway.log.reserve import Reserve
from gateway.log.room import kinds
from gateway.log.store_mending import StoreMending, opened
from tests.support.hand_clock import HandClock
from tests.support.logs import SITE, filled

MINUTE_MS = 60_000


class Bench:
    """A mender of a small log, its clock moved by hand."""

    def __init__(self, folder: Path) -> None:
        filled(folder / "log.db", 20)
        self.path, self.clock, self.posted = folder / "log.db", HandClock(), list[Event]()
        self.mending: StoreMending = opened(self.path, SITE, 0)
        self.mender = Mender(self.mending, Reserve(folder / "reserve", 0), self.clock, self.posted.append)


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path)
    yield made
    made.mending.close()
    made.mending.store.close()


def test_only_damage_is_a_reason_to_begin_anew(bench: Bench) -> None:
    assert not bench.mender.cure(StoreBroken("the disk failed"))
    assert not bench.mender.cure(StoreFull("the disk is full")), "nothing is held back here"
    assert damaged_files(bench.path) == []
    assert bench.mender.cure(StoreDamaged("a page cannot be read"))
    assert len(damaged_files(bench.path)) == 1
    assert bench.posted == [RowsGone((), "damaged", whole=True)]


def test_a_log_that_is_damaged_again_at_once_is_left_to_the_disks_trouble(bench: Bench) -> None:
    assert bench.mender.cure(StoreDamaged("a page cannot be read"))
    bench.clock.mono += MINUTE_MS - 1
    assert not bench.mender.cure(StoreDamaged("a page cannot be read"))
    bench.clock.mono += 1
    assert bench.mender.cure(StoreDamaged("a page cannot be read"))
    assert len(damaged_files(bench.path)) == 2


def test_a_statement_that_fails_for_another_reason_is_no_damage(bench: Bench) -> None:
    driver = bench.mending.store.connected()
    driver.exec_driver_sql("BEGIN")
    with pytest.raises(StoreBroken) as found:
        bench.mending.store.tidy(lambda _: None)
    assert not isinstance(found.value, StoreDamaged)
    assert bench.mending.store.tidy(lambda _: 7) == 7, "the file is opened anew"


def test_a_file_with_other_tables_is_damage(bench: Bench) -> None:
    with pytest.raises(StoreDamaged):
        bench.mending.store.tidy(lambda connection: connection.exec_driver_sql("SELECT * FROM nowhere"))


def test_a_header_that_is_none_is_damage_to_whoever_tidies(bench: Bench) -> None:
    bench.mending.store.connected().exec_driver_sql("UPDATE log SET header = x'00' WHERE seq = 4")
    with pytest.raises(StoreDamaged, match="a row of it is none of ours"):
        bench.mending.store.tidy(lambda connection: kinds(connection, 1, 20))
    assert isinstance(broken(UnicodeDecodeError("utf-8", b"", 0, 1, "no"), bench.path), StoreBroken)
