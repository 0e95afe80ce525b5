"""Load on a real site: firmware shows one card after another and people sit down and leave, at seeded moments."""

import json
from collections import Counter
from collections.abc import Sequence
from random import Random
from threading import Event, Thread
from types import TracebackType
from typing import Self

from devices.wire import parse
from devices.wire_messages import Tap
from firmware_sim.desk_sensor import DeskSensor
from firmware_sim.device import Device
from firmware_sim.doings import Publish
from firmware_sim.happenings import CardShown, Happening, SeatLeft, SeatTaken
from firmware_sim.radio import Broker
from firmware_sim.reader import Reader
from tests.support.fleets import RunningFleet

PAUSE_S = (0.01, 0.04)
WAITING_AT_MOST = 200
"""Nobody goes on showing cards to a reader that has not answered so often; a device keeps 256."""


def uid_of(number: int) -> str:
    """The card of the person of that number."""
    return f"04{number:012X}"


class Load:
    """Every device of a site under load; ``with`` powers them on, ``begin`` and ``cease`` are the crowd's."""

    def __init__(
        self, site: str, broker: Broker, readers: Sequence[str], sensors: Sequence[str], seed: int, cards: int
    ) -> None:
        """Prepare; no card is ever shown twice, and after the last only sensors have something to say."""
        devices = [Device(ident, Reader()) for ident in readers]
        devices += [Device(ident, DeskSensor(taken=False)) for ident in sensors]
        self.running = RunningFleet(site, devices, broker, seed)
        self.shown, self._cards = 0, cards
        self._readers, self._sensors, self._chance = list(readers), list(sensors), Random(seed)
        self._stop = Event()
        self._thread = Thread(target=self._crowd, name="crowd")

    def __enter__(self) -> Self:
        """Power on."""
        self.running.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self.cease()
        self.running.__exit__(kind, error, trace)

    def begin(self) -> None:
        """Let people come."""
        self._thread.start()

    def cease(self) -> None:
        """Let nobody else come."""
        self._stop.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _crowd(self) -> None:
        while not self._stop.wait(self._chance.uniform(*PAUSE_S)):
            of_readers = self._chance.random() < 0.5 and self.shown < self._cards
            device = self._chance.choice(self._readers if of_readers else self._sensors)
            if len(self.running.fleet.devices[device].alive.outbox.waiting) < WAITING_AT_MOST:
                self.running.happen(device, self._next(of_readers))

    def _next(self, of_readers: bool) -> Happening:
        if not of_readers:
            return SeatTaken() if self._chance.random() < 0.5 else SeatLeft()
        self.shown += 1
        return CardShown(uid_of(self.shown))

    def boots(self) -> dict[str, str]:
        """Every device's boot."""
        return {ident: device.alive.boot for ident, device in self.running.fleet.devices.items()}

    def told(self) -> dict[str, int]:
        """Up to which of its numbers each device was told that the gateway has them."""
        found: dict[str, int] = {}
        for ident, device in self.running.fleet.devices.items():
            life = device.alive
            found[ident] = min((one.seq for one in life.outbox.waiting), default=life.seq + 1) - 1
        return found

    def all_told(self) -> bool:
        """Whether nothing waits for an answer, and nothing was given up."""
        boxes = [device.alive.outbox for device in self.running.fleet.devices.values()]
        assert not any(box.dropped for box in boxes)
        return not any(box.waiting for box in boxes)

    def all_came(self) -> bool:
        """Whether everybody has shown their card, and the gateway has it: a slow machine outlasts the crowd."""
        devices = self.running.fleet.devices
        return self.shown >= self._cards and not any(devices[one].alive.outbox.waiting for one in self._readers)

    def taps(self) -> Counter[tuple[str, str]]:
        """Every (reader, card) that was said, once however often it was said."""
        said = {
            (device, doing.payload)
            for device, doing in tuple(self.running.seen)
            if isinstance(doing, Publish) and doing.leaf == "tap"
        }
        return Counter((device, _uid(payload)) for device, payload in said)

    def levels(self) -> dict[str, bool]:
        """What each sensor said last."""
        found: dict[str, tuple[int, bool]] = {}
        for device, doing in tuple(self.running.seen):
            if isinstance(doing, Publish) and doing.leaf == "presence":
                said = json.loads(doing.payload)
                found[device] = max(found.get(device, (0, False)), (said["seq"], said["present"]))
        return {device: present for device, (_, present) in found.items()}


def _uid(payload: bytes) -> str:
    said = parse("tap", payload)
    assert isinstance(said, Tap)
    return said.uid
