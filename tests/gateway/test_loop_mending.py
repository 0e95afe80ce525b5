"""A log found damaged under the loop: the door goes on, it is said, and what can be read is kept (D12)."""

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from random import Random

import pytest

from access.codec import decode_fact
from access.effects import Effect
from access.events import Event
from access.facts import Checkpoint, Fact, Judged, RowsLost
from access.log import Gap, Row, read_header
from gateway.log.logbook import verified, walked
from gateway.log.mending import damaged_files
from gateway.log.reader import Reader
from gateway.loop import Loop
from tests.support.inner_site import ANNA, BRUNO, PLAN, InnerSite, doorkeeper_of, inner_site
from tests.support.mosquitto import Mosquitto
from tests.support.site_toml import FRONT_LOCK, SITE
from tests.support.wire_device import WireDevice

PAGE = 4_096


class OnTheLoop:
    """Does what a test wants done between two turns, on the loop's own thread."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def filenos(self) -> Sequence[int]:
        return ()

    def ready(self) -> list[Event]:
        return []

    def note(self, effects: Sequence[Effect]) -> None:
        """Nothing."""

    def tend(self, _loop: Loop, _mono_ms: int) -> None:
        while self.waiting:
            self.waiting.pop(0)()

    def close(self) -> None:
        """Nothing."""


@pytest.fixture
def between() -> OnTheLoop:
    return OnTheLoop()


@pytest.fixture
def site(tmp_path: Path, between: OnTheLoop) -> Iterator[InnerSite]:
    with (
        Mosquitto(tmp_path) as mosquitto,
        inner_site(tmp_path, mosquitto.port, PLAN, others=[between]) as made,
    ):
        yield made


def log_of(site: InnerSite) -> Path:
    return site.state_folder / "log.db"


def walk(site: InnerSite) -> list[Row | Gap]:
    """The whole log, verified."""
    reader = Reader.open(log_of(site))
    try:
        verified(log_of(site), reader, lambda _: None)
        return list(walked(log_of(site), reader, lambda _: None))
    finally:
        reader.close()


def facts(site: InnerSite) -> list[Fact]:
    rows = [one for one in walk(site) if isinstance(one, Row)]
    return [decode_fact(read_header(row.header).kind, row.body or b"") for row in rows]


def damage(site: InnerSite) -> None:
    """Put rubbish in the place of every page but the first; from now on the store keeps none in memory."""
    connection = site.store.connected()
    connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
    connection.exec_driver_sql("PRAGMA cache_size=0")
    pages = log_of(site).stat().st_size // PAGE
    with log_of(site).open("r+b") as file:
        file.seek(PAGE)
        file.write(Random(1).randbytes((pages - 1) * PAGE))


def mended(site: InnerSite) -> bool:
    return bool(site.loop.room.damaged) and not site.mender.active


def test_a_log_whose_pages_are_damaged_under_a_commit_is_gone_on_with_and_the_door_opens(
    site: InnerSite, between: OnTheLoop, caplog: pytest.LogCaptureFixture
) -> None:
    with doorkeeper_of(site) as keeper, WireDevice(site.file.broker.port, SITE, "front-in") as reader:
        reader.born()
        assert reader.signal(reader.tap(BRUNO)) == "denied"
        between.waiting.append(lambda: damage(site))
        site.until(lambda: not between.waiting, "the damage")
        tap = reader.tap(ANNA)
        assert reader.signal(tap) == "granted", "its very commit met the damage, and holds"
        site.until(lambda: keeper.board.releases(FRONT_LOCK) == 1, "the line to move")
        reader.wait_acked(tap.seq)
        site.until(lambda: mended(site), "the mending to end")
        assert reader.signal(reader.tap(BRUNO)) == "denied"
    assert site.loop.store_trouble == ""
    assert site.loop.room.damaged == "log.db.damaged-1"
    assert "set aside as log.db.damaged-1" in caplog.text
    found = walk(site)
    assert isinstance(found[0], Gap), "nothing of the old file could be read"
    told = facts(site)
    assert [fact.granted for fact in told if isinstance(fact, Judged)] == [True, False]
    assert [(one.first, one.last) for one in told if isinstance(one, RowsLost)] == [(1, found[0].last)]
    assert any(isinstance(fact, Checkpoint) for fact in told)
    assert len(damaged_files(log_of(site))) == 1


def test_a_log_that_somebody_else_finds_damaged_is_mended_while_nobody_waits(site: InnerSite) -> None:
    with doorkeeper_of(site), WireDevice(site.file.broker.port, SITE, "front-in") as reader:
        reader.born()
        for _ in range(30):
            assert reader.signal(reader.tap(BRUNO)) == "denied"
        site.mender.doubt("a page cannot be read")
        site.until(lambda: site.loop.room.damaged, "the damaged file")
        for _ in range(30):
            assert reader.signal(reader.tap(BRUNO)) == "denied"
        site.until(lambda: mended(site), "the mending to end")
    assert all(isinstance(one, Row) for one in walk(site)), "all of it could be read"
    assert sum(isinstance(fact, Judged) for fact in facts(site)) == 60
    assert not any(isinstance(fact, RowsLost) for fact in facts(site))
