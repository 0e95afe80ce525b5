"""A log whose pages are really damaged: set aside, gone on with, and all that can be read brought over (S3, D12)."""

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path
from random import Random

import pytest

from access.log import Gap, Row
from gateway.database import StoreBroken, StoreDamaged
from gateway.log.logbook import verified, walked
from gateway.log.mending import DAMAGED, KEPT_AT_MOST, damaged_files
from gateway.log.reader import Reader
from gateway.log.store import Store
from gateway.log.store_mending import StoreMending, anew, opened
from tests.support.logs import CHECKPOINT, SITE, at, filled, let_go, linked, lost, numbered, over_epochs, some_fact

ROWS = 1_200
PAGE, LEAF = 4_096, 0x0A
"""The pages of a table without row numbers: leaves, and those above them, through which leaves are found."""
NOW_MS = 1_760_000_000_000
ROWS_A_PAGE = 40
"""No page of the log holds more."""


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A log of many pages, whole in its one file; a checkpoint lies at two thirds of it."""
    path = tmp_path_factory.mktemp("sound") / "log.db"
    facts = [some_fact(n) for n in range(1, ROWS + 1)]
    facts[2 * ROWS // 3] = CHECKPOINT
    filled(path, facts)
    return path


@pytest.fixture
def path(sound: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(sound, tmp_path / "log.db"))


def written_over(path: Path, page: int, chance: Random) -> int:
    """Put rubbish in the place of one page; what kind of page it was."""
    with path.open("r+b") as file:
        file.seek(page * PAGE)
        kind = file.read(1)[0]
        file.seek(page * PAGE)
        file.write(chance.randbytes(PAGE))
    return kind


def started(path: Path) -> StoreMending:
    """As a gateway starts: the history is read, and what is found damaged then is begun anew."""
    mending = opened(path, SITE, NOW_MS)
    try:
        list(mending.store.load().history)
    except StoreDamaged as error:
        mending = anew(mending, SITE, NOW_MS, error)
        list(mending.store.load().history)
    return mending


def brought_over(mending: StoreMending) -> tuple[Gap, ...]:
    """Let it end; what was lost."""
    while mending.active():
        mending.step(100)
    return () if mending.ended is None else tuple(mending.ended.lost)


def walk(path: Path) -> list[Row | Gap]:
    reader = Reader.open(path)
    try:
        verified(path, reader, lambda _: None)
        return list(walked(path, reader, lambda _: None))
    finally:
        reader.close()


def test_a_sound_log_is_opened_as_it_is(path: Path) -> None:
    mending = started(path)
    assert not mending.unsure
    assert brought_over(mending) == ()
    mending.store.close()
    assert damaged_files(path) == []


def test_a_file_that_is_no_database_is_set_aside_and_a_log_begins(path: Path) -> None:
    path.write_bytes(b"no database any more" * 1_000)
    mending = started(path)
    assert mending.unsure
    assert (mending.store.begun.seq, mending.store.begun.site) == (0, SITE)
    _, rows = numbered(mending.store.load().chain("run"), 3)
    mending.store.commit(rows, [], None)
    assert brought_over(mending) == ()
    mending.store.close()
    assert walk(path) == rows
    assert damaged_files(path)[0].read_bytes() == b"no database any more" * 1_000


@pytest.mark.parametrize("seed", range(3))
def test_whatever_page_is_damaged_all_rows_of_other_pages_are_there_and_nothing_else(
    seed: int, sound: Path, tmp_path: Path
) -> None:
    chance, rows = Random(seed), [one for one in walk(sound) if isinstance(one, Row)]
    pages = sound.stat().st_size // PAGE
    reached = set[str]()
    for page in chance.sample(range(pages), 12) if seed else [0, 1, 2, 3, pages - 1, pages - 2]:
        folder = tmp_path / f"page-{page}"
        folder.mkdir()
        path = Path(shutil.copy(sound, folder / "log.db"))
        is_leaf = written_over(path, page, chance) == LEAF
        mending = started(path)
        reached.add("met at the start" if mending.unsure else "met later")
        if not mending.unsure:
            mending.begin(NOW_MS, "whoever read on met it")
        gone = brought_over(mending)
        begun = mending.store.begun
        mending.store.close()
        found = walk(path)
        held = [one for one in found if isinstance(one, Row)]
        assert held == [rows[one.seq - 1] for one in held], f"page {page}: what is there is what was written"
        if is_leaf:
            assert len(held) >= ROWS - ROWS_A_PAGE, f"page {page}: no other page's rows are lost"
        assert begun.seq == sum(one.last - one.first + 1 if isinstance(one, Gap) else 1 for one in found)
        assert set(gone) == {one for one in found if isinstance(one, Gap)}
        reached |= {"lost"} if gone else set()
    assert reached >= {"lost", "met at the start"}


def test_a_changed_row_since_the_last_checkpoint_is_lost_alone(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("UPDATE body SET body = x'7b7d' WHERE seq = ?", (ROWS - 5,))
    connection.close()
    rows = [one for one in raw(path) if one.seq != ROWS - 5]
    mending = started(path)
    assert [(gap.first, gap.last) for gap in brought_over(mending)] == [(ROWS - 5, ROWS - 5)]
    mending.store.close()
    assert [one for one in walk(path) if isinstance(one, Row)] == rows


def raw(path: Path) -> list[Row]:
    reader = Reader.open(path)
    found = reader.rows(0, 1 << 20, 1 << 30)
    reader.close()
    return found


def test_a_log_goes_on_at_once_and_what_it_held_is_there_in_the_end(path: Path) -> None:
    store = Store.open(path)
    store.identity(SITE)
    rows, mending = raw(path), StoreMending(store)
    mending.begin(NOW_MS, "a page cannot be read")
    chain = store.load().chain("run")
    assert (chain.seq, chain.head) == (ROWS, rows[-1].hash)
    chain, fresh = linked(chain, [CHECKPOINT, some_fact(ROWS + 2)])
    store.commit(fresh, [], None)
    mending.step(100)
    assert places(walk(path))[:2] == [f"1..{ROWS - 100}", f"1-{ROWS - 99}"]
    _, more = numbered(chain, 1)
    store.commit(more, [], {"bad-json": 3})
    assert brought_over(mending) == ()
    store.close()
    assert walk(path) == [*rows, *fresh, *more]


def places(found: list[Row | Gap]) -> list[str]:
    return [f"{one.epoch}-{one.seq}" if isinstance(one, Row) else f"{one.first}..{one.last}" for one in found]


def test_a_restart_in_between_goes_on_with_it(path: Path) -> None:
    rows, mending = raw(path), opened(path, SITE, NOW_MS)
    mending.begin(NOW_MS, "a page cannot be read")
    mending.step(100)
    mending.close()
    mending.store.close()
    mending = started(path)
    assert not mending.unsure
    assert next(fact for _, fact in mending.store.load().history) == CHECKPOINT, "a start has its checkpoint"
    assert len(raw(path)) < ROWS
    mending.step(100)
    assert brought_over(mending) == ()
    mending.store.close()
    assert walk(path) == rows


def test_epochs_gaps_and_a_beginning_that_was_let_go_stay_what_they_are(tmp_path: Path) -> None:
    path = tmp_path / "log.db"
    over_epochs(path)
    let_go(path, 3)
    lost(path, 6, 7, "long ago")
    before, mending = walk(path), opened(path, SITE, NOW_MS)
    mending.begin(NOW_MS, "a page cannot be read")
    assert mending.store.begun.epoch == 5
    assert brought_over(mending) == ()
    mending.store.close()
    assert walk(path) == before
    reader = Reader.open(path)
    assert [(hole.gap.first, hole.why) for hole in reader.holes()] == [(1, "kept no longer"), (6, "long ago")]
    reader.close()


@pytest.mark.parametrize("moment", ["before the old one goes", "between both", "with its write-ahead log"])
def test_a_process_that_ends_while_it_sets_the_log_aside_loses_nothing(path: Path, moment: str) -> None:
    rows, mending = raw(path), opened(path, SITE, NOW_MS)
    mending.begin(NOW_MS, "a page cannot be read")
    mending.store.close()
    (aside,) = damaged_files(path)
    if moment == "before the old one goes":
        path.replace(path.with_name("log.db.new"))
        aside.replace(path)
    else:
        path.replace(path.with_name("log.db.new"))
    if moment == "with its write-ahead log":
        path.with_name("log.db-wal").write_bytes(b"the old one's" * 1_000)
    mending = started(path)
    assert brought_over(mending) == ()
    mending.store.close()
    assert walk(path) == rows


def test_only_so_many_damaged_files_are_kept(path: Path) -> None:
    mending = opened(path, SITE, NOW_MS)
    for _ in range(KEPT_AT_MOST + 2):
        mending.begin(NOW_MS, "a page cannot be read")
        brought_over(mending)
    assert [one.name[-1] for one in damaged_files(path)] == ["3", "4", "5"]
    mending.store.close()


def test_a_damaged_file_that_goes_meanwhile_is_lost_in_one_gap(path: Path) -> None:
    mending = opened(path, SITE, NOW_MS)
    mending.begin(NOW_MS, "a page cannot be read")
    damaged_files(path)[0].unlink()
    assert [(gap.first, gap.last) for gap in brought_over(mending)] == [(1, ROWS)]
    _, rows = numbered(replace(mending.store.load().chain("run")), 1)
    mending.store.commit(rows, [], None)
    mending.store.close()
    assert places(walk(path)) == [f"1..{ROWS}", f"1-{ROWS + 1}"]
    reader = Reader.open(path)
    assert reader.holes()[0].why == DAMAGED
    reader.close()


def test_the_log_of_another_site_is_no_damage(path: Path) -> None:
    with pytest.raises(StoreBroken, match="is the log of site matera"):
        opened(path, "cinisello", at(1).wall_ms)
    assert damaged_files(path) == []
    Store.open(path).close()
