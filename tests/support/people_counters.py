"""People counters as firmware is: numbered messages, kept and sent again, byte for byte, until they are answered.

Each message counts another number of people, so that whoever finds it later knows which one it is.
"""

from collections.abc import Sequence
from threading import Event
from time import monotonic

from paho.mqtt.client import Client, MQTTMessage

from devices.wire import encode, parse
from devices.wire_messages import Ack, Count
from tests.support.mqtt import Peer

BOOT = "c0de000000000001"
KEPT = 256
"""Firmware keeps so many (interfaces: ack)."""
RESENDS_AFTER_S = 2.0
ANSWERED_WITHIN_S = 60.0


class Counters(Peer):
    """All of a site's counters on one connection, which take turns."""

    def __init__(self, port: int, site: str, idents: Sequence[str]) -> None:
        super().__init__(port, f"hubout/{site}/+/ack")
        self._site, self._idents = site, idents
        self._kept: dict[str, dict[int, bytes]] = {ident: {} for ident in idents}
        self._numbers = dict.fromkeys(idents, 0)
        self.said = 0

    def say_more(self, count: int) -> range:
        """Say so many at once, without waiting for anything; the numbers that they count."""
        first = self.said + 1
        for _ in range(count):
            self.said += 1
            self._say_next(self._idents[self.said % len(self._idents)])
        return range(first, self.said + 1)

    def say_paced(self, count: int, per_s: int) -> range:
        """Say so many at a steady pace."""
        first, began_s, never = self.said + 1, monotonic(), Event()
        for done in range(count):
            self.say_more(1)
            never.wait(max(0.0, began_s + (done + 1) / per_s - monotonic()))
        return range(first, self.said + 1)

    def until_answered(self) -> None:
        """Wait until the gateway has answered for every message, sending again what it has not."""
        deadline, never = monotonic() + ANSWERED_WITHIN_S, Event()
        again_s = monotonic() + RESENDS_AFTER_S
        while self.unanswered:
            assert monotonic() < deadline, f"{self.unanswered} of {self.said} messages were never answered"
            if monotonic() >= again_s:
                self._resend()
                again_s = monotonic() + RESENDS_AFTER_S
            never.wait(0.02)

    @property
    def unanswered(self) -> int:
        """How many wait for an answer."""
        return sum(map(len, self._kept.values()))

    def _say_next(self, ident: str) -> None:
        self._numbers[ident] += 1
        seq = self._numbers[ident]
        payload = encode(Count(BOOT, seq, self.said, None, self.said // 1_000, self.said % 1_000))
        kept = self._kept[ident]
        assert len(kept) < KEPT, f"{ident} could not keep another message"
        kept[seq] = payload
        self._publish(ident, payload)

    def _resend(self) -> None:
        for ident, kept in self._kept.items():
            for payload in list(kept.values()):
                self._publish(ident, payload)

    def _publish(self, ident: str, payload: bytes) -> None:
        self._client.publish(f"hubout/{self._site}/{ident}/count", payload, 1)

    def _on_message(self, client: Client, data: object, message: MQTTMessage) -> None:
        del client, data
        ident, ack = message.topic.split("/")[2], parse("ack", bytes(message.payload))
        if isinstance(ack, Ack) and ack.boot == BOOT and ident in self._kept:
            for seq in [seq for seq in list(self._kept[ident]) if seq <= ack.upto]:
                del self._kept[ident][seq]


def number_of(entered: int, left: int) -> int:
    """Which message it was, by what it counted."""
    return entered * 1_000 + left
