"""A fleet of simulated devices in a thread of its own, and what was seen of it."""

from collections.abc import Callable, Iterable
from threading import Condition, Event, Thread
from time import monotonic
from types import TracebackType
from typing import Self

from firmware_sim.device import Device
from firmware_sim.doings import Doing
from firmware_sim.happenings import Happening
from firmware_sim.live import Fleet
from firmware_sim.radio import Broker
from firmware_sim.seed import chance_of

WITHIN_S = 60.0


class RunningFleet:
    """``seen`` holds (device, doing) in their order, ``troubles`` (device, sentence)."""

    def __init__(self, site: str, devices: Iterable[Device], broker: Broker, seed: int = 1) -> None:
        """Prepare a fleet; ``with`` runs it."""
        self.seen: list[tuple[str, Doing]] = []
        self.troubles: list[tuple[str, str]] = []
        self.fleet = Fleet(site, devices, broker, chance_of(seed), self)
        self._changed, self._stop = Condition(), Event()
        self._thread = Thread(target=self._run, name="fleet")

    def did(self, device: str, doing: Doing) -> None:
        """Note it."""
        with self._changed:
            self.seen.append((device, doing))
            self._changed.notify_all()

    def troubled(self, device: str, sentence: str) -> None:
        """Note it."""
        with self._changed:
            self.troubles.append((device, sentence))
            self._changed.notify_all()

    def happen(self, device: str, *events: Happening) -> None:
        """Let these happen to a device."""
        for event in events:
            self.fleet.post(device, event)

    def wait_until(self, holds: Callable[[], bool], what: str) -> None:
        """Wait until something holds; looked at whenever something was seen, and often."""
        deadline = monotonic() + WITHIN_S
        with self._changed:
            while monotonic() < deadline:
                if holds():
                    return
                self._changed.wait(0.05)
        raise AssertionError(f"waited {WITHIN_S} s for {what}; saw {self.seen[-8:]}, {self.troubles[-4:]}")

    def wait_for(self, device: str, doing: Doing) -> None:
        """Wait until a device has done this."""
        self.wait_until(lambda: (device, doing) in self.seen, f"{device} to do {doing}")

    def __enter__(self) -> Self:
        """Run."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self._stop.set()
        self.fleet.wake()
        self._thread.join(WITHIN_S)

    def _run(self) -> None:
        self.fleet.start()
        while not self._stop.is_set():
            self.fleet.turn(1_000)
        self.fleet.close()
