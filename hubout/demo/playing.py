"""One site of the demo while it is played: its devices, its people, its reception, in a thread of its own."""

import threading

from access.site import Site
from devices.doorkeeper.mock_pins import MockBoard
from firmware_sim.live import Fleet
from firmware_sim.player import DayPlayer
from firmware_sim.radio import Broker
from firmware_sim.scenario import DayPlan
from firmware_sim.seed import chance_of
from firmware_sim.site_devices import devices_of
from gateway.clock import Clock
from hubout.demo.reception import Reception
from hubout.demo.stage import Stage
from hubout.demo.world import DemoWorld

HEARTBEAT_MS = 15_000
"""Silence is site time, which the demo speeds up: an ordinary heartbeat's minute would be taken for it."""


class Playing:
    """Plays ``plan`` at a site against the broker on a port; ``clock`` tells the demo's day."""

    def __init__(self, stage: Stage, plan: DayPlan, port: int, clock: Clock) -> None:
        """Prepare; nothing is opened yet."""
        site: Site = stage.site(plan.site)
        self.reception = Reception(stage.settings[plan.site].storage.directory / "feed.sock")
        names = {person.id: person.name for person in plan.people}
        self.world = DemoWorld(site, MockBoard(stage.pins_of(plan.site)), self.reception, names)
        self._player = DayPlayer(site, plan, self.world, clock.speed, self.world)
        devices = devices_of(site, HEARTBEAT_MS)
        self._fleet = Fleet(site.id, devices, Broker("127.0.0.1", port), chance_of(site.id), self._player)
        self._clock = clock
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._play, name=f"playing {site.id}", daemon=True)

    def start(self) -> None:
        """Power on the devices; people come when the day has begun."""
        self.reception.start()
        self._thread.start()

    @property
    def over(self) -> bool:
        """Whether everybody has done what they set out for, and every door is shut."""
        return self._player.over and self.world.quiet

    @property
    def fresh(self) -> bool:
        """Whether every device has heard a beacon: before that no tap can show its age."""
        return self._fleet.fresh

    @property
    def alive(self) -> bool:
        """Whether the thread lives: a fault in it must end the demo."""
        return self._thread.is_alive()

    def end(self) -> None:
        """End: the devices fall silent without a goodbye, so their wills are published."""
        self._ended.set()
        self._thread.join()
        self._fleet.close()
        self.reception.close()

    def _play(self) -> None:
        self._fleet.start()
        self._player.run(self._fleet, lambda: self._clock.now().wall_ms, self._is_ended)

    def _is_ended(self) -> bool:
        self.world.tend()
        return self._ended.is_set()
