"""How many bytes of gateways' appends are held at once, and how many appends are worked on: the rest wait in line.

Whoever waits to be read holds nothing, so a whole fleet that comes back at once costs no more memory than the bounds
say; whoever is read slowly keeps nobody from being worked on. Both lines are served by who has tried longest, those who
were turned away before included. A site that waits too long, finds a line full or itself here already is turned away
for a moment (429, ``Retry-After``) and keeps its place by the time since when it has tried (guarantee S9).

Used by the server's one event loop; each process of the registry has its own.
"""

import asyncio
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

MOST_REMEMBERED = 10_000


class TurnedAway(Exception):
    """The append is not taken now; come again."""


@dataclass(frozen=True, slots=True)
class Bounds:
    """``held_bytes`` of appends in memory, ``at_once`` of them worked on, ``line`` that wait for either, and for how
    long at most in both (seconds): less than a gateway waits for an answer, so that it keeps its place in line.
    """

    held_bytes: int = 16 * 1024 * 1024
    at_once: int = 4
    line: int = 256
    wait_s: float = 7.0


@dataclass(frozen=True, slots=True)
class _Waiting:
    since_s: float
    size: int
    turn: asyncio.Future[None]


@dataclass(slots=True)
class Line:
    """Waiting for a share of ``room``; nobody overtakes who has tried longer. What is larger than it all goes alone."""

    room: int
    longest: int
    inside: dict[str, int] = field(default_factory=dict)
    waiting: dict[str, _Waiting] = field(default_factory=dict)

    @asynccontextmanager
    async def turn(self, name: str, size: int, since_s: float, wait_s: float) -> AsyncIterator[float]:
        """Wait ``wait_s`` at most, then be inside with a share of this ``size``; yields the seconds that are left.
        Raises TurnedAway.
        """
        if name in self.inside or name in self.waiting or len(self.waiting) >= self.longest:
            raise TurnedAway
        place = _Waiting(since_s, size, asyncio.get_running_loop().create_future())
        self.waiting[name] = place
        try:
            yield await self._waited(place, wait_s)
        finally:
            self.waiting.pop(name, None)
            self.inside.pop(name, None)
            self._serve()

    async def _waited(self, place: _Waiting, wait_s: float) -> float:
        self._serve()
        loop = asyncio.get_running_loop()
        until_s = loop.time() + wait_s
        try:
            async with asyncio.timeout_at(until_s):
                await place.turn
        except TimeoutError:
            raise TurnedAway from None
        return max(until_s - loop.time(), 0.0)

    def _serve(self) -> None:
        while self.waiting:
            name = min(self.waiting, key=lambda one: self.waiting[one].since_s)
            if self.inside and sum(self.inside.values()) + self.waiting[name].size > self.room:
                return
            place = self.waiting.pop(name)
            if not place.turn.done():
                self.inside[name] = place.size
                place.turn.set_result(None)


class Intake:
    """Both lines. ``mono_s`` is the clock by which one has tried longer than another."""

    def __init__(self, bounds: Bounds, mono_s: Callable[[], float]) -> None:
        self._mono_s = mono_s
        self.wait_s = bounds.wait_s
        self.held = Line(bounds.held_bytes, bounds.line)
        self.worked_on = Line(bounds.at_once, bounds.line)
        self._tried_since_s: OrderedDict[str, float] = OrderedDict()

    @asynccontextmanager
    async def held_for(self, site: str, size_bytes: int) -> AsyncIterator[float]:
        """While an append of a site is read and waits: its bytes count. Yields how long it may wait to be worked on
        (seconds). Raises TurnedAway.
        """
        async with self.held.turn(site, size_bytes, self._since_s(site), self.wait_s) as left_s:
            yield left_s

    @asynccontextmanager
    async def worked_on_for(self, site: str, left_s: float) -> AsyncIterator[None]:
        """While an append of a held site is worked on; ``left_s`` is what ``held_for`` left. Raises TurnedAway."""
        async with self.worked_on.turn(site, 1, self._since_s(site), left_s):
            self._tried_since_s.pop(site, None)
            yield

    def _since_s(self, site: str) -> float:
        """Since when the site has tried and was not worked on."""
        since_s = self._tried_since_s.setdefault(site, self._mono_s())
        if len(self._tried_since_s) > MOST_REMEMBERED:
            self._tried_since_s.popitem(last=False)
        return since_s
