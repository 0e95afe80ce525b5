"""One run of a site's gateway in virtual time: its own loop, writer, stores, links and clocks, put together as
``gateway.compose`` does it; only what waits (sockets, threads, sleep) is the simulation's.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial
from random import Random

from access.events import Event
from access.layout import layout_of
from access.log import SALT_BYTES, link
from access.site import Site
from access.stored import begin
from gateway.compose import NEVER_CONFIRMED_MS, TIMES_FILE
from gateway.database import StoreBroken
from gateway.link.client import Patience
from gateway.link.confirmations import Confirmations
from gateway.link.exchange import Exchange
from gateway.link.lane import IMPATIENT
from gateway.link.replica_exchange import ReplicaExchange
from gateway.link.status import LinkTold
from gateway.mqtt.inward import Inward
from gateway.outward import Outward
from gateway.timekeeping import read_times, recall, replica_age_at_start
from gateway.version import software_version
from gateway.writer import Writer
from hubout.simulate.agenda import Agenda
from hubout.simulate.disk import Disk, DiskLinkStore, PowerCut, open_log
from hubout.simulate.hub import Hub
from hubout.simulate.keeper import KeeperProcess
from hubout.simulate.keeper_line import KeeperLine, SiteKeeper
from hubout.simulate.links import PromptTimekeeping, SteppedLaneLink, SteppedLink, SteppedReplicaLink, Strand
from hubout.simulate.loops import SteppedLoop, VirtualWake
from hubout.simulate.machine import RunClock, SiteMachine, ThreadClock
from hubout.simulate.places import key_of
from hubout.simulate.session import GatewayBroker
from hubout.simulate.wire import Line, LineClient

TOKEN_FILE = "gateway.token"  # noqa: S105 -- a file name


@dataclass(frozen=True, slots=True)
class Around:
    """What a run finds around it."""

    site: Site
    agenda: Agenda
    chance: Random
    machine: SiteMachine
    disk: Disk
    hub: Hub
    keeper: KeeperProcess
    line: Line


class GatewayRun:
    """A process of the gateway, from its start to its end. ``crashed`` is told where the power goes in a turn."""

    def __init__(self, around: Around, turned: Callable[[], None], crashed: Callable[[], None]) -> None:
        """Start: raises StoreBroken or PowerCut as the real one would end."""
        self._around, self._turned, self._crashed = around, turned, crashed
        self.name = around.chance.randbytes(8).hex()
        self.alive, self._busy_ms, self._turn_ms = True, 0, -1
        self.clock = RunClock(around.agenda, around.machine)
        self.link_clock = ThreadClock(around.agenda, around.machine, self.clock)
        around.disk.held_up = self._held_up
        self.wake = VirtualWake(self._soon)
        self._compose()
        self._soon()

    def _compose(self) -> None:
        around, disk, clock = self._around, self._around.disk, self.clock
        times = read_times(disk.folder / TIMES_FILE)
        lost = None if recall(clock, times) else times
        keeping = PromptTimekeeping(disk.folder / TIMES_FILE, clock, alone=False, lost=lost)
        self.store = open_log(disk)
        self.store.identity(around.site.id)
        self.link_store = DiskLinkStore.open(disk.folder / "link.db")
        loaded, replica, now = self.store.load(), self.link_store.replica(), clock.now()
        known_ms = replica_age_at_start(clock, times, self.link_store.standing.confirmed_ms)
        age_ms = 0 if not replica.version else NEVER_CONFIRMED_MS if known_ms is None else known_ms
        state = begin(
            around.site,
            replica,
            loaded.epoch,
            loaded.seq,
            loaded.history,
            loaded.cursors,
            loaded.refusals,
            now,
            replica_age_ms=age_ms,
        )
        self.writer = Writer(state, loaded.chain(self.name), self.store, clock, around.chance.randbytes)
        self._connect_links()
        self.loop = self._loop(keeping)

    def _connect_links(self) -> None:
        around, chain, clock = self._around, self.writer.chain, self.link_clock
        told, chance, confirmed = LinkTold(), around.chance.random, Confirmations(self.link_store, clock, self._posted)
        log = around.disk.folder / "log.db"
        exchange = Exchange(chain, software_version(), self._client(Patience()), log, layout_of(around.site))
        replicated = ReplicaExchange(self._client(Patience()), self.link_store, self.writer.state.replica, self._epoch)
        self.up = SteppedLink(exchange, self.link_store, chain.seq, clock, chance, told, self._posted)
        self.down = SteppedReplicaLink(replicated, clock, chance, self._posted, confirmed, told)
        asking = self._client(IMPATIENT)
        self.lane = SteppedLaneLink(
            asking, self._epoch, self.up, self.down, clock, chance, self._posted, confirmed, told
        )
        self._strands = [Strand(around.agenda, clock, link.turn) for link in (self.up, self.down, self.lane)]
        self.up.woken, self.down.woken = self._strands[0].soon, self._strands[1].soon
        self.down.begin()
        for strand in self._strands:
            strand.soon()

    def _client(self, patience: Patience) -> LineClient:
        token = self._around.disk.folder / TOKEN_FILE
        return LineClient(token, self._around.line, self.link_clock, patience)

    def _epoch(self) -> int:
        return self.writer.chain.epoch

    def _loop(self, keeping: PromptTimekeeping) -> SteppedLoop:
        around = self._around
        inward = Inward(around.site, key_of(around.site.id))
        self.native = GatewayBroker(around.hub, self.clock, self._soon)
        line = KeeperLine(around.keeper, around.agenda, self.clock.moment_ms, self._soon)
        self.keeper = SiteKeeper(line, self.name, self.clock.base_ms)
        policy, zone = around.site.policy, self.writer.state.zone
        outward = Outward(around.site.id, policy, zone, self.native, self.keeper, self.clock)
        loop = SteppedLoop(
            self.clock,
            self.writer,
            self.store,
            inward,
            self.native,
            None,
            self.keeper,
            outward,
            self.wake,
            (keeping,),
            self._grown,
            lambda _error: False,
        )
        loop.nonce = lambda nbytes: around.chance.randbytes(nbytes).hex()
        return loop

    # -- its loop's turns

    def _soon(self) -> None:
        self._turn_at(self._around.agenda.now_ms)

    def _turn_at(self, when_ms: int) -> None:
        """One turn then, or as soon after as the loop is free."""
        at_ms = max(when_ms, self._busy_ms)
        if self._turn_ms < 0 or at_ms < self._turn_ms:
            self._turn_ms = at_ms
            self._around.agenda.at(at_ms, partial(self._turn, at_ms))

    def _turn(self, at_ms: int) -> None:
        if not self.alive or at_ms != self._turn_ms:
            return
        self._turn_ms = -1
        now_ms = self._around.agenda.now_ms
        if now_ms < self._busy_ms:
            self._turn_at(self._busy_ms)
            return
        try:
            self.loop.once()
        except PowerCut:
            self._crashed()
            return
        self._busy_ms, self.clock.ahead_ms = self.clock.moment_ms(), 0
        self._turned()
        self._rest()

    def _rest(self) -> None:
        rests_ms = self.loop.rests_ms()
        due_ms = self._busy_ms + rests_ms
        retries = [retry for retry in (self.native.retry_ms, self.keeper.retry_ms) if retry is not None]
        if retries:
            due_ms = min(due_ms, max(min(retries) + self.clock.began_ms, self._busy_ms + 1))
        agenda = self._around.agenda
        self._turn_at(agenda.awake_at(due_ms) if rests_ms else due_ms)

    def _held_up(self, ms: int) -> None:
        self.clock.ahead_ms += ms

    def log_poison(self, kind: str) -> None:
        """Log a row of a kind that nobody knows, as a version of tomorrow would."""
        writer, now = self.writer, self.clock.now()
        salt, seq = self._around.chance.randbytes(SALT_BYTES), writer.chain.seq + 1
        chain, row = link(writer.chain, seq, kind, b'{"what":"of tomorrow"}', salt, now)
        with suppress(StoreBroken):
            self.store.commit([row], (), None)
            writer.chain, writer.state = chain, replace(writer.state, seq=seq)
            self._grown(seq)

    def ask(self, event: Event) -> None:
        """Staff ask something on the site's page."""
        self.wake.post(event)

    def _posted(self, event: Event) -> None:
        """A link hands something over, once its answer is here."""
        self._around.agenda.at(self.link_clock.moment_ms(), partial(self._hand_over, event))

    def _hand_over(self, event: Event) -> None:
        if self.alive:
            self.wake.post(event)

    def _grown(self, seq: int) -> None:
        if seq != self.up.grown:
            self.up.logged(seq)
            self._strands[0].soon()

    # -- its end

    def end(self) -> None:
        """Be gone, without a word to anybody: what it held open is closed by the system."""
        self.alive = False
        self.native.close()
        self.keeper.close()
        for strand in self._strands:
            strand.end()
        self.up.leave()
        self.down.leave()
        self.lane.leave()
        self.link_store.close()
        self.store.close()
        self.wake.close()
