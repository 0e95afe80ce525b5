"""The gateway's connection against a real Mosquitto: what is redelivered, what is not, and in which pieces it comes."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from gateway.mqtt.messages import LARGEST_PACKET_BYTES, Wish, expiring
from tests.support.driven import Driven, settings
from tests.support.mosquitto import Mosquitto
from tests.support.mqtt import Peer

TAPS = Wish("hubout/matera/+/tap")


@pytest.fixture
def mosquitto(tmp_path: Path) -> Iterator[Mosquitto]:
    with Mosquitto(tmp_path, persistent=True, extra=("max_queued_messages 10000",)) as broker:
        yield broker


def tap(number: int, device: str = "front-in") -> tuple[str, bytes]:
    return f"hubout/matera/{device}/tap", f"tap {number}".encode()


def said(port: int, *numbers: int) -> None:
    with Peer(port) as peer:
        for number in numbers:
            peer.say(*tap(number))


def test_a_message_comes_with_its_topic_payload_and_quality(mosquitto: Mosquitto) -> None:
    driven = Driven(settings(mosquitto.port), [TAPS]).up()
    said(mosquitto.port, 1)
    driven.until(lambda: driven.taken, "the message")
    (came,) = driven.taken
    assert (came.topic, came.payload, came.qos, came.retained) == ("hubout/matera/front-in/tap", b"tap 1", 1, False)
    assert came.mid
    driven.close()


def test_what_was_not_acknowledged_comes_again_to_a_client_that_restarts(mosquitto: Mosquitto) -> None:
    first = Driven(settings(mosquitto.port), [TAPS]).up()
    said(mosquitto.port, 1, 2, 3)
    first.until(lambda: len(first.taken) == 3, "three messages")
    first.acknowledge(first.taken[:1])
    first.for_a_while(0.1)
    first.close()
    said(mosquitto.port, 4)
    again = Driven(settings(mosquitto.port), [TAPS]).up()
    again.until(lambda: len(again.taken) == 3, "what was left")
    again.for_a_while(0.2)
    assert again.payloads == [b"tap 2", b"tap 3", b"tap 4"]
    again.close()


def test_acknowledgements_that_find_no_room_go_out_when_there_is_some(
    mosquitto: Mosquitto, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Driven(settings(mosquitto.port), [TAPS]).up()
    said(mosquitto.port, 1, 2, 3)
    first.until(lambda: len(first.taken) == 3, "three messages")
    with monkeypatch.context() as full:
        full.setattr("gateway.mqtt.gathered.HELD_BYTES", 0)
        first.acknowledge(first.taken)
        assert first.broker.wants_to_write
    first.until(lambda: not first.broker.wants_to_write, "room")
    first.close()
    again = Driven(settings(mosquitto.port), [TAPS]).up()
    again.for_a_while(0.3)
    assert again.payloads == []
    again.close()


def test_what_was_not_acknowledged_outlives_a_restart_of_the_broker(mosquitto: Mosquitto) -> None:
    driven = Driven(settings(mosquitto.port), [TAPS]).up()
    said(mosquitto.port, 1, 2)
    driven.until(lambda: len(driven.taken) == 2, "two messages")
    driven.acknowledge(driven.taken[:1])
    driven.for_a_while(0.1)
    mosquitto.restart()
    driven.taken.clear()
    driven.until(lambda: driven.taken, "the second message again")
    driven.for_a_while(0.2)
    assert driven.payloads == [b"tap 2"]
    assert driven.broker.connections == 2
    driven.close()


def test_a_killed_broker_that_comes_back_is_found_again_and_subscribed(mosquitto: Mosquitto) -> None:
    driven = Driven(settings(mosquitto.port), [TAPS]).up()
    mosquitto.kill()
    driven.until(lambda: driven.broker.trouble, "a word on it")
    assert not driven.broker.subscribed
    mosquitto.start()
    driven.up()
    assert driven.broker.trouble == ""
    said(mosquitto.port, 7)
    driven.until(lambda: driven.payloads == [b"tap 7"], "a message over the new connection")
    driven.close()


def test_what_was_read_of_a_connection_that_fell_is_neither_handled_nor_acknowledged(mosquitto: Mosquitto) -> None:
    driven = Driven(settings(mosquitto.port), [TAPS]).up()
    said(mosquitto.port, 1, 2)
    driven.until(lambda: len(driven.taken) == 2, "two messages")
    old = list(driven.taken)
    driven.broker.inbox.extend(old)
    driven.broker.drop(driven.mono_ms, "a test breaks it")
    assert driven.broker.inbox == []
    driven.acknowledge(old)
    driven.up()
    driven.until(lambda: len(driven.taken) == 4, "both again")
    assert driven.payloads[2:] == [b"tap 1", b"tap 2"]
    driven.close()


def test_makers_kept_events_are_not_asked_for_and_kept_states_are(mosquitto: Mosquitto) -> None:
    with Peer(mosquitto.port) as peer:
        peer.say("esphome/reader/tag", "04A1B2C3", retain=True)
        peer.say("zigbee2mqtt/desk", '{"presence":true}', retain=True)
    wishes = [Wish("esphome/reader/tag", kept_too=False), Wish("zigbee2mqtt/desk")]
    driven = Driven(settings(mosquitto.port), wishes, durable=False).up()
    driven.for_a_while(0.3)
    assert [(one.topic, one.retained) for one in driven.taken] == [("zigbee2mqtt/desk", True)]
    with Peer(mosquitto.port) as peer:
        peer.say("esphome/reader/tag", "04A1B2C3", retain=True)
    driven.until(lambda: len(driven.taken) == 2, "the event while we listen")
    assert not driven.taken[-1].retained
    driven.close()


def test_a_clean_session_hears_nothing_of_the_time_before(mosquitto: Mosquitto) -> None:
    first = Driven(settings(mosquitto.port), [TAPS], durable=False).up()
    first.close()
    said(mosquitto.port, 1)
    second = Driven(settings(mosquitto.port), [TAPS], durable=False).up()
    said(mosquitto.port, 2)
    second.until(lambda: second.taken, "the later message")
    second.for_a_while(0.2)
    assert second.payloads == [b"tap 2"]
    second.close()


@pytest.mark.parametrize("at_most", [1, 7, 100])
def test_reading_is_bounded_and_loses_nothing(mosquitto: Mosquitto, at_most: int) -> None:
    driven = Driven(settings(mosquitto.port), [TAPS]).up()
    with Peer(mosquitto.port) as peer:
        for one in [peer._client.publish(*tap(number), 1) for number in range(800)]:
            one.wait_for_publish(10)
    largest, wanted = 0, [f"tap {number}".encode() for number in range(800)]
    while len(driven.taken) < 800:
        largest = max(largest, len(driven.turn(at_most)))
    assert largest <= at_most
    assert largest > at_most // 2, "no turn had much to read"
    assert driven.payloads == wanted
    driven.close()


def test_nothing_is_held_back_for_company(mosquitto: Mosquitto) -> None:
    driven = Driven(settings(mosquitto.port)).up()
    sock = driven.broker.sock()
    assert sock is not None
    plain = socket.socket(fileno=socket.dup(sock.fileno()))
    assert plain.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    plain.close()
    driven.close()


def test_a_message_above_the_limit_is_not_sent_to_us_and_holds_up_none(mosquitto: Mosquitto) -> None:
    driven = Driven(settings(mosquitto.port), [TAPS]).up()
    with Peer(mosquitto.port) as peer:
        peer.say(tap(1)[0], bytes(LARGEST_PACKET_BYTES + 1))
        peer.say(tap(1)[0], bytes(LARGEST_PACKET_BYTES - 100))
        peer.say(*tap(2))
    driven.until(lambda: len(driven.taken) >= 2, "those within the limit")
    assert [len(payload) for payload in driven.payloads] == [LARGEST_PACKET_BYTES - 100, 5]
    assert driven.broker.connections == 1
    driven.close()


def test_topics_and_payloads_are_any_text_in_the_world(mosquitto: Mosquitto) -> None:
    driven = Driven(settings(mosquitto.port), [Wish("zigbee2mqtt/+")]).up()
    with Peer(mosquitto.port) as peer:
        for name in ("bancó", "機", "a b", "🚪"):
            peer.say(f"zigbee2mqtt/{name}", name)
        peer.say("zigbee2mqtt/bytes", b"\xff\xfe\x00")
    driven.until(lambda: len(driven.taken) == 5, "all of them")
    topics = [one.topic for one in driven.taken]
    assert topics == ["zigbee2mqtt/bancó", "zigbee2mqtt/機", "zigbee2mqtt/a b", "zigbee2mqtt/🚪", "zigbee2mqtt/bytes"]
    assert driven.payloads[-1] == b"\xff\xfe\x00"
    driven.close()


def test_what_is_published_arrives_and_our_own_words_do_not_come_back(mosquitto: Mosquitto) -> None:
    driven = Driven(settings(mosquitto.port), [Wish("hubout/matera/#")]).up()
    with Peer(mosquitto.port, "hubout/matera/#") as peer:
        topic = "hubout/matera/front-in/feedback"
        assert driven.broker.publish(topic, b"yes", 1, retain=False, properties=expiring(5))
        assert driven.broker.publish("hubout/matera/gateway/beacon", b"b1", 0, retain=False, properties=None)
        driven.broker.flush()
        peer.wait_until(lambda: [one.payload for one in peer.heard] == [b"yes", b"b1"], "both")
    driven.for_a_while(0.1)
    assert driven.taken == []
    driven.close()


def test_what_is_published_while_there_is_no_connection_is_not_kept(mosquitto: Mosquitto) -> None:
    driven = Driven(settings(mosquitto.port))
    assert not driven.broker.publish("hubout/matera/front-in/feedback", b"stale", 1, retain=False, properties=None)
    with Peer(mosquitto.port, "hubout/matera/#") as peer:
        driven.up()
        assert driven.broker.publish("hubout/matera/front-in/feedback", b"new", 1, retain=False, properties=None)
        driven.until(lambda: peer.heard, "the new one")
        assert [one.payload for one in peer.heard] == [b"new"]
    driven.close()


def test_what_was_under_way_when_the_connection_broke_is_not_sent_again(mosquitto: Mosquitto) -> None:
    driven = Driven(settings(mosquitto.port)).up()
    sock = driven.broker.sock()
    assert sock is not None
    sock.flush = lambda: None  # type: ignore[method-assign]
    assert driven.broker.publish("hubout/matera/front-in/feedback", b"stale", 1, retain=False, properties=None)
    mosquitto.kill()
    driven.until(lambda: driven.broker.trouble, "the fall")
    mosquitto.start()
    with Peer(mosquitto.port, "hubout/matera/#") as peer:
        driven.up()
        driven.for_a_while(0.3)
        assert driven.broker.publish("hubout/matera/front-in/feedback", b"new", 1, retain=False, properties=None)
        driven.until(lambda: peer.heard, "the new one")
        assert [one.payload for one in peer.heard] == [b"new"]
    driven.close()
