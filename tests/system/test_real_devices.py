"""Makers' own messages, published with mosquitto_pub, on real processes: from the tap to the registry."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Event

import pytest

from access.facts import DeskMoved, Entered, Judged, LineMoved, ReplicaApplied, Sensed
from access.taps import MAKER_SETTLES_MS
from gateway.clock import Clock
from registry.bookings.bookings import Wanted
from registry.setup import Registry
from tests.support.databases import KINDS, Cluster, cluster, database_url
from tests.support.site_toml import SITE, Plan, desk, door, reader, sensor
from tests.support.whole_site import GATEWAY_PASSWORD, GATEWAY_USER, HOUR_MS, Someone, WholeSite, whole_site

MESSAGES = Path(__file__).parents[1] / "data" / "device-messages"
FRONT, SIDE = 17, 18
PULSE_MS = {FRONT: 400, SIDE: 700}
EARLY_MS, LATE_MS = 25, 150
"""How much shorter or longer than its time a pulse may be on a busy machine: the keeper reads its clock, then moves
the line, and may have to wait for the processor at either end.
"""
TASMOTA, ESPHOME, PRESENT, ABSENT = ("tasmota", 1), ("esphome", 9), ("zigbee2mqtt", 19), ("zigbee2mqtt", 20)
PLAN = Plan(
    doors=[
        door("front", FRONT, pulse_ms=PULSE_MS[FRONT], freshness="unproved"),
        door("side", SIDE, pulse_ms=PULSE_MS[SIDE], freshness="unproved"),
    ],
    desks=[desk("desk-01")],
    devices=[
        reader("front-in", "front", "tasmota", topic="tele/rfid-test/SENSOR"),
        reader("side-in", "side", "esphome", topic="rc522/tag"),
        sensor("desk-01-sensor", "desk-01", "zigbee2mqtt", topic="zigbee2mqtt/desk-01-fp1e"),
    ],
    policy={"desk_hold_min": 0, "card_repeat_s": 0.5, "tap_interval_s": 0.2},
)
PEOPLE = (Someone("anna", "BA839D07"), Someone("bruno", "74103794", booked=False))


@pytest.fixture(scope="module")
def postgres() -> Iterator[Cluster]:
    with cluster() as running:
        yield running


@pytest.fixture(params=KINDS)
def site(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[WholeSite]:
    kind: str = request.param
    running = None if kind == "sqlite" else request.getfixturevalue("postgres")
    with database_url(kind, tmp_path, running) as url, whole_site(tmp_path, PLAN, PEOPLE, database_url=url) as made:
        yield made


def publish(site: WholeSite, source: tuple[str, int]) -> None:
    """Publish the very message of a line of the collection, as its device did."""
    lines = (MESSAGES / f"{source[0]}.jsonl").read_text(encoding="utf-8").splitlines()
    message = json.loads(lines[source[1] - 1])
    words = ["mosquitto_pub", "-h", site.broker.host, "-p", str(site.broker.port), "-u", GATEWAY_USER]
    words += ["-P", GATEWAY_PASSWORD, "-t", message["topic"], "-q", str(message["qos"]), "-s"]
    subprocess.run([*words, *(["-r"] if message["retain"] else [])], input=message["payload"].encode(), check=True)


def wait_heard(site: WholeSite) -> None:
    """Prove that makers' devices are heard."""
    before = len(site.log.facts(Sensed))

    def heard() -> bool:
        publish(site, PRESENT if before % 2 == 0 else ABSENT)
        return len(site.log.facts(Sensed)) > before

    site.until(heard, "a sensor's message in the log", every_s=0.2)


def settle(site: WholeSite) -> None:
    """Let the time pass in which a maker's tap could be an old one (D8)."""
    wait_heard(site)
    Event().wait(MAKER_SETTLES_MS / 1_000)


def pulsed_ms(site: WholeSite, pin: int, releases: int) -> float:
    """Wait for the end of a line's latest pulse, and give how long it was, by the line's own clock."""
    site.until(lambda: site.releases(pin) == releases and not site.is_released(pin), f"pulse {releases} of pin {pin}")
    reading = site.board.reading(pin)
    return (reading.changed_ns - reading.left_ns) / 1e6


def last_verdict(site: WholeSite, count: int, reader_id: str) -> Judged:
    """The latest verdict of a reader, once it has so many."""
    site.until(lambda: len(site.log.verdicts(reader_id)) == count, f"verdict {count} of {reader_id}")
    return site.log.verdicts(reader_id)[-1]


class Public:
    """What anybody on the broker is told of the site."""

    def __init__(self, site: WholeSite) -> None:
        self._root = f"hubout/{SITE}/live"
        self.peer = site.peer(f"{self._root}/#")

    def wait_for(self, topic: str, field: str, value: object) -> None:
        """Wait until a live topic's latest message says this."""
        self.peer.wait_until(lambda: self._last(topic).get(field) == value, f"{topic} to say {field} {value}")

    def _last(self, topic: str) -> dict[str, object]:
        told = [one.payload for one in tuple(self.peer.heard) if one.topic == f"{self._root}/{topic}"]
        return dict(json.loads(told[-1])) if told else {}


def replica_version(site: WholeSite) -> int:
    return site.log.facts(ReplicaApplied)[-1].version


def change_rights(site: WholeSite, change: Callable[[Registry], object]) -> None:
    """Change something at the registry, and wait until the site decides by it."""
    before = replica_version(site)
    change(site.books)
    site.until(lambda: replica_version(site) > before, "the change to arrive")


def booking_now(person: str) -> Wanted:
    now_ms = Clock().now().wall_ms
    return Wanted("hall", person, now_ms, now_ms + HOUR_MS)


@pytest.mark.timeout(90)
def test_makers_own_messages_go_the_whole_way_from_tap_to_registry(site: WholeSite) -> None:
    site.broker.start()
    public = Public(site)
    with public.peer:
        site.start()
        settle(site)
        public.wait_for("desks/desk-01", "state", "occupied-without-booking")
        publish(site, TASMOTA)
        assert PULSE_MS[FRONT] - EARLY_MS <= pulsed_ms(site, FRONT, 1) <= PULSE_MS[FRONT] + LATE_MS
        granted = last_verdict(site, 1, "front-in")
        assert (granted.granted, granted.reason, granted.person) == (True, "booking", "anna")
        public.wait_for("occupancy", "present", 1)

        publish(site, ESPHOME)
        refused = last_verdict(site, 1, "side-in")
        assert (refused.granted, refused.reason, refused.person) == (False, "no-booking", "bruno")
        publish(site, ABSENT)
        public.wait_for("desks/desk-01", "state", "free")
        assert [fact.use for fact in site.log.facts(DeskMoved)] == ["occupied", "vacant"]
        assert site.releases(SIDE) == 0

        change_rights(site, lambda books: books.book(SITE, booking_now("bruno")))
        publish(site, ESPHOME)
        assert PULSE_MS[SIDE] - EARLY_MS <= pulsed_ms(site, SIDE, 1) <= PULSE_MS[SIDE] + LATE_MS
        public.wait_for("occupancy", "present", 2)
        change_rights(site, lambda books: books.revoke("badge-anna"))
        publish(site, TASMOTA)
        assert last_verdict(site, 2, "front-in").reason == "badge-revoked"
    assert (site.releases(FRONT), site.releases(SIDE)) == (1, 1)
    the_registry_has_it_all(site)


def the_registry_has_it_all(site: WholeSite) -> None:
    site.wait_synced()
    assert site.gateway.stop() == 0, "told to stop, it ends well"
    site.wait_synced()
    site.centre.assert_equals(site.log)
    assert set(site.log.occupancy().stays) == {"anna", "bruno"}
    lines = [(fact.door, fact.released) for fact in site.log.facts(LineMoved)]
    assert lines == [("front", True), ("front", False), ("side", True), ("side", False)]
    assert [fact.person for fact in site.log.facts(Entered)] == ["anna", "bruno"]


def test_a_makers_tap_that_the_broker_keeps_opens_nothing_when_the_gateway_comes_back(tmp_path: Path) -> None:
    people = (Someone("bruno", "74103794"),)
    with whole_site(tmp_path, PLAN, people) as site:
        site.start()
        settle(site)
        publish(site, ESPHOME)
        pulsed_ms(site, SIDE, 1)
        site.gateway.kill()
        site.restart_gateway()
        wait_heard(site)
        publish(site, ESPHOME)
        assert last_verdict(site, 2, "side-in").reason == "stale", "so soon after a start nobody knows how old it is"
        settle(site)
        publish(site, TASMOTA)
        assert last_verdict(site, 1, "front-in").reason == "unknown-badge", "what came before it was taken before it"
        assert len(site.log.verdicts("side-in")) == 2
        assert site.releases(SIDE) == 1
