"""The publisher against a real broker, with a gateway's answers given by hand: windows kept, everything answered."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from bench.counter import shared_count
from bench.place import SITE
from bench.publisher import PACE, WINDOW
from devices import wire
from devices.wire_messages import Ack, Presence
from devices.wire_topics import topic
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt import Heard, Peer

SENSORS, SECONDS = 3, 0.3


@pytest.fixture
def broker(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path) as running:
        yield running


def publisher(broker: Mosquitto, seconds: float, *shared: str) -> subprocess.Popen[str]:
    words = ["bench.publisher", str(broker.port), str(SENSORS), str(seconds), *shared]
    return subprocess.Popen([sys.executable, "-m", *words], stdout=subprocess.PIPE, text=True)


def said(heard: Heard) -> Presence:
    message = wire.parse("presence", heard.payload)
    assert isinstance(message, Presence)
    return message


def answer(peer: Peer, heard: Heard) -> None:
    message = said(heard)
    peer.say(topic(SITE, heard.topic.split("/")[2], "ack"), wire.encode(Ack(message.boot, message.seq)), qos=0)


def test_nothing_beyond_the_window_is_sent_without_an_answer(broker: Mosquitto) -> None:
    with Peer(broker.port, topic(SITE, "+", "presence")) as gateway:
        running = publisher(broker, 1.0)
        try:
            gateway.wait_until(lambda: len(gateway.heard) >= SENSORS * WINDOW, "the windows to be full")
            per_sensor = {name: [one for one in gateway.heard if one.topic == name] for name in topics()}
            assert {name: len(all_) for name, all_ in per_sensor.items()} == dict.fromkeys(topics(), WINDOW)
        finally:
            running.kill()
            running.communicate()


def topics() -> list[str]:
    return [topic(SITE, f"sensore-{number:03}", "presence") for number in range(SENSORS)]


def test_every_message_is_a_change_numbered_without_a_gap_and_the_last_word_is_vacant(broker: Mosquitto) -> None:
    with Peer(broker.port, topic(SITE, "+", "presence")) as gateway:
        running, done = publisher(broker, SECONDS), 0
        while running.poll() is None:
            gateway.wait_until(lambda: len(gateway.heard) > done or running.poll() is not None, "more")  # noqa: B023
            for one in gateway.heard[done:]:
                answer(gateway, one)
                done += 1
        result = json.loads(running.communicate()[0])
        assert result["messages"] == len(gateway.heard) == done
        assert result["unanswered"] == 0
        for name in topics():
            messages = [said(one) for one in gateway.heard if one.topic == name]
            assert [one.seq for one in messages] == list(range(1, len(messages) + 1))
            assert [one.present for one in messages] == [number % 2 == 1 for number in range(1, len(messages) + 1)]
            assert messages[-1].present is False


def test_on_the_way_to_the_floor_the_bare_client_s_count_is_the_answer(broker: Mosquitto, tmp_path: Path) -> None:
    path = tmp_path / "count"
    counter = subprocess.Popen([sys.executable, "-m", "bench.counter", str(broker.port), str(path)])
    try:
        with Peer(broker.port) as anybody:
            anybody.wait_until(path.exists, "the count")
            count = shared_count(path)
            knock_until_counted(anybody, count)
            before = count[0]
            result = json.loads(publisher(broker, SECONDS, str(path)).communicate(timeout=60)[0])
            assert result["unanswered"] == 0
            assert count[0] - before >= result["messages"] > 0
    finally:
        counter.kill()
        counter.wait()


def knock_until_counted(anybody: Peer, count: "memoryview[int]") -> None:
    """Until the counter has subscribed, nothing counts; a knock that was counted shows that it has."""

    def counted() -> bool:
        anybody.say("floor/knock/presence", b"")
        return count[0] > 0

    anybody.wait_until(counted, "the counter to subscribe")


def test_at_a_pace_no_more_is_sent_than_is_due_by_all_sensors_in_turn(broker: Mosquitto) -> None:
    with Peer(broker.port, topic(SITE, "+", "presence")) as gateway:
        running = publisher(broker, 1.0, f"{PACE}30")
        answered = 0

        def more_or_over() -> bool:
            return len(gateway.heard) > answered or running.poll() is not None

        while running.poll() is None:
            gateway.wait_until(more_or_over, "more")
            for heard in gateway.heard[answered:]:
                answer(gateway, heard)
                answered += 1
        found = json.loads(running.communicate()[0])
    assert found["unanswered"] == 0
    assert 20 <= found["messages"] <= 30 + SENSORS, "the last word of each is not held back"
