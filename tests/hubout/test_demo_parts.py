"""The demo's parts, one by one: its places, its children, its reception, what surrounds its devices."""

import json
import os
import signal
import socket
from pathlib import Path
from time import monotonic

import pytest
from sqlalchemy import select

from access.events import OpenAsked, VisitAsked, VisitEndAsked
from devices.doorkeeper.mock_pins import MockBoard
from devices.sitefile import check, read_site_file
from gateway.pages.asked import Askable
from gateway.showing.feed import Feed
from hubout.cli import run
from hubout.demo.broker import embedded_broker
from hubout.demo.children import ChildFailed, Children
from hubout.demo.places import PLACES, Place, Ports
from hubout.demo.reception import Reception
from hubout.demo.stage import registry_arguments, set_up
from hubout.demo.world import DemoWorld
from hubout.ports import free_port
from registry.sites.sites import headed
from registry.tables import core as t
from tests.support.asks import no_keeper
from tests.support.parts import wait_until

PORTS = {place.id: Ports(1_883, 8_000, 8_001 + number) for number, place in enumerate(PLACES)}


@pytest.mark.parametrize("place", PLACES, ids=lambda place: place.id)
def test_each_place_is_a_valid_site_and_hubout_check_finds_nothing_wrong(place: Place, tmp_path: Path) -> None:
    stage, registry = set_up(tmp_path, PORTS)
    registry.close()
    path = stage.files[place.id]
    assert check(path) == []
    assert run(["check", str(path)]) == 0
    site = read_site_file(path).site
    assert (len(site.desks), site.zones["hall"].capacity) == (place.desks, place.capacity)


def test_papers_of_the_demo_are_headed_by_each_municipality_and_say_where_they_are_checked(tmp_path: Path) -> None:
    stage, registry = set_up(tmp_path, PORTS)
    with registry, registry.database.read() as connection:
        heads = {row.id: headed(row.municipality, row.name) for row in connection.execute(select(t.site))}
    assert heads == {
        "cinisello": "Comune di Cinisello Balsamo · Hubout Cinisello Balsamo",
        "matera": "Comune di Matera · Hubout Matera",
    }
    arguments = registry_arguments(stage, 8_000)
    assert arguments[arguments.index("--public-url") + 1] == "http://127.0.0.1:8000"


def test_devices_of_two_places_that_share_a_broker_never_share_a_name(tmp_path: Path) -> None:
    stage, registry = set_up(tmp_path, PORTS)
    registry.close()
    names = [device for place in PLACES for device in stage.site(place.id).devices]
    assert len(names) == len(set(names))
    assert len({stage.settings[place.id].broker.client_id for place in PLACES}) == len(PLACES)


def test_secrets_of_the_stage_are_nobody_elses_to_read(tmp_path: Path) -> None:
    stage, registry = set_up(tmp_path, PORTS)
    registry.close()
    secrets = [path for place in PLACES for path in (stage.files[place.id].parent / "secrets").iterdir()]
    assert len(secrets) == 3 * len(PLACES)
    assert all(path.stat().st_mode & 0o077 == 0 for path in secrets)


def test_the_broker_answers_ctrl_c_to_nobody_and_ends_with_the_block(tmp_path: Path) -> None:
    with embedded_broker(tmp_path) as port:
        socket.create_connection(("127.0.0.1", port), timeout=5).close()
        assert signal.SIGINT not in signal.pthread_sigmask(signal.SIG_BLOCK, ())
        (child,) = [pid for pid in _children_of(os.getpid()) if b"iotcore" in Path(f"/proc/{pid}/cmdline").read_bytes()]
        blocked = Path(f"/proc/{child}/status").read_text().split("SigBlk:")[1].split()[0]
        assert int(blocked, 16) & 1 << signal.SIGINT - 1
    with pytest.raises(OSError, match="refused"):
        socket.create_connection(("127.0.0.1", port), timeout=1)


def _children_of(pid: int) -> list[int]:
    text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    return [int(word) for word in text.split()]


def test_a_child_that_ends_is_reported_with_its_last_words(tmp_path: Path) -> None:
    with Children(tmp_path) as children:
        children.start("checker", ["check", str(tmp_path / "no-such.toml")])
        with pytest.raises(ChildFailed, match=r"checker ended with 2: .*no-such\.toml"):
            children.wait_until("nothing at all", lambda: False, 30)


def test_what_does_not_come_in_time_is_named_with_where_to_look(tmp_path: Path) -> None:
    with Children(tmp_path) as children, pytest.raises(ChildFailed, match=f"the moon within 0.2 s .*{tmp_path}"):
        children.wait_until("the moon", lambda: False, 0.2)


def test_children_are_ended_in_the_reverse_order_and_live_in_sessions_of_their_own(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'r.db'}"
    with Children(tmp_path) as children:
        for name in ("first", "second"):
            keys = str(tmp_path / f"keys-{name}")
            children.start(name, ["registry", "--database", url, "--keys", keys, "--port", str(free_port())])
        started = [(name, child) for name, child in children._running]
        assert all(os.getsid(child.pid) == child.pid for _, child in started)
    assert all(child.poll() is not None for _, child in started)


class Desk:
    """A reception at a gateway's feed."""

    def __init__(self, folder: Path) -> None:
        may = Askable(frozenset({"ingresso"}), frozenset({"hall"}))
        self.feed = Feed(folder / "feed.sock", may, lambda: 7_000, lambda wall_ms: wall_ms, no_keeper)
        self.reception = Reception(folder / "feed.sock")
        self.reception.start()
        self.asked: list[object] = []

    def shows(self, **snapshot: object) -> None:
        def seen() -> bool:
            self.asked.extend(self.feed.take())
            self.feed.publish(snapshot)
            return self.reception.seen == snapshot

        wait_until(seen, "the reception to see it")

    def close(self) -> None:
        self.reception.close()
        self.feed.close()


def test_the_reception_sees_what_the_gateway_shows_and_opens_by_hand(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.shows(mono_ms=6_900)
    assert desk.reception.open("ingresso", "Sara")
    asked: list[object] = []

    def come() -> bool:
        asked.extend(desk.feed.take())
        return bool(asked)

    wait_until(come, "the ask")
    assert asked == [OpenAsked("ingresso", "Sara", "visitatori attesi")]
    begun = monotonic()
    desk.close()
    assert monotonic() - begun < 1.0
    assert not desk.reception.open("ingresso", "Sara")


def test_the_reception_notes_visitors_and_sees_off_those_whom_the_page_shows(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    desk.shows(mono_ms=6_900)
    assert not desk.reception.end_visits("Sara"), "the page shows none"
    assert desk.reception.begin_visit("hall", "Sara")
    desk.shows(mono_ms=6_950, visits=[{"id": "v1"}, {"id": "v2"}])
    assert desk.reception.end_visits("Sara")
    asked: list[object] = list(desk.asked)

    def come() -> bool:
        asked.extend(desk.feed.take())
        return len(asked) >= 3

    wait_until(come, "the asks")
    begun, *ended = asked
    assert isinstance(begun, VisitAsked)
    assert (begun.zone, begun.host) == ("hall", "Sara")
    assert ended == [VisitEndAsked("v1", "Sara"), VisitEndAsked("v2", "Sara")]
    desk.close()


def test_a_reception_without_a_gateway_opens_nothing_and_leaves_at_once(tmp_path: Path) -> None:
    reception = Reception(tmp_path / "nobody.sock")
    reception.start()
    assert not reception.open("ingresso", "Sara")
    assert not reception.begin_visit("hall", "Sara")
    begun = monotonic()
    reception.close()
    assert monotonic() - begun < 1.0


@pytest.fixture
def world(tmp_path: Path) -> DemoWorld:
    stage, registry = set_up(tmp_path, PORTS)
    registry.close()
    pins = stage.pins_of("cinisello")
    return DemoWorld(stage.site("cinisello"), MockBoard(pins), Reception(tmp_path / "nobody.sock"), {"p1": "Sara"})


def test_a_leaf_opens_from_outside_only_where_its_lock_yields(world: DemoWorld) -> None:
    door = world._site.doors["ingresso"]
    assert door.gpio is not None
    assert door.gpio.contact is not None
    world.push("ingresso", 50, inside=False)
    assert world.quiet
    world._board.set_input(door.gpio.lock, level=True)
    world.push("ingresso", 50, inside=False)
    assert world._board.level(door.gpio.contact)
    assert not world.quiet


def test_from_inside_a_leaf_always_opens_and_it_shuts_by_itself(world: DemoWorld) -> None:
    contact = world._site.doors["ingresso"].gpio.contact  # type: ignore[union-attr]
    assert contact is not None
    world.push("ingresso", 30, inside=True)
    assert world._board.level(contact)

    def shut() -> bool:
        world.tend()
        return world.quiet

    wait_until(shut, "the leaf to shut")
    assert not world._board.level(contact)


def test_what_goes_wrong_is_kept_for_the_report(world: DemoWorld) -> None:
    world.troubled("ci-lettore-ingresso", "it cannot connect")
    world.open_by_hand("ingresso", "p1")
    world.begin_visit("hall", "p1")
    assert world.troubles == [
        "ci-lettore-ingresso: it cannot connect",
        "ingresso: nobody answered at the reception when p1 opened by hand",
        "hall: nobody answered at the reception when p1 noted a visitor",
    ]
    assert json.dumps(world.troubles)


def test_visitors_are_seen_off_when_the_page_shows_them_and_else_it_is_told(
    world: DemoWorld, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.end_visit("hall", "p1")
    world.tend()
    assert not world.quiet, "the page may show them yet"
    assert world.troubles == []
    monkeypatch.setattr("hubout.demo.world.SHOWN_WITHIN_MS", 0)
    world.end_visit("hall", "p2")
    world.tend()
    assert world.troubles == ["hall: the reception had no visitor when p2 saw them off"]
    assert not world.quiet, "the first is still waited for"
