"""Many desk sensors in one process, which toggle as fast as they are answered, or at a pace. ``python -m
bench.publisher``.

A sensor keeps at most ``WINDOW`` unanswered messages, as firmware keeps 256, and a connection as many unacknowledged
ones as the broker allows. Answered is what the gateway's ``ack`` says, or, on the way to the floor, what the bare
client counted. Every sensor ends vacant and begins occupied, so each message is a change, and a row in the log.
"""

import json
import secrets
import select
import socket
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from math import inf
from pathlib import Path
from typing import Protocol

from access.freshness import Heard
from bench import packets
from bench.broker import HOST
from bench.clock import mono_ns
from bench.counter import shared_count
from bench.place import SITE, sensor
from devices import wire
from devices import wire_messages as say
from devices.wire_topics import topic

WINDOW = 64
CONNECTIONS = 4
UNACKNOWLEDGED = 90
"""Well below deploy/mosquitto.conf's max_inflight_messages, as a device's own memory would have it."""
DRAINS_WITHIN_NS = 30_000_000_000
RECEIVE_BYTES = 65_536
PACE = "per-second="
UNBOUNDED = 2**62
HEARD = Heard("0" * 32, 1_000)


@dataclass(slots=True)
class Sensor:
    """One sensor: the last number sent, and up to which it was answered."""

    name: str
    topic: bytes
    seq: int = 0
    upto: int = 0

    @property
    def ended(self) -> bool:
        """Whether its last word was that nobody is there."""
        return self.seq % 2 == 0


@dataclass(slots=True)
class Connection:
    """One socket to the broker and the sensors that speak over it."""

    socket: socket.socket
    sensors: Sequence[Sensor]
    received: bytearray = field(default_factory=bytearray)
    mid: int = 1
    unacknowledged: int = 0


class Window(Protocol):
    """What bounds how far sensors run ahead of whoever hears them."""

    def room(self, one: Sensor) -> bool:
        """Whether this sensor may send one more."""

    def answered(self) -> int:
        """How many messages were answered, of all sensors."""


class Acked:
    """Bounded by the gateway's answers."""

    leaf, filter = topic(SITE, "{}", "presence"), topic(SITE, "+", "ack")

    def __init__(self, sensors: Sequence[Sensor]) -> None:
        self._sensors = sensors

    def room(self, one: Sensor) -> bool:
        """See Window."""
        return one.seq - one.upto < WINDOW

    def answered(self) -> int:
        """See Window."""
        return sum(one.upto for one in self._sensors)


class Counted:
    """Bounded by what the bare client counts, to the same depth."""

    leaf, filter = "floor/{}/presence", ""

    def __init__(self, sensors: Sequence[Sensor], count: "memoryview[int]") -> None:
        self._sensors, self._count, self._before = sensors, count, count[0]

    def room(self, one: Sensor) -> bool:
        """See Window."""
        return one.seq * len(self._sensors) - self.answered() < WINDOW * len(self._sensors)

    def answered(self) -> int:
        """See Window."""
        return self._count[0] - self._before


class Publisher:
    """The sensors at work."""

    def __init__(self, port: int, sensors: Sequence[Sensor], window: Window, answers: str, per_s: float = inf) -> None:
        self._per_s, self._sent = per_s, 0
        self._sensors, self._window, self._boot = sensors, window, secrets.token_hex(8)
        self._by_name = {one.name: one for one in sensors}
        self._connections = [_connected(port, sensors[n::CONNECTIONS], n, answers) for n in range(CONNECTIONS)]
        self._poll = select.poll()
        self._of_fileno = {one.socket.fileno(): one for one in self._connections}
        for fileno in self._of_fileno:
            self._poll.register(fileno, select.POLLIN)

    def run(self, seconds: float) -> dict[str, float]:
        """Send for so long, and wait for the answers: messages, seconds to the last answer, and how many never came."""
        start_ns = mono_ns()
        end_ns = start_ns + round(seconds * 1e9)
        while (now_ns := mono_ns()) < end_ns + DRAINS_WITHIN_NS:
            ending = now_ns >= end_ns
            if ending and all(one.ended for one in self._sensors) and self._left() <= 0:
                break
            due = UNBOUNDED if ending or self._per_s == inf else round((now_ns - start_ns) / 1e9 * self._per_s)
            for connection in self._connections:
                self._fill(connection, [one for one in connection.sensors if not (ending and one.ended)], due)
            for fileno, _ in self._poll.poll(1):
                self._take(self._of_fileno[fileno])
        spent_s = (mono_ns() - start_ns) / 1e9
        return {"messages": sum(one.seq for one in self._sensors), "seconds": spent_s, "unanswered": self._left()}

    def _left(self) -> int:
        return sum(one.seq for one in self._sensors) - self._window.answered()

    def _fill(self, connection: Connection, sensors: Sequence[Sensor], due: int) -> None:
        """Send as much as is allowed and due, sensor by sensor in turn; each ends with that nobody is there."""
        sending = b"".join(self._packets(connection, sensors, due))
        if sending:
            connection.socket.sendall(sending)

    def _packets(self, connection: Connection, sensors: Sequence[Sensor], due: int) -> Iterator[bytes]:
        moving = sorted(sensors, key=lambda one: one.seq) if due < UNBOUNDED else list(sensors)
        while moving and (room := min(UNACKNOWLEDGED - connection.unacknowledged, due - self._sent)) > 0:
            moving = [one for one in moving if self._window.room(one)]
            for one in moving[:room]:
                self._sent += 1
                one.seq += 1
                connection.unacknowledged += 1
                connection.mid = connection.mid % packets.LARGEST_MID + 1
                yield packets.publish(connection.mid, one.topic, self._payload(one))

    def _payload(self, one: Sensor) -> bytes:
        return wire.encode(say.Presence(self._boot, one.seq, mono_ns() // 1_000_000, HEARD, not one.ended))

    def _take(self, connection: Connection) -> None:
        chunk = connection.socket.recv(RECEIVE_BYTES)
        if not chunk:
            raise SystemExit("the broker hung up on the publisher")
        connection.received += chunk
        for kind, rest in packets.packets(connection.received):
            if kind == packets.PUBACK:
                connection.unacknowledged -= 1
            elif kind == packets.PUBLISH:
                self._answer(*packets.published(rest))

    def _answer(self, name: str, payload: bytes) -> None:
        message = wire.parse("ack", payload)
        one = self._by_name.get(name.split("/")[2])
        if one is not None and isinstance(message, say.Ack) and message.boot == self._boot:
            one.upto = max(one.upto, message.upto)


def _connected(port: int, sensors: Sequence[Sensor], number: int, answers: str) -> Connection:
    connection = socket.create_connection((HOST, port))
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    wished = packets.subscribe(1, answers) if answers and number == 0 else b""
    connection.sendall(packets.connect(f"bench-sensors-{number}") + wished)
    return Connection(connection, sensors)


def main(port: int, count: int, seconds: float, shared: Path | None = None, per_s: float = inf) -> None:
    """Publish to the gateway, or (where a shared count is named) to the bare client; say how it went, as JSON."""
    kind = Acked if shared is None else Counted
    named = [sensor(number) for number in range(count)]
    sensors = [Sensor(name, packets.topic_bytes(kind.leaf.format(name))) for name in named]
    window: Window = Acked(sensors) if shared is None else Counted(sensors, shared_count(shared))
    found = Publisher(port, sensors, window, kind.filter, per_s).run(seconds)
    sys.stdout.write(json.dumps(found) + "\n")


if __name__ == "__main__":
    wished = sys.argv[4:]
    shared = next((Path(word) for word in wished if not word.startswith(PACE)), None)
    paced = next((float(word.removeprefix(PACE)) for word in wished if word.startswith(PACE)), inf)
    main(int(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3]), shared, paced)
