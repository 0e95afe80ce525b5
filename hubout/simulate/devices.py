"""A site's devices as firmware behaves, between its people and its broker."""

from collections.abc import Callable
from random import Random

from access.site import Site
from devices.wire import BadMessage, parse
from devices.wire_messages import Ack, Beacon, Command, Feedback
from firmware_sim import doings, happenings
from firmware_sim.firmware import next_deadline, step
from firmware_sim.link import Way
from firmware_sim.seed import new_boot
from firmware_sim.site_devices import devices_of
from hubout.simulate.agenda import Agenda
from hubout.simulate.hub import WIRE_MS, Hub

FELL_MS = 50
Did = Callable[[str, doings.Doing], None]
"""Told what a device did to what is around it, beside talking."""


class Devices:
    """All native devices of a site."""

    def __init__(self, site: Site, agenda: Agenda, chance: Random, hub: Hub, did: Did) -> None:
        """All off. ``did`` is told of lights, locks and leaves."""
        self._agenda, self._chance, self._hub, self._did = agenda, chance, hub, did
        self.held = {device.id: device for device in devices_of(site)}
        self._due_ms: dict[str, int | None] = dict.fromkeys(self.held)
        hub.reached, hub.fell = self._reached, self._fell

    def power_on(self, device: str) -> None:
        """Current is there, from now on."""
        if self.held[device].life is None:
            self.happen(device, happenings.PowerOn(new_boot(self._chance)))

    def happen(self, device: str, event: happenings.Happening) -> None:
        """Something happens to a device."""
        self.held[device], done = step(self.held[device], event, self._agenda.now_ms, self._chance.random())
        for doing in done:
            self._carry(device, doing)
        self._tick_later(device)

    def _tick_later(self, device: str) -> None:
        due_ms, life = next_deadline(self.held[device]), self.held[device].life
        if due_ms is None or due_ms == self._due_ms[device]:
            return
        self._due_ms[device] = due_ms
        waits = life is None or (life.link.up and not life.outbox.waiting and self.held[device].part.due_ms is None)
        when_ms = self._agenda.awake_at(due_ms) if waits else due_ms
        self._agenda.at(when_ms, lambda: self._tick(device, due_ms))

    def _tick(self, device: str, due_ms: int) -> None:
        if self._due_ms[device] == due_ms:
            self._due_ms[device] = None
            self.happen(device, happenings.Ticked())

    def _carry(self, device: str, doing: doings.Doing) -> None:
        match doing:
            case doings.Connect(will):
                given = self._hub.connect(device, will)
                answer = happenings.Connected() if given else happenings.ConnectionLost()
                self._agenda.after(WIRE_MS if given else FELL_MS, lambda: self._answered(device, answer))
            case doings.Cut():
                self._hub.cut(device)
            case doings.Publish(leaf, payload):
                self._hub.publish(device, leaf, payload)
            case _:
                self._did(device, doing)

    def _answered(self, device: str, answer: happenings.Happening) -> None:
        life = self.held[device].life
        if life is not None and life.link.way is Way.ASKING:
            self.happen(device, answer if self._hub.has(device) else happenings.ConnectionLost())

    def _fell(self, device: str) -> None:
        self._agenda.after(FELL_MS, lambda: self._lost(device))

    def _lost(self, device: str) -> None:
        life = self.held[device].life
        if life is not None and life.link.up and not self._hub.has(device):
            self.happen(device, happenings.ConnectionLost())

    def _reached(self, device: str, leaf: str, payload: bytes) -> None:
        try:
            told = parse(leaf, payload)
        except BadMessage:
            return
        if isinstance(told, Ack | Beacon | Command | Feedback):
            self.happen(device, happenings.ToldBy(told))

    @property
    def waiting(self) -> int:
        """How many numbered messages the gateway has not answered yet."""
        lives = (device.life for device in self.held.values())
        return sum(len(life.outbox.waiting) for life in lives if life is not None)
