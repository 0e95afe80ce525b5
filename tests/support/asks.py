"""What staff may ask of a gateway in tests, and a wall clock that is set only on paper."""

from gateway.clock import ClockNotSet
from gateway.keeper import NO_KEEPER
from gateway.pages.asked import Askable, SetEvacuation
from gateway.showing.feed import Answered

MAY = Askable(frozenset({"ingresso"}), frozenset({"sala", "lab"}))
PAPER_WAS_MS = 1_700_000_000_000


def set_on_paper(_wall_ms: int) -> int:
    """As if it was set; what it showed before."""
    return PAPER_WAS_MS


def not_set(_wall_ms: int) -> int:
    """As where NTP sets the clock. Raises ClockNotSet."""
    raise ClockNotSet("the network's time sets this clock already; nothing was set")


def no_keeper(_asked: SetEvacuation, answered: Answered) -> None:
    """As where no doorkeeper answers."""
    answered(NO_KEEPER)
