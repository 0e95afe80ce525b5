"""A gateway's clock that a test moves by hand."""

from access.clock import Now
from gateway.clock import Clock
from tests.support.core_site import NINE


class HandClock(Clock):
    """It begins at nine, and stands."""

    def __init__(self) -> None:
        super().__init__()
        self.mono = 0

    def move(self, ms: int) -> None:
        """Let time pass."""
        self.mono += ms

    def mono_ms(self) -> int:
        """Since it began."""
        return self.mono

    def now(self) -> Now:
        """The moment."""
        return Now(NINE + self.mono, self.mono, self.mono)
