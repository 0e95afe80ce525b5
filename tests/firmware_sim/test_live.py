"""Simulated devices against a real Mosquitto: births, wills, echoes, answers, lost networks, a broker that dies."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from devices.wire import encode, parse
from devices.wire_messages import Ack, Beacon, Command, Feedback, Presence, Status, Tap, TapRef
from devices.wire_topics import beacon_topic, topic
from firmware_sim.desk_sensor import DeskSensor
from firmware_sim.device import Device
from firmware_sim.doings import LockMoved, Refused, Show
from firmware_sim.door_controller import DoorController
from firmware_sim.happenings import CardShown, PowerCut, SeatLeft, SeatTaken, WifiBack, WifiLost
from firmware_sim.radio import Broker
from firmware_sim.reader import Reader
from hubout.ports import free_port
from tests.support.fleets import RunningFleet
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt import Heard, Peer

SITE = "matera"
CARD = CardShown("04A1B2C3D4E580")


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path) as running:
        yield running


def devices() -> list[Device]:
    return [
        Device("reader-1", Reader()),
        Device("desk-1", DeskSensor(taken=False)),
        Device("lock-1", DoorController()),
    ]


def fleet(broker: Mosquitto, *, passwords: dict[str, str] | None = None) -> RunningFleet:
    return RunningFleet(SITE, devices(), Broker(broker.host, broker.port, passwords=passwords))


def gateway(broker: Mosquitto, user: str | None = None) -> Peer:
    return Peer(broker.port, f"hubout/{SITE}/#", user=user, password=user)


def certified(stem: Path) -> tuple[Path, Path]:
    """A key and the certificate that it signed for itself."""
    key, certificate = stem.with_suffix(".key"), stem.with_suffix(".pem")
    asked = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=localhost"]
    named = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run([*asked, *named], check=True, capture_output=True)
    return key, certificate


def content(heard: Heard) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(heard.payload)
    return loaded


def status(peer: Peer, device: str, state: str, conn: int) -> Heard:
    def suits(heard: Heard) -> bool:
        fits = heard.topic == topic(SITE, device, "status")
        return fits and (content(heard)["state"], content(heard)["conn"]) == (state, conn)

    return peer.wait_for(suits, f"{device} {state} {conn}")


def say(peer: Peer, device: str, message: Ack | Feedback | Command, *, retain: bool = False) -> None:
    leaf = {Ack: "ack", Feedback: "feedback", Command: "command"}[type(message)]
    peer.say(topic(SITE, device, leaf), encode(message), retain=retain)


def said(peer: Peer, device: str, leaf: str) -> list[bytes]:
    return [heard.payload for heard in peer.heard if heard.topic == topic(SITE, device, leaf)]


def test_every_device_is_born_and_its_birth_is_kept(broker: Mosquitto) -> None:
    with gateway(broker) as hub, fleet(broker):
        for device in ("reader-1", "desk-1", "lock-1"):
            status(hub, device, "online", 1)
        with Peer(broker.port, f"hubout/{SITE}/+/status") as late:
            late.wait_until(lambda: len(late.heard) == 3, "three births that were kept")
            assert all(heard.retained for heard in late.heard)


def test_a_tap_echoes_the_beacon_and_its_answer_is_shown(broker: Mosquitto) -> None:
    with gateway(broker) as hub, fleet(broker) as devices:
        for device in ("reader-1", "desk-1", "lock-1"):
            status(hub, device, "online", 1)
        assert not devices.fleet.fresh
        hub.say(beacon_topic(SITE), encode(Beacon("beacon-7")), qos=0)
        devices.wait_until(lambda: devices.fleet.fresh, "the beacon, at every device")
        devices.happen("reader-1", CARD)
        hub.wait_until(lambda: bool(said(hub, "reader-1", "tap")), "the tap")
        tap = parse("tap", said(hub, "reader-1", "tap")[0])
        assert isinstance(tap, Tap)
        assert tap.heard is not None
        assert tap.heard.beacon == "beacon-7"
        assert 0 <= tap.heard.ms_ago < 10_000
        say(hub, "reader-1", Feedback(TapRef(tap.boot, tap.seq), "granted", "Benvenuta"))
        devices.wait_for("reader-1", Show("granted", CARD.uid, "Benvenuta"))


def test_an_unanswered_message_comes_again_byte_for_byte_until_it_is_answered(broker: Mosquitto) -> None:
    with gateway(broker) as hub, fleet(broker) as devices:
        status(hub, "desk-1", "online", 1)
        devices.happen("desk-1", SeatTaken())
        hub.wait_until(lambda: len(said(hub, "desk-1", "presence")) == 4, "both messages twice")
        first, second, *again = said(hub, "desk-1", "presence")
        assert again == [first, second]
        message = parse("presence", second)
        assert isinstance(message, Presence)
        say(hub, "desk-1", Ack(message.boot, 2))
        devices.wait_until(lambda: not devices.fleet.devices["desk-1"].alive.outbox.waiting, "an empty outbox")


def test_a_lost_network_brings_the_will_and_its_return_all_that_happened(broker: Mosquitto) -> None:
    with gateway(broker) as hub, fleet(broker) as devices:
        birth = parse("status", status(hub, "desk-1", "online", 1).payload)
        assert isinstance(birth, Status)
        devices.happen("desk-1", WifiLost())
        will = parse("status", status(hub, "desk-1", "offline", 1).payload)
        assert isinstance(will, Status)
        assert (will.boot, will.kind) == (birth.boot, "desk-sensor")
        devices.happen("desk-1", SeatTaken(), SeatLeft(), WifiBack())
        status(hub, "desk-1", "online", 2)
        hub.wait_until(lambda: len(set(said(hub, "desk-1", "presence"))) == 3, "what happened meanwhile")
        later = [json.loads(payload) for payload in said(hub, "desk-1", "presence")[-2:]]
        assert [(event["seq"], event["present"]) for event in later] == [(2, True), (3, False)]


def test_a_power_cut_brings_the_will(broker: Mosquitto) -> None:
    with gateway(broker) as hub, fleet(broker) as devices:
        status(hub, "lock-1", "online", 1)
        devices.happen("lock-1", PowerCut())
        status(hub, "lock-1", "offline", 1)


def test_a_broker_that_was_killed_is_found_again_by_every_device(broker: Mosquitto) -> None:
    with fleet(broker) as devices:
        devices.wait_until(lambda: all(d.life and d.life.link.up for d in devices.fleet.devices.values()), "links")
        broker.kill()
        devices.wait_until(lambda: not any(d.alive.link.up for d in devices.fleet.devices.values()), "no links")
        devices.wait_until(lambda: any("no broker at" in sentence for _, sentence in devices.troubles), "a sentence")
        devices.happen("desk-1", SeatTaken())
        broker.start()
        with gateway(broker) as hub:
            for device in ("reader-1", "desk-1", "lock-1"):
                status(hub, device, "online", 2)
            hub.wait_until(lambda: len(set(said(hub, "desk-1", "presence"))) == 2, "both events")


def test_a_command_pulses_the_lock_once_and_a_retained_one_never(broker: Mosquitto) -> None:
    with gateway(broker) as hub, fleet(broker) as devices:
        boot = content(status(hub, "lock-1", "online", 1))["boot"]
        pulse = Command("1-7", "pulse", 100, boot, 1, 60_000)
        say(hub, "lock-1", pulse)
        devices.wait_for("lock-1", LockMoved(released=True, grant="1-7"))
        devices.wait_for("lock-1", LockMoved(released=False))
        say(hub, "lock-1", pulse)
        devices.wait_for("lock-1", Refused("command-repeated"))
        say(hub, "lock-1", Command("1-8", "pulse", 100, boot, 2, 60_000), retain=True)
        devices.wait_for("lock-1", LockMoved(released=True, grant="1-8"))
        devices.happen("lock-1", WifiLost(), WifiBack())
        status(hub, "lock-1", "online", 2)
        say(hub, "lock-1", Command("1-9", "pulse", 100, boot, 3, 60_000))
        devices.wait_for("lock-1", LockMoved(released=True, grant="1-9"))
    grants = [doing.grant for _, doing in devices.seen if isinstance(doing, LockMoved) and doing.released]
    assert grants == ["1-7", "1-8", "1-9"]


def test_a_wrong_password_is_a_clear_sentence_and_the_right_ones_device_speaks(tmp_path: Path) -> None:
    words = {"reader-1": "r", "desk-1": "d", "lock-1": "l", "gateway": "gateway"}
    rules = (
        "user gateway",
        "topic readwrite hubout/#",
        "pattern write hubout/+/%u/#",
        "pattern read hubout/+/%u/#",
        "pattern read hubout/+/gateway/beacon",
    )
    with (
        Mosquitto(tmp_path, passwords=words, acl=rules) as broker,
        gateway(broker, user="gateway") as hub,
        fleet(broker, passwords=words | {"reader-1": "wrong"}) as devices,
    ):
        status(hub, "desk-1", "online", 1)
        devices.wait_until(
            lambda: ("reader-1", "the broker refuses the connection: Not authorized") in devices.troubles, "a refusal"
        )
        assert not said(hub, "reader-1", "status")


def test_devices_speak_through_tls_to_a_broker_that_they_know(tmp_path: Path) -> None:
    port, (key, certificate), (_, another) = free_port(), certified(tmp_path / "a"), certified(tmp_path / "b")
    secure = (f"listener {port} 127.0.0.1", f"certfile {certificate}", f"keyfile {key}")
    with Mosquitto(tmp_path, extra=secure) as broker, gateway(broker) as hub:
        with RunningFleet(SITE, devices(), Broker("127.0.0.1", port, certificate)):
            status(hub, "desk-1", "online", 1)
        with RunningFleet(SITE, devices(), Broker("127.0.0.1", port, another)) as distrustful:
            distrustful.wait_until(lambda: any("certificate" in told for _, told in distrustful.troubles), "distrust")


def test_a_message_that_is_none_is_told_and_changes_nothing(broker: Mosquitto) -> None:
    with gateway(broker) as hub, fleet(broker) as devices:
        status(hub, "lock-1", "online", 1)
        hub.say(topic(SITE, "lock-1", "command"), b'{"v":1}')
        devices.wait_until(lambda: any("cannot be used" in sentence for _, sentence in devices.troubles), "a sentence")
    assert not [doing for _, doing in devices.seen if isinstance(doing, LockMoved)]


def test_an_unknown_device_is_refused(broker: Mosquitto) -> None:
    with fleet(broker) as devices, pytest.raises(KeyError):
        devices.happen("toaster", CARD)
