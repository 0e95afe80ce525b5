"""A broker's stream taken apart on its way to paho, byte for byte as brokers send it and as they never should."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.mqtt.gathered import HELD_BYTES, Gathered
from gateway.mqtt.messages import LARGEST_PACKET_BYTES, Arrived

PINGRESP = bytes.fromhex("d000")
SUBACK = bytes.fromhex("9004000100" + "01")


@dataclass
class Wire:
    """A gathered socket and the broker's end of it."""

    ours: Gathered
    broker: socket.socket

    def says(self, *packets: bytes) -> None:
        self.broker.sendall(b"".join(packets))
        self.ours.fill()

    def messages(self) -> list[Arrived]:
        return list(iter(self.ours.message, None))


@pytest.fixture
def wire() -> Iterator[Wire]:
    ours, broker = socket.socketpair()
    ours.setblocking(False)
    broker.settimeout(5)
    yield Wire(Gathered(ours), broker)
    ours.close()
    broker.close()


def number(value: int) -> bytes:
    digits = bytearray()
    while True:
        value, digit = divmod(value, 128)
        digits.append(digit | (0x80 if value else 0))
        if not value:
            return bytes(digits)


def publish(
    topic: str, payload: bytes, *, mid: int = 1, qos: int = 1, flags: int = 0, properties: bytes = b""
) -> bytes:
    raw = topic.encode()
    rest = len(raw).to_bytes(2, "big") + raw + (mid.to_bytes(2, "big") if qos else b"")
    rest += number(len(properties)) + properties + payload
    return bytes([0x30 | qos << 1 | flags]) + number(len(rest)) + rest


def paho_reads(ours: Gathered) -> bytes:
    """One packet as paho reads it: a byte, its length byte by byte, the rest."""
    head = ours.recv(1)
    length, shift, digit = 0, 0, 0x80
    while digit & 0x80:
        read = ours.recv(1)
        head, digit = head + read, read[0]
        length, shift = length | (digit & 0x7F) << shift, shift + 7
    rest = b""
    while len(rest) < length:
        rest += ours.recv(length - len(rest))
    return head + rest


def test_a_message_is_taken_out_whole(wire: Wire) -> None:
    wire.says(publish("hubout/s/r/tap", b'{"v":1}', mid=7))
    assert wire.messages() == [Arrived(7, 1, "hubout/s/r/tap", b'{"v":1}', retained=False)]
    assert not wire.ours.holds_input


@pytest.mark.parametrize(
    ("packet", "arrived"),
    [
        (publish("a", b"x", qos=0), Arrived(0, 0, "a", b"x", retained=False)),
        (publish("a", b"x", flags=1), Arrived(1, 1, "a", b"x", retained=True)),
        (publish("a", b"x", flags=8), Arrived(1, 1, "a", b"x", retained=False)),
        (publish("a", b""), Arrived(1, 1, "a", b"", retained=False)),
        (publish("é/città", b"x"), Arrived(1, 1, "é/città", b"x", retained=False)),
        (publish("a", b"x", properties=b"\x02\x00\x00\x00\x05"), Arrived(1, 1, "a", b"x", retained=False)),
        (publish("a", b"x", properties=b"\x26" + b"\x00\x64k" * 40), Arrived(1, 1, "a", b"x", retained=False)),
        (publish("a", b"x" * 3_000, mid=65_535), Arrived(65_535, 1, "a", b"x" * 3_000, retained=False)),
    ],
    ids=["qos-0", "kept", "again", "empty", "utf-8", "expiry", "long-properties", "long"],
)
def test_every_kind_of_message_is_read(wire: Wire, packet: bytes, arrived: Arrived) -> None:
    wire.says(packet)
    assert wire.messages() == [arrived]


def test_what_is_no_message_is_paho_s_whole_and_in_its_order(wire: Wire) -> None:
    wire.says(publish("a", b"1"), SUBACK, publish("a", b"2"), PINGRESP)
    assert [one.payload for one in wire.messages()] == [b"1"]
    assert wire.ours.holds_input
    assert paho_reads(wire.ours) == SUBACK
    assert [one.payload for one in wire.messages()] == [b"2"]
    assert paho_reads(wire.ours) == PINGRESP
    assert not wire.ours.holds_input


def test_qos_2_which_we_never_ask_for_is_left_to_paho(wire: Wire) -> None:
    packet = publish("a", b"x", qos=2)
    wire.says(packet)
    assert wire.messages() == []
    assert paho_reads(wire.ours) == packet


def test_paho_never_stands_in_the_middle_of_a_packet(wire: Wire) -> None:
    for byte in SUBACK[:-1]:
        wire.says(bytes([byte]))
        assert not wire.ours.holds_input
        with pytest.raises(BlockingIOError):
            wire.ours.recv(1)
    wire.says(SUBACK[-1:])
    assert paho_reads(wire.ours) == SUBACK


def test_no_message_is_taken_while_paho_reads_a_packet(wire: Wire) -> None:
    wire.says(SUBACK, publish("a", b"x"))
    assert wire.ours.recv(1) == SUBACK[:1]
    assert wire.messages() == []
    assert wire.ours.recv(100) == SUBACK[1:]
    assert len(wire.messages()) == 1


@given(
    payloads=st.lists(st.binary(max_size=300), min_size=1, max_size=8),
    between=st.lists(st.sampled_from([b"", PINGRESP, SUBACK]), min_size=8, max_size=8),
    cuts=st.lists(st.integers(min_value=1, max_value=97), min_size=1, max_size=5),
)
def test_the_stream_may_be_cut_anywhere(payloads: list[bytes], between: list[bytes], cuts: list[int]) -> None:
    ours, broker = socket.socketpair()
    ours.setblocking(False)
    gathered, stream = Gathered(ours), b""
    for mid, (payload, other) in enumerate(zip(payloads, between, strict=False), 1):
        stream += publish("hubout/s/d/presence", payload, mid=mid) + other
    found, rest, at, turn = list[Arrived](), b"", 0, 0
    while at < len(stream):
        piece = stream[at : at + cuts[turn % len(cuts)]]
        at, turn = at + len(piece), turn + 1
        broker.sendall(piece)
        gathered.fill()
        while (message := gathered.message()) is not None or gathered.holds_input:
            if message is None:
                rest += paho_reads(gathered)
            else:
                found.append(message)
    ours.close()
    broker.close()
    assert [one.payload for one in found] == payloads
    assert [one.mid for one in found] == list(range(1, len(payloads) + 1))
    assert rest == b"".join(between[: len(payloads)])


@given(rest=st.binary(max_size=60), flags=st.integers(min_value=0, max_value=15))
def test_no_bytes_in_a_packet_raise_or_reach_into_the_next(rest: bytes, flags: int) -> None:
    ours, broker = socket.socketpair()
    ours.setblocking(False)
    gathered, after = Gathered(ours), publish("after", b"!")
    broker.sendall(bytes([0x30 | flags & 0b1011]) + number(len(rest)) + rest + after)
    gathered.fill()
    broken, whole = gathered.message(), gathered.message()
    ours.close()
    broker.close()
    assert broken is not None
    assert len(broken.payload) <= len(rest)
    assert whole == Arrived(1, 1, "after", b"!", retained=False)


def test_a_topic_that_is_no_text_is_nobody_s(wire: Wire) -> None:
    wire.says(publish("ab", b"x").replace(b"ab", b"\xff\xfe"))
    assert [one.topic for one in wire.messages()] == [""]


def test_the_end_of_the_stream_is_told_after_all_that_came_before(wire: Wire) -> None:
    wire.says(publish("a", b"x"), SUBACK)
    wire.broker.close()
    wire.ours.fill()
    assert len(wire.messages()) == 1
    assert paho_reads(wire.ours) == SUBACK
    assert wire.ours.recv(1) == b""


def test_a_packet_longer_than_we_take_ends_the_connection(wire: Wire) -> None:
    wire.says(b"\x30" + number(LARGEST_PACKET_BYTES * 4))
    for _ in range(LARGEST_PACKET_BYTES // 4_096 + 40):
        wire.says(bytes(4_096))
    assert wire.messages() == []
    assert wire.ours.recv(1) == b""


def test_what_is_sent_leaves_in_one_piece_and_only_when_it_is_let_go(wire: Wire) -> None:
    assert wire.ours.send(b"one,") == 4
    wire.ours.send(b"two")
    wire.broker.setblocking(False)
    with pytest.raises(BlockingIOError):
        wire.broker.recv(100)
    assert wire.ours.holds_output
    wire.ours.flush()
    assert wire.broker.recv(100) == b"one,two"
    assert not wire.ours.holds_output


def test_closing_lets_go_what_was_sent(wire: Wire) -> None:
    wire.ours.send(b"disconnect")
    wire.ours.close()
    assert wire.broker.recv(100) == b"disconnect"
    assert wire.ours.fileno() == -1


def push_until_refused(wire: Wire, pushed: list[int]) -> None:
    while True:
        pushed.append(wire.ours.send(bytes(65_536)))
        wire.ours.flush()


def test_a_broker_that_does_not_read_is_given_no_more_than_a_megabyte_and_later_all_of_it(wire: Wire) -> None:
    pushed: list[int] = []
    with pytest.raises(BlockingIOError):
        push_until_refused(wire, pushed)
    sent = sum(pushed)
    assert sent >= HELD_BYTES
    received = 0
    while received < sent:
        received += len(wire.broker.recv(1_000_000))
        wire.ours.flush()
    assert not wire.ours.holds_output


def test_sending_to_a_broker_that_is_gone_raises_nothing(wire: Wire) -> None:
    wire.broker.close()
    wire.ours.send(b"x")
    wire.ours.flush()
    assert not wire.ours.holds_output
    assert wire.ours.recv(1) == b""
