"""One MQTT connection, driven by the gateway's own loop: no thread of paho's, no callback that decides anything.

What arrives is kept as (mid, qos, topic, payload, retained) and paho's own message object dropped: fewer
objects for the collector to walk. Connecting happens in a thread of its own, because it may wait for a name or a host;
everything else is the caller's one thread. Each connection is a new client of paho's: one that is reconnected sends
again what was not acknowledged, and an answer of a minute ago is worse than none.
"""

import struct
import threading
from collections.abc import Callable, Sequence

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTProtocolVersion
from paho.mqtt.properties import Properties
from paho.mqtt.reasoncodes import ReasonCode

from access.clock import MINUTE_MS, SECOND_MS
from devices.sitefile_settings import BrokerSettings
from gateway.mqtt.gathered import Gathered, GatheredClient
from gateway.mqtt.messages import IN_FLIGHT, Arrived, Phase, Wish, connecting, options, password

KEEPALIVE_S = 15
CONNECT_TIMEOUT_S = 5.0
CLOSES_WITHIN_S = 0.25
FIRST_WAIT_MS = 250
LONGEST_WAIT_MS = 10 * SECOND_MS
TAKEN_OVER_WAIT_MS = 1 * MINUTE_MS
BRIEF_MS, BRIEF_IN_A_ROW = 2 * SECOND_MS, 6
"""Mosquitto 2.0.11 ends a taken session without a word: again and again, oftener than a broker that dies does."""
_TAKEN_OVER = 0x8E
_PUBACK, _PUBACK_HEAD = struct.Struct("!HH"), 0x4002


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
        self.phase, self.trouble = Phase.DOWN, ""
        self.inbox: list[Arrived] = []
        self.subscribed, self.connections = False, 0
        self._failures = self._retry_ms = self._begun_ms = self._brief = 0
        self._attempted = threading.Event()
        self._why, self._taken_over, self._closing = "", False, False
        self._client = self._new_client()

    def _new_client(self) -> paho.Client:
        v5 = MQTTProtocolVersion.MQTTv5
        client = GatheredClient(CallbackAPIVersion.VERSION2, self.client_id, protocol=v5, manual_ack=self.durable)
        client.connect_timeout = CONNECT_TIMEOUT_S
        client.max_inflight_messages_set(IN_FLIGHT)
        client.max_queued_messages_set(10 * IN_FLIGHT)
        client.on_connect = self._on_connect
        client.on_disconnect = self._on_disconnect
        client.on_subscribe = self._on_subscribe
        client.on_message = self._on_message
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
            if self._attempted.is_set():
                self._finish_attempt(mono_ms)
        elif self.phase is Phase.DOWN:
            if mono_ms >= self._retry_ms:
                self._begin_attempt()
        else:
            self._client.loop_misc()
        if self.phase in {Phase.GREETING, Phase.UP} and self._client.socket() is None:
            self._ended(mono_ms)
        self.flush()

    def read(self, at_most: int) -> None:
        """Take what waits on the socket, up to ``at_most`` messages into the inbox."""
        if (sock := self.sock()) is None:
            return
        sock.fill()
        while len(self.inbox) < at_most:
            message = sock.message()
            if message is not None:
                self._take(message)
            elif self._client.loop_read() is not paho.MQTT_ERR_SUCCESS or not sock.holds_input:
                return

    def _take(self, message: Arrived) -> None:
        self.inbox.append(message)
        if not self.durable:
            self.acknowledge((message,))

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
        """Leave for good; the session stays at the broker. An attempt that still waits ends by itself."""
        self._closing = True
        if self.phase is Phase.CONNECTING:
            self._attempted.wait(CLOSES_WITHIN_S)
        self._client.disconnect()
        self.phase = Phase.DOWN

    # -- connecting

    @property
    def _where(self) -> str:
        return f"the broker at {self.settings.host}:{self.settings.port}"

    def _begin_attempt(self) -> None:
        self.phase, self._why, self._taken_over = Phase.CONNECTING, "", False
        self._attempted.clear()
        threading.Thread(target=self._connect, name=f"connect {self.client_id}", daemon=True).start()

    def _connect(self) -> None:
        """Everything that may wait; the caller's thread keeps away until it is said to be over."""
        settings, client = self.settings, self._new_client()
        try:
            if settings.username is not None:
                client.username_pw_set(settings.username, password(settings))
            if settings.ca_file is not None:
                client.tls_set(ca_certs=str(settings.ca_file))
            properties, clean = connecting(durable=self.durable), not self.durable
            client.connect_async(settings.host, settings.port, KEEPALIVE_S, clean_start=clean, properties=properties)
            client.reconnect()
            if isinstance(sock := client.socket(), Gathered):
                sock.flush()
        except (OSError, ValueError) as error:
            self._why = f"{self._where} cannot be reached: {error}; see [broker], and that it runs"
        finally:
            self._client = client
            if self._closing:
                client.disconnect()
            self._attempted.set()
            self._wake()

    def _finish_attempt(self, mono_ms: int) -> None:
        if self._why:
            self._fell(mono_ms, self._why)
        else:
            self.phase, self._begun_ms = Phase.GREETING, mono_ms

    def _ended(self, mono_ms: int) -> None:
        brief = self.phase is Phase.UP and mono_ms - self._begun_ms < BRIEF_MS
        self._brief = self._brief + 1 if brief else 0
        if self._brief >= BRIEF_IN_A_ROW:
            self._taken_over, self._brief = True, 0
        if self._taken_over:
            self._why = f"another client took the session {self.client_id}; see that no second gateway runs"
        self._fell(mono_ms, self._why)

    def _fell(self, mono_ms: int, why: str) -> None:
        wait_ms = min(FIRST_WAIT_MS << min(self._failures, 8), LONGEST_WAIT_MS)
        self.phase, self.subscribed = Phase.DOWN, False
        self.trouble = why or f"{self._where} ended the connection"
        self._failures += 1
        self._retry_ms = mono_ms + (TAKEN_OVER_WAIT_MS if self._taken_over else wait_ms)
        self.inbox.clear()

    # -- paho's callbacks: they note, and never raise

    def _on_connect(
        self, client: paho.Client, _userdata: object, _flags: object, reason: ReasonCode, _props: object
    ) -> None:
        if reason.is_failure:
            self._why = f"{self._where} refuses {self.client_id}: {reason}; see username and password_file in [broker]"
            return
        self.phase, self.trouble, self._failures = Phase.UP, "", 0
        self.connections += 1
        if self._wishes:
            client.subscribe([(wish.pattern, options(wish)) for wish in self._wishes])

    def _on_subscribe(
        self, _client: object, _userdata: object, _mid: int, reasons: list[ReasonCode], _props: object
    ) -> None:
        refused = [w.pattern for w, reason in zip(self._wishes, reasons, strict=False) if reason.is_failure]
        self.subscribed = True
        if refused:
            self.trouble = f"{self._where} refuses {self.client_id} the topics {', '.join(refused)}; see its ACL"

    def _on_disconnect(
        self, _client: object, _userdata: object, _flags: object, reason: ReasonCode, _props: object
    ) -> None:
        if reason.value == _TAKEN_OVER:
            self._taken_over = True
        elif not self._why:
            doing = "does not answer as a broker does" if self.phase is Phase.GREETING else "ended the connection"
            self._why = f"{self._where} {doing}: {reason}; see that it runs, and its log"

    def _on_message(self, _client: object, _userdata: object, message: paho.MQTTMessage) -> None:
        try:
            topic = message.topic
        except UnicodeDecodeError:
            topic = ""
        self.inbox.append(Arrived(message.mid, message.qos, topic, bytes(message.payload), message.retain))
