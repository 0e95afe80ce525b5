"""A log that a real loop keeps within its bound: what goes, what is said of it, and what a start makes of it (S1,
S9).
"""

from collections.abc import Callable, Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest

from access.clock import DAY_MS
from access.events import CheckpointAsked
from access.facts import Checkpoint, Counted, Fact, Judged, RowsLost
from access.log import Broken, Gap, Row, read_header, verify
from access.room import Bounds
from gateway.log.reader import Reader
from gateway.log.room import size_bytes
from gateway.log.tidying import WHY, Tidying
from hubout.ports import free_port
from tests.support.inner_site import InnerSite
from tests.support.logs import filled
from tests.support.parts import wait_until
from tests.support.site_toml import SITE

LONG_MS = 10_000 * DAY_MS
EVERY = 25
BIG = 1 << 40


def facts(rows: int) -> list[Fact]:
    """So many, one of EVERY a verdict."""
    tap = Judged("front", "front-in", "in", False, "unknown-badge", "unknown-badge")
    return [tap if seq % EVERY == 0 else Counted("counter-1", "hall", seq, 0) for seq in range(rows)]


class Tidied:
    """A site without broker or registry, turn by turn, whose log was there before; ``acked`` as a test says."""

    def __init__(self, folder: Path, rows: int, most_bytes: int, keep_ms: int) -> None:
        self.path = folder / "state" / "log.db"
        self.path.parent.mkdir()
        filled(self.path, facts(rows), 1_000)
        self.site = InnerSite(folder, free_port())
        self.acked = 0
        bounds = Bounds(most_bytes, keep_ms)
        self.tidying = Tidying(self.site.store, bounds, lambda: self.acked, self.site.clock)
        self.site.loop._others = (self.tidying,)

    def acknowledge(self, seq: int) -> None:
        """The registry has so much, and the next look is due."""
        self.acked, self.tidying._due_ms = seq, 0

    def until(self, holds: Callable[[], object], what: str) -> None:
        def turned() -> object:
            self.site.wake.up()
            self.site.loop.once()
            return holds()

        wait_until(turned, what, 60, lambda: f"{self.size} bytes, {self.left()[:3]}")

    @property
    def size(self) -> int:
        return self.site.store.tidy(size_bytes)

    def left(self) -> list[Row | Gap]:
        """The log as it is, verified from where it begins."""
        reader = Reader.open(self.path)
        extent = reader.extent()
        found = reader.read_on(extent.base_seq, 1_000_000, BIG)
        reader.close()
        end = verify(found, SITE, 1, extent.base_seq, extent.base_head)
        assert not isinstance(end, Broken), end
        assert (end.seq, end.head) == (self.site.writer.chain.seq, self.site.writer.chain.head)
        return found

    def kinds(self) -> list[str]:
        return [read_header(one.header).kind for one in self.left() if isinstance(one, Row)]

    @property
    def base(self) -> int:
        reader = Reader.open(self.path)
        base = reader.extent().base_seq
        reader.close()
        return base


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Callable[..., Tidied]]:
    sites: list[Tidied] = []

    def make(rows: int, most_bytes: int, keep_ms: int = LONG_MS) -> Tidied:
        sites.append(Tidied(tmp_path, rows, most_bytes, keep_ms))
        return sites[-1]

    yield make
    for one in sites:
        one.site.close()


def test_what_is_acknowledged_and_old_goes_from_the_beginning_and_no_more(made: Callable[..., Tidied]) -> None:
    tidied = made(1_400, BIG, 30 * DAY_MS)
    site = tidied.site
    tidied.until(lambda: site.writer.chain.seq > 1_400, "the run to begin")
    site.loop.stored(site.writer.take([CheckpointAsked()]), [])
    tidied.acknowledge(1_200)
    tidied.until(lambda: tidied.base == 1_200, "the old rows to go")
    tidied.acknowledge(site.writer.chain.seq)
    tidied.until(lambda: tidied.base == 1_400, "the others")
    kinds = tidied.kinds()
    assert kinds[0] == "started"
    assert RowsLost.KIND not in kinds
    assert not site.loop.room.losing


def test_what_is_younger_stays_while_there_is_room_and_goes_where_there_is_none(made: Callable[..., Tidied]) -> None:
    tidied = made(3_000, 1_200_000)
    site = tidied.site
    tidied.until(lambda: site.writer.chain.seq > 3_000, "the run to begin")
    site.loop.stored(site.writer.take([CheckpointAsked()]), [])
    assert tidied.size > 1_200_000
    tidied.acked = 3_000
    tidied.until(lambda: tidied.size * 10 <= 1_200_000 * 9, "room")
    base = tidied.base
    assert 0 < base < 3_000
    for _ in range(20):
        site.wake.up()
        site.loop.once()
    assert tidied.base == base, "with room, what is young stays"
    assert RowsLost.KIND not in tidied.kinds()


def test_on_a_full_disk_what_the_registry_has_makes_room_in_the_file(made: Callable[..., Tidied]) -> None:
    tidied = made(1_200, BIG)
    site = tidied.site
    tidied.until(lambda: site.writer.chain.seq > 1_200, "the run to begin")
    site.loop.stored(site.writer.take([CheckpointAsked()]), [])
    before = tidied.size
    site.loop.room = replace(site.loop.room, full=True)
    tidied.acknowledge(1_000)
    tidied.until(lambda: tidied.base == 1_000, "the rows that the registry has to go")
    assert tidied.size < before / 2
    assert RowsLost.KIND not in tidied.kinds()


def test_what_nobody_has_is_thinned_then_lost_with_a_word_and_the_verdicts_last(made: Callable[..., Tidied]) -> None:
    tidied = made(6_000, 1_200_000)
    site = tidied.site
    tidied.until(lambda: tidied.size * 10 <= 1_200_000 * 9, "room")
    found = tidied.left()
    rows = [one for one in found if isinstance(one, Row)]
    gaps = [one for one in found if isinstance(one, Gap)]
    assert gaps
    assert site.loop.room.losing
    kinds = tidied.kinds()
    assert kinds.count(Judged.KIND) == 6_000 // EVERY, "no access event was lost"
    assert Checkpoint.KIND in kinds
    assert RowsLost.KIND in kinds
    counted = [one for one in rows if read_header(one.header).kind == Counted.KIND]
    assert not any(one.body for one in counted if one.seq < gaps[-1].last)


def test_at_last_the_oldest_go_whatever_they_are_and_a_start_goes_on(made: Callable[..., Tidied]) -> None:
    tidied = made(6_000, 260_000)
    site = tidied.site
    tidied.until(lambda: tidied.size * 10 <= 260_000 * 9, "room")
    found = tidied.left()
    assert isinstance(found[0], Gap)
    assert found[0].first == 1
    assert not any(isinstance(one, Gap) and isinstance(after, Gap) for one, after in pairwise(found))
    bodies = [one.body for one in found if isinstance(one, Row) and read_header(one.header).kind == RowsLost.KIND]
    assert bodies
    assert all(body is not None and WHY.encode() in body for body in bodies)
    loaded = site.store.load()
    assert [fact for _, fact in loaded.history]
    tidied.acked = site.writer.chain.seq
    tidied.until(lambda: not site.loop.room.losing, "room again")
