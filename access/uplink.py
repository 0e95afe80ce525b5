"""The planner of what goes up: what the log's link to the registry does next. Pure; the link's thread carries it out.

One request at a time. First hello, which says where the registry stands; then the log's rows in batches, in order, each
resent until acknowledged. After a failure it waits, twice as long each time up to a minute, a chance part of it off so
that sites do not come back all at once (guarantee S9); once the lane is answered again (``access.lane``), which never
waits long, it does not wait that out. The replica's changes come down beside it (``access.downlink``),
so that rows which the registry refuses do not hold them up (S8, D9).
"""

from dataclasses import dataclass, replace
from enum import StrEnum

from access.clock import HOUR_MS, MINUTE_MS, SECOND_MS

BATCH_EVENTS = 500
BATCH_BYTES = 256 * 1024
FIRST_WAIT_MS = 1 * SECOND_MS
LONGEST_WAIT_MS = 1 * MINUTE_MS
GREET_AGAIN_MS = 1 * MINUTE_MS
GREET_HOURLY_MS = 1 * HOUR_MS
"""So often a gateway that is not the site's by staff's word asks whether it is (guarantee S6)."""


class Do(StrEnum):
    """What to do next."""

    HELLO = "hello"
    SEND = "send"
    WAIT = "wait"


@dataclass(frozen=True, slots=True)
class Plan:
    """One step of the link: for WAIT, until ``until_ms`` at the latest (None: until something is logged)."""

    do: Do
    until_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Uplink:
    """Where the link stands: ``logged`` is the last number in the log, ``acked`` the last the registry has. Times are
    monotonic milliseconds; at ``greet_due_ms`` a registry that answers is greeted once more (None: never), and before
    ``asked_ms`` it wants to hear nothing.
    """

    logged: int = 0
    acked: int = 0
    greeted: bool = False
    failures: int = 0
    not_before_ms: int = 0
    asked_ms: int = 0
    send_due_ms: int = 0
    send_failures: int = 0
    greet_due_ms: int | None = None


def plan(link: Uplink, now_ms: int) -> Plan:
    """What to do now."""
    if now_ms < link.not_before_ms:
        return Plan(Do.WAIT, link.not_before_ms)
    if not link.greeted or (link.greet_due_ms is not None and now_ms >= link.greet_due_ms):
        return Plan(Do.HELLO)
    if link.acked >= link.logged:
        return Plan(Do.WAIT, link.greet_due_ms)
    return Plan(Do.SEND) if now_ms >= link.send_due_ms else Plan(Do.WAIT, link.send_due_ms)


def logged(link: Uplink, seq: int) -> Uplink:
    """After the log grew to ``seq``."""
    return replace(link, logged=seq) if seq > link.logged else link


def greeted(link: Uplink, registry_has: int, again_ms: int | None = None) -> Uplink:
    """After hello was answered: the registry holds everything up to ``registry_has`` of this branch. At ``again_ms`` it
    is greeted once more, where something is to be learned by that.
    """
    return replace(link, greeted=True, failures=0, acked=registry_has, greet_due_ms=again_ms)


def greet_again_ms(now_ms: int, *, confirmed: bool) -> int:
    """When a registry that answers is greeted once more: soon, where it is to say whether staff have confirmed this
    log; else every hour, to hear where other sites' logs stand, and to tell it where ours does.
    """
    return now_ms + (GREET_HOURLY_MS if confirmed else GREET_AGAIN_MS)


def to_greet(link: Uplink, now_ms: int) -> Uplink:
    """After something showed that the registry may have been restored: it is greeted before anything else is sent."""
    return replace(link, greet_due_ms=now_ms)


def forked(link: Uplink, base_seq: int) -> Uplink:
    """After the registry said that its history is another beyond ``base_seq``: from there on it has nothing of ours."""
    return replace(link, greeted=False, acked=min(link.acked, base_seq))


def acknowledged(link: Uplink, upto: int) -> Uplink:
    """After a batch was acknowledged up to ``upto``; a registry that stands elsewhere is greeted again."""
    if not link.acked <= upto <= link.logged:
        return replace(link, greeted=False)
    return replace(link, acked=upto, failures=0, send_failures=0, send_due_ms=0)


def send_failed(link: Uplink, now_ms: int, chance: float) -> Uplink:
    """After rows were not taken, which another greeting would not cure; ``chance`` as for ``failed``."""
    due_ms = now_ms + wait_ms(link.send_failures, chance)
    return replace(link, send_failures=link.send_failures + 1, send_due_ms=due_ms)


def failed(link: Uplink, now_ms: int, chance: float, retry_after_ms: int = 0) -> Uplink:
    """After a request failed; ``chance`` in [0, 1) takes up to half of the wait off. What the registry asked for is
    waited at least, and up to half of it more, so that those whom it turned away together do not come back together.
    """
    asked_ms = now_ms + int(retry_after_ms * (1.5 - chance / 2))
    due_ms = max(now_ms + wait_ms(link.failures, chance), asked_ms)
    return replace(link, greeted=False, failures=link.failures + 1, not_before_ms=due_ms, asked_ms=asked_ms)


def reached(link: Uplink, now_ms: int) -> Uplink:
    """After another link was answered again: what is left of the wait is what the registry asked for."""
    return replace(link, not_before_ms=min(link.not_before_ms, max(now_ms, link.asked_ms)))


def wait_ms(failures: int, chance: float) -> int:
    """How long to wait after so many failures and one more."""
    return int(min(FIRST_WAIT_MS << min(failures, 16), LONGEST_WAIT_MS) * (1 - chance / 2))
