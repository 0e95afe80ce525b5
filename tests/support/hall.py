"""An intake as sites come to it, turn by turn of the event loop."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from registry.uplink.intake import Bounds, Intake, TurnedAway


class Hall:
    """An intake, and sites that come to it: what they did, in order, and how much was held at most."""

    def __init__(self, bounds: Bounds) -> None:
        self.now_s = 0.0
        self.intake = Intake(bounds, lambda: self.now_s)
        self.done: list[tuple[str, str]] = []
        self.most_bytes = self.most_at_once = 0
        self.leave: dict[str, asyncio.Event] = {}

    async def come(self, site: str, size: int) -> None:
        """One append, which is worked on until it may leave."""
        try:
            async with self.intake.held_for(site, size) as left_s:
                self.done.append((site, "held"))
                async with self.intake.worked_on_for(site, left_s):
                    self.done.append((site, "work"))
                    self._look()
                    self.leave[site] = asyncio.Event()
                    await self.leave[site].wait()
            self.done.append((site, "done"))
        except TurnedAway:
            self.done.append((site, "away"))

    def _look(self) -> None:
        self.most_bytes = max(self.most_bytes, sum(self.intake.held.inside.values()))
        self.most_at_once = max(self.most_at_once, len(self.intake.worked_on.inside))

    def did(self, what: str) -> list[str]:
        """Which sites came so far, in order."""
        return [site for site, done in self.done if done == what]


async def turns(count: int = 5) -> None:
    """Let everybody go on as far as they can."""
    loop = asyncio.get_running_loop()
    for _ in range(count):
        turn = loop.create_future()
        loop.call_soon(turn.set_result, None)
        await turn


def run(story: Coroutine[Any, Any, None]) -> None:
    """Live it; one that does not come to an end fails."""
    asyncio.run(asyncio.wait_for(story, 20))
