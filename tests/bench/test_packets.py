"""The publisher's own MQTT: taken apart as it was put together, and as paho puts and takes it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench import packets
from bench.place import sensor
from bench.publisher import WINDOW, Acked, Counted, Sensor
from gateway.mqtt.gathered import Gathered
from gateway.mqtt.messages import Arrived
from tests.support.streams import stream_of


@given(payload=st.binary(max_size=2_000), mid=st.integers(1, packets.LARGEST_MID))
def test_the_gateway_reads_what_the_publisher_writes(payload: bytes, mid: int) -> None:
    topic = "hubout/bench/sensore-001/presence"
    with stream_of(packets.publish(mid, packets.topic_bytes(topic), payload)) as ours:
        gathered = Gathered(ours)
        gathered.fill()
        assert gathered.message() == Arrived(mid, 1, topic, payload, retained=False)


@given(
    bodies=st.lists(st.binary(max_size=400), max_size=6),
    cut=st.integers(1, 50),
)
def test_packets_come_out_whole_however_the_stream_is_cut(bodies: list[bytes], cut: int) -> None:
    stream = b"".join(packets.publish(1, packets.topic_bytes("t"), body) for body in bodies)
    received, found = bytearray(), list[tuple[int, bytes]]()
    for at in range(0, len(stream), cut):
        received += stream[at : at + cut]
        found += packets.packets(received)
    assert [kind for kind, _ in found] == [packets.PUBLISH] * len(bodies)
    assert [rest.endswith(body) for (_, rest), body in zip(found, bodies, strict=True)] == [True] * len(bodies)
    assert received == b""


def test_an_answer_s_topic_and_payload_are_read() -> None:
    rest = b"\x00\x03a/b\x00" + b'{"v":1}'
    assert packets.published(rest) == ("a/b", b'{"v":1}')
    assert packets.published(b"\x00\x01t\x02\x01\x00x") == ("t", b"x")


@pytest.mark.parametrize(
    ("packet", "expected"),
    [
        (packets.connect("me"), "100f00044d515454050200000000026d65"),
        (packets.subscribe(7, "a/+"), "8209000700000" + "3612f2b00"),
    ],
)
def test_greetings_are_as_the_standard_writes_them(packet: bytes, expected: str) -> None:
    assert packet.hex() == expected


def sensors(count: int) -> list[Sensor]:
    return [Sensor(sensor(number), b"") for number in range(count)]


def test_a_sensor_waits_when_its_window_is_full_until_it_is_answered() -> None:
    one, other = sensors(2)
    window = Acked([one, other])
    one.seq = WINDOW
    assert not window.room(one)
    assert window.room(other)
    one.upto = 1
    assert window.room(one)
    assert window.answered() == 1


def test_on_the_way_to_the_floor_all_sensors_wait_for_the_count() -> None:
    count = memoryview(bytearray(8)).cast("Q")
    count[0] = 1_000
    pair = sensors(2)
    window = Counted(pair, count)
    for one in pair:
        one.seq = WINDOW
    assert [window.room(one) for one in pair] == [False, False]
    count[0] += 2
    assert [window.room(one) for one in pair] == [True, True]
    assert window.answered() == 2


def test_a_sensor_s_last_word_is_that_nobody_is_there() -> None:
    (one,) = sensors(1)
    assert one.ended
    one.seq += 1
    assert not one.ended
