"""One site of the simulated world: its machine, disk, broker, doorkeeper, devices and doors, and its gateway's runs."""

import json
from collections.abc import Callable
from pathlib import Path
from random import Random

from access.replica import Replica
from access.site import Direction, Site
from devices import keeper_wire
from devices.doorkeeper import state as keeper
from firmware_sim import doings, happenings
from gateway.database import StoreBroken
from gateway.link.answers import Answered
from hubout.simulate import observed as saw
from hubout.simulate.agenda import Agenda
from hubout.simulate.centre import Centre
from hubout.simulate.devices import Devices
from hubout.simulate.disk import Disk
from hubout.simulate.gateway import TOKEN_FILE, Around, GatewayRun
from hubout.simulate.hub import Hub
from hubout.simulate.keeper import KeeperProcess
from hubout.simulate.machine import SiteMachine
from hubout.simulate.places import token_of
from hubout.simulate.trace import Trace
from hubout.simulate.wire import Line

OPEN_MS = 400
CALM_MS = 75_000
"""A device tries the broker again after a minute at most."""
REACH_MS = 250
STARTS_AGAIN_MS = 2_000
See = Callable[[saw.Observation], None]


class Premises:
    """The site. ``gateway`` is its run, None while there is none."""

    def __init__(
        self, site: Site, folder: Path, agenda: Agenda, chance: Random, centre: Centre, see: See, trace: Trace
    ) -> None:
        """Everything is off; ``see`` is shown what happens."""
        self.site, self.agenda, self.chance, self.see = site, agenda, chance, see
        self.disk = Disk(folder, committed=self._committed)
        folder.mkdir()
        (folder / TOKEN_FILE).write_text(token_of(site.id))
        self.machine = SiteMachine(agenda, centre.begins_ms)
        self.hub = Hub(site.id, agenda, chance, trace)
        self.keeper = KeeperProcess(site, agenda, chance, trace, self._line_moved)
        self.line = Line(site.id, agenda, centre, chance, trace)
        self.line.answered = self._told
        self.keeper.began = lambda: self.see(saw.KeeperBegan(site.id))
        self.hub.done = lambda messages: self.see(saw.Acknowledged(site.id, messages))
        self.devices = Devices(site, agenda, chance, self.hub, self._did)
        self.gateway: GatewayRun | None = None
        self.starts, self._decides_by = 0, Replica()
        self.ails, self._ailed_ms = 0, 0
        self.upon_release: list[Callable[[], None]] = []
        self._starts_wanted = True
        self._carrying: dict[str, str] = {}
        self._around = Around(site, agenda, chance, self.machine, self.disk, self.hub, self.keeper, self.line)

    def begin(self) -> None:
        """Switch everything on."""
        for device in self.devices.held:
            self.devices.power_on(device)
        self.start_gateway()

    # -- its gateway

    def start_gateway(self) -> None:
        """Begin a run; where it cannot begin, again a little later, as its unit does."""
        if self.gateway is not None or not self._starts_wanted:
            return
        try:
            run = GatewayRun(self._around, self._turned, self.crash)
        except StoreBroken:
            self.agenda.after(STARTS_AGAIN_MS, self.start_gateway)
            return
        self.starts, self.gateway = self.starts + 1, run
        self.see(saw.RunBegan(self.site.id, run.name, run.writer.chain.seq))

    def crash(self, *, again_ms: int = STARTS_AGAIN_MS) -> None:
        """The gateway is killed, and started again after a while."""
        run, self.gateway = self.gateway, None
        if run is not None:
            run.end()
            self.see(saw.RunEnded(self.site.id, run.name))
        self.agenda.after(again_ms, self.start_gateway)

    def reboot(self, *, off_ms: int, forgets_time: bool) -> None:
        """The machine loses its power; gateway and doorkeeper with it."""
        self._starts_wanted = False
        self.crash(again_ms=off_ms)
        self.keeper_dies()
        self.agenda.after(off_ms, lambda: self._boot(forgets_time=forgets_time))

    def _boot(self, *, forgets_time: bool) -> None:
        self.machine.reboot(forgets_time=forgets_time)
        self._starts_wanted = True
        self.start_gateway()

    def _turned(self) -> None:
        """A turn is over; there may be a new replica."""
        run = self.gateway
        if run is not None and run.writer.state.replica is not self._decides_by:
            self._decides_by = run.writer.state.replica
            if self._decides_by.version:
                self.see(saw.Decides(self.site.id, self._decides_by))

    def _told(self, what: str, answer: Answered, arrives_ms: int) -> None:
        if what == "events":
            self.see(saw.Stored(self.site.id, json.loads(answer.body)["acked"]))
        if what == "changes" and answer.status == 200 and self.gateway is not None:
            self.see(saw.ChangesGiven(self.site.id, self.gateway.writer.chain.epoch))
        self.see(saw.Told(self.site.id, what, arrives_ms))

    def _committed(self, rows: saw.Rows) -> None:
        run = self.gateway
        if rows and run is not None:
            self.see(saw.Committed(self.site.id, run.name, rows))

    def ailing(self, by: int) -> None:
        """One more thing at the site itself is amiss (1), or one less (-1)."""
        self.ails, self._ailed_ms = self.ails + by, self.agenda.now_ms

    def is_calm(self) -> bool:
        """Whether nothing at the site itself has been amiss for a while: what is up has found each other."""
        return not self.ails and self.agenda.now_ms - self._ailed_ms > CALM_MS

    def waits(self, centre: Centre) -> list[str]:
        """Everything that is not where it belongs yet."""
        run = self.gateway
        if run is None:
            return ["the gateway does not run"]
        own = (self.site.id, run.writer.chain.epoch)
        ((acked,),) = centre.glimpse("SELECT max(seq) FROM branch WHERE site = ? AND epoch = ?", own)
        told = "SELECT site.version, generation, confirmed_epoch FROM site, feed WHERE site.id = ?"
        ((version, generation, confirmed),) = centre.glimpse(told, (self.site.id,))
        replica = run.writer.state.replica
        waiting = {
            "messages that devices still hold": self.devices.waiting,
            "messages that the broker still holds": self.hub.unacknowledged,
            "events that could not be stored": len(run.loop.waiting),
            "rows that the registry does not have": run.writer.chain.seq - (acked or 0),
            "versions that the replica lacks": version - replica.version,
            "generation that the replica lacks": int(generation != replica.generation),
            "word of staff that its log is the site's": int(confirmed not in {None, own[1]}),
            "doorkeeper without its gateway": int(not run.keeper.connected),
        }
        return [f"{count} {what}" for what, count in waiting.items() if count]

    # -- its doors

    def keeper_dies(self) -> None:
        """The doorkeeper is killed; its supervisor starts the next."""
        self.see(saw.KeeperDied(self.site.id))
        self.keeper.die()

    def fire_is_over(self) -> None:
        """The alarm ends, and somebody resets the latch by hand."""
        self.fire(active=False)
        self.agenda.after(OPEN_MS, lambda: self.reset_latch(keeper_wire.LatchName.FIRE, "sara"))

    def _line_moved(self, door: str, released: bool, grant: str, held: bool) -> None:  # noqa: FBT001 -- a plain callback
        self.see(saw.LineMoved(self.site.id, door, released, grant, held))
        if released and not held and self.upon_release:
            self.upon_release.pop()()

    def _did(self, device: str, doing: doings.Doing) -> None:
        match doing:
            case doings.LockMoved(released, grant):
                self.see(saw.LineMoved(self.site.id, self.site.devices[device].ref, released, grant))
            case doings.Show(shown, uid, words):
                self.see(saw.Shown(self.site.id, device, uid, shown, words))
                self._answered(device, uid, granted=shown == "granted")
            case _:
                return

    def _answered(self, reader: str, uid: str, *, granted: bool) -> None:
        """Who is let in pushes the door."""
        if uid and self._carrying.get(reader) == uid and granted:
            del self._carrying[reader]
            device = self.site.devices[reader]
            inside = device.direction is Direction.OUT
            self.agenda.after(REACH_MS, lambda: self.push(device.ref, inside=inside))

    def tap(self, reader: str, uid: str) -> None:
        """Somebody holds a card to a reader, and goes through where they are let."""
        self._carrying[reader] = uid
        self.see(saw.CardHeld(self.site.id, reader, uid))
        self.devices.happen(reader, happenings.CardShown(uid))
        self.agenda.after(OPEN_MS, lambda: self.devices.happen(reader, happenings.CardTaken()))

    def push(self, door: str, *, inside: bool) -> None:
        """Somebody pushes a door; from inside it always yields."""
        controller = self.site.doors[door].controller
        if controller is not None:
            self.devices.happen(controller, happenings.DoorPushed(inside=inside, open_ms=OPEN_MS))
        elif inside or self.keeper.released[door]:
            self._leaf(door, is_open=True)
            self.agenda.after(OPEN_MS, lambda: self._leaf(door, is_open=False))

    def _leaf(self, door: str, *, is_open: bool) -> None:
        self.keeper.contacts[door] = is_open
        self.keeper.take(keeper.ContactRead(door, is_open))

    def fire(self, *, active: bool) -> None:
        """The fire alarm's contact."""
        self.keeper.fire = active
        self.see(saw.FireAlarm(self.site.id, active))
        self.keeper.take(keeper.FireRead(active))

    def reset_latch(self, latch: keeper_wire.LatchName, by: str) -> None:
        """Somebody resets a latch by hand, at the doorkeeper's own command."""
        self.keeper.reset_by_hand(keeper_wire.ResetLatch(latch, by))
