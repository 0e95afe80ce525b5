"""The keeper's process: one thread over a selector, carrying events into the core and its effects out.

It wakes for sockets, for edges of inputs (the pin library's thread only queues them), for signals, for the core's next
deadline, and at least every ``BEAT_MS`` to look at every input's level and to show its supervisor that it lives. The
supervisor's end of the link closing means that nobody would secure the doors after this process: it stops.
"""

import gc
import logging
import os
import secrets
import selectors
import signal
import socket
import time
from collections import deque
from collections.abc import Iterable, Iterator
from itertools import groupby
from types import FrameType

from devices import keeper_codec as codec
from devices.doorkeeper import core
from devices.doorkeeper.config import KeeperConfig
from devices.doorkeeper.latches import forget_latch, read_latches, store_latch
from devices.doorkeeper.lines import Inputs, LineFaultError, Locks, pin_factory
from devices.doorkeeper.peers import Peers
from devices.doorkeeper.rest import resting_released
from devices.doorkeeper.sockets import listen
from devices.doorkeeper.state import (
    Close,
    Drive,
    Effect,
    Event,
    ForgetLatch,
    KeeperState,
    LatchForgotten,
    LatchStored,
    Send,
    Stop,
    StoreLatch,
    Tick,
)

BEAT_MS = 250
READY, BEAT, DISK = b"r", b".", b"d"

log = logging.getLogger("hubout.doorkeeper")


def now_ms() -> int:
    """CLOCK_MONOTONIC in milliseconds."""
    return time.monotonic_ns() // 1_000_000


class Keeper:
    """One run of the doorkeeper, from claiming its lines to letting them go at rest.

    The lines are claimed first: one process alone can hold them, so a second keeper fails before it can take the
    first one's socket. LineFaultError or SocketTakenError when it cannot start.
    """

    def __init__(self, config: KeeperConfig, link: socket.socket) -> None:
        latches, resets, fault = read_latches(config.state_directory)
        factory = pin_factory(config)
        released, unread = resting_released(config, factory, held=bool(latches))
        self._directory = config.state_directory
        self._locks = Locks(config, factory, released)
        self._raise_faults(unread)
        self._inputs = Inputs(config, factory)
        caps_ms = {door.id: door.max_lease_ms for door in config.doors}
        self._state = KeeperState(secrets.token_hex(8), caps_ms, latches=latches, resets=resets, fault=_logged(fault))
        self._link = link
        self._selector = selectors.DefaultSelector()
        self._peers = Peers(listen(config.socket), self._selector)
        self._beat_at_ms = 0

    def run(self) -> None:
        """Serve until told to stop, then leave every line at rest and return. LineFaultError if a line fails."""
        self._watch()
        self._beat()
        gc.collect()
        gc.freeze()
        self._tell_supervisor(READY)
        while not self._state.stopping:
            ready = self._selector.select(self._wait_s())
            self._handle(*(event for key, mask in ready for event in key.data(mask)))
            self._beat()

    def _watch(self) -> None:
        self._link.setblocking(False)
        self._signals = socket.socketpair()
        for end in self._signals:
            end.setblocking(False)
        signal.set_wakeup_fd(self._signals[1].fileno())
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, _woken)
        for ending in (self._signals[0], self._link):
            self._selector.register(ending, selectors.EVENT_READ, lambda _mask: (Stop(),))
        self._selector.register(self._inputs.wake, selectors.EVENT_READ, lambda _mask: self._inputs.take_edges())

    def _wait_s(self) -> float:
        deadline_ms = core.next_deadline(self._state)
        wake_ms = self._beat_at_ms if deadline_ms is None else min(self._beat_at_ms, deadline_ms)
        return max(0, wake_ms * 1_000_000 - time.monotonic_ns()) / 1e9

    def _beat(self) -> None:
        if now_ms() < self._beat_at_ms:
            return
        self._beat_at_ms = now_ms() + BEAT_MS
        self._handle(*self._inputs.levels())
        self._tell_supervisor(BEAT)

    def _tell_supervisor(self, word: bytes) -> None:
        try:
            self._link.send(word)
        except BlockingIOError:
            return
        except OSError:
            self._handle(Stop())

    def _handle(self, *events: Event) -> None:
        """Take the events one by one, each with all its effects; at the least, time has passed."""
        waiting: deque[Event] = deque(events or (Tick(),))
        while waiting:
            self._state, effects = core.step(self._state, waiting.popleft(), now_ms())
            for client, together in groupby(effects, _addressee):
                waiting.extend(self._carry_out(client, together))
        self._raise_faults("")

    def _carry_out(self, client: int | None, together: Iterable[Effect]) -> Iterator[Event]:
        """What is said to one client in a row goes out in one piece, so that it wakes up once for it."""
        if client is not None:
            lines = [codec.encode(effect.message) for effect in together if isinstance(effect, Send)]
            yield from self._peers.send(client, b"".join(lines))
            return
        for effect in together:
            yield from self._perform(effect)

    def _perform(self, effect: Effect) -> tuple[Event, ...]:
        match effect:
            case Drive(door, released):
                self._locks.drive(door, released=released)
                # The line has moved; what is said of it has time, and whoever asked may go on with their own work.
                os.sched_yield()
            case Close(client):
                self._peers.drop(client)
            case StoreLatch() | ForgetLatch():
                return (self._to_disk(effect),)
        return ()

    def _to_disk(self, effect: StoreLatch | ForgetLatch) -> Event:
        """A worn card can take seconds over a sync; the supervisor is told, so that it does not kill this process in
        an evacuation. Every door is released meanwhile.
        """
        self._tell_supervisor(DISK)
        match effect:
            case StoreLatch(signed):
                return LatchStored(signed.latch, _logged(store_latch(self._directory, signed)))
            case ForgetLatch(signed, client):
                return LatchForgotten(signed, client, _logged(forget_latch(self._directory, signed)))

    def _raise_faults(self, unread: str) -> None:
        faults = [said for said in (unread, *self._locks.faults) if said]
        if faults:
            raise LineFaultError(" ".join(faults))


def _addressee(effect: Effect) -> int | None:
    return effect.client if isinstance(effect, Send) else None


def _woken(_number: int, _frame: FrameType | None) -> None:
    """The signal's byte in the wake-up socket says it all."""


def _logged(fault: str) -> str:
    if fault:
        log.error(fault)
    return fault
