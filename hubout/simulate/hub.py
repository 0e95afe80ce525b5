"""A site's MQTT broker: devices' connections and wills, what is kept, and the gateway's durable session."""

from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from random import Random
from typing import Protocol

from devices.wire_topics import QOS_0_LEAVES, RETAINED_LEAVES, topic
from gateway.mqtt.messages import Arrived
from hubout.simulate.agenda import Agenda
from hubout.simulate.trace import Trace

WIRE_MS = 3
QUEUED_AT_MOST = 1_000
OVERHEARD = 12


@dataclass
class Air:
    """What a site's own network does now: chances of 0 to 1, and how late a message may be."""

    lost: float = 0.0
    twice: float = 0.0
    late_ms: int = 0


class Session(Protocol):
    """The gateway's end of its durable session."""

    def hear(self, arrived: Arrived) -> None:
        """A message comes over the wire."""

    def lost(self, why: str) -> None:
        """The connection is gone."""

    def taken_over(self) -> None:
        """Another client came with this one's name."""


class Hub:
    """The broker. ``reached`` is told of what comes for a device; ``fell`` of devices whose connection it ended."""

    def __init__(self, site: str, agenda: Agenda, chance: Random, trace: Trace) -> None:
        self.site, self.up, self.air = site, True, Air()
        self._agenda, self._chance, self._trace = agenda, chance, trace
        self.kept: dict[str, bytes] = {}
        self.unusable = 0
        self.done: Callable[[Sequence[tuple[str, bytes]]], None] = lambda _messages: None
        self.overheard: deque[tuple[str, bytes]] = deque(maxlen=OVERHEARD)
        self._wills: dict[str, tuple[int, bytes]] = {}
        self._connections, self._mid = 0, 0
        self._session: dict[int, Arrived] = {}
        self.gateway: Session | None = None
        self.reached: Callable[[str, str, bytes], None] = lambda _device, _leaf, _payload: None
        self.fell: Callable[[str], None] = lambda _device: None

    # -- devices

    def connect(self, device: str, will: bytes) -> bool:
        """A device's connection; whether it was given one."""
        if self.up:
            self._connections += 1
            self._wills[device] = (self._connections, will)
        return self.up

    def has(self, device: str) -> bool:
        """Whether a device is connected."""
        return device in self._wills

    def cut(self, device: str) -> None:
        """A device's connection ended without a goodbye: its will is published a little later."""
        held = self._wills.pop(device, None)
        if held is not None:
            self._agenda.after(WIRE_MS, lambda: self._take(topic(self.site, device, "status"), held[1], kept=True))

    def publish(self, device: str, leaf: str, payload: bytes, *, kept: bool | None = None) -> None:
        """A device says something; it arrives after a while, once, twice or, where its connection breaks, never."""
        held = self._wills.get(device)
        if held is None:
            return
        if self._chance.random() < self.air.lost:
            self.cut(device)
            self.fell(device)
            return
        retained = leaf in RETAINED_LEAVES if kept is None else kept
        where, times = topic(self.site, device, leaf), 1 + (self._chance.random() < self.air.twice)
        if leaf not in RETAINED_LEAVES | QOS_0_LEAVES:
            self.overheard.append((where, payload))
        for _ in range(times):
            self._agenda.after(self._delay_ms(), lambda: self._take(where, payload, kept=retained))

    def inject(self, where: str, payload: bytes, *, kept: bool = False, unusable: bool = False) -> None:
        """Somebody on the site's network says something of their own."""
        self._agenda.after(WIRE_MS, lambda: self._take(where, payload, kept=kept, unusable=unusable))

    def _delay_ms(self) -> int:
        return WIRE_MS + (self._chance.randrange(self.air.late_ms) if self.air.late_ms else 0)

    def _take(self, where: str, payload: bytes, *, kept: bool, unusable: bool = False) -> None:
        """A message is here: kept where it is to be, and passed on to the gateway's session."""
        if not self.up:
            return
        self.unusable += unusable and self.gateway is not None
        self._trace.note(self._agenda.now_ms, where, payload)
        if kept:
            self.kept[where] = payload
        self._mid = self._mid % 65_535 + 1
        if where.rpartition("/")[2] in QOS_0_LEAVES:
            self._pass_on(Arrived(0, 0, where, payload, retained=False))
        elif len(self._session) < QUEUED_AT_MOST:
            arrived = Arrived(self._mid, 1, where, payload, retained=False)
            self._session[self._mid] = arrived
            self._pass_on(arrived)

    def _pass_on(self, arrived: Arrived) -> None:
        if self.gateway is not None:
            self.gateway.hear(arrived)

    # -- the gateway

    def attach(self, gateway: Session) -> None:
        """The gateway's session goes on: what is kept and what it has not acknowledged comes (again)."""
        if self.gateway is not None and self.gateway is not gateway:
            self.gateway.taken_over()
        self.gateway = gateway
        for where, payload in self.kept.items():
            gateway.hear(Arrived(0, 0, where, payload, retained=True))
        for arrived in self._session.values():
            gateway.hear(arrived)

    def acknowledged(self, messages: Sequence[Arrived]) -> None:
        """The gateway has these: they never come again."""
        if not messages:
            return
        self.done([(message.topic, message.payload) for message in messages if message.qos])
        for message in messages:
            self._session.pop(message.mid, None)

    @property
    def unacknowledged(self) -> int:
        """How many messages wait for the gateway."""
        return len(self._session)

    def say(self, where: str, payload: bytes, at_ms: int) -> None:
        """The gateway published something at ``at_ms``."""
        self._trace.note(at_ms, where, payload)
        device, leaf = where.split("/")[2:4]
        for one in list(self._wills) if device == "gateway" else [device]:
            held = self._wills.get(one)
            if held is not None and self._chance.random() >= self.air.lost:
                arrives_ms = at_ms + self._delay_ms()
                self._agenda.at(arrives_ms, partial(self._reach, one, held, leaf, payload))

    def _reach(self, device: str, held: tuple[int, bytes], leaf: str, payload: bytes) -> None:
        if self._wills.get(device) == held:
            self.reached(device, leaf, payload)

    # -- its own life

    def stop(self, *, forgets: bool) -> None:
        """It ends; with its sessions and what it kept, where its disk ``forgets``."""
        self.up = False
        gone, self._wills = list(self._wills), {}
        if forgets:
            self._session.clear()
            self.kept.clear()
        if self.gateway is not None:
            self.gateway.lost("the broker ended the connection")
            self.gateway = None
        for device in gone:
            self.fell(device)

    def start(self) -> None:
        """It is there again."""
        self.up = True
