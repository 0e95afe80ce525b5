"""Tap → feedback and tap → lock line, one tap and one echo in turn, paced so that no reader taps twice a second.

Both spans begin before the reader's publish. Feedback's ends when the reader has it; the lock line's when its level
changed, by the time that the mock line keeps. The floor's span is the bare echo's, over the same client and broker.
"""

import secrets
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from access.freshness import Heard
from bench.client import Client
from bench.clock import mono_ns
from bench.place import DOORS, SITE, Place, lock_pin, reader
from bench.population import Size, uid
from bench.trouble import CannotMeasure
from devices import wire
from devices import wire_messages as say
from devices.doorkeeper.mock_pins import MockBoard
from devices.wire_topics import beacon_topic, topic

SLOT_NS = 50_000_000
"""A tap and an echo every so often: with 24 readers, each taps once in 1.2 s."""
SETTLES_NS = 3_000_000_000
"""Time for the pages' process to have started; a start is measured by itself."""
ANSWERS_WITHIN_S = 30.0
FILTERS = (beacon_topic(SITE), topic(SITE, "+", "feedback"), "floor/+/feedback")


class Tapped(NamedTuple):
    """A tap's spans in nanoseconds: to its feedback and to the change of the lock's line; of which badge it was, by
    number, and when it was sent.
    """

    feedback_ns: int
    lock_ns: int
    badge: int
    sent_ns: int


@dataclass(slots=True)
class Sampled:
    """Spans in nanoseconds, a tap's and its floor's neighbours by index."""

    feedback: list[int] = field(default_factory=list)
    lock: list[int] = field(default_factory=list)
    floor: list[int] = field(default_factory=list)


class Readers:
    """All readers of the place as one client, and the card that each shows next."""

    def __init__(self, place: Place, size: Size, port: int) -> None:
        self._board = MockBoard(place.pins)
        self._booked, self._boot, self._seq = size.booked_now, secrets.token_hex(8), 0
        self._beacon, self._beacon_ns = "", 0
        self.beacons = 0
        self._answer: tuple[str, bytes, int] | None = None
        self.client = Client(port, "bench-readers", FILTERS, self._heard)

    def _heard(self, name: str, payload: bytes) -> None:
        at_ns = mono_ns()
        if name == FILTERS[0]:
            message = wire.parse("beacon", payload)
            if isinstance(message, say.Beacon):
                self._beacon, self._beacon_ns = message.beacon, at_ns
                self.beacons += 1
        else:
            self._answer = (name, payload, at_ns)

    def tap(self, number: int) -> Tapped:
        """One booked card at a reader."""
        self._seq += 1
        heard = Heard(self._beacon, (mono_ns() - self._beacon_ns) // 1_000_000)
        badge = self._seq % self._booked
        tap = say.Tap(self._boot, self._seq, mono_ns() // 1_000_000, heard, uid(badge))
        name, payload = reader(number), wire.encode(tap)
        sent_ns = mono_ns()
        answer, at_ns = self._asked(topic(SITE, name, "tap"), payload, topic(SITE, name, "feedback"))
        message = wire.parse("feedback", answer)
        if not isinstance(message, say.Feedback) or message.signal != "granted":
            raise CannotMeasure(f"a booked card was answered {answer!r}")
        if not self.client.until(lambda: self._board.released_ns(lock_pin(number)) >= sent_ns, ANSWERS_WITHIN_S):
            raise CannotMeasure(f"the lock line of door {number} did not move")
        lock_ns = self._board.released_ns(lock_pin(number)) - sent_ns
        return Tapped(at_ns - sent_ns, lock_ns, badge, sent_ns)

    def echo(self, number: int) -> int:
        """One message of a tap's size through the floor: its span."""
        self._seq += 1
        payload = wire.encode(say.Tap(self._boot, self._seq, mono_ns() // 1_000_000, None, uid(number)))
        sent_ns = mono_ns()
        _, at_ns = self._asked(f"floor/{number}/tap", payload, f"floor/{number}/feedback")
        return at_ns - sent_ns

    def _asked(self, name: str, payload: bytes, answered: str) -> tuple[bytes, int]:
        self._answer = None
        self.client.publish(name, payload)
        self.client.until(lambda: self._answer is not None and self._answer[0] == answered, ANSWERS_WITHIN_S)
        if self._answer is None:
            raise CannotMeasure(f"nobody answered {name} within {ANSWERS_WITHIN_S:g} s")
        return self._answer[1], self._answer[2]


def sample(readers: Readers, samples: int, told: Callable[[int], None]) -> Sampled:
    """So many taps and echoes, in turn; ``told`` hears how many are done."""
    found = Sampled()
    slot_ns = mono_ns() + SETTLES_NS
    for index in range(samples):
        number = index % DOORS
        for offset_ns, step in _in_turn(readers, number, found, first=index % 2 == 0):
            readers.client.serve_until(slot_ns + offset_ns)
            step()
        slot_ns = max(slot_ns + SLOT_NS, mono_ns())
        told(index + 1)
    return found


def _in_turn(readers: Readers, number: int, found: Sampled, *, first: bool) -> Iterator[tuple[int, Callable[[], None]]]:
    """A tap and an echo, half a slot apart; which goes ``first`` changes, so that neither is always the second."""

    def tap() -> None:
        tapped = readers.tap(number)
        found.feedback.append(tapped.feedback_ns)
        found.lock.append(tapped.lock_ns)

    def echo() -> None:
        found.floor.append(readers.echo(number))

    yield from zip((0, SLOT_NS // 2), (tap, echo) if first else (echo, tap), strict=True)
