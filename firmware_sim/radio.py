"""One device's MQTT 5 connection: its own client id, user and will, without Nagle's delay, driven by the fleet's loop.

Every connection is a new paho client, so that nothing of an ended one is kept or sent again behind the firmware's
back; the session itself is the broker's, by client id.
"""

import socket
from collections import deque
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from paho.mqtt.client import Client, ConnectFlags, DisconnectFlags, MQTTMessage
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode, MQTTProtocolVersion
from paho.mqtt.packettypes import PacketTypes
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode
from paho.mqtt.subscribeoptions import SubscribeOptions

from devices.wire import BadMessage, parse
from devices.wire_messages import Ack, Beacon, Command, Feedback
from devices.wire_topics import QOS_0_LEAVES, RETAINED_LEAVES, TOLD_LEAVES, beacon_topic, topic
from firmware_sim.happenings import Connected, ConnectionLost, Happening, ToldBy

CONNECTS_WITHIN_S = 2.0
KEEPALIVE_S = 30
SESSION_S = 3600
PACKETS_AT_ONCE = 64


@dataclass(frozen=True, slots=True)
class Broker:
    """Where the broker is, and each device's password where it wants one (user name: the device's id)."""

    host: str
    port: int
    ca_file: Path | None = None
    passwords: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Trouble:
    """A connection that was refused, or a message that could not be read, in one sentence."""

    sentence: str


class Radio:
    """The connection of one device. What happens on it waits in ``inbox``."""

    def __init__(self, broker: Broker, site: str, device: str) -> None:
        """Know where to connect; nothing is opened."""
        self.inbox: deque[Happening | Trouble] = deque()
        self._broker, self._site, self._device = broker, site, device
        self._client: Client | None = None

    @property
    def socket(self) -> socket.socket | None:
        """What the loop is to wait for; None while there is no connection."""
        sock = None if self._client is None else self._client.socket()
        return sock if isinstance(sock, socket.socket) else None

    @property
    def wants_write(self) -> bool:
        """Whether something could not be written at once."""
        return self._client is not None and self._client.want_write()

    def connect(self, will: bytes) -> None:
        """Ask for a connection; whether it is given comes into the inbox."""
        self.cut()
        client = self._new_client(will)
        properties = Properties(PacketTypes.CONNECT)  # type: ignore[no-untyped-call]
        properties.SessionExpiryInterval = SESSION_S
        self._client = client
        try:
            client.connect(self._broker.host, self._broker.port, KEEPALIVE_S, clean_start=False, properties=properties)
        except OSError as error:
            self._client = None
            self.inbox.append(Trouble(f"no broker at {self._broker.host}:{self._broker.port}: {error}"))
            self.inbox.append(ConnectionLost())

    def cut(self) -> None:
        """End the connection without a goodbye, so that the broker publishes the will."""
        client, self._client = self._client, None
        sock = None if client is None else client.socket()
        if isinstance(sock, socket.socket):
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)
            sock.close()

    def publish(self, leaf: str, payload: bytes) -> None:
        """Say something; without a connection it is lost."""
        if self._client is not None and self._client.is_connected():
            where = topic(self._site, self._device, leaf)
            self._client.publish(where, payload, int(leaf not in QOS_0_LEAVES), leaf in RETAINED_LEAVES)

    def read(self) -> None:
        """Take what has come."""
        if self._client is not None:
            self._note(self._client.loop_read(PACKETS_AT_ONCE))

    def write(self) -> None:
        """Write what could not be written at once."""
        if self._client is not None:
            self._note(self._client.loop_write())

    def keep_alive(self) -> None:
        """To be called about every second."""
        if self._client is not None:
            self._note(self._client.loop_misc())

    def _note(self, code: MQTTErrorCode) -> None:
        if code is not MQTTErrorCode.MQTT_ERR_SUCCESS and self._client is not None:
            self.cut()
            self.inbox.append(ConnectionLost())

    def _new_client(self, will: bytes) -> Client:
        client = Client(CallbackAPIVersion.VERSION2, self._device, protocol=MQTTProtocolVersion.MQTTv5)
        client.username_pw_set(self._device, (self._broker.passwords or {}).get(self._device))
        if self._broker.ca_file is not None:
            client.tls_set(str(self._broker.ca_file))
        client.will_set(topic(self._site, self._device, "status"), will, 1, retain=True)
        client.connect_timeout = CONNECTS_WITHIN_S
        client.on_socket_open = _without_delay
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_message = self._on_message
        return client

    def _on_connect(
        self, client: Client, _data: object, _flags: ConnectFlags, code: ReasonCode, _properties: Properties | None
    ) -> None:
        if code.is_failure:
            self.inbox.append(Trouble(f"the broker refuses the connection: {code}"))
            return
        never_kept = SubscribeOptions(qos=1, retainHandling=SubscribeOptions.RETAIN_DO_NOT_SEND)
        own = [topic(self._site, self._device, leaf) for leaf in sorted(TOLD_LEAVES)]
        client.subscribe([(where, never_kept) for where in [*own, beacon_topic(self._site)]])
        self.inbox.append(Connected())

    def _on_disconnect(
        self,
        _client: Client,
        _data: object,
        flags: DisconnectFlags,
        code: ReasonCode,
        _properties: Properties | None,
    ) -> None:
        if flags.is_disconnect_packet_from_server:
            self.inbox.append(Trouble(f"the broker ended the connection: {code}"))

    def _on_message(self, _client: Client, _data: object, message: MQTTMessage) -> None:
        try:
            where = message.topic
        except UnicodeDecodeError:  # Of a broker whose file is damaged: it starts, and says what it read.
            self.inbox.append(Trouble("a message whose topic is no text cannot be used: see to the broker's disk"))
            return
        try:
            said = parse(where.rpartition("/")[2], bytes(message.payload))
        except BadMessage as bad:
            self.inbox.append(Trouble(f"a message on {where} cannot be used: {bad}"))
            return
        if isinstance(said, Beacon | Feedback | Command | Ack):
            self.inbox.append(ToldBy(said, message.retain))


def _without_delay(_client: Client, _data: object, sock: object) -> None:
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
