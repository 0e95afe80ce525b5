"""The gateway's loop on a real broker, log and doorkeeper: from a tap to the line, the answer and the ack."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from access.facts import DeviceMoved, Judged, KeeperChanged, Lapsed, Started
from gateway.mqtt.messages import Phase
from gateway.version import software_version
from tests.support.driven import Driven, settings
from tests.support.inner_site import ANNA, BRUNO, MAKERS_TOPIC, STRANGER, InnerSite, doorkeeper_of, inner_site, kinds
from tests.support.keepers import RunningKeeper
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt import Peer
from tests.support.parts import stays, wait_until
from tests.support.site_toml import FRONT_LOCK, SITE
from tests.support.wire_device import WireDevice


@pytest.fixture(scope="module")
def mosquitto(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path_factory.mktemp("broker")) as broker:
        yield broker


@pytest.fixture
def site(tmp_path: Path, mosquitto: Mosquitto) -> Iterator[InnerSite]:
    with inner_site(tmp_path, mosquitto.port) as running:
        yield running


@pytest.fixture
def keeper(site: InnerSite) -> Iterator[RunningKeeper]:
    with doorkeeper_of(site) as running:
        yield running


@pytest.fixture
def reader(mosquitto: Mosquitto, request: pytest.FixtureRequest) -> Iterator[WireDevice]:
    with WireDevice(mosquitto.port, SITE, "front-in", boot=f"b{abs(hash(request.node.name)):x}"[:16]) as device:
        device.born()
        yield device


def test_a_booked_badge_moves_the_line_is_answered_and_acknowledged(
    site: InnerSite, keeper: RunningKeeper, reader: WireDevice
) -> None:
    tap = reader.tap(ANNA)
    assert reader.signal(tap) == "granted"
    reader.wait_acked(tap.seq)
    site.until(lambda: keeper.board.releases(FRONT_LOCK) == 1, "the line to move")
    site.until(lambda: not keeper.board.level(FRONT_LOCK), "the line to be secured")
    site.until(lambda: len(kinds(site, ["line"])) == 2, "both movements in the log")
    assert kinds(site, ["verdict", "line", "grant-lapsed"]) == ["verdict", "line", "line"]
    message = reader.answers(tap)[0].message
    assert message is not None
    assert message.startswith("Benvenuto: prenotazione fino alle ")


@pytest.mark.parametrize(
    ("uid", "reason", "message"),
    [(BRUNO, "no-booking", "Nessuna prenotazione: prenota e riprova"), (STRANGER, "unknown-badge", None)],
)
def test_a_refusal_moves_nothing_and_gives_its_reason_to_its_own_person_alone(
    uid: str, reason: str, message: str | None, site: InnerSite, keeper: RunningKeeper, reader: WireDevice
) -> None:
    tap = reader.tap(uid)
    assert reader.signal(tap) == "denied"
    reader.wait_acked(tap.seq)
    assert reader.answers(tap)[0].message == message
    assert [verdict.reason for verdict in site.log.facts(Judged)] == [reason]
    stays(lambda: keeper.board.releases(FRONT_LOCK) == 0, "the line unmoved", 0.2)


def test_a_tap_said_twice_is_judged_once_and_acknowledged_twice(
    site: InnerSite, keeper: RunningKeeper, reader: WireDevice
) -> None:
    tap = reader.tap(ANNA)
    reader.wait_acked(tap.seq)
    before = len(reader.acks())
    reader.send(tap)
    reader.wait_until(lambda: len(reader.acks()) > before, "a second acknowledgement")
    assert len(site.log.facts(Judged)) == 1
    assert keeper.board.releases(FRONT_LOCK) <= 1


def test_what_was_committed_is_acknowledged_to_the_broker_and_does_not_come_again(
    tmp_path: Path, mosquitto: Mosquitto
) -> None:
    with inner_site(tmp_path, mosquitto.port) as site, WireDevice(mosquitto.port, SITE, "front-in") as reader:
        reader.born()
        tap = reader.tap(BRUNO)
        reader.wait_acked(tap.seq)
        reader.raw("tap", b"no JSON")
        site.until(lambda: site.writer.state.refusals, "the rejection to be counted")
    heir = Driven(settings(mosquitto.port, f"hubout-{SITE}"), site.native._wishes).up()
    heir.for_a_while(0.3)
    assert [one.topic for one in heir.taken if not one.retained] == []
    heir.close()


def test_without_a_doorkeeper_a_grant_lapses_and_the_reader_shows_wait(site: InnerSite, reader: WireDevice) -> None:
    tap = reader.tap(ANNA)
    assert reader.signal(tap) == "wait"
    reader.wait_acked(tap.seq)
    (lapsed,) = site.log.facts(Lapsed)
    assert "the doorkeeper does not answer" in lapsed.why


def test_a_doorkeeper_that_goes_is_logged_and_found_again(site: InnerSite, reader: WireDevice) -> None:
    with doorkeeper_of(site):
        pass
    site.until(lambda: not site.writer.state.keeper_run, "its loss")
    with doorkeeper_of(site) as again:
        tap = reader.tap(ANNA)
        assert reader.signal(tap) == "granted"
        site.until(lambda: again.board.releases(FRONT_LOCK) == 1, "the line to move")
    assert [fact.present for fact in site.log.facts(KeeperChanged)][:3] == [True, False, True]


def test_a_makers_tap_at_a_door_that_accepts_it_moves_its_line(
    site: InnerSite, keeper: RunningKeeper, reader: WireDevice
) -> None:
    settled_ms = site.clock.mono_ms() + 3_100
    site.until(lambda: site.clock.mono_ms() > settled_ms, "makers' topics to settle")
    reader.say(MAKERS_TOPIC, f'{{"RC522":{{"UID":"{ANNA}","Type":"","Data":""}}}}')
    site.until(lambda: keeper.board.releases(18) == 1, "the side door's line to move")
    assert [verdict.reader for verdict in site.log.facts(Judged)] == ["side-in"]


def test_a_log_begins_with_the_run_and_its_software(site: InnerSite) -> None:
    site.until(site.log.entries, "an event")
    assert site.log.entries()[0].fact == Started(software_version())


def test_a_broker_that_was_away_is_subscribed_again_and_gets_a_beacon_at_once(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as own, inner_site(tmp_path, own.port) as site, doorkeeper_of(site):
        own.kill()
        site.until(lambda: not site.native.subscribed, "the fall")
        own.start()
        site.until(lambda: site.ready, "the sessions again")
        with WireDevice(own.port, SITE, "front-in") as reader:
            reader.born()
            tap = reader.tap(ANNA)
            assert reader.signal(tap) == "granted"
        assert site.log.facts(DeviceMoved)


def test_what_grows_in_the_log_is_told_to_the_link(site: InnerSite, reader: WireDevice) -> None:
    tap = reader.tap(BRUNO)
    reader.wait_acked(tap.seq)
    assert site.grown[-1] == len(site.log.entries())


def test_a_makers_tap_that_comes_with_our_own_resubscription_is_stale(tmp_path: Path, mosquitto: Mosquitto) -> None:
    site = InnerSite(tmp_path, mosquitto.port)
    makers = site.loop.makers
    assert makers is not None

    def turned(holds: Callable[[], object]) -> bool:
        site.loop.once()
        return bool(holds())

    wait_until(lambda: turned(lambda: makers.subscribed), "the first subscription")
    settled_ms = site.clock.mono_ms() + 3_100
    wait_until(lambda: turned(lambda: site.clock.mono_ms() > settled_ms), "makers' topics to settle")
    makers.drop(site.clock.mono_ms(), "a test breaks it")
    wait_until(lambda: turned(lambda: makers.phase is Phase.UP), "the connection")
    site.loop.once()  # It asks for the subscription, and does not yet look for the answer.
    assert not makers.subscribed
    with Peer(mosquitto.port, MAKERS_TOPIC) as peer:
        peer.say(MAKERS_TOPIC, f'{{"RC522":{{"UID":"{ANNA}","Type":"","Data":""}}}}')
        peer.wait_until(lambda: bool(peer.heard), "the broker to have passed it on")
    wait_until(lambda: turned(lambda: site.log.facts(Judged)), "the verdict")
    assert [verdict.reason for verdict in site.log.facts(Judged)] == ["stale"]
    site.close()
