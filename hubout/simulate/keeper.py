"""The doorkeeper as a simulated process: its real core, its lines, its supervisor."""

from collections.abc import Callable
from random import Random
from typing import Protocol

from access.site import Site
from devices import keeper_wire as wire
from devices.doorkeeper import core
from devices.doorkeeper import state as keeper
from devices.keeper_codec import BadLine, decode_to_keeper, encode
from hubout.simulate.agenda import Agenda
from hubout.simulate.trace import Trace

SOCKET_MS = 1
DISK_MS = 2
SUPERVISED_WITHIN_MS = 1_500
Moved = Callable[[str, bool, str, bool], None]
"""Told of a line: the door, whether it is released, for whose grant, and whether fire or evacuation holds it."""


class Client(Protocol):
    """The other end of a connection to its socket."""

    def arrived(self, line: bytes) -> None:
        """A line comes over the socket."""

    def broke(self) -> None:
        """The connection ended from the keeper's side."""


class KeeperProcess:
    """The process and the lines it owns. The levels outlive it, as the kernel keeps them."""

    def __init__(self, site: Site, agenda: Agenda, chance: Random, trace: Trace, moved: Moved) -> None:
        self._site, self._agenda, self._chance, self._trace, self._moved = site, agenda, chance, trace, moved
        self._caps = {door.id: door.max_lease_ms for door in site.doors.values() if door.gpio is not None}
        self.latches: dict[wire.LatchName, wire.Signed] = {}
        self.released: dict[str, bool] = dict.fromkeys(self._caps, False)
        self.contacts = {door.id: False for door in site.doors.values() if door.gpio is not None and door.has_contact}
        self.fire = False
        self.began: Callable[[], None] = lambda: None
        self._clients: dict[int, Client] = {}
        self._count, self._runs, self._tick_ms = 0, 0, -1
        self.state: keeper.KeeperState | None = None
        self.start()

    def start(self) -> None:
        """Begin a run: every line at rest, then the inputs."""
        self._runs += 1
        self.began()
        run = f"k{self._runs}-{self._chance.randbytes(4).hex()}"
        self.state = keeper.KeeperState(run, self._caps, latches=dict(self.latches))
        for door in self._caps:
            self._drive(door, released=bool(self.latches) or self.fire, grant="")
        self.take(keeper.FireRead(self.fire), *(keeper.ContactRead(d, is_open) for d, is_open in self.contacts.items()))

    def die(self) -> None:
        """The process is killed; its supervisor starts the next after a while."""
        if self.state is None:
            return
        self.state = None
        for client in list(self._clients.values()):
            client.broke()
        self._clients.clear()
        self._agenda.after(self._chance.randrange(50, SUPERVISED_WITHIN_MS), self.start)

    def take(self, *events: keeper.Event) -> None:
        """Step the core, and do what it asks for."""
        for event in events:
            if self.state is None:
                return
            self.state, effects = core.step(self.state, event, self._agenda.now_ms)
            for effect in effects:
                self._perform(effect)
        self._tick_later()

    def _tick_later(self) -> None:
        due_ms = None if self.state is None else core.next_deadline(self.state)
        if due_ms is not None and due_ms != self._tick_ms:
            self._tick_ms = due_ms
            self._agenda.at(due_ms, self._tick)

    def _tick(self) -> None:
        self._tick_ms = -1
        self.take(keeper.Tick())

    def _perform(self, effect: keeper.Effect) -> None:
        match effect:
            case keeper.Drive(door, released):
                self._drive(door, released=released, grant=self._grant_of(door) if released else "")
            case keeper.Send(client, message):
                self._send(client, encode(message))
            case keeper.Close(client):
                self._gone(client)
            case keeper.StoreLatch(signed):
                self._agenda.after(DISK_MS, lambda: self._store(signed))
            case keeper.ForgetLatch(signed, client):
                self._agenda.after(DISK_MS, lambda: self._forget(signed, client))

    @property
    def held(self) -> bool:
        """Whether a latch, in force or on disk, or the alarm itself holds every door released."""
        return self.fire or bool(self.latches) or (self.state is not None and bool(self.state.latches))

    def _grant_of(self, door: str) -> str:
        """Whose lease released a door; of several, the last one's."""
        if self.state is None or self.state.latches:
            return ""
        return next((one.grant for one in reversed([*self.state.table.running.values()]) if one.door == door), "")

    def _drive(self, door: str, *, released: bool, grant: str) -> None:
        self.released[door] = released
        self._trace.note(self._agenda.now_ms, f"{self._site.id} {door} {released} {grant}")
        self._moved(door, released, grant, self.held)

    def _store(self, signed: wire.Signed) -> None:
        if self.state is not None:
            self.latches[signed.latch] = signed
            self.take(keeper.LatchStored(signed.latch, ""))

    def _forget(self, signed: wire.Signed, client: int) -> None:
        if self.state is not None:
            self.latches.pop(signed.latch, None)
            self.take(keeper.LatchForgotten(signed, client, ""))

    def reset_by_hand(self, said: wire.ResetLatch) -> None:
        """Somebody at the machine resets a latch, over a connection of their own."""
        if self.state is not None:
            self._count += 1
            self.take(keeper.Connected(self._count), keeper.Said(self._count, said), keeper.Gone(self._count))

    # -- its socket

    def connect(self, line: Client) -> int | None:
        """A connection's number; None while nobody listens."""
        if self.state is None:
            return None
        self._count += 1
        self._clients[self._count] = line
        self.take(keeper.Connected(self._count))
        return self._count

    def hear(self, client: int, line: bytes) -> None:
        """A connection says a line."""
        self._agenda.after(SOCKET_MS, lambda: self._heard(client, line))

    def _heard(self, client: int, line: bytes) -> None:
        if client in self._clients:
            said = decode_to_keeper(line)
            bad = isinstance(said, BadLine)
            self.take(keeper.SaidBadly(client, said.why) if bad else keeper.Said(client, said))  # type: ignore[union-attr,arg-type]

    def hang_up(self, client: int) -> None:
        """A connection ended from the other side; a line of it that is on its way is lost."""
        if self._clients.pop(client, None) is not None:
            self._agenda.after(SOCKET_MS, lambda: self.take(keeper.Gone(client)))

    def _send(self, client: int, line: bytes) -> None:
        self._agenda.after(SOCKET_MS, lambda: self._arrive(client, line))

    def _arrive(self, client: int, line: bytes) -> None:
        if client in self._clients:
            self._clients[client].arrived(line)

    def _gone(self, client: int) -> None:
        line = self._clients.get(client)
        if line is not None:
            self._agenda.after(SOCKET_MS, lambda: self._closed(client, line))

    def _closed(self, client: int, line: Client) -> None:
        self._clients.pop(client, None)
        line.broke()
