"""Where a gateway's log and the branches that are here part, found by the hashes of a few of its rows (S6, S7). Pure.

A row's hash speaks for all rows before it: where two logs agree at a number they agree below it. So a greeting with the
hashes of some rows says between which two of its numbers its log leaves each branch; where that is too wide to tell,
the gateway is asked for rows in between (``Narrow``). Each round divides what is open by the number of marks.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from access.log import GENESIS

MOST_ROUNDS = 8
"""Then the longest history that is known to be common is taken for it: what is sent twice takes effect once."""


@dataclass(frozen=True, slots=True)
class Held:
    """A branch that is here up to ``seq``; its rows up to ``base_seq`` are ``base_epoch``'s (None: it has no base)."""

    epoch: int
    base_epoch: int | None
    base_seq: int
    seq: int
    head: bytes


@dataclass(frozen=True, slots=True)
class Histories:
    """A site's branches by epoch, and of their own rows the hashes that are known, by (epoch, seq)."""

    branches: Mapping[int, Held]
    rows: Mapping[tuple[int, int], bytes] = field(default_factory=dict)

    def owner(self, epoch: int, seq: int) -> int:
        """The branch to whose own rows the row ``seq`` of a branch belongs."""
        branch = self.branches[epoch]
        while branch.base_epoch is not None and seq <= branch.base_seq:
            branch = self.branches[branch.base_epoch]
        return branch.epoch

    def line(self, epoch: int, upto: int) -> list[tuple[int, int, int]]:
        """Whose own rows make a branch's history up to a row: (epoch, after, up to), the last piece first."""
        pieces, branch = [], self.branches[epoch]
        while True:
            after = 0 if branch.base_epoch is None else branch.base_seq
            if after < upto:
                pieces.append((branch.epoch, after, upto))
            if branch.base_epoch is None:
                return pieces
            branch, upto = self.branches[branch.base_epoch], min(upto, after)

    def hash_at(self, epoch: int, seq: int) -> bytes | None:
        """The hash of the row ``seq`` in a branch; None where it is not known, or not here."""
        branch = self.branches[epoch]
        if seq == 0:
            return GENESIS
        if seq == branch.seq:
            return branch.head
        return self.rows.get((self.owner(epoch, seq), seq)) if seq < branch.seq else None


@dataclass(frozen=True, slots=True)
class Log:
    """A gateway's log, in ``epoch``, up to ``seq``; ``marks`` are numbers and hashes of some of its rows, its last one
    among them. ``answers``: it can be asked for others.
    """

    epoch: int
    seq: int
    marks: tuple[tuple[int, bytes], ...]
    answers: bool = True


@dataclass(frozen=True, slots=True)
class Resume:
    """The log goes on where its branch stands here."""


@dataclass(frozen=True, slots=True)
class Narrow:
    """Up to ``after`` the log is that of the branch ``epoch``; at ``before`` it is not, or nobody knows."""

    epoch: int
    after: int
    before: int
    rounds: int = 1

    def is_as(self, other: "Narrow") -> bool:
        """Whether both ask the same."""
        return (self.epoch, self.after, self.before) == (other.epoch, other.after, other.before)


@dataclass(frozen=True, slots=True)
class Part:
    """The log is that of ``base_epoch`` up to ``base_seq`` and no further; ``behind``: it ends there."""

    base_epoch: int
    base_seq: int
    behind: bool = False


@dataclass(frozen=True, slots=True)
class _Reach:
    """How far a log is that of a branch, and the first number from which it is known not to be (None: it may be)."""

    epoch: int
    agreed: int
    differs: int | None


def decide(held: Histories, log: Log, asked: Narrow | None = None) -> Resume | Narrow | Part:
    """What a greeting means, where there is a branch; ``asked`` is what the same run was asked last.

    A log that is behind its own branch is asked to say so again: a greeting may have been long on its way.
    """
    reaches = [_reach(held, log, asked, epoch) for epoch in held.branches]
    own = next((reach for reach in reaches if reach.epoch == log.epoch), None)
    # Who was asked about another branch had shown before that it is not its own one's.
    parted = asked is not None and asked.epoch != log.epoch and asked.after <= log.seq
    if own is not None and not parted and own.differs is None and log.seq >= held.branches[own.epoch].seq:
        stands = held.branches[own.epoch].seq
        if own.agreed == stands:
            return Resume()
        return _asking(log, asked, Narrow(own.epoch, own.agreed, stands)) or Resume()
    best = max(reaches, key=lambda reach: (reach.agreed, reach.epoch == log.epoch, -reach.epoch))
    behind = own is not None and own.agreed == log.seq
    part = Part(held.owner(best.epoch, best.agreed), best.agreed, behind)
    limit = min(best.differs or log.seq + 1, held.branches[best.epoch].seq + 1, log.seq + 1)
    if limit == best.agreed + 1 and not (behind and log.seq):
        return part
    wanted = Narrow(best.epoch, min(best.agreed, log.seq - 1), min(limit, log.seq))
    return _asking(log, asked, wanted) or part


def _asking(log: Log, asked: Narrow | None, wanted: Narrow) -> Narrow | None:
    """What to ask; None where asking leads no further."""
    if not log.answers:
        return None
    if asked is None:
        return wanted
    heard = wanted.before - wanted.after <= 1 or any(wanted.after < seq < wanted.before for seq, _ in log.marks)
    if (asked.is_as(wanted) and heard) or asked.rounds >= MOST_ROUNDS:
        return None  # Asked before, and answered; a question that was lost on its way is asked again.
    return Narrow(wanted.epoch, wanted.after, wanted.before, asked.rounds + 1)


def _reach(held: Histories, log: Log, asked: Narrow | None, epoch: int) -> _Reach:
    compared = [(seq, known == head) for seq, head in log.marks if (known := held.hash_at(epoch, seq)) is not None]
    agreed = max((seq for seq, same in compared if same), default=0)
    if asked is not None and asked.epoch in held.branches and asked.after <= min(held.branches[epoch].seq, log.seq):
        common = held.owner(epoch, asked.after) == held.owner(asked.epoch, asked.after)
        agreed = max(agreed, asked.after if common else 0)
    return _Reach(epoch, agreed, min((seq for seq, same in compared if not same and seq > agreed), default=None))
