"""A disk that fills under the loop, with room held back: the door goes on, and it is said (guarantee D12)."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from access.facts import Judged
from tests.support.inner_site import ANNA, BRUNO, PLAN, InnerSite, doorkeeper_of, inner_site
from tests.support.mosquitto import Mosquitto
from tests.support.site_toml import FRONT_LOCK, SITE
from tests.support.small_disk import SmallDisk, small_disk
from tests.support.wire_device import WireDevice

DISK_KB, RESERVE_BYTES = 4_096, 1024 * 1024
TAPS = 60


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[SmallDisk]:
    with small_disk(tmp_path / "disk", DISK_KB) as made:
        yield made


@pytest.fixture
def site(tmp_path: Path, disk: SmallDisk) -> Iterator[InnerSite]:
    with (
        Mosquitto(tmp_path) as mosquitto,
        inner_site(tmp_path, mosquitto.port, PLAN, state=disk.folder, reserve_bytes=RESERVE_BYTES) as made,
    ):
        yield made


def test_on_a_full_disk_the_door_goes_on_in_the_room_that_was_held_back(site: InnerSite, disk: SmallDisk) -> None:
    with doorkeeper_of(site) as keeper, WireDevice(site.file.broker.port, SITE, "front-in") as reader:
        reader.born()
        assert site.reserve.held
        disk.fill()
        signals = set()
        for _ in range(TAPS):
            tap = reader.tap(BRUNO)
            signals.add(reader.signal(tap))
            reader.wait_acked(tap.seq)
        assert signals == {"denied"}, "none was answered `wait`: each is in the log"
        assert site.reserve.given_up, "the write-ahead log grew beyond the room that there was"
        assert reader.signal(reader.tap(ANNA)) == "granted"
        site.until(lambda: keeper.board.releases(FRONT_LOCK) == 1, "the line to move")
        assert site.loop.store_trouble == ""
        assert len(site.log.facts(Judged)) == TAPS + 1
