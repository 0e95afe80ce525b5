"""What the gateway shows: snapshots at most four times a second, and live topics, published anew where forgotten."""

import json
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from itertools import count, pairwise
from pathlib import Path
from typing import Any

from access.facts import Judged, Lapsed
from gateway.pages.asked import Askable
from gateway.pages.happened import Recent
from gateway.showing.feed import Feed
from gateway.showing.live import Publisher
from gateway.showing.parts import Showing
from gateway.watched import Watched
from tests.support.asks import no_keeper, not_set
from tests.support.inner_site import InnerSite, doorkeeper_of
from tests.support.keepers import RunningKeeper
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt import Peer
from tests.support.site_toml import FRONT_LOCK, SITE
from tests.support.wire_device import WireDevice

LIVE = f"hubout/{SITE}/live"


@contextmanager
def shown_site(folder: Path, port: int, publisher: Publisher | None = None) -> Iterator[InnerSite]:
    """A running gateway that shows itself at feed.sock."""
    others: list[Watched] = []
    site = InnerSite(folder, port, others=others)
    may = Askable(frozenset(site.file.site.doors), frozenset(site.file.site.zones))
    feed = Feed(folder / "feed.sock", may, site.clock.mono_ms, not_set, no_keeper)
    others.append(Showing(feed, Recent(), site.clock, lambda _seq, _mono_ms: None, publisher))
    site.thread.start()
    try:
        site.until(lambda: site.ready, "the broker")
        yield site
    finally:
        site.close()


class Watcher:
    """A pages process, by hand."""

    def __init__(self, folder: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        self._socket.connect(str(folder / "feed.sock"))
        self._socket.settimeout(60)
        self._lines = self._socket.makefile("rb")

    def next(self) -> dict[str, Any]:
        """The next line."""
        said: dict[str, Any] = json.loads(self._lines.readline())
        return said

    def ask(self, **fields: object) -> None:
        """Ask for something."""
        self._socket.sendall(json.dumps(fields).encode() + b"\n")

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()


def test_under_a_stream_of_changes_there_are_four_snapshots_a_second_and_no_more(tmp_path: Path) -> None:
    with (
        Mosquitto(tmp_path) as mosquitto,
        shown_site(tmp_path, mosquitto.port) as site,
        WireDevice(mosquitto.port, SITE, "d1-sensor") as sensor,
    ):
        sensor.born()
        watcher = Watcher(tmp_path)
        seen = [watcher.next()["mono_ms"]]
        while len(seen) < 8:
            before = len(site.log.entries())
            for present in (True, False):
                sensor.presence(present=present)
            site.until(lambda before=before: len(site.log.entries()) > before, "a change")  # type: ignore[misc]
            seen.append(watcher.next()["mono_ms"])
        gaps = [later - earlier for earlier, later in pairwise(seen)]
        assert min(gaps) >= 240
        assert max(gaps) < 1_000
        watcher.close()


def test_where_nothing_changes_freshness_is_told_every_two_seconds(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as mosquitto, shown_site(tmp_path, mosquitto.port):
        watcher = Watcher(tmp_path)
        seen = [watcher.next()["mono_ms"] for _ in range(6)]
        gaps = [later - earlier for earlier, later in pairwise(seen)]
        assert max(gaps) < 3_000
        assert sum(gaps[1:]) > 4_000, "beacons are the only news"
        watcher.close()


def moved_or_lapsed(site: InnerSite, keeper: RunningKeeper, times: int) -> bool:
    return keeper.board.releases(FRONT_LOCK) > 0 or len(site.log.facts(Lapsed)) == times


def test_staff_who_open_by_hand_are_answered_and_the_line_moves(tmp_path: Path) -> None:
    with (
        Mosquitto(tmp_path) as mosquitto,
        shown_site(tmp_path, mosquitto.port) as site,
        doorkeeper_of(site) as keeper,
    ):
        watcher = Watcher(tmp_path)
        for number in count(1):
            asked = f"a{number}"
            at_ms = site.clock.mono_ms()
            watcher.ask(id=asked, at_ms=at_ms, do="open", door="front", author="Sara", note="a visitor")
            while (said := watcher.next()).get("answer") != asked:
                pass
            assert said["accepted"]
            site.until(partial(moved_or_lapsed, site, keeper, number), "the line to move, or the grant to lapse")
            if keeper.board.releases(FRONT_LOCK):
                break  # A machine that is busy for two seconds lets the grant lapse, and staff ask again.
        by_hand = site.log.facts(Judged)[-1]
        assert (by_hand.author, by_hand.note, by_hand.reason) == ("Sara", "a visitor", "override")
        watcher.close()


def test_live_topics_are_kept_by_the_broker_and_told_again_to_one_that_forgot(tmp_path: Path) -> None:
    publisher = Publisher(home_assistant=True)
    with Mosquitto(tmp_path) as mosquitto, shown_site(tmp_path, mosquitto.port, publisher) as site:
        for _ in range(2):
            with Peer(mosquitto.port, f"{LIVE}/#", "homeassistant/#") as peer:
                wanted = {f"{LIVE}/occupancy", f"{LIVE}/health", f"{LIVE}/desks/d1"}
                wanted.add(f"homeassistant/device/hubout-{SITE}/config")
                peer.wait_until(lambda: wanted <= {one.topic for one in peer.heard}, "the live topics")  # noqa: B023
                assert json.loads(peer.wait_for(lambda one: one.topic.endswith("occupancy"), "it").payload)["v"] == 1
            mosquitto.kill()
            mosquitto.start()
            site.until(lambda: site.ready, "the broker again")


def test_live_topics_say_only_what_changed(tmp_path: Path) -> None:
    with (
        Mosquitto(tmp_path) as mosquitto,
        shown_site(tmp_path, mosquitto.port, Publisher(home_assistant=False)) as site,
        Peer(mosquitto.port, f"{LIVE}/#") as peer,
        WireDevice(mosquitto.port, SITE, "d1-sensor") as sensor,
    ):
        sensor.born()
        peer.wait_for(lambda one: one.topic.endswith("desks/d1"), "the desk")
        before = len([one for one in peer.heard if one.topic.endswith("occupancy")])
        sensor.presence(present=True)
        peer.wait_for(lambda one: b"occupied" in one.payload, "the desk's change")
        began_ms = site.clock.mono_ms()
        site.until(lambda: site.clock.mono_ms() > began_ms + 2_500, "two more rounds")
        assert len([one for one in peer.heard if one.topic.endswith("occupancy")]) == before
