"""What surrounds a demo site's simulated devices: its street door's leaf and button, and the host at the reception."""

from heapq import heappop, heappush

from access.site import Site
from devices.doorkeeper.levels import line_level
from devices.doorkeeper.mock_pins import MockBoard
from firmware_sim.doings import Doing
from firmware_sim.live import now_ms
from hubout.demo.reception import Reception

SHOWN_WITHIN_MS = 10_000
"""The live page shows a visitor within this, however busy the machine is."""


class DemoWorld:
    """Doors on GPIO lines move the keeper's mock pins; ``tend`` is called often, from the fleet's own thread."""

    def __init__(self, site: Site, board: MockBoard, reception: Reception, host_names: dict[str, str]) -> None:
        """``host_names`` are the display names of those who may open by hand."""
        self._site, self._board, self._reception, self._names = site, board, reception, host_names
        self._shuts: list[tuple[int, int]] = []
        self._leaving: list[tuple[int, str, str]] = []
        self.troubles: list[str] = []

    def push(self, door: str, open_ms: int, *, inside: bool) -> None:
        """The leaf opens where its lock yields; from inside it always does, by its handle or out-reader's strike."""
        known = self._site.doors[door]
        if known.gpio is None or known.gpio.contact is None:
            return
        released = line_level(known.sense, active_high=known.gpio.lock_active_high, released=True)
        if inside or self._board.level(known.gpio.lock) is released:
            self._board.set_input(known.gpio.contact, level=True)
            heappush(self._shuts, (now_ms() + open_ms, known.gpio.contact))

    def press_exit(self, door: str) -> None:
        """The exit button, wired to the lock; the keeper only hears of it."""
        known = self._site.doors[door]
        if known.gpio is not None and known.gpio.rex is not None:
            self._board.press(known.gpio.rex)

    def open_by_hand(self, door: str, host: str) -> None:
        """The host clicks on the live page."""
        if not self._reception.open(door, self._names.get(host, host)):
            self.troubles.append(f"{door}: nobody answered at the reception when {host} opened by hand")

    def begin_visit(self, zone: str, host: str) -> None:
        """The host notes a visitor on the live page."""
        if not self._reception.begin_visit(zone, self._names.get(host, host)):
            self.troubles.append(f"{zone}: nobody answered at the reception when {host} noted a visitor")

    def end_visit(self, zone: str, host: str) -> None:
        """The host notes on the live page that the visitors have gone, as soon as it shows them."""
        self._leaving.append((now_ms() + SHOWN_WITHIN_MS, zone, host))

    def tend(self) -> None:
        """Shut the doors that have stood open long enough, and see off the visitors that the page shows by now."""
        while self._shuts and self._shuts[0][0] <= now_ms():
            self._board.set_input(heappop(self._shuts)[1], level=False)
        for leaving in tuple(self._leaving):
            self._see_off(leaving)

    def _see_off(self, leaving: tuple[int, str, str]) -> None:
        until_ms, zone, host = leaving
        seen = self._reception.end_visits(self._names.get(host, host))
        if not seen and now_ms() < until_ms:
            return
        self._leaving.remove(leaving)
        if not seen:
            self.troubles.append(f"{zone}: the reception had no visitor when {host} saw them off")

    @property
    def quiet(self) -> bool:
        """Whether no door stands open any more, and no visitor is still to be seen off."""
        return not self._shuts and not self._leaving

    def did(self, device: str, doing: Doing) -> None:
        """Nothing to see here: the log tells it all."""

    def troubled(self, device: str, sentence: str) -> None:
        """Keep what went wrong with a device's connection."""
        self.troubles.append(f"{device}: {sentence}")
