"""Any number of simulated devices against a real broker: one loop, one connection a device, the firmware's own steps.

The loop belongs to one thread. ``post`` may be called from any other: it only leaves a note and wakes the loop.
"""

import selectors
import socket
from collections import deque
from collections.abc import Iterable
from contextlib import suppress
from heapq import heappop, heappush
from random import Random
from time import monotonic_ns
from typing import Protocol

from firmware_sim.device import Device
from firmware_sim.doings import Connect, Cut, Doing, Publish
from firmware_sim.firmware import next_deadline, step
from firmware_sim.happenings import Happening, PowerOn, Ticked
from firmware_sim.radio import Broker, Radio, Trouble
from firmware_sim.seed import new_boot

KEEP_ALIVE_EVERY_MS = 1_000
POSTS_AT_MOST = 100_000


class Watcher(Protocol):
    """Who looks at the devices; called from the loop's thread."""

    def did(self, device: str, doing: Doing) -> None:
        """A device showed or moved something."""

    def troubled(self, device: str, sentence: str) -> None:
        """A device's connection or a message to it made trouble."""


def now_ms() -> int:
    """The fleet's clock: monotonic, in milliseconds."""
    return monotonic_ns() // 1_000_000


class Fleet:
    """The devices of one site, powered on together by ``start``."""

    def __init__(self, site: str, devices: Iterable[Device], broker: Broker, chance: Random, watcher: Watcher) -> None:
        """Prepare the devices; nothing is opened yet."""
        self.devices = {device.id: device for device in devices}
        self._radios = {device: Radio(broker, site, device) for device in self.devices}
        self._chance, self._watcher = chance, watcher
        self._selector = selectors.DefaultSelector()
        self._watched: dict[str, tuple[socket.socket, int]] = {}
        self._posts: deque[tuple[int, str, Happening]] = deque()
        self._later: list[tuple[int, int, str, Happening]] = []
        self._count = 0
        self._due: dict[str, int] = {}
        self._keep_alive_ms = 0
        self._bell, self._ear = socket.socketpair()
        for end in (self._bell, self._ear):
            end.setblocking(False)
        self._selector.register(self._ear, selectors.EVENT_READ)

    def start(self) -> None:
        """Power on every device."""
        for device in self.devices:
            self._happen(device, PowerOn(self.new_boot()))
        self._watch()

    @property
    def fresh(self) -> bool:
        """Whether every device is connected and has heard a beacon, so that what it says can show its age."""
        lives = [device.life for device in self.devices.values()]
        return all(life is not None and life.link.up and life.beacon for life in lives)

    def new_boot(self) -> str:
        """A boot's random hex, by this fleet's chance."""
        return new_boot(self._chance)

    def post(self, device: str, event: Happening, after_ms: int = 0) -> None:
        """Let something happen to a device, in so many milliseconds. Raises KeyError for an unknown device."""
        if device not in self.devices:
            raise KeyError(device)
        if len(self._posts) < POSTS_AT_MOST:
            self._posts.append((now_ms() + after_ms, device, event))
        self.wake()

    def wake(self) -> None:
        """End the loop's waiting."""
        with suppress(BlockingIOError):
            self._bell.send(b"!")

    def turn(self, at_most_ms: int) -> None:
        """Wait, at most so long, until something is to be done, and do all of it."""
        for key, events in self._selector.select(self._wait_s(at_most_ms)):
            if key.data is None:
                self._hush()
                continue
            if events & selectors.EVENT_WRITE:
                key.data.write()
            if events & selectors.EVENT_READ:
                key.data.read()
        self._take_posts()
        self._take_inboxes()
        self._tick()
        self._watch()

    def close(self) -> None:
        """End every connection without a goodbye."""
        for radio in self._radios.values():
            radio.cut()
        self._watch()
        self._selector.close()
        self._bell.close()
        self._ear.close()

    def _wait_s(self, at_most_ms: int) -> float:
        times = [*self._due.values(), self._keep_alive_ms]
        times += [self._later[0][0]] if self._later else []
        waiting = self._posts or any(radio.inbox for radio in self._radios.values())
        return 0 if waiting else max(0, min(at_most_ms, min(times) - now_ms())) / 1_000

    def _hush(self) -> None:
        with suppress(BlockingIOError):
            self._ear.recv(4096)

    def _take_posts(self) -> None:
        for _ in range(len(self._posts)):
            at_ms, device, event = self._posts.popleft()
            self._count += 1
            heappush(self._later, (at_ms, self._count, device, event))
        while self._later and self._later[0][0] <= now_ms():
            _, _, device, event = heappop(self._later)
            self._happen(device, event)

    def _take_inboxes(self) -> None:
        for device, radio in self._radios.items():
            while radio.inbox:
                event = radio.inbox.popleft()
                if isinstance(event, Trouble):
                    self._watcher.troubled(device, event.sentence)
                else:
                    self._happen(device, event)

    def _tick(self) -> None:
        now = now_ms()
        for device in [device for device, due_ms in self._due.items() if due_ms <= now]:
            self._happen(device, Ticked())
        if now >= self._keep_alive_ms:
            self._keep_alive_ms = now + KEEP_ALIVE_EVERY_MS
            for radio in self._radios.values():
                radio.keep_alive()

    def _happen(self, device: str, event: Happening) -> None:
        after, doings = step(self.devices[device], event, now_ms(), self._chance.random())
        self.devices[device] = after
        due_ms = next_deadline(after)
        if due_ms is None:
            self._due.pop(device, None)
        else:
            self._due[device] = due_ms
        for doing in doings:
            self._carry_out(device, doing)

    def _carry_out(self, device: str, doing: Doing) -> None:
        radio = self._radios[device]
        match doing:
            case Publish(leaf, payload):
                radio.publish(leaf, payload)
            case Connect(will):
                radio.connect(will)
            case Cut():
                radio.cut()
        self._watcher.did(device, doing)

    def _watch(self) -> None:
        """Bring the selector to what each connection wants to hear of: first all that ended, whose numbers may be
        taken again, then all that began.
        """
        wanted = {
            device: (sock, _mask(radio)) for device, radio in self._radios.items() if (sock := radio.socket) is not None
        }
        for device in [device for device, watched in self._watched.items() if wanted.get(device) != watched]:
            self._forget(device)
        for device, (sock, mask) in wanted.items():
            if device not in self._watched:
                self._watched[device] = sock, mask
                self._selector.register(sock, mask, self._radios[device])

    def _forget(self, device: str) -> None:
        with suppress(KeyError, ValueError):
            self._selector.unregister(self._watched.pop(device)[0])


def _mask(radio: Radio) -> int:
    return selectors.EVENT_READ | (selectors.EVENT_WRITE if radio.wants_write else 0)
