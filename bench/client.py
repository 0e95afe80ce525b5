"""The bench's own end of a measured message: a paho client that one thread drives, without Nagle's delay."""

import select
import socket
from collections.abc import Callable
from types import TracebackType
from typing import Self

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties

from bench.broker import HOST
from bench.clock import mono_ns
from bench.trouble import CannotMeasure

CONNECTS_WITHIN_S = 60.0
LONGEST_WAIT_MS = 100
RECEIVE_AT_MOST = 1_000

Heard = Callable[[str, bytes], None]
"""Called with each message's topic and payload."""


def new_client(name: str) -> paho.Client:
    """A version 5 client without Nagle's delay, asking for as many unacknowledged messages as the gateway does."""
    client = paho.Client(CallbackAPIVersion.VERSION2, name, protocol=MQTTProtocolVersion.MQTTv5)
    client.on_socket_open = _without_delay
    return client


def open_client(client: paho.Client, port: int) -> None:
    """Begin to connect. Raises OSError where nobody answers."""
    properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
    properties.ReceiveMaximum = RECEIVE_AT_MOST
    client.connect(HOST, port, clean_start=True, properties=properties)


def _without_delay(_client: paho.Client, _data: object, sock: object) -> None:
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class Client:
    """A connection that is subscribed; a context manager. ``heard`` is called from within ``until``."""

    def __init__(self, port: int, name: str, filters: tuple[str, ...], heard: Heard) -> None:
        self._client, self._heard = new_client(name), heard
        self._subscribed = not filters
        self._client.on_message = self._on_message
        self._client.on_subscribe = self._on_subscribe
        self._client.on_connect = lambda client, *_: client.subscribe([(one, 1) for one in filters])
        try:
            open_client(self._client, port)
        except OSError as error:
            raise CannotMeasure(f"the broker does not take {name}: {error}") from error

    def __enter__(self) -> Self:
        if not self.until(lambda: self._subscribed, CONNECTS_WITHIN_S):
            raise CannotMeasure("the broker does not answer the bench's client")
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _tb: TracebackType | None
    ) -> None:
        self._client.disconnect()

    def publish(self, topic: str, payload: bytes) -> None:
        """Send, at QoS 1."""
        self._client.publish(topic, payload, 1)

    def until(self, holds: Callable[[], bool], within_s: float) -> bool:
        """Serve the connection until something holds; whether it came to hold in time."""
        end_ns = mono_ns() + round(within_s * 1e9)
        while not holds():
            left_ms = (end_ns - mono_ns()) // 1_000_000
            if left_ms < 0:
                return False
            self._serve(min(left_ms, LONGEST_WAIT_MS))
        return True

    def serve_until(self, at_ns: int) -> None:
        """Serve the connection up to a moment of ``mono_ns``."""
        while (left_ns := at_ns - mono_ns()) > 0:
            self._serve(min(-(-left_ns // 1_000_000), LONGEST_WAIT_MS))

    def _serve(self, wait_ms: int) -> None:
        sock = self._client.socket()
        if not isinstance(sock, socket.socket):
            raise CannotMeasure("the broker hung up on the bench's client")
        poll = select.poll()
        poll.register(sock, select.POLLIN | (select.POLLOUT if self._client.want_write() else 0))
        for _, mask in poll.poll(wait_ms):
            if mask & select.POLLOUT:
                self._client.loop_write()
            if mask & ~select.POLLOUT:
                self._client.loop_read()
        self._client.loop_misc()

    def _on_subscribe(self, *_: object) -> None:
        self._subscribed = True

    def _on_message(self, _client: paho.Client, _data: object, message: paho.MQTTMessage) -> None:
        self._heard(message.topic, bytes(message.payload))
