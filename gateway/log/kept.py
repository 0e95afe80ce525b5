"""What is kept of a batch that could not be stored: what nobody would tell us again, and still means the same later.

What would open a door is not: whoever asked has gone, and it must not open behind them (guarantees D2, D12).
"""

from collections.abc import Sequence

from access.events import Begun, DenialsTold, Event, OpenAsked, ReplicaArrived, ReplicaConfirmed, Tapped, Ticked

KEPT_AT_MOST = 1_000


def kept_of(waiting: Sequence[Event]) -> tuple[list[Event], int]:
    """Those to keep, in their order, and how many were given up. Of replicas the last one will do; ticks come by
    themselves, so do confirmations of the replica, which tell how long ago they are, and what the lane says, which it
    says again; of too many the oldest go,
    but never the run's beginning.
    """
    passing = Ticked | Tapped | OpenAsked | ReplicaConfirmed | DenialsTold
    timeless: list[Event] = [event for event in waiting if not isinstance(event, passing)]
    asked = sum(isinstance(event, Tapped | OpenAsked) for event in waiting)
    replicas = [event for event in timeless if isinstance(event, ReplicaArrived)]
    timeless = [event for event in timeless if not isinstance(event, ReplicaArrived) or event is replicas[-1]]
    begun = [event for event in timeless if isinstance(event, Begun)]
    rest = [event for event in timeless if not isinstance(event, Begun)]
    newest = rest[-(KEPT_AT_MOST - len(begun)) :]
    return begun + newest, asked + len(rest) - len(newest)
