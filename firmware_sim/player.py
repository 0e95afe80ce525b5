"""Plays a planned day on a running fleet: acts when site time says so, and people who react in real time.

Doors whose lock hangs on GPIO lines have leaf, contact and button at the doorkeeper: ``Surroundings`` moves those.
Everything here happens in the fleet's own thread.
"""

from collections.abc import Callable
from heapq import heappop, heappush
from typing import Protocol

from access.site import Site, StandsFor
from firmware_sim.crowd import BeginVisit, Crowd, Deed, EndVisit, OpenByHand, PressExit, Push, ToDevice, act, shown
from firmware_sim.doings import Doing, Show
from firmware_sim.happenings import DoorPushed, ExitPressed, Happening
from firmware_sim.live import Fleet, Watcher, now_ms
from firmware_sim.scenario import DayPlan

OPEN_MS = 400
LOOK_EVERY_MS = 10


class Surroundings(Protocol):
    """What a day meets that is no device of the fleet. All return at once."""

    def push(self, door: str, open_ms: int, *, inside: bool) -> None:
        """Somebody pushes a door that has no controller; where it yields it stands open so long."""

    def press_exit(self, door: str) -> None:
        """Somebody presses the exit button of a door that has no controller."""

    def open_by_hand(self, door: str, host: str) -> None:
        """A host asks for a door to be opened."""

    def begin_visit(self, zone: str, host: str) -> None:
        """A host says that somebody without a badge is in a zone."""

    def end_visit(self, zone: str, host: str) -> None:
        """A host says that the visitors of a zone have gone."""


class DayPlayer:
    """One day of one site. It is the fleet's watcher; ``also`` sees all that it sees."""

    def __init__(self, site: Site, plan: DayPlan, surroundings: Surroundings, speed: float, also: Watcher) -> None:
        """Prepare; ``speed`` is how many milliseconds of site time pass in a real one."""
        self.crowd = Crowd(site)
        self._site, self._surroundings, self._speed, self._also = site, surroundings, speed, also
        self._coming = list(reversed(plan.world_events))
        self._later: list[tuple[int, int, Deed]] = []
        self._count = 0
        self._fleet: Fleet | None = None

    @property
    def over(self) -> bool:
        """Whether every act was played, and every deed done."""
        return not self._coming and not self._later

    def join(self, fleet: Fleet) -> None:
        """Play on this fleet."""
        self._fleet = fleet

    def play(self, site_now_ms: int) -> None:
        """Do all that is due by now; to be called often, between the fleet's turns."""
        while self._coming and self._coming[-1].at_ms <= site_now_ms:
            self.crowd, deeds = act(self.crowd, self._coming.pop().act)
            self._keep(deeds)
        while self._later and self._later[0][0] <= now_ms():
            self._do(heappop(self._later)[2])

    def run(self, fleet: Fleet, site_now_ms: Callable[[], int], stopped: Callable[[], bool]) -> None:
        """Run the fleet and play until ``stopped``, which may ask for ``over``."""
        self.join(fleet)
        while not stopped():
            self.play(site_now_ms())
            fleet.turn(LOOK_EVERY_MS)

    def did(self, device: str, doing: Doing) -> None:
        """People look at the readers."""
        if isinstance(doing, Show):
            self.crowd, deeds = shown(self.crowd, device, doing)
            self._keep(deeds)
        self._also.did(device, doing)

    def troubled(self, device: str, sentence: str) -> None:
        """Nobody at the site sees that."""
        self._also.troubled(device, sentence)

    def _keep(self, deeds: tuple[Deed, ...]) -> None:
        for deed in deeds:
            self._count += 1
            heappush(self._later, (now_ms() + self._delay_ms(deed), self._count, deed))

    def _delay_ms(self, deed: Deed) -> int:
        match deed:
            case ToDevice(after_ms=real_ms, site_ms=site_ms):
                return real_ms + round(site_ms / self._speed)
            case Push(after_ms=real_ms):
                return real_ms
        return 0

    def _do(self, deed: Deed) -> None:
        match deed:
            case ToDevice(device, event):
                self._happen(device, event)
            case OpenByHand(host, door):
                self._surroundings.open_by_hand(door, host)
            case BeginVisit(host, zone):
                self._surroundings.begin_visit(zone, host)
            case EndVisit(host, zone):
                self._surroundings.end_visit(zone, host)
            case PressExit(door):
                self._press_exit(door)
            case Push(door, inside):
                self._push(door, inside=inside)

    def _press_exit(self, door: str) -> None:
        device = self._door_device(door)
        if device is None:
            self._surroundings.press_exit(door)
        else:
            self._happen(device, ExitPressed())

    def _push(self, door: str, *, inside: bool) -> None:
        device = self._door_device(door)
        if device is None:
            self._surroundings.push(door, OPEN_MS, inside=inside)
        else:
            self._happen(device, DoorPushed(inside=inside, open_ms=OPEN_MS))

    def _happen(self, device: str, event: Happening) -> None:
        if self._fleet is not None:
            self._fleet.post(device, event)

    def _door_device(self, door: str) -> str | None:
        """The fleet's device that drives a door's lock and watches its leaf."""
        devices = self._site.devices.values()
        return next((d.id for d in devices if d.native and d.stands_for is StandsFor.DOOR and d.ref == door), None)
