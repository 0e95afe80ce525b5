"""What a gateway's log lets go of: after its time, once the registry has it, from every byte of the file (P4, S4)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from access.clock import DAY_MS, Now
from access.facts import DoorMoved, Entered, Judged, LockdownSet
from access.facts_people import WalkedIn
from access.log import Broken, Gap, Row, verify
from access.retention import DAMAGED
from gateway.log.purging import Purging
from gateway.log.reader import Reader
from gateway.log.store import Store
from tests.support.logs import CHECKPOINT, SITE, at, linked, opened

WHO = "canary-person"
TAP = Judged("front", "front-in", "in", True, "booking", "booking", person=WHO)
FACTS = (
    TAP,
    replace(TAP, granted=False),
    Entered(WHO, "front", "hall", "1-1"),
    WalkedIn("w-1", WHO, "hall", "d1", 0, 1, "canary-author"),
    DoorMoved("front", True, "grant"),
    LockdownSet(True, "canary-staff", "prova"),
    CHECKPOINT,
    TAP,
)
END = at(len(FACTS) + 1).wall_ms


@dataclass
class Hand:
    """A clock that a test sets."""

    at_ms: int
    trusted: bool = True

    def now(self) -> Now:
        return Now(self.at_ms, 0, 0, self.trusted)


@dataclass
class Purged:
    """A store and its purge; ``acked`` as a test says."""

    path: Path
    store: Store
    clock: Hand
    acked: int

    def after(self, days: int) -> list[int]:
        """The numbers of the rows that say something once all that is over by then went."""
        self.clock.at_ms = END + days * DAY_MS
        purging = Purging(self.store, lambda: self.acked, self.clock)  # type: ignore[arg-type]
        while purging.step():
            pass
        return [row.seq for row in self.rows() if row.body is not None]

    def rows(self) -> list[Row]:
        reader = Reader.open(self.path)
        found = reader.read_on(0, 1_000, 1 << 30)
        reader.close()
        assert not isinstance(verify(found, SITE, 1), Broken)
        return [one for one in found if not isinstance(one, Gap)]

    def traces(self) -> set[bytes]:
        held = [one.read_bytes() for one in self.path.parent.iterdir()]
        return {sought for sought in (b"canary-author", b"canary-staff") for raw in held if sought in raw}


@pytest.fixture
def log(tmp_path: Path) -> Iterator[Callable[[], Purged]]:
    store, chain = opened(tmp_path / "log.db")
    _, rows = linked(chain, FACTS)
    store.commit(rows, [], None)
    yield lambda: Purged(tmp_path / "log.db", store, Hand(END), len(FACTS))
    store.close()


def test_each_kind_goes_at_its_time_and_the_chain_stays_whole(log: Callable[[], Purged]) -> None:
    made = log()
    assert made.after(0) == [1, 2, 3, 4, 5, 6, 7, 8]
    assert made.traces() == {b"canary-author", b"canary-staff"}
    assert made.after(2) == [1, 2, 3, 5, 6, 7, 8], "a walk-in's desk"
    assert made.traces() == {b"canary-staff"}, "in no free page and no write-ahead log"
    assert made.after(31) == [2, 5, 6, 7, 8], "accesses, but for what a start needs"
    assert made.after(91) == [5, 6, 7, 8]
    assert made.after(731) == [5, 7, 8]
    assert made.traces() == set()
    assert made.after(731) == [5, 7, 8]


def test_what_the_registry_has_not_got_yet_stays_until_it_has(log: Callable[[], Purged]) -> None:
    made = log()
    made.acked = 2
    assert made.after(31) == [2, 3, 4, 5, 6, 7, 8]
    made.acked = 8
    assert made.after(31) == [2, 5, 6, 7, 8]


def test_a_start_makes_the_same_of_what_stays_and_a_second_purge_changes_no_byte(log: Callable[[], Purged]) -> None:
    made = log()
    before = list(made.store.load().history)
    assert [fact for _, fact in before] == [CHECKPOINT, TAP]
    made.after(731)
    assert list(made.store.load().history) == before
    files = {path.name: path.read_bytes() for path in made.path.parent.iterdir()}
    made.after(731)
    assert {path.name: path.read_bytes() for path in made.path.parent.iterdir()} == files


def test_while_the_clock_is_not_trusted_nothing_is_old(log: Callable[[], Purged]) -> None:
    made = log()
    made.clock.trusted = False
    assert made.after(731) == [1, 2, 3, 4, 5, 6, 7, 8]


def test_a_damaged_file_that_was_set_aside_goes_with_all_beside_it_after_its_time(
    log: Callable[[], Purged], tmp_path: Path
) -> None:
    made = log()
    names = {f"log.db.damaged-{number}{ending}" for number in (1, 2) for ending in ("", "-wal", "-shm")}
    for name in names:
        (tmp_path / name).write_bytes(b"canary-author")
    since_ms = min((tmp_path / name).stat().st_ctime_ns for name in names) // 1_000_000

    def left(at_ms: int, *, trusted: bool = True) -> set[str]:
        made.clock = Hand(at_ms, trusted)
        Purging(made.store, lambda: made.acked, made.clock).step()  # type: ignore[arg-type]
        return {one.name for one in tmp_path.glob("log.db.damaged-*")}

    assert left(since_ms + DAMAGED.period_ms) == names
    assert left(since_ms + 2 * DAMAGED.period_ms, trusted=False) == names
    assert left(since_ms + 2 * DAMAGED.period_ms) == set()
    assert left(since_ms + 2 * DAMAGED.period_ms) == set(), "a second time changes nothing"
