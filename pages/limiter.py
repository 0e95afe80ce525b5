"""How often a code may be guessed: per address (or whatever else a guess comes by) and in all, in a sliding window and
bounded memory.

Time is an argument.
"""

from collections import OrderedDict, deque
from dataclasses import dataclass, field

WINDOW_S = 300.0
PER_ADDRESS = 5
IN_ALL = 60
ADDRESSES = 256


@dataclass(slots=True)
class Limiter:
    """The wrong guesses of the last five minutes: how many of one address, and in all, are borne; how many are kept."""

    per_address: int = PER_ADDRESS
    most_in_all: int = IN_ALL
    addresses: int = ADDRESSES
    of_address: OrderedDict[str, deque[float]] = field(default_factory=OrderedDict)
    in_all: deque[float] = field(default_factory=deque)

    def wait_s(self, address: str, now_s: float) -> float:
        """How long this address must wait before it may guess, 0 where it need not."""
        own = self.of_address.get(address, deque())
        return max(_wait(own, self.per_address, now_s), _wait(self.in_all, self.most_in_all, now_s))

    def wrong(self, address: str, now_s: float) -> None:
        """Note a wrong guess."""
        own = self.of_address.setdefault(address, deque(maxlen=self.per_address))
        self.of_address.move_to_end(address)
        own.append(now_s)
        self.in_all.append(now_s)
        while len(self.in_all) > self.most_in_all:
            self.in_all.popleft()
        while len(self.of_address) > self.addresses:
            self.of_address.popitem(last=False)

    def right(self, address: str) -> None:
        """Forget an address's wrong guesses after a right one."""
        self.of_address.pop(address, None)


def _wait(guesses: deque[float], limit: int, now_s: float) -> float:
    """Until the oldest of ``limit`` guesses is out of the window."""
    if len(guesses) < limit:
        return 0.0
    return max(0.0, guesses[-limit] + WINDOW_S - now_s)
