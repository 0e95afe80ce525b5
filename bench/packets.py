"""As much of MQTT 5 as the publisher speaks: bytes made beforehand, so that it is never what is measured.

A client library spends as long on a message as the gateway may; then two of them would share the figure.
"""

import struct
from collections.abc import Iterator

CONNACK, PUBLISH, PUBACK, SUBACK = 2, 3, 4, 9
CONNECT_HEAD = b"\x00\x04MQTT\x05\x02\x00\x00\x00"
"""Protocol name, version 5, clean start, no keep-alive, no properties."""
PING = b"\xc0\x00"
LARGEST_MID = 65_535


def _text(value: str) -> bytes:
    raw = value.encode()
    return struct.pack("!H", len(raw)) + raw


def _packet(head: int, rest: bytes) -> bytes:
    length, digits = len(rest), bytearray([head])
    while length > 0x7F:
        digits.append(length & 0x7F | 0x80)
        length >>= 7
    digits.append(length)
    return bytes(digits) + rest


def connect(name: str) -> bytes:
    """A CONNECT of a clean session."""
    return _packet(0x10, CONNECT_HEAD + _text(name))


def subscribe(mid: int, pattern: str) -> bytes:
    """A SUBSCRIBE at QoS 0."""
    return _packet(0x82, struct.pack("!HB", mid, 0) + _text(pattern) + b"\x00")


def publish(mid: int, topic: bytes, payload: bytes) -> bytes:
    """A PUBLISH at QoS 1; ``topic`` as ``topic_bytes`` made it."""
    return _packet(0x32, b"%b%b\x00%b" % (topic, struct.pack("!H", mid), payload))


def topic_bytes(topic: str) -> bytes:
    """A topic as packets hold it."""
    return _text(topic)


def packets(received: bytearray) -> Iterator[tuple[int, bytes]]:
    """Take the whole packets out of what was received: each one's kind and what follows its length."""
    at = 0
    while (found := _next(received, at)) is not None:
        kind, start, at = found
        yield kind, bytes(received[start:at])
    del received[:at]


def _next(received: bytearray, at: int) -> tuple[int, int, int] | None:
    """The packet at ``at``: its kind, where its rest begins and ends; None while it is not whole."""
    length, shift, index = 0, 0, at + 1
    while index < len(received):
        digit = received[index]
        length |= (digit & 0x7F) << shift
        shift, index = shift + 7, index + 1
        if not digit & 0x80:
            end = index + length
            return (received[at] >> 4, index, end) if end <= len(received) else None
    return None


def published(rest: bytes) -> tuple[str, bytes]:
    """Topic and payload of a PUBLISH at QoS 0."""
    size = int.from_bytes(rest[:2], "big")
    after = 2 + size
    return rest[2:after].decode(), rest[after + 1 + rest[after] :]
