"""A gateway is stolen, and another box takes its place: all parts real (P2, S6, adr/0045)."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from access.facts import ReplicaApplied
from registry.people.people import Rights
from tests.support.operator import asked
from tests.support.site_books import SiteLog
from tests.support.site_toml import SITE
from tests.support.small_site import LOCK, UID, front_reader, opens, says, small_site
from tests.support.whole_site import WholeSite
from tests.support.wire_device import WireDevice

NEW_UID, CARLAS_UID = "04A1B2C3D4E5FF", "04A1B2C3D4E590"
HALL = frozenset({"hall"})


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with small_site(tmp_path) as made:
        yield made


def refused(site: WholeSite, front: WireDevice, uid: str) -> str:
    """A card opens nothing; gives the reason. A new box acknowledges late: it waits for what it never got."""
    before, judged = site.releases(LOCK), len(site.log.verdicts())
    assert front.signal(front.tap(uid)) == "denied"
    site.until(lambda: len(site.log.verdicts()) > judged, "the verdict in the log")
    assert site.releases(LOCK) == before
    return site.log.verdicts()[-1].reason


def another_box(site: WholeSite, files: Path) -> None:
    """A new gateway, whose disk is empty, with the files that it was given."""
    assert site.gateway.stop() == 0
    shutil.rmtree(site.state)
    for file in files.iterdir():
        file.replace(site.folder / "secrets" / file.name)
    site.log = SiteLog(site.state / "log.db", SITE)
    site.restart_gateway()


def test_the_stolen_gateway_is_told_nothing_more_and_the_next_one_opens_to_new_cards_alone(site: WholeSite) -> None:
    site.start()
    with front_reader(site) as front:
        opens(site, front)
        site.wait_synced()
        fresh, exposed = site.books.rekey_site(SITE, "stolen at night", revoke=False)
        fresh.write(site.folder / "fresh")
        assert exposed.badges == 2, "Anna's and Bruno's"
        says(site, "the registry does not accept our token")
        known = len(site.log.facts(ReplicaApplied))
        site.admit("carla")
        site.books.set_rights(SITE, "carla", Rights(HALL, HALL))
        site.books.enrol("carla", CARLAS_UID)
        assert refused(site, front, CARLAS_UID) == "unknown-badge", "the thief's box hears of nobody new"
        assert len(site.log.facts(ReplicaApplied)) == known

        another_box(site, site.folder / "fresh")
        branches = asked(site, "GET", f"/api/v1/sites/{SITE}/branches").json()["items"]
        newest = max(branch["epoch"] for branch in branches)
        note = {"epoch": newest, "note": "the new box"}
        assert asked(site, "POST", f"/api/v1/sites/{SITE}/confirmed-epoch", note).is_success
        site.until(lambda: site.log.facts(ReplicaApplied), "the people of the site to come")
        front.born()
        assert refused(site, front, UID) == "unknown-badge", "a copy of her card would open as well"
        assert front.signal(front.tap(CARLAS_UID)) == "granted", "who had none before"
        site.books.enrol("anna", NEW_UID)
        site.until(lambda: front.signal(front.tap(NEW_UID)) == "granted", "her new card to be known", every_s=0.5)
        site.wait_synced()
    site.centre.assert_equals(site.log)
