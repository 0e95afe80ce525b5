"""A plain MQTT 5 client for tests: says and hears what anybody on the broker could, and waits with a deadline."""

import socket
from collections.abc import Callable
from dataclasses import dataclass
from threading import Condition
from time import monotonic
from types import TracebackType
from typing import Self

from paho.mqtt.client import Client, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

WITHIN_S = 60.0


@dataclass(frozen=True, slots=True)
class Heard:
    """One message that came."""

    topic: str
    payload: bytes
    retained: bool
    qos: int


class Peer:
    """One connection. What it hears stays in ``heard``, in order."""

    def __init__(
        self,
        port: int,
        *filters: str,
        client_id: str = "",
        user: str | None = None,
        password: str | None = None,
        session_s: int = 0,
    ) -> None:
        """Prepare a client that subscribes to ``filters`` (QoS 1) whenever it connects, and keeps a session so long."""
        self.heard: list[Heard] = []
        self._changed = Condition()
        self._filters = filters
        self._subscribed = 0
        self._refused: str | None = None
        self._port = port
        self._session_s = session_s
        self._client = Client(CallbackAPIVersion.VERSION2, client_id, protocol=MQTTProtocolVersion.MQTTv5)
        if user is not None:
            self._client.username_pw_set(user, password)
        self._client.on_connect = self._on_connect
        self._client.on_subscribe = self._on_subscribe
        self._client.on_message = self._on_message
        self._client.on_socket_open = _without_delay
        self._client.reconnect_delay_set(1, 1)

    def __enter__(self) -> Self:
        """Connect, and wait until subscribed."""
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = self._session_s
        self._client.connect("127.0.0.1", self._port, clean_start=not self._session_s, properties=properties)
        self._client.loop_start()
        self.wait_until(lambda: self._subscribed > 0 or self._refused is not None, "a subscription")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Disconnect."""
        self._client.disconnect()
        self._client.loop_stop()

    @property
    def refused(self) -> str | None:
        """Why the broker did not let it in, if so."""
        return self._refused

    def say(self, topic: str, payload: bytes | str, *, qos: int = 1, retain: bool = False) -> None:
        """Publish, and with QoS 1 wait until the broker has it."""
        sent = self._client.publish(topic, payload, qos, retain)
        sent.wait_for_publish(WITHIN_S)

    def wait_until(self, holds: Callable[[], bool], what: str, within_s: float = WITHIN_S) -> None:
        """Wait until something holds; it is looked at whenever something came."""
        deadline = monotonic() + within_s
        with self._changed:
            while monotonic() < deadline:
                if holds():
                    return
                self._changed.wait(0.05)
        raise AssertionError(f"waited {within_s} s for {what}; heard {self.heard[-10:]}")

    def wait_for(self, suits: Callable[[Heard], bool], what: str, within_s: float = WITHIN_S) -> Heard:
        """The first message that suits, which may have come already."""
        self.wait_until(lambda: any(map(suits, self.heard)), what, within_s)
        return next(filter(suits, self.heard))

    def _on_connect(self, client: Client, _data: object, _flags: object, code: ReasonCode, _properties: object) -> None:
        if code.is_failure:
            with self._changed:
                self._refused = str(code)
                self._changed.notify_all()
        elif self._filters:
            client.subscribe([(topic, 1) for topic in self._filters])
        else:
            self._on_subscribe()

    def _on_subscribe(self, *_: object) -> None:
        with self._changed:
            self._subscribed += 1
            self._changed.notify_all()

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        with self._changed:
            self.heard.append(Heard(message.topic, bytes(message.payload), message.retain, message.qos))
            self._changed.notify_all()


def _without_delay(_client: Client, _data: object, sock: object) -> None:
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
