"""The lease table: who may hold a door released, and until when. Pure; all times are milliseconds of one
monotonic clock.

What it promises (guarantees D2, D3):

- a lease is for one door and one grant, and a grant is taken at most once: the ids of at least the last
  ``SPENT_MAX`` grants taken are remembered, and none is forgotten before its grant would be refused as stale;
- a lease ends at the latest ``cap_ms`` after it was taken, whatever was asked for and whatever the clock does: one
  that would lie in the future of a clock gone backwards has ended too;
- a standing lease (scheduled free passage) runs ``STANDING_MS`` at most and lives only by being renewed. One that has
  ended stays ended: a new one needs a new grant.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum

STANDING_MS = 3_000
GRANT_MAX_AGE_MS = 2_000
AHEAD_MAX_MS = 250
SPENT_MAX = 256


class Why(StrEnum):
    """Why a lease was refused."""

    OTHER_RUN = "other-run"
    NOT_HOLDER = "not-holder"
    NO_SUCH_DOOR = "no-such-door"
    BAD_LENGTH = "bad-length"
    STALE = "stale"
    AHEAD = "ahead"
    REPEATED = "repeated"
    FULL = "full"
    NOT_RUNNING = "not-running"
    STOPPING = "stopping"


@dataclass(frozen=True, slots=True)
class Asked:
    """What a client asks for: ``door`` released for ``ms`` milliseconds, for the grant that was decided at
    ``decided_ms``. ``holder`` is the connection that asked; with it the lease ends.
    """

    grant: str
    door: str
    ms: int
    decided_ms: int
    holder: int
    standing: bool = False


@dataclass(frozen=True, slots=True)
class Lease:
    """One running lease. ``ends_ms`` is when it ends by itself."""

    grant: str
    door: str
    holder: int
    taken_ms: int
    ends_ms: int
    standing: bool

    def is_over(self, now_ms: int) -> bool:
        """Whether it has ended at ``now_ms``, also on a clock that went backwards."""
        return now_ms >= self.ends_ms or now_ms < self.taken_ms


@dataclass(frozen=True, slots=True)
class LeaseTable:
    """The running leases by grant, and the ids of grants taken with when they were decided: the ``recent`` ones, at
    most ``SPENT_MAX``, and the as many ``older`` ones before them.
    """

    running: Mapping[str, Lease] = field(default_factory=dict)
    recent: Mapping[str, int] = field(default_factory=dict)
    older: Mapping[str, int] = field(default_factory=dict)

    def with_taken(self, asked: Asked, lease: Lease) -> "LeaseTable":
        """The table with this lease running and its grant remembered."""
        running = {**self.running, asked.grant: lease}
        if len(self.recent) < SPENT_MAX:
            return LeaseTable(running, {**self.recent, asked.grant: asked.decided_ms}, self.older)
        return LeaseTable(running, {asked.grant: asked.decided_ms}, self.recent)

    def is_spent(self, grant: str) -> bool:
        """Whether this grant is known to have had its lease."""
        return grant in self.recent or grant in self.older

    def is_full(self, now_ms: int) -> bool:
        """Whether to take one more grant would forget one that is still fresh."""
        if len(self.recent) < SPENT_MAX or not self.older:
            return False
        return now_ms - max(self.older.values()) <= GRANT_MAX_AGE_MS


def take(table: LeaseTable, asked: Asked, now_ms: int, cap_ms: int) -> tuple[LeaseTable, Lease | Why]:
    """Take the lease ``asked`` for, no longer than ``cap_ms`` (the door's maximum), or say why not."""
    why = _refusal(table, asked, now_ms)
    if why is not None:
        return table, why
    length_ms = min(asked.ms, cap_ms, STANDING_MS) if asked.standing else min(asked.ms, cap_ms)
    lease = Lease(asked.grant, asked.door, asked.holder, now_ms, now_ms + length_ms, asked.standing)
    return table.with_taken(asked, lease), lease


def _refusal(table: LeaseTable, asked: Asked, now_ms: int) -> Why | None:
    if asked.ms < 1:
        return Why.BAD_LENGTH
    if table.is_spent(asked.grant):
        return Why.REPEATED
    if now_ms - asked.decided_ms > GRANT_MAX_AGE_MS:
        return Why.STALE
    if asked.decided_ms - now_ms > AHEAD_MAX_MS:
        return Why.AHEAD
    return Why.FULL if table.is_full(now_ms) else None


def renew(table: LeaseTable, grant: str, holder: int, now_ms: int, cap_ms: int) -> tuple[LeaseTable, Lease | Why]:
    """Let the standing lease of ``grant`` run its time again from now, if it still runs and ``holder`` has it."""
    lease = table.running.get(grant)
    if lease is None or not lease.standing or lease.holder != holder or lease.is_over(now_ms):
        return table, Why.NOT_RUNNING
    renewed = replace(lease, taken_ms=now_ms, ends_ms=now_ms + min(STANDING_MS, cap_ms))
    return replace(table, running={**table.running, grant: renewed}), renewed


def end(table: LeaseTable, chosen: Callable[[Lease], bool]) -> tuple[LeaseTable, tuple[Lease, ...]]:
    """End every lease that is ``chosen``; returns the ended ones in the order they were taken."""
    ended = tuple(lease for lease in table.running.values() if chosen(lease))
    if not ended:
        return table, ()
    gone = {lease.grant for lease in ended}
    kept = {grant: lease for grant, lease in table.running.items() if grant not in gone}
    return replace(table, running=kept), ended


def released_doors(table: LeaseTable) -> frozenset[str]:
    """The doors that some lease holds released."""
    return frozenset(lease.door for lease in table.running.values())


def next_end_ms(table: LeaseTable) -> int | None:
    """When the first running lease ends, or None when none runs."""
    return min((lease.ends_ms for lease in table.running.values()), default=None)
