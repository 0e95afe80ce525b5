"""What else may live in the gateway's loop: the pages' feed, the pages' process, live topics, a watchdog."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from access import events
from access.effects import Effect

if TYPE_CHECKING:
    from gateway.loop import Loop


class Watched(Protocol):
    """One of them."""

    def filenos(self) -> Sequence[int]:
        """What to watch for reading."""

    def ready(self) -> list[events.Event]:
        """Take what came on them."""

    def note(self, effects: Sequence[Effect]) -> None:
        """A batch was committed, with these effects."""

    def tend(self, loop: "Loop", mono_ms: int) -> None:
        """Do what is due; called after every turn, at least once a second."""

    def close(self) -> None:
        """Leave."""


class Tended:
    """A ``Watched`` that watches nothing, hears of nothing and holds nothing, unless it says so: it is only tended."""

    def filenos(self) -> Sequence[int]:
        """Nothing to watch."""
        return ()

    def ready(self) -> list[events.Event]:
        """Nothing comes by itself."""
        return []

    def note(self, effects: Sequence[Effect]) -> None:
        """Whatever happens is nothing to it."""

    def close(self) -> None:
        """Nothing is held."""
