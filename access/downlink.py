"""The planner of what comes down: what the replica's link to the registry does next. Pure; its thread carries it out.

It has a connection of its own, so that neither a backlog of rows nor a registry that is slow to take them stands before
a change of rights (guarantee D9). One request at a time. Where the lane (``access.lane``) answers, it says when there
is something to pull; else changes are asked for every two seconds. After a failure it waits, twice as long each time up
to a minute, a chance part of it off so that sites do not come back all at once (S9); a lane that goes on being answered
hurries it not, one that is answered again ends the wait.
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from access.clock import MINUTE_MS, SECOND_MS
from access.uplink import wait_ms

PULL_EVERY_MS = 2 * SECOND_MS
PULL_ANYWAY_MS = 1 * MINUTE_MS
"""So often it asks though the lane says that there is nothing."""
ANEW_EVERY_MS = 10 * MINUTE_MS
"""So seldom it takes everything anew because it is not what the registry holds."""


class Do(StrEnum):
    """What to do next."""

    PULL = "pull"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Plan:
    """One step: for WAIT, until ``until_ms`` at the latest."""

    do: Do
    until_ms: int = 0


@dataclass(frozen=True, slots=True)
class Downlink:
    """Where it stands. Times are monotonic milliseconds; ``failures`` are those since something last worked, and
    before ``asked_ms`` the registry wants to hear nothing.
    """

    failures: int = 0
    pull_due_ms: int = 0
    not_before_ms: int = 0
    asked_ms: int = 0


def plan(down: Downlink, now_ms: int) -> Plan:
    """What to do now."""
    return Plan(Do.PULL) if now_ms >= down.pull_due_ms else Plan(Do.WAIT, down.pull_due_ms)


def pulled(down: Downlink, now_ms: int, *, more: bool, lane: bool = False) -> Downlink:
    """After a page of the replica's changes; at once again while there is ``more``. ``lane``: it answers, and will say
    when there is something again.
    """
    wait = 0 if more else PULL_ANYWAY_MS if lane else PULL_EVERY_MS
    return replace(down, failures=0, pull_due_ms=now_ms + wait, not_before_ms=now_ms)


def wanted(down: Downlink, now_ms: int) -> Downlink:
    """After the lane said that there is something to pull, or does not answer any more."""
    return replace(down, pull_due_ms=min(down.pull_due_ms, max(now_ms, down.not_before_ms)))


def failed(down: Downlink, now_ms: int, chance: float, retry_after_ms: int = 0) -> Downlink:
    """After a request failed; ``chance`` in [0, 1) takes up to half of the wait off, never below what the registry
    asked for.
    """
    asked_ms = now_ms + retry_after_ms
    due_ms = max(now_ms + wait_ms(down.failures, chance), asked_ms)
    return replace(down, failures=down.failures + 1, pull_due_ms=due_ms, not_before_ms=due_ms, asked_ms=asked_ms)


def reached(down: Downlink, now_ms: int) -> Downlink:
    """After another link was answered again: what is left of the wait is what the registry asked for."""
    due_ms = max(now_ms, down.asked_ms)
    return replace(down, pull_due_ms=min(down.pull_due_ms, due_ms), not_before_ms=min(down.not_before_ms, due_ms))
