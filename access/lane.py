"""The planner of the lane of revocations: when its thread asks next, and whether the lane answers (guarantee D9). Pure.

It is asked so often that a badge which the registry revokes is barred within seconds, and it has a connection of its
own: no change, no snapshot and no row stands before it. After a failure it waits as the other links do, a chance part
of it off, but never long: a look costs next to nothing, and a site counts as offline until one is answered.
"""

from dataclasses import dataclass, replace

from access.clock import MINUTE_MS, SECOND_MS
from access.uplink import wait_ms

LOOK_EVERY_MS = 1 * SECOND_MS
PAUSE_MS = 200
"""Between an answer that came late and the next look."""
ANSWERS_WITHIN_MS = 5 * SECOND_MS
"""A site whose lane was not answered for so long is offline."""
LONGEST_WAIT_MS = 5 * SECOND_MS
UNKNOWN_MS = 10 * MINUTE_MS
"""A registry that knows no lane may be brought up to date."""


@dataclass(frozen=True, slots=True)
class Lane:
    """Where it stands. Times are monotonic milliseconds; ``failures`` are those since a look was last answered, and
    ``answered_ms`` when that was (None: not in this run). ``known``: as far as is known, the registry has a lane.
    """

    failures: int = 0
    due_ms: int = 0
    answered_ms: int | None = None
    known: bool = True


def looked(lane: Lane, asked_ms: int, now_ms: int) -> Lane:
    """After the look that began at ``asked_ms`` was answered."""
    return replace(
        lane, failures=0, due_ms=max(asked_ms + LOOK_EVERY_MS, now_ms + PAUSE_MS), answered_ms=now_ms, known=True
    )


def failed(lane: Lane, now_ms: int, chance: float, retry_after_ms: int = 0) -> Lane:
    """After a look failed; ``chance`` in [0, 1) takes up to half of the wait off, never below what the registry asked
    for.
    """
    wait = min(wait_ms(lane.failures, chance), LONGEST_WAIT_MS)
    return replace(lane, failures=lane.failures + 1, due_ms=now_ms + max(wait, retry_after_ms))


def unknown(lane: Lane, now_ms: int) -> Lane:
    """After a registry answered that it knows no lane."""
    return replace(lane, failures=0, due_ms=now_ms + UNKNOWN_MS, answered_ms=None, known=False)


def answers(lane: Lane, now_ms: int) -> bool:
    """Whether the lane was answered so lately that the site counts as online, or there is none to be answered."""
    return not lane.known or (lane.answered_ms is not None and now_ms - lane.answered_ms <= ANSWERS_WITHIN_MS)
