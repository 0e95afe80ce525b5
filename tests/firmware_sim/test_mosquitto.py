"""The broker that tests run on behaves as a broker does: it keeps, forgets, refuses and answers quickly."""

from pathlib import Path
from statistics import median
from time import perf_counter

from tests.support.mosquitto import Mosquitto
from tests.support.mqtt import Peer

NAGLE_MS = 40


def test_a_message_crosses_without_nagles_delay(tmp_path: Path) -> None:
    with Mosquitto(tmp_path) as broker, Peer(broker.port, "echo") as peer:
        spans_ms = []
        for number in range(20):
            begun = perf_counter()
            peer.say("echo", str(number))
            peer.wait_until(lambda count=number: len(peer.heard) > count, "the echo")  # type: ignore[misc]
            spans_ms.append(1000 * (perf_counter() - begun))
        assert median(spans_ms) < NAGLE_MS


def test_a_kill_forgets_and_a_stop_keeps_what_a_persistent_broker_was_told(tmp_path: Path) -> None:
    with Mosquitto(tmp_path, persistent=True) as broker:
        with Peer(broker.port) as peer:
            peer.say("kept", b"1", retain=True)
        broker.restart()
        with Peer(broker.port) as peer:
            peer.say("lost", b"2", retain=True)
        broker.kill()
        assert not broker.answers()
        broker.start()
        with Peer(broker.port, "#") as peer:
            peer.wait_for(lambda heard: heard.topic == "kept", "what was kept")
            assert [heard.payload for heard in peer.heard] == [b"1"]


def test_a_wrong_password_is_refused_and_a_wrong_topic_goes_nowhere(tmp_path: Path) -> None:
    rules = ("user reader", "topic write own/#", "user gateway", "topic read #")
    with Mosquitto(tmp_path, passwords={"reader": "r", "gateway": "g"}, acl=rules) as broker:
        with Peer(broker.port, user="reader", password="x") as stranger:
            assert stranger.refused == "Not authorized"
        with (
            Peer(broker.port, "#", user="gateway", password="g") as gateway,
            Peer(broker.port, user="reader", password="r") as reader,
        ):
            reader.say("another/tap", b"1")
            reader.say("own/tap", b"2")
            gateway.wait_for(lambda heard: heard.topic == "own/tap", "the reader's own word")
            assert [heard.payload for heard in gateway.heard] == [b"2"]
