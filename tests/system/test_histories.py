"""A site whose log is put back from an old copy, all parts real: the door goes on, and the log as a branch (S6)."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from access.facts import EpochBegan
from tests.support.operator import asked
from tests.support.site_books import SiteLog
from tests.support.site_toml import SITE
from tests.support.small_site import front_reader, opens, says, small_site
from tests.support.whole_site import WholeSite

HERE = f"/api/v1/sites/{SITE}"


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with small_site(tmp_path) as made:
        yield made


def copied(path: Path, copy: Path) -> None:
    with closing(sqlite3.connect(path)) as here, closing(sqlite3.connect(copy)) as there:
        here.backup(there)


def test_an_old_copy_of_the_log_goes_on_as_a_branch_and_the_door_opens(site: WholeSite) -> None:
    site.start()
    path, copy = site.state / "log.db", site.folder / "copy.db"
    with front_reader(site) as front:
        opens(site, front)
        site.wait_synced()
        copied(path, copy)
        opens(site, front)
        site.wait_synced()
        before = site.centre.rows()
        assert site.gateway.stop() == 0
        for ending in ("-wal", "-shm"):
            path.with_name(path.name + ending).unlink(missing_ok=True)
        copy.replace(path)
        site.log = SiteLog(path, SITE)
        site.restart_gateway()
        opens(site, front)
        site.until(lambda: site.log.facts(EpochBegan), "the epoch that the registry gives")
        says(site, "staff have confirmed another gateway as this site's, or none yet")
        opens(site, front)
        (began,) = site.log.facts(EpochBegan)
        assert (began.of_epoch, site.log.epoch) == (1, began.epoch)
        assert site.centre.rows()[: len(before)] == before, "the branch before is kept, and is still the site's"
        alarms = asked(site, "GET", f"{HERE}/alarms").json()["items"]
        assert "fork" in {alarm["kind"] for alarm in alarms}
        confirmed = {"epoch": began.epoch, "note": "the SD card was put back"}
        assert asked(site, "POST", f"{HERE}/confirmed-epoch", confirmed).is_success
        site.wait_synced()
        site.centre.assert_equals(site.log)
        opens(site, front)
    site.wait_synced()
    site.centre.assert_equals(site.log)
    site.end()
