"""The least that a gateway does for firmware: beacons, acknowledgements, and an answer to each tap, by card."""

from collections.abc import Callable
from threading import Event, Thread
from types import TracebackType
from typing import Self

from devices.wire import encode, parse
from devices.wire_messages import Ack, Beacon, Command, Feedback, Signal, Status, Tap, TapRef
from devices.wire_topics import beacon_topic, parse_topic, topic
from tests.support.mqtt import Peer

LOOK_EVERY_S = 0.01
WITHIN_S = 60.0


class Answering:
    """``signal_of`` says what a card is answered; ``lock_of`` which controller is pulsed for a reader's grant."""

    def __init__(
        self, port: int, site: str, signal_of: Callable[[str], Signal], lock_of: dict[str, str] | None = None
    ) -> None:
        """Prepare; ``with`` runs it in a thread of its own."""
        self.peer = Peer(port, f"hubout/{site}/+/+")
        self.taps: list[tuple[str, str, Signal]] = []
        self._site, self._signal_of, self._lock_of = site, signal_of, lock_of or {}
        self._boots: dict[str, str] = {}
        self._upto: dict[tuple[str, str], int] = {}
        self._pulses = 0
        self._stop, self._pause = Event(), Event()
        self._thread = Thread(target=self._run, name="answering")

    def __enter__(self) -> Self:
        """Run."""
        self.peer.__enter__()
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self._stop.set()
        self._thread.join(WITHIN_S)
        self.peer.__exit__(kind, error, trace)

    def _run(self) -> None:
        done = 0
        while not self._stop.is_set():
            for heard in self.peer.heard[done:]:
                done += 1
                self._take(heard.topic, heard.payload)
            self._pause.wait(LOOK_EVERY_S)

    def _take(self, where: str, payload: bytes) -> None:
        at = parse_topic(where)
        message = parse(at.leaf, payload)
        if isinstance(message, Status) and message.state == "online":
            self._boots[at.device] = message.boot
            self.peer.say(beacon_topic(self._site), encode(Beacon(f"beacon-{len(self.peer.heard)}")), qos=0)
        stamp = getattr(message, "stamp", None)
        if stamp is None:
            return
        upto = self._upto.get((at.device, stamp.boot), 0)
        if isinstance(message, Tap) and message.seq > upto:
            self._answer(at.device, message)
        self._upto[at.device, stamp.boot] = max(upto, stamp.seq)
        self.peer.say(topic(self._site, at.device, "ack"), encode(Ack(stamp.boot, max(upto, stamp.seq))), qos=0)

    def _answer(self, reader: str, tap: Tap) -> None:
        signal = self._signal_of(tap.uid)
        self.taps.append((reader, tap.uid, signal))
        lock = self._lock_of.get(reader)
        if signal == "granted" and lock is not None:
            self._pulses += 1
            grant = f"1-{self._pulses}"
            pulse = Command(grant, "pulse", 2_000, self._boots[lock], self._pulses, 1 << 40)
            self.peer.say(topic(self._site, lock, "command"), encode(pulse), qos=0)
        answer = Feedback(TapRef(tap.boot, tap.seq), signal)
        self.peer.say(topic(self._site, reader, "feedback"), encode(answer), qos=0)
