"""A native device by hand: it says exactly what a test wants, over a real broker, and hears the gateway's answers."""

from time import monotonic_ns

from paho.mqtt.client import Client, MQTTMessage

from access.freshness import Heard
from devices.wire import encode, parse
from devices.wire_messages import Ack, Beacon, Feedback, Kind, Numbered, Presence, Status, Tap
from tests.support.mqtt import Peer

BOOT = "b007000000000001"


class WireDevice(Peer):
    """One device on its own connection; numbers rise from 1 within ``boot``."""

    def __init__(
        self,
        port: int,
        site: str,
        ident: str,
        *,
        boot: str = BOOT,
        user: str | None = None,
        password: str | None = None,
    ) -> None:
        """Prepare it; ``with`` connects it."""
        self._root, self.id, self.boot = f"hubout/{site}", ident, boot
        self._seq, self._conn = 0, 0
        self._kind: Kind = "desk-sensor" if "sensor" in ident else "reader"
        self._beacon: tuple[str, int] | None = None
        told = [f"{self._root}/{ident}/feedback", f"{self._root}/{ident}/ack", f"{self._root}/gateway/beacon"]
        super().__init__(port, *told, client_id=ident, user=user, password=password)

    @property
    def beacon(self) -> str | None:
        """The last beacon it heard."""
        return None if self._beacon is None else self._beacon[0]

    def heard_now(self) -> Heard:
        """What it writes of the gateway's beacon in a message of this moment; waits for the first one."""
        self.wait_until(lambda: self._beacon is not None, "a beacon")
        assert self._beacon is not None
        return Heard(self._beacon[0], (monotonic_ns() - self._beacon[1]) // 1_000_000)

    def next_seq(self) -> int:
        """Take the next number."""
        self._seq += 1
        return self._seq

    def raw(self, leaf: str, payload: bytes | str, *, retain: bool = False) -> None:
        """Say anything under a last part of the topic."""
        self.say(f"{self._root}/{self.id}/{leaf}", payload, retain=retain)

    def flood(self, leaf: str, payloads: list[bytes]) -> None:
        """Say many things at once, and wait until the broker has them all."""
        topic = f"{self._root}/{self.id}/{leaf}"
        sent = [self._client.publish(topic, payload, 1) for payload in payloads]
        for one in sent:
            one.wait_for_publish(60)

    def born(self) -> None:
        """Say that it is online, which asks for a beacon, and wait for that."""
        self._conn += 1
        known = self.beacon
        self.raw("status", encode(Status("online", self.boot, self._conn, self._kind, "test 1")), retain=True)
        self.wait_until(lambda: self.beacon not in {None, known}, "a new beacon")

    def tap_of(self, uid: str) -> Tap:
        """The message of a card shown now."""
        return Tap(self.boot, self.next_seq(), self._uptime_ms(), self.heard_now(), uid)

    def tap(self, uid: str) -> Tap:
        """Show a card."""
        made = self.tap_of(uid)
        self.send(made)
        return made

    def presence(self, *, present: bool | None) -> Presence:
        """Tell a level."""
        made = Presence(self.boot, self.next_seq(), self._uptime_ms(), self.heard_now(), present)
        self.send(made)
        return made

    def send(self, message: Tap | Presence, *, retain: bool = False) -> None:
        """Say a message, for the first time or again."""
        self.raw("tap" if isinstance(message, Tap) else "presence", encode(message), retain=retain)

    def send_blindly(self, message: Tap) -> None:
        """Say a message to a broker that may not be listening now."""
        self._client.publish(f"{self._root}/{self.id}/tap", encode(message), 1)

    def answers(self, message: Numbered) -> list[Feedback]:
        """Every answer to a tap until now."""
        found = [parse("feedback", one.payload) for one in tuple(self.heard) if one.topic.endswith("/feedback")]
        asked = (message.boot, message.seq)
        return [one for one in found if isinstance(one, Feedback) and (one.tap.boot, one.tap.seq) == asked]

    def signal(self, message: Numbered, within_s: float = 10.0) -> str:
        """What the reader shows for a tap; waits for the first answer."""
        self.wait_until(lambda: bool(self.answers(message)), f"an answer to tap {message.seq} of {self.id}", within_s)
        return self.answers(message)[0].signal

    def acks(self) -> list[Ack]:
        """Every acknowledgement by the gateway until now."""
        found = [parse("ack", one.payload) for one in tuple(self.heard) if one.topic.endswith("/ack")]
        return [one for one in found if isinstance(one, Ack) and one.boot == self.boot]

    def is_acked(self, seq: int) -> bool:
        """Whether the gateway has said that it has everything up to a number."""
        return any(ack.upto >= seq for ack in self.acks())

    def wait_acked(self, seq: int, within_s: float = 10.0) -> None:
        """Wait until the gateway has said that it has everything up to a number."""
        self.wait_until(lambda: self.is_acked(seq), f"{self.id} to be told of {seq}", within_s)

    def _uptime_ms(self) -> int:
        return monotonic_ns() // 1_000_000

    def _on_message(self, client: Client, data: object, message: MQTTMessage) -> None:
        if message.topic.endswith("/gateway/beacon"):
            said = parse("beacon", bytes(message.payload))
            assert isinstance(said, Beacon)
            self._beacon = (said.beacon, monotonic_ns())
        super()._on_message(client, data, message)
