"""Disks that are full, read-only or damaged (D12): the gateway refuses, says so, and comes back by itself."""

import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from random import Random

import pytest

from access.facts import Checkpoint, ReplicaApplied, RowsLost
from tests.support.parts import stays, wait_until
from tests.support.site_books import SiteLog
from tests.support.site_toml import SITE
from tests.support.small_site import LOCK, UID, front_reader, opens, says, small_site
from tests.support.whole_site import WholeSite
from tests.support.wire_device import WireDevice

DISK_BYTES = 8 << 20
BALLAST = 1 << 16
MOST_TURNS = 3
WRITTEN_AGAIN = "the log can be written again"
OLD_S = 5.2
"""After this no tap from before can open (D7)."""


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with small_site(tmp_path) as made:
        yield made


@contextmanager
def small_disk(folder: Path) -> Iterator[None]:
    """A disk of its own under a folder. Skips where none can be mounted."""
    folder.mkdir()
    words = ["mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES},mode=750", "tmpfs", str(folder)]
    mounted = subprocess.run(words, check=False, capture_output=True, text=True)
    if mounted.returncode:
        pytest.skip(f"no disk can be mounted here: {mounted.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def fill(disk: Path) -> Path:
    """Fill a disk to its last byte; deleting the file that is given frees it."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file, suppress(OSError):
        while file.write(b"x" * BALLAST):
            pass
    return ballast


def refuses(site: WholeSite, front: WireDevice, sentence: str) -> int:
    """A booked card is answered ``wait``, opens nothing and is not acknowledged; gives its number."""
    before = site.releases(LOCK)

    def fails() -> bool:
        tap = front.tap(UID)
        return front.signal(tap) == "wait" and not front.is_acked(tap.seq)

    site.until(fails, "the disk to be noticed", every_s=0.2)
    says(site, sentence)
    last = front.tap(UID)
    assert front.signal(last) == "wait"
    assert site.releases(LOCK) in {before, before + 1}
    return last.seq


def test_on_a_full_disk_every_door_refuses_and_nothing_is_lost_once_there_is_room(site: WholeSite) -> None:
    site.broker.start()
    with small_disk(site.state), front_reader(site) as front:
        site.start()
        opens(site, front)
        ballast = fill(site.state)
        unanswered = refuses(site, front, "the log cannot be written, so every door refuses: the disk of .* is full")
        opened = site.releases(LOCK)

        def refuses_while_full() -> bool:
            """Some room may be given back meanwhile, by another database of the gateway's: then a fresh tap has it."""
            return site.releases(LOCK) == opened or bool(site.gateway.said(WRITTEN_AGAIN))

        stays(refuses_while_full, "every door refuses", OLD_S)
        ballast.unlink()
        says(site, WRITTEN_AGAIN)
        front.wait_acked(unanswered, within_s=30)

        def told() -> set[int]:
            return {len(site.gateway.said(one)) for one in ("the log cannot be written", WRITTEN_AGAIN)}

        site.until(lambda: len(told()) == 1, "each to be said once, however often it is tried")
        assert max(told()) <= MOST_TURNS
        granted = [verdict for verdict in site.log.verdicts() if verdict.granted]
        assert site.releases(LOCK) <= len(granted), "nothing opens that is not in the log"
        assert max(verdict.age_ms or 0 for verdict in granted) <= 1_000 * OLD_S, "what was refused does not open later"
        opens(site, front)
        assert len(site.log.verdicts()) == front.next_seq() - 1, "each tap was decided, once"
        site.wait_synced()
        assert site.gateway.stop() == 0
        site.centre.assert_equals(site.log)
        site.end()


@contextmanager
def read_only(folder: Path) -> Iterator[None]:
    """Whoever opens a file of the folder now finds it read-only, as after a card's fault."""
    subprocess.run(["mount", "--bind", folder, folder], check=True)
    words: list[str | Path] = ["mount", "-o", "remount,ro,bind", folder]
    try:
        # Not while somebody who opened a file by it has it open for writing.
        wait_until(lambda: not subprocess.run(words, check=False, capture_output=True).returncode, "it to be read-only")
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


def test_a_disk_that_becomes_read_only_is_said_and_writable_again_needs_no_restart(site: WholeSite) -> None:
    site.broker.start()
    with small_disk(site.state), front_reader(site) as front:
        site.start()
        opens(site, front)
        ballast = fill(site.state)
        refuses(site, front, "the disk of .* is full")
        with read_only(site.state):
            refuses(site, front, "every door refuses: .*log.db cannot be (written|opened)")
        ballast.unlink()
        says(site, "the log can be written again")
        front.wait_acked(front.next_seq() - 1, within_s=30)
        opens(site, front)
        site.end()


def test_a_read_only_disk_at_the_start_is_one_sentence_and_no_start(site: WholeSite) -> None:
    with small_disk(site.state):
        site.start()
        assert site.gateway.stop() == 0
        site.until(lambda: not site.gateway.others(), "the pages to end")
        subprocess.run(["mount", "-o", "remount,ro", site.state], check=True)
        said = len(site.gateway.words().splitlines())
        site.gateway.start()
        assert site.gateway.ended() == 1
        (sentence,) = site.gateway.words().splitlines()[said:]
        assert sentence.startswith("hubout gateway: ")
        assert "log.db" in sentence
        subprocess.run(["mount", "-o", "remount,rw", site.state], check=True)
        site.restart_gateway()
        with front_reader(site) as front:
            opens(site, front)
        site.end()


def test_a_damaged_replica_is_set_aside_and_fetched_again(site: WholeSite) -> None:
    site.start()
    versions = len(site.log.facts(ReplicaApplied))
    site.gateway.kill()
    damage(site.state / "link.db")
    site.admit("carla")  # A version that comes again is no news to the log.
    site.restart_gateway()
    says(site, "link.db.* set aside")
    site.until(lambda: len(site.log.facts(ReplicaApplied)) > versions, "a new replica")
    with front_reader(site) as front:
        opens(site, front)
    site.wait_synced()


def damage(path: Path) -> None:
    """Write over the middle of a database, and lose what was on its way into it."""
    for beside in (f"{path.name}-wal", f"{path.name}-shm"):
        path.with_name(beside).unlink(missing_ok=True)
    path.write_bytes(b"no database any more" * 1_000)


def test_a_log_that_is_no_database_any_more_is_set_aside_and_the_door_opens(site: WholeSite) -> None:
    site.state.mkdir()
    damage(site.state / "log.db")
    site.start()
    says(site, "log.db is not a database.* set aside as log.db.damaged-1, and what can be read is brought over")
    with front_reader(site) as front:
        opens(site, front)
    site.wait_synced()
    assert (site.state / "log.db.damaged-1").exists()
    assert [fact.why for fact in site.log.facts(RowsLost)] == []
    assert len(site.log.facts(Checkpoint)) >= 1, "no count is sure, and the log says so"
    site.end()


def write_over(path: Path) -> None:
    """Put rubbish in the place of every page, as they lie on the disk, while somebody writes the file."""
    with path.open("r+b") as file:
        file.write(Random(5).randbytes(path.stat().st_size))


def gaps(site: WholeSite) -> set[tuple[int, int]]:
    """What the gateway's log says is no more."""
    with closing(sqlite3.connect(site.state / "log.db")) as connection:
        return set(connection.execute("SELECT first, last FROM gap"))


def test_a_log_whose_pages_are_lost_under_the_gateway_is_gone_on_with_and_the_door_opens(site: WholeSite) -> None:
    site.start()
    with front_reader(site) as front:
        opens(site, front)
        site.wait_synced()
        for name in ("log.db", "log.db-wal"):
            write_over(site.state / name)
        opens(site, front)
        says(site, "log.db.*: it is set aside as log.db.damaged-1, and what can be read is brought over")
        says(site, "brought over; [0-9]+ events of it are lost")
        site.until(lambda: gaps(site) <= set(site.centre.gaps()), "what the registry has of them to come back")
        opens(site, front)
    assert site.gateway.stop() == 0
    log = SiteLog(site.state / "log.db", SITE)
    assert len(log.facts(RowsLost)) == 1
    assert log.verdicts()[-1].granted
    site.until(lambda: site.centre.has_all_of(log), "the registry to hold all of the log")
    theirs = {seq: header for seq, header, *_ in site.centre.rows()}
    gone = {seq for first, last in site.centre.gaps() for seq in range(first, last + 1)}
    assert sorted({*theirs, *gone}) == list(range(1, log.last + 1)), (
        "it has what it acknowledged, and says what is lost"
    )
    assert all(theirs[row.seq] == row.header for row in log.rows)


def test_the_log_of_another_site_is_not_continued(site: WholeSite) -> None:
    site.start()
    assert site.gateway.stop() == 0
    rows = site.log.entries()
    site.config.write_text(site.config.read_text().replace('id = "matera"', 'id = "cinisello"'))
    said = len(site.gateway.words().splitlines())
    site.gateway.start()
    assert site.gateway.ended() == 1
    (sentence,) = site.gateway.words().splitlines()[said:]
    assert "is the log of site matera, not of cinisello" in sentence
    assert site.log.entries() == rows
