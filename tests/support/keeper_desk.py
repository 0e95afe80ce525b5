"""The gateway's side of a doorkeeper, turned by hand."""

from pathlib import Path
from time import monotonic_ns
from typing import TypeVar

from access import events as e
from access.effects import Lease
from gateway.keeper import Keeper
from tests.support.parts import wait_until

T = TypeVar("T")


class Desk:
    """A gateway's connection, turned by hand; ``ahead_ms`` moves its time on."""

    def __init__(self, path: Path, run: str = "gateway-1") -> None:
        self.base_ms = monotonic_ns() // 1_000_000
        self.keeper = Keeper(path, run, self.base_ms)
        self.ahead_ms = 0
        self.heard: list[e.Event] = []

    @property
    def mono_ms(self) -> int:
        """This run's clock."""
        return monotonic_ns() // 1_000_000 - self.base_ms + self.ahead_ms

    def turn(self) -> None:
        """Hear what was said."""
        self.heard += self.keeper.tend(self.mono_ms)
        if self.keeper.wants_to_write:
            self.heard += self.keeper.write()
        if self.keeper.connected:
            self.heard += self.keeper.read(self.mono_ms)

    def until(self, kind: type[T]) -> T:
        """The first event of a kind, which is taken out, with all before it."""

        def come() -> bool:
            self.turn()
            return any(isinstance(event, kind) for event in self.heard)

        wait_until(come, f"a {kind.__name__}", words=lambda: f"{self.heard} {self.keeper.trouble}")
        index = next(n for n, event in enumerate(self.heard) if isinstance(event, kind))
        found = self.heard[index]
        self.heard = self.heard[index + 1 :]
        assert isinstance(found, kind)
        return found

    def lease(self, grant: str, run: str) -> None:
        """Ask for a lease of this grant."""
        self.heard += self.keeper.lease(Lease(grant, "main", 300, self.mono_ms, run))
