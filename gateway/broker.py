"""One MQTT connection, driven by the gateway's own loop: no thread of paho's, no callback that decides anything.

What arrives is kept as (mid, qos, topic, payload, retained) and paho's own message object dropped: fewer
objects for the collector to walk. Connecting happens in a thread of its own, because it may wait for a name or a host;
while that thread runs, nobody else touches the client. Everything else is the caller's one thread.
"""

import struct
import threading
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from access.clock import MINUTE_MS, SECOND_MS
from devices.sitefile_settings import BrokerSettings
from gateway.gathered import Gathered, without_delay
from gateway.mqtt import IN_FLIGHT, Arrived, Phase, Wish, connecting, options, password

if TYPE_CHECKING:
    from paho.mqtt.client import SocketLike

KEEPALIVE_S = 15
CONNECT_TIMEOUT_S = 5.0
FIRST_WAIT_MS = 250
LONGEST_WAIT_MS = 10 * SECOND_MS
TAKEN_OVER_WAIT_MS = 1 * MINUTE_MS
_TAKEN_OVER = 0x8E
_PUBACK, _PUBACK_HEAD = struct.Struct("!HH"), 0x4002


class _Client(paho.Client):
    """Paho's client over a gathered socket; the one place where paho lets a socket be put under it."""

    def _create_socket(self) -> "SocketLike":
        return Gathered(without_delay(super()._create_socket()))  # type: ignore[arg-type]


class Broker:
    """One client of the site's broker. ``durable`` keeps its session across restarts and acknowledges by hand."""

    def __init__(
        self,
        settings: BrokerSettings,
        client_id: str,
        wishes: Sequence[Wish],
        wake: Callable[[], None],
        *,
        durable: bool,
    ) -> None:
        """Nothing is opened yet; ``wake`` is called from the connecting thread."""
        self.settings, self.client_id, self.durable = settings, client_id, durable
        self._wishes, self._wake = tuple(wishes), wake
        self.phase = Phase.DOWN
        self.trouble = "not connected yet"
        self.inbox: list[Arrived] = []
        self.subscribed = False
        self._failures, self._retry_ms = 0, 0
        self._attempt: threading.Thread | None = None
        self._attempt_error = ""
        self._client = self._new_client()

    def _new_client(self) -> paho.Client:
        client = _Client(
            CallbackAPIVersion.VERSION2,
            self.client_id,
            protocol=MQTTProtocolVersion.MQTTv5,
            manual_ack=self.durable,
        )
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(IN_FLIGHT)
        client.max_queued_messages_set(10 * IN_FLIGHT)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
        if self.settings.ca_file is not None:
            client.tls_set(ca_certs=str(self.settings.ca_file))
        return client

    # -- what the loop calls

    def sock(self) -> Gathered | None:
        """The socket to watch, or None while there is none, or while another thread connects."""
        return self._client.socket() if self.phase in {Phase.GREETING, Phase.UP} else None  # type: ignore[return-value]

    @property
    def wants_to_write(self) -> bool:
        """Whether the socket is to be watched for writing as well."""
        return self._client.want_write() or ((sock := self.sock()) is not None and sock.holds_output)

    @property
    def wants_to_read(self) -> bool:
        """Whether to read again at once: something came already that no selector will tell of."""
        return (sock := self.sock()) is not None and sock.holds_input

    def tend(self, mono_ms: int) -> None:
        """Once a second or so, and when woken: keep alive, notice what failed, begin to connect when due."""
        if self.phase is Phase.CONNECTING:
            self._finish_attempt(mono_ms)
        elif self.phase is Phase.DOWN:
            if mono_ms >= self._retry_ms:
                self._begin_attempt()
        elif self._client.loop_misc() is not paho.MQTT_ERR_SUCCESS:
            self._fell(mono_ms, "the broker does not answer")
        if self.phase in {Phase.GREETING, Phase.UP} and self._client.socket() is None:
            self._fell(mono_ms, self.trouble or "the connection ended")
        self.flush()

    def read(self, at_most: int) -> None:
        """Take what waits on the socket, up to ``at_most`` messages into the inbox."""
        inbox, client = self.inbox, self._client
        client.loop_read()
        while len(inbox) < at_most and self.wants_to_read:
            client.loop_read()

    def write(self) -> None:
        """Send what could not be sent at once."""
        self.flush()
        self._client.loop_write()

    def flush(self) -> None:
        """Let go what was published and acknowledged since the last time, in one piece."""
        if (sock := self.sock()) is not None:
            sock.flush()

    def publish(self, topic: str, payload: bytes, qos: int, *, retain: bool, properties: Properties | None) -> bool:
        """Publish; False where there is no connection, and then nothing is kept for later: it would be stale."""
        if self.phase is not Phase.UP:
            return False
        info = self._client.publish(topic, payload, qos, retain, properties)
        return info.rc == paho.MQTT_ERR_SUCCESS

    def acknowledge(self, messages: Sequence[Arrived]) -> None:
        """Tell the broker that messages are committed, or their rejection counted."""
        sock, mids = self.sock(), [message.mid for message in messages if message.qos]
        if sock is None:
            return
        try:
            # A PUBACK is four bytes, and paho takes longer over one than the commit does.
            sock.send(b"".join([_PUBACK.pack(_PUBACK_HEAD, mid) for mid in mids]))
        except BlockingIOError:
            for mid in mids:
                self._client.ack(mid, qos=1)

    def drop(self, mono_ms: int, why: str) -> None:
        """Break the connection so that everything unacknowledged comes again."""
        self._client.disconnect()
        self._fell(mono_ms, why)

    def close(self) -> None:
        """Leave for good; the session stays at the broker."""
        if self._attempt is not None:
            self._attempt.join(CONNECT_TIMEOUT_S + 1)
        if self.phase in {Phase.GREETING, Phase.UP}:
            self._client.disconnect()

    # -- connecting

    def _begin_attempt(self) -> None:
        self.phase, self._attempt_error = Phase.CONNECTING, ""
        self._attempt = threading.Thread(target=self._connect, name=f"connect {self.client_id}", daemon=True)
        self._attempt.start()

    def _connect(self) -> None:
        settings, properties = self.settings, connecting(durable=self.durable)
        try:
            if settings.username is not None:
                self._client.username_pw_set(settings.username, password(settings))
            self._client.connect_async(
                settings.host, settings.port, KEEPALIVE_S, clean_start=not self.durable, properties=properties
            )
            self._client.reconnect()
            if isinstance(sock := self._client.socket(), Gathered):
                sock.flush()
        except (OSError, ValueError) as error:
            self._attempt_error = f"the broker at {settings.host}:{settings.port} cannot be reached: {error}"
        finally:
            self._wake()

    def _finish_attempt(self, mono_ms: int) -> None:
        if self._attempt is not None and self._attempt.is_alive():
            # It has said all it has to say but may still be on its last line.
            self._attempt.join(0.01)
            if self._attempt.is_alive():
                return
        self._attempt = None
        if self._attempt_error:
            self._fell(mono_ms, self._attempt_error)
        else:
            self.phase, self.trouble = Phase.GREETING, ""

    def _fell(self, mono_ms: int, why: str) -> None:
        wait_ms = min(FIRST_WAIT_MS << min(self._failures, 8), LONGEST_WAIT_MS)
        if self.trouble.startswith("another client"):
            why, wait_ms = self.trouble, TAKEN_OVER_WAIT_MS
        self.phase, self.trouble, self.subscribed = Phase.DOWN, why, False
        self._failures += 1
        self._retry_ms = mono_ms + wait_ms
        self.inbox.clear()

    # -- paho's callbacks: they note, and never raise

    def _on_connect(
        self, client: paho.Client, _userdata: object, _flags: object, reason: ReasonCode, _props: object
    ) -> None:
        if reason.is_failure:
            self.trouble = f"the broker refuses {self.client_id}: {reason}; check username and password_file"
            return
        self.phase, self.trouble, self._failures = Phase.UP, "", 0
        if self._wishes:
            client.subscribe([(wish.pattern, options(wish)) for wish in self._wishes])

    def _on_subscribe(
        self, _client: object, _userdata: object, _mid: int, reasons: list[ReasonCode], _props: object
    ) -> None:
        refused = [w.pattern for w, reason in zip(self._wishes, reasons, strict=False) if reason.is_failure]
        self.subscribed = True
        self.trouble = f"the broker refuses the subscriptions {', '.join(refused)}; check its ACL" if refused else ""

    def _on_disconnect(
        self, _client: object, _userdata: object, _flags: object, reason: ReasonCode, _props: object
    ) -> None:
        if reason.value == _TAKEN_OVER:
            self.trouble = f"another client took the session {self.client_id}: is a second gateway running?"
        elif not self.trouble:
            self.trouble = f"the broker closed the connection: {reason}"

    def _on_message(self, _client: object, _userdata: object, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        self.inbox.append(Arrived(message.mid, message.qos, topic, bytes(message.payload), message.retain))
