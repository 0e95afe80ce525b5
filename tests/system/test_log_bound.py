"""A site whose registry is away for so long that its log comes to its bound: doors work on, the log stays within it,
and what is lost is said (guarantees S1, S3, S9). Gateway, doorkeeper and broker are real, and so is the small disk.
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import select

from access.log import Broken, Gap, Row, read_header, verify
from gateway.log.reader import Reader
from gateway.log.room import size_bytes
from registry.tables import core as t
from tests.support.logs import filled
from tests.support.parts import wait_until
from tests.support.site_toml import SITE
from tests.support.small_disk import SmallDisk, small_disk
from tests.support.small_site import PEOPLE, PLAN, front_reader, opens, says
from tests.support.whole_site import WholeSite, whole_site

ROWS, DISK_KB, BOUND_MB = 9_000, 12_288, 2
MB = 1024 * 1024
ALL = 1 << 40


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", DISK_KB) as made:
        yield made


@pytest.fixture
def site(tmp_path: Path, disk: SmallDisk) -> Iterator[WholeSite]:
    plan = replace(PLAN, storage=str(disk.folder), log_max_mb=BOUND_MB)
    with whole_site(tmp_path, plan, PEOPLE, passwords={"front-in": "secret"}, persistent=True) as made:
        yield made


def used(site: WholeSite) -> int:
    """How much of the log's file is in use."""
    reader = Reader.open(site.state / "log.db")
    try:
        return size_bytes(reader._connection)
    finally:
        reader.close()


def held(site: WholeSite) -> list[Row | Gap]:
    """The log, verified from where it begins."""
    reader = Reader.open(site.state / "log.db")
    extent = reader.extent()
    found = reader.read_on(extent.base_seq, ALL, ALL)
    reader.close()
    end = verify(found, SITE, 1, extent.base_seq, extent.base_head)
    assert not isinstance(end, Broken), end
    return found


def at_the_registry(site: WholeSite) -> int:
    standing = site.centre.standing()
    return 0 if standing is None else standing.seq


def alarms(site: WholeSite) -> list[str]:
    """What kinds of alarms the registry has."""
    with site.books.database.read() as connection:
        return list(connection.execute(select(t.alarm.c.kind)).scalars())


def test_a_log_at_its_bound_gives_up_the_oldest_with_a_word_and_doors_work_on(site: WholeSite) -> None:
    site.start()
    with front_reader(site) as front:
        opens(site, front)
        site.wait_synced()
        site.registry.stop()
        site.gateway.stop()
        filled(site.state / "log.db", ROWS, 1_000)
        assert used(site) > BOUND_MB * MB
        site.gateway.start()
        says(site, "the log is at its bound .*log_max_mb.*the oldest events")
        opens(site, front)
        wait_until(
            lambda: used(site) * 10 <= BOUND_MB * MB * 9, "the log to be within its bound", 60, site.gateway.tail
        )
        opens(site, front)
        found = held(site)
        gaps = [one for one in found if isinstance(one, Gap)]
        end = found[-1]
        assert isinstance(end, Row)
        kinds = [read_header(one.header).kind for one in found if isinstance(one, Row)]
        assert gaps
        assert "gap" in kinds
        assert kinds.count("verdict") >= 2
        site.gateway.kill()
        site.gateway.start()
        opens(site, front)
        assert held(site)[: len(found) // 2] == found[: len(found) // 2]
        with closing(sqlite3.connect(site.state / "log.db")) as log:
            assert log.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        site.registry.start()
        site.wait_registry()
        site.until(lambda: at_the_registry(site) >= end.seq, "what is left to be drained", 60, every_s=0.1)
        assert alarms(site) == ["gap"]
