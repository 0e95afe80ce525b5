"""The planner of what comes down: what the replica's link to the registry does next. Pure; its thread carries it out.

It has a connection of its own, so that neither a backlog of rows nor a registry that is slow to take them stands before
a change of rights (guarantee D9). One request at a time. After a failure it waits, twice as long each time up to a
minute, a chance part of it off so that sites do not come back all at once (S9).
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from access.clock import SECOND_MS
from access.uplink import wait_ms

PULL_EVERY_MS = 2 * SECOND_MS


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
    """Where it stands. Times are monotonic milliseconds; ``failures`` are those since something last worked."""

    failures: int = 0
    pull_due_ms: int = 0


def plan(down: Downlink, now_ms: int) -> Plan:
    """What to do now."""
    return Plan(Do.PULL) if now_ms >= down.pull_due_ms else Plan(Do.WAIT, down.pull_due_ms)


def pulled(down: Downlink, now_ms: int, *, more: bool) -> Downlink:
    """After a page of the replica's changes; at once again while there is more."""
    return replace(down, failures=0, pull_due_ms=now_ms if more else now_ms + PULL_EVERY_MS)


def failed(down: Downlink, now_ms: int, chance: float, retry_after_ms: int = 0) -> Downlink:
    """After a request failed; ``chance`` in [0, 1) takes up to half of the wait off, never below what the registry
    asked for.
    """
    due_ms = now_ms + max(wait_ms(down.failures, chance), retry_after_ms)
    return replace(down, failures=down.failures + 1, pull_due_ms=due_ms)
