"""Old and damaged copies put in the place of a site's replica and of the registry's database; a registry whose disk is
full (S1, S2, S7, S9, S10, D11).
"""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from random import Random

import pytest

from access.facts import DenialLifted, Denied, ReplicaApplied
from tests.support.small_disk import small_disk
from tests.support.small_site import LOCK, PEOPLE, PLAN, UID, UNBOOKED_UID, front_reader, opens, says, small_site
from tests.support.whole_site import WholeSite, whole_site
from tests.support.wire_device import WireDevice

BOOKED_BADGE = "badge-anna"
PAGE_BYTES, DAMAGED_PAGES = 4_096, 3
CENTRE_KB = 4_096


@pytest.fixture
def site(tmp_path: Path) -> Iterator[WholeSite]:
    with small_site(tmp_path) as made:
        yield made


def refused(site: WholeSite, front: WireDevice, uid: str) -> str:
    """A card is refused; gives the reason."""
    before = site.releases(LOCK)
    front.born()
    tap = front.tap(uid)
    assert front.signal(tap) == "denied"
    front.wait_acked(tap.seq)
    assert site.releases(LOCK) == before
    return site.log.verdicts()[-1].reason


def revoke(site: WholeSite, front: WireDevice) -> None:
    """Take the booked badge away, and wait until the door knows."""
    known = len(site.log.facts(ReplicaApplied))
    site.books.revoke(BOOKED_BADGE)
    site.until(lambda: len(site.log.facts(ReplicaApplied)) > known, "the change to arrive")
    assert refused(site, front, UID) == "badge-revoked"


def put(path: Path, content: bytes) -> None:
    """Put a database file in the place of another that nobody has open."""
    for ending in ("-wal", "-shm"):
        path.with_name(path.name + ending).unlink(missing_ok=True)
    path.write_bytes(content)


def test_an_old_copy_of_the_replica_gives_nobody_a_right_that_was_taken(site: WholeSite) -> None:
    site.start()
    replica = site.state / "link.db"
    with front_reader(site) as front:
        opens(site, front)
        assert site.gateway.stop() == 0
        old = replica.read_bytes()
        site.restart_gateway()
        revoke(site, front)
        site.wait_synced()
        site.registry.stop()
        assert site.gateway.stop() == 0
        put(replica, old)
        site.restart_gateway()
        assert refused(site, front, UID) == "unknown-badge", "an older version than the log's is none at all"
        site.registry.start()
        site.until(lambda: refused(site, front, UID) == "badge-revoked", "the newest version", every_s=0.5)
        assert refused(site, front, UNBOOKED_UID) == "no-booking"
        versions = [(fact.generation, fact.version) for fact in site.log.facts(ReplicaApplied)]
        assert versions == sorted(versions), "no version goes back"
        site.wait_synced()


def test_a_registry_restored_from_an_old_copy_is_sent_what_it_lacks_and_gives_no_right_back(site: WholeSite) -> None:
    site.start()
    centre = site.folder / "registry.db"
    with front_reader(site) as front:
        opens(site, front)
        site.wait_synced()
        with closing(sqlite3.connect(centre)) as live, closing(sqlite3.connect(":memory:")) as old:
            live.backup(old)
            revoke(site, front)
            opened_since = len(site.log.entries())
            site.wait_synced()
            site.registry.stop()
            old.backup(live)
        standing = site.centre.standing()
        assert standing is not None
        assert standing.seq < opened_since
        site.registry.start()
        says(site, "the registry knows less than this site does already")
        assert refused(site, front, UID) == "badge-revoked", "the site holds what it has until staff have their say"
        site.wait_synced()
        site.centre.assert_equals(site.log)
        site.books.new_generation()
        site.until(lambda: len({f.generation for f in site.log.facts(ReplicaApplied)}) == 2, "a new history")
        taken = "what was taken stays taken, whatever the backup says"
        assert refused(site, front, UID) in ("denied", "badge-revoked"), taken
        assert [(fact.id, fact.origin) for fact in site.log.facts(Denied)][-1] == (BOOKED_BADGE, "restored")
        reminded = "the registry, which the site's log reminds, to revoke it again"
        site.until(lambda: len(site.log.facts(DenialLifted)) == len(site.log.facts(Denied)), reminded)
        assert refused(site, front, UID) == "badge-revoked", taken
        site.wait_synced()
    site.centre.assert_equals(site.log)


def test_a_replica_with_damaged_pages_is_right_or_fetched_again(site: WholeSite) -> None:
    site.start()
    site.gateway.stop()
    replica, chance = site.state / "link.db", Random(1)
    content = bytearray(replica.read_bytes())
    for _ in range(DAMAGED_PAGES):
        begin = chance.randrange(len(content) // PAGE_BYTES) * PAGE_BYTES
        content[begin : begin + PAGE_BYTES] = chance.randbytes(PAGE_BYTES)
    put(replica, bytes(content))
    site.restart_gateway()
    with front_reader(site) as front:
        site.until(lambda: refused(site, front, UNBOOKED_UID) == "no-booking", "people to be known again", every_s=0.5)
        opens(site, front)
    site.wait_synced()
    site.centre.assert_equals(site.log)


def test_a_registry_whose_disk_is_full_costs_no_event_and_no_entry(tmp_path: Path) -> None:
    with small_disk(tmp_path / "centre", CENTRE_KB) as disk:
        url = f"sqlite:///{disk.folder / 'registry.db'}"
        with whole_site(tmp_path, PLAN, PEOPLE, database_url=url, passwords={"front-in": "secret"}) as site:
            site.start()
            with front_reader(site) as front:
                opens(site, front)
                site.wait_synced()
                disk.fill()
                for _ in range(3):
                    opens(site, front)
                standing = site.centre.standing()
                assert standing is not None
                assert standing.seq < len(site.log.entries())
                disk.free()
                site.wait_synced()
            assert site.registry.running
            site.centre.assert_equals(site.log)
