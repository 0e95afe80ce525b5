"""Logs as lists of hashes, a registry that holds some of them as branches, and a gateway that is asked for marks."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from access.log import GENESIS
from registry.uplink.histories import Held, Histories, Log, Narrow, Part, Resume, decide

MOST_MARKS = 64
Rows = tuple[bytes, ...]


def grown(rows: Rows, name: str, count: int) -> Rows:
    """The hashes of a log that goes on by so many rows, of which ``name`` makes others than another would."""
    made = list(rows)
    for _ in range(count):
        made.append(sha256((made[-1] if made else GENESIS) + name.encode()).digest())
    return tuple(made)


def common(one: Sequence[bytes], other: Sequence[bytes]) -> int:
    """Up to which number two logs are one."""
    return next((n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))


@dataclass
class Branches:
    """What a registry holds: whole logs by epoch, and where each grew out of which."""

    logs: dict[int, Rows] = field(default_factory=dict)
    bases: dict[int, tuple[int, int] | None] = field(default_factory=dict)

    def add(self, epoch: int, rows: Rows, base: tuple[int, int] | None = None) -> None:
        """Hold this log as a branch."""
        self.logs[epoch], self.bases[epoch] = rows, base

    def histories(self, numbers: set[int]) -> Histories:
        """The same as ``decide`` is given it: of the rows, those of these numbers, each under its owner alone."""
        branches: dict[int, Held] = {}
        rows: dict[tuple[int, int], bytes] = {}
        for epoch, log in self.logs.items():
            of_epoch, of_seq = self.bases[epoch] or (None, 0)
            branches[epoch] = Held(epoch, of_epoch, of_seq, len(log), log[-1] if log else GENESIS)
            own = range(of_seq + 1, len(log) + 1)
            rows |= {(epoch, seq): log[seq - 1] for seq in own if seq in numbers}
        return Histories(branches, rows)


@dataclass
class Gateway:
    """A log in its epoch; ``lost``: numbers whose rows are there no more; ``acked``: what it remembers as sent."""

    epoch: int
    rows: Rows
    acked: int = 0
    lost: frozenset[int] = frozenset()

    def _marks(self, numbers: set[int]) -> tuple[tuple[int, bytes], ...]:
        here = sorted(seq for seq in numbers if 0 < seq <= len(self.rows) and seq not in self.lost)
        return tuple((seq, self.rows[seq - 1]) for seq in here)

    def says(self, asked: Narrow | None) -> Log:
        """Its greeting, or its answer to what it was asked."""
        end, wanted = len(self.rows), set[int]()
        if asked is None:
            wanted = {end - (1 << power) for power in range(MOST_MARKS - 3)} | {self.acked}
        else:
            steps = MOST_MARKS - 1
            span = asked.before - asked.after
            wanted = {asked.after + max(1, span * step // steps) for step in range(1, steps + 1)}
        head = self.rows[-1] if self.rows else GENESIS
        return Log(self.epoch, end, (*self._marks(wanted - {end}), (end, head)))


def converse(held: Branches, gateway: Gateway) -> tuple[Resume | Part, int]:
    """Greet until there is an answer, and how often that was."""
    asked: Narrow | None = None
    for rounds in range(1, 100):
        said = gateway.says(asked)
        found = decide(held.histories({seq for seq, _ in said.marks}), said, asked)
        if not isinstance(found, Narrow):
            return found, rounds
        asked = found
    raise AssertionError("it asks without end")
