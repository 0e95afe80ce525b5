"""A whole site in virtual time: real firmware steps, real wire bytes, the gateway's reading of them, the real core.

Between them lies a network that takes a few milliseconds, and what surrounds a door: its leaf and its lock. Nothing
waits: a day takes as long as its steps.
"""

from collections.abc import Callable
from dataclasses import replace
from heapq import heappop, heappush
from random import Random

from access import effects as out
from access import events, facts
from access.clock import Now
from access.credential import keyed_hash, pin_hash
from access.records import Badge, Record
from access.replica import Put, Replica, apply
from access.site import Site
from access.step import step_all
from access.stored import begin
from devices.wire import encode, parse
from devices.wire_messages import Ack, Beacon, Command, Feedback, Told
from devices.wire_topics import topic
from firmware_sim import doings, happenings
from firmware_sim.crowd import BeginVisit, Crowd, Deed, EndVisit, OpenByHand, PressExit, Push, ToDevice, act, shown
from firmware_sim.firmware import next_deadline, step
from firmware_sim.scenario import Card, DayPlan
from firmware_sim.seed import new_boot
from firmware_sim.site_devices import devices_of
from gateway.mqtt.inward import Inward
from gateway.mqtt.messages import Arrived

KEY = bytes(range(32))
TICK_MS = 100
WIRE_MS = 3
OPEN_MS = 400
BEGINS_AFTER_MS = 20_000
ENDS_AFTER_MS = 90_000


class VirtualSite:
    """``log`` holds (seq, fact); ``trace`` every byte that crossed, in order."""

    def __init__(self, site: Site, plan: DayPlan, speed: float, seed: int) -> None:
        self.site, self.plan, self.speed = site, plan, speed
        self.mono_ms = 0
        self.chance = Random(seed)
        self.log: list[tuple[int, facts.Fact]] = []
        self.trace: list[bytes] = []
        self.troubles: list[str] = []
        self.crowd = Crowd(site)
        self.devices = {device.id: device for device in devices_of(site)}
        self.links = dict.fromkeys(self.devices, b"")
        self.released_until_ms = dict.fromkeys(site.doors, -1)
        self._inward = Inward(site, KEY)
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        self._count = 0
        self.state = begin(site, _replica(plan), 1, 0, (), {}, {}, self.now())

    def now(self) -> Now:
        """All three clocks."""
        day_ms = round(self.mono_ms * self.speed)
        return Now(self.plan.begins_ms - round(BEGINS_AFTER_MS * self.speed) + day_ms, self.mono_ms, day_ms)

    def run(self) -> None:
        """Live the day to its end, and a while after it."""
        contacts = {door.id: False for door in self.site.doors.values() if door.gpio is not None}
        self.tell(events.KeeperFound("run-1", contacts, fire=False), events.Subscribed(native=True))
        for device in self.devices:
            self.happen(device, happenings.PowerOn(new_boot(self.chance)))
        for planned in self.plan.world_events:
            at_ms = BEGINS_AFTER_MS + round((planned.at_ms - self.plan.begins_ms) / self.speed)
            self.at(at_ms, lambda doing=planned.act: self._deeds(*act(self.crowd, doing)))  # type: ignore[misc]
        ends_ms = BEGINS_AFTER_MS + round((self.plan.ends_ms - self.plan.begins_ms) / self.speed) + ENDS_AFTER_MS
        self.at(0, self._tick)
        while self._agenda and self._agenda[0][0] <= ends_ms:
            self.mono_ms, _, doing = heappop(self._agenda)
            doing()

    def at(self, mono_ms: int, doing: Callable[[], None]) -> None:
        """Do this then."""
        self._count += 1
        heappush(self._agenda, (mono_ms, self._count, doing))

    def after(self, span_ms: int, doing: Callable[[], None]) -> None:
        """Do this in so many milliseconds."""
        self.at(self.mono_ms + span_ms, doing)

    def happen(self, device: str, event: happenings.Happening) -> None:
        """Something happens to a device."""
        self.devices[device], done = step(self.devices[device], event, self.mono_ms, self.chance.random())
        for doing in done:
            self._carry(device, doing)

    def tell(self, *batch: events.Event) -> None:
        """Something comes to the gateway."""
        self.state, effects = step_all(self.state, batch, self.now())
        for effect in effects:
            self._perform(effect)

    def _tick(self) -> None:
        self.tell(events.Ticked(self.chance.randbytes(16).hex()))
        for device in self.devices:
            due_ms = next_deadline(self.devices[device])
            if due_ms is not None and due_ms <= self.mono_ms:
                self.happen(device, happenings.Ticked())
        self.after(TICK_MS, self._tick)

    def _carry(self, device: str, doing: doings.Doing) -> None:
        match doing:
            case doings.Connect(will):
                self.links[device] = will
                self.after(WIRE_MS, lambda: self.happen(device, happenings.Connected()))
            case doings.Cut():
                will, self.links[device] = self.links[device], b""
                self.after(WIRE_MS, lambda: self._arrive(device, "status", will))
            case doings.Publish(leaf, payload):
                self.after(WIRE_MS, lambda: self._arrive(device, leaf, payload))
            case doings.Show():
                self._deeds(*shown(self.crowd, device, doing))
            case doings.Refused(why):
                self.troubles.append(f"{device}: {why}")

    def _arrive(self, device: str, leaf: str, payload: bytes) -> None:
        self.trace.append(payload)
        arrived = Arrived(0, 1, topic(self.site.id, device, leaf), payload, retained=False)
        self.tell(self._inward.native(arrived, self.now().wall_ms))

    def _perform(self, effect: out.Effect) -> None:
        match effect:
            case out.Append(seq, fact):
                self.log.append((seq, fact))
            case out.Lease():
                self._lease(effect)
            case out.CommandPulse():
                not_after_ms = effect.not_after_uptime_ms
                pulse = Command(effect.grant, "pulse", effect.pulse_ms, effect.boot, effect.n, not_after_ms)
                self._deliver(effect.controller, "command", pulse)
            case out.Feedback(reader, boot, seq, signal):
                payload = b'{"v":1,"tap":{"boot":"%s","seq":%d},"signal":"%s"}'
                answer = parse("feedback", payload % (boot.encode(), seq, signal.encode()))
                self._deliver(reader, "feedback", answer)  # type: ignore[arg-type]
            case out.Settle(device, cursor):
                self._deliver(device, "ack", Ack(cursor.boot, cursor.upto))
            case out.SendBeacon(beacon):
                for device in self.devices:
                    self._deliver(device, "beacon", Beacon(beacon))

    def _lease(self, lease: out.Lease) -> None:
        until_ms = self.mono_ms + lease.pulse_ms
        self.released_until_ms[lease.door] = max(until_ms, self.released_until_ms[lease.door])
        self.tell(events.KeeperMovedLine(lease.door, released=True, cause="lease", grant=lease.grant))
        secured = events.KeeperMovedLine(lease.door, released=False, cause="lease-ended", grant=lease.grant)
        self.after(lease.pulse_ms, lambda: self.tell(secured))

    def _deliver(self, device: str, leaf: str, message: Told | Feedback) -> None:
        if not self.links.get(device):
            return
        payload = encode(message)
        self.trace.append(payload)
        told = parse(leaf, payload)
        if isinstance(told, Ack | Beacon | Command | Feedback):
            self.after(WIRE_MS, lambda: self.happen(device, happenings.ToldBy(told)))

    def _deeds(self, crowd: Crowd, deeds: tuple[Deed, ...]) -> None:
        self.crowd = crowd
        for deed in deeds:
            match deed:
                case ToDevice(device, event, after_ms, site_ms):
                    wait_ms = after_ms + round(site_ms / self.speed)
                    self.after(wait_ms, lambda device=device, event=event: self.happen(device, event))  # type: ignore[misc]
                case Push(door, inside, after_ms):
                    self.after(after_ms, lambda door=door, inside=inside: self._push(door, inside=inside))  # type: ignore[misc]
                case OpenByHand(host, door):
                    self.tell(events.OpenAsked(door, host, "visitors"))
                case BeginVisit(host, zone):
                    self.tell(events.VisitAsked(f"v-{zone}", zone, host))
                case EndVisit(host, zone):
                    self.tell(events.VisitEndAsked(f"v-{zone}", host))
                case PressExit(door):
                    self.tell(events.KeeperSawExit(door))

    def _push(self, door: str, *, inside: bool) -> None:
        controller = self.site.doors[door].controller
        if controller is not None:
            self.happen(controller, happenings.DoorPushed(inside=inside, open_ms=OPEN_MS))
        elif inside or self.mono_ms < self.released_until_ms[door]:
            self.tell(events.KeeperSawContact(door, open=True))
            self.after(OPEN_MS, lambda: self.tell(events.KeeperSawContact(door, open=False)))
        else:
            self.troubles.append(f"{door} did not yield")


def _replica(plan: DayPlan) -> Replica:
    records: list[Record] = [*plan.records, *(_badge(card) for card in plan.badges)]
    return apply(Replica(), "g", 1, [Put(record) for record in records])


def _badge(card: Card) -> Badge:
    credential = keyed_hash(KEY, card.uid)
    return replace(card.badge, credentials=(credential,), pins=(pin_hash(KEY, credential, card.pin),))
