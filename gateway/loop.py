"""The gateway's one loop: wait for whatever comes first, take what waits, step, commit, act, acknowledge.

    sockets, keeper, link, pages, time ──► events ──► Writer.take (step + one commit) ──► Outward ──► acknowledgements

One thread owns the state, the log and every effect, so there is nothing to lock and no order to lose. It never waits
to fill a batch. Connecting to a broker, talking to the registry and rendering pages happen elsewhere.
"""

import logging
import math
import secrets
import select
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet

from access import events, timed
from access.effects import Effect, Feedback
from gateway.clock import Clock
from gateway.keeper import Keeper
from gateway.link.standing import Room
from gateway.log.kept import kept_of
from gateway.log.store import Store, StoreBroken
from gateway.mqtt.broker import Broker
from gateway.mqtt.inward import Inward
from gateway.mqtt.messages import Arrived
from gateway.outward import Outward
from gateway.troubles import Troubles
from gateway.version import software_version
from gateway.wake import Wake
from gateway.watched import Watched
from gateway.writer import Writer

LOG = logging.getLogger("hubout.gateway")
BATCH = 500
LONGEST_WAIT_S = 0.25
TEND_EVERY_MS = 250
NOT_STORED = "not-stored"


class Loop:
    """The loop and its parts. ``run`` returns after ``stop``; ``cure`` says whether to commit once more what failed."""

    def __init__(
        self,
        clock: Clock,
        writer: Writer,
        store: Store,
        inward: Inward,
        native: Broker,
        makers: Broker | None,
        keeper: Keeper,
        outward: Outward,
        wake: Wake,
        others: Sequence[Watched],
        grown: Callable[[int], None],
        cure: Callable[[StoreBroken], bool],
    ) -> None:
        self.clock, self.writer, self._store, self._inward = clock, writer, store, inward
        self.native, self.makers, self.keeper, self._outward = native, makers, keeper, outward
        self.wake, self._others, self._grown, self.cure = wake, others, grown, cure
        self.room, self.idle = Room(), False
        self._kept: list[events.Event] = [events.Begun(software_version())]
        self._subscribed = {"native": False, "makers": False}
        self.nonce: Callable[[int], str] = secrets.token_hex
        self._deadline = timed.next_deadline(writer.state)
        self.store_trouble, self._given_up = "", 0
        self._tend_ms, self._stopping = 0, False
        self._troubles = Troubles()
        self._locks = any(door.gpio is not None for door in writer.state.site.doors.values())

    def stop(self) -> None:
        """Ask the loop to end; safe from a signal handler."""
        self._stopping = True
        self.wake.up()

    def run(self) -> None:
        """Live until stopped; whatever ends it, what it holds is let go."""
        try:
            while not self._stopping:
                self.once()
        finally:
            for part in (self.native, self.makers, self.keeper, *self._others):
                if part is not None:
                    part.close()

    def once(self) -> None:
        """One turn: what waits, or the next deadline."""
        ready = self._wait()
        others = self._kept + self._events(ready)
        self._kept = []
        native, makers = self._arrived(self.native, ready), self._arrived(self.makers, ready)
        self._turn(native, makers, others)
        for broker in (self.native, self.makers):
            if broker is not None:
                broker.flush()
        self.idle = not native and not makers and not self._kept
        if self.idle:
            self._idle()
        mono_ms = self.clock.mono_ms()
        for other in self._others:
            other.tend(self, mono_ms)

    # -- in

    def _arrived(self, broker: Broker | None, ready: AbstractSet[int]) -> list[Arrived]:
        if broker is None or (sock := broker.sock()) is None:
            return []
        if broker.wants_to_write:
            broker.write()
        if sock.fileno() in ready or broker.wants_to_read:
            broker.read(BATCH)
        taken, broker.inbox = broker.inbox, []
        return taken

    def _events(self, ready: AbstractSet[int]) -> list[events.Event]:
        mono_ms, woken = self.clock.mono_ms(), self.wake.fileno() in ready
        if woken:
            self.wake.drain()
        found: list[events.Event] = self.wake.taken()
        if woken or mono_ms >= self._tend_ms:
            self._tend_ms = mono_ms + TEND_EVERY_MS
            found += self._tended(mono_ms)
        if self.keeper.wants_to_write:
            found += self.keeper.write()
        if self.keeper.connected and self.keeper.fileno() in ready:
            found += self.keeper.read(mono_ms)
        for other in self._others:
            if not ready.isdisjoint(other.filenos()):
                found += other.ready()
        return found

    def _tended(self, mono_ms: int) -> list[events.Event]:
        for broker in (self.native, self.makers):
            if broker is not None:
                broker.tend(mono_ms)
                self._troubles.tell(f"the broker's session {broker.client_id}", broker.trouble)
        while self.keeper.alarms:
            LOG.error("%s", self.keeper.alarms.pop(0))
        said = self.keeper.tend(mono_ms)
        if self._locks:
            self._troubles.tell("the doorkeeper", self.keeper.trouble)
        return said

    def _subscriptions(self) -> list[events.Event]:
        """An event for each connection that has (re)subscribed since the last turn."""
        found: list[events.Event] = []
        for name, broker in (("native", self.native), ("makers", self.makers)):
            now = broker is not None and broker.subscribed
            if now and not self._subscribed[name]:
                found.append(events.Subscribed(native=name == "native"))
            self._subscribed[name] = now
        return found

    # -- the turn

    def _turn(self, native: list[Arrived], makers: list[Arrived], others: list[events.Event]) -> None:
        now = self.clock.now()
        batch: list[events.Event] = [self._inward.native(arrived, now.wall_ms) for arrived in native]
        batch += self._subscriptions()
        for arrived in makers:
            batch += self._inward.maker(arrived, now.wall_ms)
        batch += others
        if timed.is_due(self._deadline, now):
            batch.append(events.Ticked(self.nonce(16)))
        if not batch:
            return
        try:
            effects = self._taken(batch)
        except StoreBroken as error:
            self._not_stored(error, batch, len(native))
            return
        self.stored(effects, native)

    def _taken(self, batch: list[events.Event]) -> tuple[Effect, ...]:
        """What a committed batch has to have done; where it could not be committed, once that is cured."""
        try:
            return self.writer.take(batch)
        except StoreBroken as error:
            if not self.cure(error):
                raise
        return self.writer.take(batch)

    def stored(self, effects: tuple[Effect, ...], native: list[Arrived]) -> None:
        """Do what a committed batch has to have done; ``native`` are the messages that it answers."""
        self._kept += self._outward.perform(effects)
        for other in self._others:
            other.note(effects)
        self.native.acknowledge(native)
        self._grown(self.writer.chain.seq)
        if self.store_trouble:
            LOG.warning("the log can be written again; %d events had to be given up", self._given_up)
            self.store_trouble, self._given_up = "", 0
            self.native.drop(self.clock.mono_ms(), "asking again for what could not be stored")

    def _not_stored(self, error: StoreBroken, batch: list[events.Event], native: int) -> None:
        """D12: nothing opens and nothing is acknowledged; readers show ``wait``. The first ``native`` come again from
        the broker; of the others we keep what we may, and try again.
        """
        if str(error) != self.store_trouble:
            LOG.error("the log cannot be written, so every door refuses: %s", error)
        self.store_trouble = str(error)
        kept, given_up = kept_of(batch[native:])
        self._kept, self._given_up = kept or [events.Refused(NOT_STORED)], self._given_up + given_up
        for event in batch:
            if isinstance(event, events.Tapped) and event.stamp is not None:
                self._outward.answer(Feedback(event.device, event.stamp.boot, event.stamp.seq, "wait"))

    def _idle(self) -> None:
        """Nobody waits at a door: time for what the disk wants done."""
        try:
            self._store.checkpoint()
        except StoreBroken as error:
            if not self.cure(error):
                LOG.error("the log cannot be tidied: %s", error)

    # -- waiting

    def _wait(self) -> frozenset[int]:
        """Wait for input or the next deadline: what is ready, by number. What is watched is told afresh each time,
        because a closed socket's number may be a new one's already.
        """
        poll = select.poll()
        poll.register(self.wake.fileno(), select.POLLIN)
        for other in self._others:
            for fileno in other.filenos():
                poll.register(fileno, select.POLLIN)
        for broker in (self.native, self.makers):
            if broker is not None and (sock := broker.sock()) is not None:
                poll.register(sock.fileno(), _mask(writing=broker.wants_to_write))
        if self.keeper.connected:
            poll.register(self.keeper.fileno(), _mask(writing=self.keeper.wants_to_write))
        return frozenset(fileno for fileno, _ in poll.poll(math.ceil(self._wait_s() * 1_000)))

    def _wait_s(self) -> float:
        # Looked for here, before anybody waits, and not again when somebody has come.
        self._deadline = timed.next_deadline(self.writer.state)
        if self.store_trouble:
            return LONGEST_WAIT_S
        if self._kept or any(one is not None and one.wants_to_read for one in (self.native, self.makers)):
            return 0.0
        return self.clock.seconds_until(self._deadline, LONGEST_WAIT_S)


def _mask(*, writing: bool) -> int:
    return select.POLLIN | (select.POLLOUT if writing else 0)
