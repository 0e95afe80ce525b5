"""The gateway's side of the doorkeeper: its messages as events of the core, leases as messages to it."""

from collections.abc import Callable, Mapping
from pathlib import Path

from access import events
from access.clock import MINUTE_MS
from access.effects import FreeEnd, FreeLease, Lease
from devices import keeper_wire as wire
from devices.doorkeeper.client import KeeperClient, KeeperGoneError
from gateway.keeper_holds import Holds, grant_of
from gateway.pages.asked import SetEvacuation
from gateway.showing.feed import Answered

RETRY_MS = 250
EVACUATING_MAX = 8
TOO_MANY = "the doorkeeper has not answered what was asked before; look at the doors"
NO_KEEPER = "the doorkeeper does not answer, so nothing was done; open the doors by hand, and see that its service runs"
DISPLACED_WAIT_MS = 1 * MINUTE_MS


class Keeper:
    """One connection to the keeper, tended by the gateway's loop. ``base_ms`` is where this run's clock begins on
    CLOCK_MONOTONIC, the clock that keeper and gateway share.
    """

    def __init__(self, path: Path, run: str, base_ms: int) -> None:
        self._path, self._client = path, KeeperClient(path)
        self._run, self._base_ms = run, base_ms
        self._retry_ms = 0
        self.trouble = ""
        self.alarms: list[str] = []
        self._grants: dict[str, str] = {}
        self._evacuating: list[tuple[bool, Answered]] = []
        self._unsaid: list[events.Event] = []
        self._holds = Holds(base_ms, self.alarms.append)

    @property
    def connected(self) -> bool:
        """Whether a connection stands."""
        return self._client.connected

    @property
    def wants_to_write(self) -> bool:
        """Whether to watch for writing."""
        return self._client.wants_to_write

    def fileno(self) -> int:
        """For the selector, while connected."""
        return self._client.fileno()

    def tend(self, mono_ms: int) -> list[events.Event]:
        """Connect when there is no connection and it is time to try."""
        unsaid, self._unsaid = self._unsaid, []
        if self._client.connected or mono_ms < self._retry_ms:
            return unsaid
        self._retry_ms = mono_ms + RETRY_MS
        if not self._client.connect():
            self.trouble = f"the doorkeeper at {self._path} does not answer; see that its service runs"
            return unsaid
        return unsaid + self._attempt(lambda: self._client.send(wire.Hello(wire.VERSION, self._run)))

    def lease(self, effect: Lease) -> list[events.Event]:
        """Ask for one grant's lease; what comes of failing is an event."""
        decided_ms = effect.granted_mono_ms + self._base_ms
        asked = wire.TakeLease(effect.grant, effect.door, effect.pulse_ms, effect.keeper_run, decided_ms)
        if not self._client.connected:
            return [events.KeeperRefused(effect.door, effect.grant, "the doorkeeper is gone")]
        self._grants[effect.grant] = effect.door
        return self._attempt(lambda: self._client.send(asked))

    def hold(self, effect: FreeLease) -> list[events.Event]:
        """Hold a door released in free passage a little longer; without a keeper there is nothing to hold."""
        return self._say(self._holds.ask(effect)) if self._client.connected else []

    def let_go(self, effect: FreeEnd) -> list[events.Event]:
        """Free passage of a door is over: the keeper secures it, unless something else holds it released."""
        return self._say(self._holds.end(effect)) if self._client.connected else []

    def evacuate(self, asked: SetEvacuation, answered: Answered) -> None:
        """Have every door of the keeper released for an evacuation, or secured after it: by the keeper itself, and at
        once, whatever the log's disk does. ``answered`` is told what came of it; the core hears of it from the keeper.
        """
        if not self._client.connected:
            return answered(NO_KEEPER)
        if len(self._evacuating) >= EVACUATING_MAX:
            return answered(TOO_MANY)
        self._evacuating.append((asked.active, answered))
        latch = wire.SetLatch if asked.active else wire.ResetLatch
        self._unsaid += self._say(latch(wire.LatchName.EVACUATION, asked.author, asked.note))
        return None

    def _evacuated(self, why: str, *, active: bool | None = None) -> None:
        """Answer the first who asked for this, or for anything."""
        for waiting in self._evacuating:
            if active in {None, waiting[0]}:
                self._evacuating.remove(waiting)
                return waiting[1](why)
        return None

    def _say(self, message: wire.ToKeeper | None) -> list[events.Event]:
        return [] if message is None else self._attempt(lambda: self._client.send(message))

    def write(self) -> list[events.Event]:
        """Send what could not be sent at once."""
        return self._attempt(self._client.flush)

    def read(self, mono_ms: int) -> list[events.Event]:
        """What the keeper said, as events."""
        said: list[events.Event] = []

        def take() -> None:
            for message in self._client.receive():
                said.extend(self._event(message, mono_ms))

        return said + self._attempt(take)

    def close(self) -> None:
        """Leave; the keeper secures what it had leased to us."""
        self._client.close()

    def _attempt(self, action: Callable[[], None]) -> list[events.Event]:
        try:
            action()
        except KeeperGoneError as error:
            self.trouble = str(error)
            return self._lost()
        return []

    def _lost(self) -> list[events.Event]:
        lost: list[events.Event] = [events.KeeperLost()]
        lost += [events.KeeperRefused(door, grant, "the doorkeeper is gone") for grant, door in self._grants.items()]
        self._grants.clear()
        self._holds.clear()
        while self._evacuating:
            self._evacuated(NO_KEEPER)
        return lost

    def _event(self, message: wire.FromKeeper, mono_ms: int) -> list[events.Event]:
        match message:
            case wire.Welcome():
                return self._welcome(message)
            case wire.Leased(grant=grant, door=door):
                self._grants.pop(grant, None)
                self._holds.given(door, grant)
                return []
            case wire.Refused(what=wire.LatchName.EVACUATION, why=why):
                self._evacuated(why)
                return []
            case wire.Refused(what=what, why=why):
                door = self._grants.pop(what, "")
                return [events.KeeperRefused(door, what, why)] if door else self._say(self._holds.refused(what, why))
            case wire.Displaced(by=by):
                self.alarms.append(f"another gateway ({by}) took the doorkeeper: two gateways are running")
                self._retry_ms = mono_ms + DISPLACED_WAIT_MS
                return []
            case _:
                return self._seen(message)

    def _seen(self, message: wire.FromKeeper) -> list[events.Event]:
        match message:
            case wire.Line(door=door, released=released, cause=cause, lease=lease):
                return [events.KeeperMovedLine(door, released, cause, grant_of(lease))]
            case wire.Contact(door=door, open=is_open):
                return [events.KeeperSawContact(door, is_open)]
            case wire.Rex(door=door):
                return [events.KeeperSawExit(door)]
            case wire.Latched(latch=wire.LatchName.FIRE, held=held):
                return [events.KeeperSawFire(held, _by(message))]
            case wire.Latched(latch=wire.LatchName.EVACUATION, held=held):
                self._evacuated("", active=held)
                return [events.KeeperSawEvacuation(held, _by(message))]
            case wire.Alarm(why=why):
                self.alarms.append(f"doorkeeper: {why}")
            case _:
                pass
        return []

    def _welcome(self, message: wire.Welcome) -> list[events.Event]:
        self.trouble = message.fault
        if message.displaced:
            self.alarms.append(f"this gateway put out another one ({message.displaced}): two gateways are running")
        contacts: Mapping[str, bool | None] = {levels.door: levels.contact_open for levels in message.doors}
        known = {door: is_open for door, is_open in contacts.items() if is_open is not None}
        fire, evacuation = (latch in message.latches for latch in (wire.LatchName.FIRE, wire.LatchName.EVACUATION))
        signed = {one.latch: _by(one) for one in message.signed}
        fire_by, evacuation_by = (signed.get(latch, events.By()) for latch in wire.LatchName)
        return [events.KeeperFound(message.run, known, fire, evacuation, fire_by, evacuation_by)]


def _by(said: wire.Latched | wire.Signed) -> events.By:
    """Who set or reset a latch; the fire input is nobody."""
    return events.By("" if said.by == wire.FIRE_INPUT else said.by, said.note)
