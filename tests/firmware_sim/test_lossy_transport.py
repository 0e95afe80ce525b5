"""Over a transport that loses, repeats, reorders and delays, every event arrives, once written, in its order.

The receiver is the smallest that keeps the contract: it takes each number once, and answers with how far it has all.
"""

from dataclasses import dataclass, field
from heapq import heappop, heappush

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from access.cursor import Cursor, seen, take
from devices.wire import parse
from devices.wire_messages import Ack, Presence
from firmware_sim import outbox
from firmware_sim.desk_sensor import DeskSensor
from firmware_sim.doings import Connect, Doing, Publish
from firmware_sim.happenings import Connected, ConnectionLost, Happening, PowerOn, SeatLeft, SeatTaken, Ticked, ToldBy
from firmware_sim.outbox import KEPT_AT_MOST
from tests.support.firmware_bench import BOOT, Bench

SETTLES_WITHIN_MS = 30 * 60_000


@dataclass(frozen=True, slots=True)
class Weather:
    """What befalls one packet: how often it arrives (0: lost), and how late."""

    copies: int
    delay_ms: int


weathers = st.builds(Weather, st.sampled_from([0, 0, 1, 1, 1, 2, 3]), st.integers(0, 9_000))


@dataclass
class Network:
    """A device, the transport and the receiver, in virtual time; bad weather lasts as long as ``weather`` does."""

    weather: list[Weather]
    drops: list[int]
    bench: Bench = field(default_factory=lambda: Bench(DeskSensor(taken=False)))
    cursor: Cursor = field(default_factory=lambda: Cursor(BOOT))
    log: dict[int, Presence] = field(default_factory=dict)
    written: dict[int, set[bytes]] = field(default_factory=dict)
    reached: set[str] = field(default_factory=set)
    _packets: list[tuple[int, int, bytes | Ack]] = field(default_factory=list)
    _sent: int = 0

    def happen(self, event: Happening) -> None:
        """Something happens to the device; what it says is on its way."""
        for doing in self.bench.do(event):
            self._carry(doing)
        assert len(self.bench.device.life.outbox.waiting if self.bench.device.life else ()) <= KEPT_AT_MOST

    def run(self, span_ms: int) -> None:
        """Let packets and the device's own deadlines come, in their order."""
        end_ms = self.bench.now_ms + span_ms
        while (at_ms := self._next_ms()) is not None and at_ms <= end_ms:
            self.bench.now_ms = max(self.bench.now_ms, at_ms)
            if self._packets and self._packets[0][0] <= self.bench.now_ms:
                self._arrive(heappop(self._packets)[2])
            else:
                self.happen(Ticked())
            if self.drops and self.bench.now_ms >= self.drops[0]:
                self.drops.pop(0)
                self.happen(ConnectionLost())
        self.bench.now_ms = end_ms

    def _next_ms(self) -> int | None:
        times = [self._packets[0][0]] if self._packets else []
        due_ms = outbox.next_due_ms(self.bench.device.alive.outbox)
        retry = self.bench.device.alive.link
        own = due_ms if retry.up else retry.retry_due_ms
        return min([*times, *([own] if own is not None else [])], default=None)

    def _carry(self, doing: Doing) -> None:
        if isinstance(doing, Connect):
            self.happen(Connected())
        if isinstance(doing, Publish) and doing.leaf == "presence":
            self._send(doing.payload)

    def _send(self, packet: bytes | Ack) -> None:
        fate = self.weather.pop(0) if self.weather else Weather(1, 5)
        self.reached.add({0: "lost", 1: "sent"}.get(fate.copies, "repeated"))
        for copy in range(fate.copies):
            at_ms = self.bench.now_ms + fate.delay_ms // (copy + 1)
            self._sent += 1
            heappush(self._packets, (at_ms, self._sent, packet))

    def _arrive(self, packet: bytes | Ack) -> None:
        if isinstance(packet, Ack):
            self.happen(ToldBy(packet))
            return
        message = parse("presence", packet)
        assert isinstance(message, Presence)
        self.written.setdefault(message.seq, set()).add(packet)
        if seen(self.cursor, message.seq):
            self.reached.add("duplicate")
        else:
            if message.seq < max(self.log, default=0):
                self.reached.add("reordered")
            self.cursor, _ = take(self.cursor, message.seq, self.bench.now_ms)
            self.log[message.seq] = message
        self._send(Ack(BOOT, self.cursor.upto))


@given(
    st.lists(st.tuples(st.booleans(), st.integers(0, 4_000)), min_size=1, max_size=60),
    st.lists(weathers, max_size=200),
    st.lists(st.integers(1_000_000, 1_200_000), max_size=4).map(sorted),
)
@settings(max_examples=120, deadline=None)
def test_every_event_arrives_byte_identical_and_in_its_order(
    events: list[tuple[bool, int]], weather: list[Weather], drops: list[int]
) -> None:
    network = Network(weather, drops)
    network.happen(PowerOn(BOOT))
    happened: list[bool | None] = [False]
    for taken, pause_ms in events:
        if taken is not happened[-1]:
            happened.append(taken)
        network.happen(SeatTaken() if taken else SeatLeft())
        network.run(pause_ms)
    network.run(SETTLES_WITHIN_MS)
    assert [network.log[seq].present for seq in sorted(network.log)] == happened
    assert sorted(network.log) == list(range(1, len(happened) + 1))
    assert all(len(spellings) == 1 for spellings in network.written.values())
    assert network.bench.device.alive.outbox == outbox.Outbox()


def test_the_bad_weather_does_lose_repeat_and_reorder() -> None:
    weather = [Weather(0, 0), Weather(3, 8_000), Weather(1, 0), Weather(0, 0), Weather(2, 900)] * 8
    network = Network(weather, [1_003_000])
    network.happen(PowerOn(BOOT))
    for number in range(30):
        network.happen(SeatLeft() if number % 2 else SeatTaken())
        network.run(400)
    network.run(SETTLES_WITHIN_MS)
    assert network.reached == {"lost", "sent", "repeated", "duplicate", "reordered"}
    assert len(network.log) == 31


def test_a_full_memory_drops_its_oldest_and_counts_it() -> None:
    bench = Bench(DeskSensor(taken=False))
    bench.do(PowerOn(BOOT))
    for number in range(300):
        bench.do(SeatLeft() if number % 2 else SeatTaken())
    box = bench.device.alive.outbox
    assert (len(box.waiting), box.dropped) == (KEPT_AT_MOST, 301 - KEPT_AT_MOST)
    assert [waiting.seq for waiting in box.waiting] == list(range(301 - KEPT_AT_MOST + 1, 302))


@pytest.mark.parametrize("upto", [0, 1, 2, 3, 99])
def test_an_answer_settles_every_number_up_to_it(upto: int) -> None:
    box = outbox.Outbox()
    for seq in (1, 2, 3):
        box = outbox.put(box, seq, "tap", b"x", 0)
    assert [waiting.seq for waiting in outbox.answered(box, upto).waiting] == [seq for seq in (1, 2, 3) if seq > upto]
